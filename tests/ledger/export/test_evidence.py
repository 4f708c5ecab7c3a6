"""The extra line of our proofs: one spelling, exact members, read back the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ledger import canonical
from ledger.commands.own import read_pin
from ledger.errors import MalformedError
from ledger.export.checked import Trust
from ledger.export.evidence import format_evidence, parse_evidence
from ledger.export.proofs import check_evidence
from ledger.log.proof import parse_proof

VECTORS = Path(__file__).parents[2] / "vectors" / "evidence"
WHOLE = (VECTORS / "record-whole.tlog-proof").read_bytes()
EVIDENCE = parse_evidence(parse_proof(WHOLE).extra or b"")


def trust():
    """The pin of the vectors' ledger."""
    pin = read_pin(VECTORS / "pin.json")
    return Trust(pin.log_key, pin.founding, "argument", pin.log_key_ml_dsa)


@pytest.mark.parametrize(
    ("name", "shown", "entries"),
    [
        ("entry", "entry 12: series.opened/1 of series/县委发〔2022〕", 14),
        (
            "record-absent",
            "rule/01GX0000000000000000000000: no such record in the log up to size 13",
            5,
        ),
        (
            "record-whole",
            "officer/01FX1FVSCGEVF9X0A6DNKGPWVV: all its 2 events in the log up to size 13",
            11,
        ),
    ],
)
def test_a_vector_shows_what_it_says(name, shown, entries):
    """Made once, they hold for ever by the pin beside them."""
    found = check_evidence((VECTORS / f"{name}.tlog-proof").read_bytes(), trust())

    assert (found.findings, found.shown, found.entries) == ([], shown, entries)


def test_evidence_is_read_back_the_same():
    """Its members, in their one spelling."""
    for path in VECTORS.glob("*.tlog-proof"):
        extra = parse_proof(path.read_bytes()).extra
        assert format_evidence(parse_evidence(extra)) == extra


def changed(**members):
    """The bytes of the evidence with some members replaced."""
    return canonical.encode(json.loads(format_evidence(EVIDENCE)) | members)


TOLD = json.loads(format_evidence(EVIDENCE))


@pytest.mark.parametrize(
    "members",
    [
        {"evidence": 2}, {"evidence": True}, {"more": 1}, {"record": 7},
        {"entries": {}}, {"entries": TOLD["entries"][::-1]}, {"entries": TOLD["entries"] * 2},
        {"entries": [{}]}, {"entries": [TOLD["entries"][0] | {"index": -1}]},
        {"entries": [TOLD["entries"][0] | {"index": "0"}]},
        {"entries": [TOLD["entries"][0] | {"hashes": ["YQ=="]}]},
        {"entries": [TOLD["entries"][0] | {"hashes": [1]}]},
        {"entries": [TOLD["entries"][0] | {"hashes": TOLD["entries"][0]["hashes"] * 30}]},
        {"entries": [TOLD["entries"][0] | {"entry": {}}]},
        {"seals": None}, {"seals": [TOLD["seals"][0]] * 2},
        {"inventory": []}, {"inventory": {"index": 1}},
        {"inventory": TOLD["inventory"] | {"leaves": TOLD["inventory"]["leaves"][::-1]}},
        {"inventory": TOLD["inventory"] | {"leaves": [TOLD["inventory"]["leaves"][0] | {"leaf": {}}]}},
    ],
)  # fmt: skip
def test_what_is_no_evidence_is_refused(members):
    """Exactly its members, in order, each once."""
    with pytest.raises(MalformedError):
        parse_evidence(changed(**members))


def test_every_truncation_is_refused():
    """Canonical JSON that is cut is none."""
    encoded = format_evidence(replace(EVIDENCE, entries=EVIDENCE.entries[:1], seals=()))
    for end in range(len(encoded)):
        with pytest.raises(MalformedError):
            parse_evidence(encoded[:end])
