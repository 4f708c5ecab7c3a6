"""What witnesses said, judged by a policy: whose word counts, and whether it is enough."""

from __future__ import annotations

import pytest

from ledger.errors import KeyNotTrustedError, SignatureError
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.log.cosigned import (
    SKEW_SECONDS,
    check_answer,
    key_of,
    know,
    note_with,
    quorum_of,
    read_cosignatures,
)
from ledger.log.note import Signature, format_signatures, format_vkey, parse_note
from ledger.log.policy import parse_policy
from ledger.log.speaker import witness_keys, witness_signers
from tests.ledger.log.parts import LOG_SIGNER, ORIGIN
from tests.ledger.log.test_witness import note_of

NOW = 1_700_000_000
NOTE = note_of(5)
ONE = LogKey("one.example/w", SeedSigner(b"1" * 32), b"2" * 32)
TWO = LogKey("two.example/w", SeedSigner(b"3" * 32))
VKEYS = [format_vkey(each) for each in (*witness_keys(ONE), *witness_keys(TWO))]
POLICY = parse_policy(
    f"witness one {VKEYS[0]}\nwitness pq {VKEYS[1]}\nwitness two {VKEYS[2]}\n"
    "group enough 2 one pq two\nquorum enough\n".encode()
)
KNOWN = know(POLICY, NOW)


def lines_of(key: LogKey, seconds: int = NOW, note: bytes = NOTE) -> list[Signature]:
    """What a witness signs under a head, at a time."""
    text = parse_note(note).text.encode()
    return [
        Signature(each.name, each.key_id, each.sign(text))
        for each in witness_signers(key, seconds)
    ]


def row(line: Signature, size: int = 5, key: str = "") -> tuple[int, str, bytes]:
    """A cosignature as a store keeps it."""
    return size, key or key_of(line), format_signatures([line])


def read(*rows):
    """The cosignatures of these rows, judged."""
    return read_cosignatures(KNOWN, {5: NOTE}, rows)


def test_both_kinds_of_a_witness_s_key_count():
    """Ed25519 (04) and ML-DSA-44 (06), with the time at which it signed; two of three are enough."""
    told = read(*map(row, lines_of(ONE)))

    assert [(each.name, each.seconds, each.counts) for each in told] == [
        ("one", NOW, True), ("pq", NOW, True),
    ]  # fmt: skip
    assert quorum_of(KNOWN, told, 5) == (True, ["one", "pq"])
    assert quorum_of(KNOWN, told[:1], 5) == (False, ["one"])
    assert quorum_of(KNOWN, told, 4) == (False, [])


def test_a_key_that_the_policy_does_not_name_counts_for_nothing():
    """It is told, and is no problem: others may trust it."""
    stranger = LogKey("three.example/w", SeedSigner(b"4" * 32))
    (told,) = read(row(lines_of(stranger)[0]))

    assert (told.name, told.problem, told.counts) == ("", "", False)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (row(lines_of(TWO, 0)[0]), "its time is 0"),
        (row(lines_of(TWO, NOW + SKEW_SECONDS + 1)[0]), "ahead of now"),
        (row(lines_of(TWO, note=note_of(4))[0]), "does not match"),
        (row(lines_of(TWO)[0], size=4), "its checkpoint"),
        (row(lines_of(TWO)[0], key="one.example/w+00000000"), "another's"),
        ((5, "x", format_signatures(lines_of(ONE))), "one line"),
        ((5, "x", b"hello\n"), "name base64"),
        ((5, "x", b"hello"), "a line end"),
    ],
)
def test_a_word_that_does_not_hold_is_a_problem(changed, problem):
    """A wrong time, another head, another's line, no line: none of them counts."""
    (told,) = read(changed)

    assert problem in told.problem
    assert not told.counts


def test_only_lines_of_named_witnesses_are_taken_from_an_answer():
    """Theirs must hold; a stranger's are left; none at all is refused."""
    stranger = LogKey("three.example/w", SeedSigner(b"4" * 32))
    taken = check_answer(KNOWN, NOTE, [*lines_of(ONE), *lines_of(stranger)])
    other = lines_of(TWO, note=note_of(4))

    assert [line.name for line in taken] == ["one.example/w"] * 2
    with pytest.raises(KeyNotTrustedError):
        check_answer(KNOWN, NOTE, lines_of(stranger))
    with pytest.raises(SignatureError):
        check_answer(KNOWN, NOTE, other)


def test_a_head_is_shown_with_all_that_stands_under_it():
    """The log's line first; those of other sizes left out; none twice."""
    rows = [row(line) for line in lines_of(ONE)]
    whole = note_with(NOTE, 5, [*rows, row(lines_of(TWO)[0], size=4)])

    names = [line.name for line in parse_note(whole).signatures]
    assert names == [ORIGIN, "one.example/w", "one.example/w"]
    assert note_with(whole, 5, rows) == whole
    assert LOG_SIGNER.name == ORIGIN
