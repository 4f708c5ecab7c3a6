"""Policy files: whom a reader trusts, and how many of them must have cosigned."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations

import pytest

from ledger.errors import MalformedError
from ledger.log.note import VerifierKey, format_vkey
from ledger.log.policy import Policy, format_policy, parse_policy
from tests.ledger.log.parts import LOG_VKEY, WITNESS_VKEY


def vkey(number: int, kind: int = 4) -> str:
    """A witness's key of that number."""
    return format_vkey(VerifierKey(f"w.example/{number}", kind, bytes([number]) * 32))


W1, W2, W3 = vkey(1), vkey(2), vkey(3)
TEXT = f"""# whom we trust
log {LOG_VKEY} https://log.example/

witness one {W1}
witness\ttwo {W2}  http://127.0.0.1:8797
witness 审计 {W3}
group archives any one two
group both 2 archives 审计
quorum both
"""


def parsed(text: str) -> Policy:
    """The policy of a text."""
    return parse_policy(text.encode())


def test_a_policy_is_read_and_written_back():
    """Comments go, and all else is there and back."""
    policy = parsed(TEXT)

    assert (len(policy.logs), [each.name for each in policy.witnesses]) == (
        1,
        ["one", "two", "审计"],
    )
    assert policy.witnesses[1].url == "http://127.0.0.1:8797"
    assert parse_policy(format_policy(policy)) == policy


def test_exactly_the_quorum_is_enough():
    """Of all eight sets of witnesses, those with the auditor and one archive are enough."""
    policy = parsed(TEXT)
    names = ("one", "two", "审计")
    sets = chain.from_iterable(combinations(names, n) for n in range(4))

    enough = {each for each in sets if policy.met_by(each)}

    assert enough == {("one", "审计"), ("two", "审计"), names}


def test_nobody_becomes_a_witness_by_a_name():
    """A name that the policy does not define counts for nothing, nor does a group's name."""
    policy = parsed(TEXT)

    assert not policy.met_by({"both", "archives", "三"})
    assert not policy.met_by({"archives", "审计"})


def test_a_quorum_of_none_asks_for_nobody():
    """`quorum none` is met by no word at all."""
    assert parsed("quorum none\n").met_by(())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "one quorum line"),
        ("quorum none\nquorum none\n", "one quorum line"),
        ("quorum one\n", "a name defined before"),
        (f"witness none {W1}\nquorum none\n", "a new name"),
        (f"witness a {W1}\nwitness a {W2}\nquorum none\n", "a new name"),
        (f"witness a {W1}\nwitness b {W1}\nquorum none\n", "each public key once"),
        (f"witness a {W1}\ngroup a any a\nquorum none\n", "a new name"),
        (f"witness a {W1}\ngroup g any a\ngroup h any a\nquorum g\n", "each name a member once"),
        (f"witness a {W1}\ngroup g any a a\nquorum g\n", "each name a member once"),
        (f"group g any a\nwitness a {W1}\nquorum g\n", "a member defined before"),
        (f"witness a {W1}\ngroup g 2 a\nquorum g\n", "1 to 1"),
        (f"witness a {W1}\ngroup g 0 a\nquorum g\n", "1 to 1"),
        (f"witness a {W1}\ngroup g 01 a\nquorum g\n", "1 to 1"),
        (f"witness a {W1}\ngroup g any\nquorum g\n", "items"),
        (f"witness a {W1} url more\nquorum a\n", "items"),
        (f"witness a {LOG_VKEY}\nquorum a\n", "type"),
        (f"log {WITNESS_VKEY}\nquorum none\n", "type"),
        (f"log {LOG_VKEY} url more\nquorum none\n", "items"),
        ("trust everybody\nquorum none\n", "log, witness, group or quorum"),
        (" # not at the line's beginning\nquorum none\n", "log, witness, group or quorum"),
        ("quorum none\r\n", "a policy's bytes"),
        ("quorum none\x7f\n", "a policy's bytes"),
        ("#" * 65_537, "a policy's bytes"),
    ],
)  # fmt: skip
def test_what_is_no_policy_is_refused(text, expected):
    """One rule each; the message says what was expected."""
    with pytest.raises(MalformedError, match=expected):
        parsed(text)


def test_every_change_of_a_key_is_refused():
    """No byte of a key in a policy can be another."""
    start = TEXT.index(W2)
    encoded = TEXT.encode()
    start = encoded.index(W2.encode())
    for place in range(start, start + len(W2)):
        changed = encoded[:place] + bytes([encoded[place] ^ 1]) + encoded[place + 1 :]
        with pytest.raises(MalformedError):
            parse_policy(changed)


def test_no_truncation_reads_as_the_same_policy():
    """A cut file is refused; without its last line end it still says the same."""
    encoded = TEXT.encode()
    for end in range(len(encoded) - len("\n")):
        with pytest.raises(MalformedError):
            parse_policy(encoded[:end])

    assert parse_policy(encoded[:-1]) == parse_policy(encoded)


def test_many_witnesses_are_supported():
    """Thirty-two logs, witnesses and groups, as the specification asks for."""
    logs = [f"log {vkey(number, 1)}" for number in range(100, 132)]
    witnesses = [f"witness w{number} {vkey(number)}" for number in range(32)]
    groups = [f"group g{number} all w{number}" for number in range(32)]

    policy = parsed("\n".join([*logs, *witnesses, *groups, "quorum g31"]))

    assert policy.met_by({"w31"})
    assert not policy.met_by({f"w{number}" for number in range(31)})


def test_what_would_not_read_back_is_not_written():
    """A name with a space would be two."""
    policy = parsed(TEXT)
    spoilt = replace(policy.witnesses[0], name="a b")

    with pytest.raises(MalformedError):
        format_policy(replace(policy, witnesses=(spoilt,), groups=(), quorum="none"))


@pytest.mark.parametrize(
    "change", [{"name": " one"}, {"name": "one "}, {"url": " http://127.0.0.1:8797"}]
)
def test_what_would_read_back_as_another_policy_is_not_written(change):
    """Spaces part the words of a line, so a name or an address with some at its end is refused."""
    policy = parsed(f"witness one {W1} http://127.0.0.1:8797\nquorum none\n")
    changed = replace(policy, witnesses=(replace(policy.witnesses[0], **change),))

    with pytest.raises(MalformedError, match="what reads back the same"):
        format_policy(changed)
