"""The ordinary profile keeps out classified matter, even where history is entered as found."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.errors import RefusedError
from ledger.family import AS_FOUND
from tests.office import FOUNDER, make_office

DRAFT = {"kind": "通知", "occurred_on": date(2022, 2, 1)}


@pytest.mark.parametrize("basis", ["direct", AS_FOUND])
def test_a_marked_title_is_refused_on_every_basis(basis):
    """A mark such as 机密★1年 is refused, and nothing is written."""
    office = make_office()
    size = office.store.head().size

    with pytest.raises(RefusedError, match="S1"):
        office.act(
            FOUNDER,
            ("document.draft", "", DRAFT | {"title": "机密★1年 关于…的通知"}),
            basis=basis,
        )

    assert office.store.head().size == size


def test_the_word_alone_is_no_mark():
    """A text about secrecy work is not classified matter."""
    office = make_office()

    done = office.act(
        FOUNDER,
        ("document.draft", "", DRAFT | {"title": "关于做好保守国家秘密工作的通知"}),
        basis=AS_FOUND,
    )

    assert done.count == 1
