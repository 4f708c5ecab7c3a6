"""A receipt's line: there and back, and nothing else is one."""

from __future__ import annotations

import pytest

from ledger.errors import MalformedError
from ledger.log.receipt import Kept, format_receipt, parse_receipt

KEPT = Kept(41, "ab" * 32, "01J00000000000000000000000", 41)
LINE = format_receipt(KEPT)


def test_the_worked_example_is_there_and_back():
    """Canonical JSON and a newline."""
    root = "ab" * 32
    told = f'{{"act":"{KEPT.act}","index":41,"root":"{root}","size":41}}\n'

    assert told.encode() == LINE
    assert parse_receipt(LINE) == KEPT


def test_every_truncation_of_a_line_is_refused():
    """A line that a crash has cut vouches for nothing, be it by its newline alone."""
    for length in range(len(LINE)):
        with pytest.raises(MalformedError, match="a whole line, found a cut one"):
            parse_receipt(LINE[:length])


@pytest.mark.parametrize(
    ("member", "other"),
    [
        (b'"index":41', b'"index":"41"'),
        (b'"index":41', b'"index":true'),
        (b'"size":41', b'"size":null'),
        (b'"root":"ab', b'"root":"AB'),
        (b'"root":"abab', b'"root":"ab'),
        (b'"act":"01J00000000000000000000000"', b'"act":1'),
    ],
)
def test_members_of_other_types_are_refused(member, other):
    """Whoever edits their receipts is told, and no other log is taken for theirs."""
    assert member in LINE

    with pytest.raises(MalformedError, match="act, index, root, size, found other types"):
        parse_receipt(LINE.replace(member, other))
