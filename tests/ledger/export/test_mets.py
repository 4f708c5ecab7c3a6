"""The agents of a METS document: who made the package, whose it is, and who is to get it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.export.eark.mets import Header, Metadata, format_mets
from ledger.export.markup import parse_document

HEADER = Header(
    name="p", label="移交", created_at="2022-03-02T00:00:00Z", program="qifeng 0.1.0",
    office="县委办公室", code="county.example", recipient="县档案馆",
)  # fmt: skip
NOTHING = Metadata(descriptive=(), preservation=(), kind=("OTHER", "DA/T 46"))


@pytest.mark.parametrize(("recipient", "last"), [("县档案馆", "PRESERVATION"), ("", "OTHER")])
def test_who_is_to_get_it_is_an_agent_where_somebody_is(recipient, last):
    """No agent stands there without a name."""
    header = replace(HEADER, recipient=recipient)

    root = parse_document(b"".join(format_mets(header, NOTHING, ())), "METS.xml")

    agents = list(root.every("metsHdr", "agent"))
    assert dict(agents[-1].attributes)["ROLE"] == last
    assert all(each.value("name") for each in agents)
