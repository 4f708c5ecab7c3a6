"""A register's code: one line that comes back as it was, and nothing else is one."""

from __future__ import annotations

import contextlib
import dataclasses
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError
from projections.answer import Question
from projections.commands.paper.imprint import (
    Imprint,
    format_imprint,
    is_imprint,
    parse_imprint,
)

ASKED_AT = datetime(2022, 3, 1, 8, tzinfo=UTC)
QUESTION = Question(
    "fund_oversight", "items", date(2022, 3, 1), "40", (("payee", "县宾馆"),), None, ASKED_AT
)
IMPRINT = Imprint("county.example/office/00", 41, "a" * 64, QUESTION, "b" * 64)
CODE = format_imprint(IMPRINT)


def test_a_code_is_the_line_that_the_module_says():
    """The worked example, to the byte."""
    assert CODE.decode() == (
        '{"as_of":"2022-03-01","asked_at":"2022-03-01T08:00:00.000000Z","format":"qifeng.register/1",'
        f'"origin":"county.example/office/00","part":"items","root":"{"a" * 64}","rows":"{"b" * 64}",'
        '"since":"","size":41,"view":"fund_oversight","where":[["payee","县宾馆"]]}\n'
    )
    assert is_imprint(CODE)


@given(
    size=st.integers(1, 2**40),
    days=st.tuples(st.none() | st.dates(), st.none() | st.dates()),
    where=st.lists(
        st.tuples(st.sampled_from(["payee", "标题"]), st.sampled_from(["", "甲", "1"]))
    ),
)
def test_a_code_comes_back(size, days, where):
    """Format and parse are a pair, with and without the newline that a reader of QR codes leaves."""
    as_of, since = days
    asked = dataclasses.replace(
        QUESTION, known_at=str(size - 1), as_of=as_of, since=since, where=tuple(where)
    )
    imprint = dataclasses.replace(IMPRINT, size=size, question=asked)

    assert parse_imprint(format_imprint(imprint)) == imprint
    assert parse_imprint(format_imprint(imprint).strip()) == imprint


def test_no_changed_code_says_the_same():
    """A changed byte is refused, or asks another question, or names other rows; a cut one is refused."""
    for place in range(len(CODE) - 1):
        changed = CODE[:place] + bytes([CODE[place] ^ 1]) + CODE[place + 1 :]
        with contextlib.suppress(LedgerError):
            assert parse_imprint(changed) != IMPRINT
        with pytest.raises(LedgerError):
            parse_imprint(CODE[:place])


@pytest.mark.parametrize(
    ("found", "put"),
    [
        (b'"size":41', b'"size":0'),
        (b'"size":41', b'"size":"41"'),
        (b"register/1", b"register/2"),
        (b'"2022-03-01"', b'"yesterday"'),
        (b'[["payee",', b'[["payee","x",'),
        (b'[["payee","\xe5\x8e\xbf\xe5\xae\xbe\xe9\xa6\x86"]]', b'"payee"'),
        (b"b" * 64, b"B" * 64),
    ],
)
def test_what_is_no_code_is_refused(found, put):
    """One clear error for each member that is not what it should be."""
    changed = CODE.replace(found, put, 1)
    assert changed != CODE

    with pytest.raises(LedgerError):
        parse_imprint(changed)
