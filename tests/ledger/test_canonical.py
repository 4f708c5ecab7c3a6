"""One value has one sequence of bytes, and nothing else is read as it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import canonical
from ledger.errors import MalformedError

EXAMPLE = '{"a":"骑缝\\n","b":[1,true,null]}'.encode()

text = st.text(
    st.characters(
        blacklist_categories=("Cs", "Cc"),
        blacklist_characters="".join(
            map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
        ),
    ),
    max_size=20,
)
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | text
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True), inner, max_size=4
        )
    ),
    max_leaves=20,
)


def test_the_worked_example_is_written_as_documented():
    """The docstring's example is a vector: bytes, length and digest."""
    encoded = canonical.encode({"b": [1, True, None], "a": "骑缝\n"})

    assert encoded == EXAMPLE
    assert len(encoded) == 34
    assert canonical.digest(encoded) in canonical.__doc__


@given(values)
def test_what_is_written_is_read_back_the_same(value):
    """Reading is the inverse of writing, looked at or not."""
    encoded = canonical.encode(value)

    assert canonical.parse(encoded) == value == canonical.load(encoded)


@given(values)
def test_canonical_json_is_json(value):
    """Any JSON reader gets the same value."""
    assert json.loads(canonical.encode(value)) == value


@pytest.mark.parametrize(
    "spelling",
    [
        b"",
        b" 1",
        b"1 ",
        b"01",
        b"-0",
        b"1.0",
        b"1e3",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"1" * 400,
        b"1" * 5000,
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1,}',
        b"[1,]",
        b'{"1":1}',
        b'{"":1}',
        '{"骑":1}'.encode(),
        b'"\\u0041"',
        b'"\\/"',
        b'"\\ud800"',
        b'"\\u0000"',
        b'"\\r"',
        '"\u202e"'.encode(),
        '"\u2066"'.encode(),
        b"\xef\xbb\xbf1",
        b'"\xff"',
        b'"a',
        b"[" * 17 + b"]" * 17,
        b"[" * 30_000,
        b"tru",
        b"1 1",
    ],
)
def test_any_other_spelling_is_refused(spelling):
    """What would not be written back as the same bytes is no canonical JSON."""
    with pytest.raises(MalformedError):
        canonical.parse(spelling)


@given(values, st.integers(0, 10_000), st.binary(max_size=3))
def test_both_readers_say_the_same(value, place, put):
    """The fast reader accepts what the plain one does, as the same value; all else the plain one names."""
    encoded = canonical.encode(value)
    place %= len(encoded)
    for told in (encoded, encoded[:place] + put + encoded[place + 1 :]):
        assert outcome(canonical.parse, told) == outcome(canonical.parse_plainly, told)


def outcome(parse, told):
    """What comes of reading: the value as Python shows it, types and order too, or the error."""
    try:
        return repr(parse(told))
    except MalformedError as error:
        return error.args, str(error)


def test_every_one_byte_change_is_refused_or_another_value():
    """No two byte strings read as the same value."""
    whole = canonical.parse(EXAMPLE)
    for place in range(len(EXAMPLE)):
        for byte in range(256):
            changed = EXAMPLE[:place] + bytes([byte]) + EXAMPLE[place + 1 :]
            if changed == EXAMPLE:
                continue
            try:
                assert canonical.parse(changed) != whole
            except MalformedError:
                continue


@pytest.mark.parametrize(
    "value", [1.5, {1: 2}, {"a b": 1}, b"x", {1, 2}, 2**53, "\x00", "\ud800", object()]
)
def test_what_has_no_canonical_form_is_not_written(value):
    """Writing refuses what reading would refuse."""
    with pytest.raises(MalformedError):
        canonical.encode(value)


def test_depth_ends_at_sixteen():
    """Sixteen levels are written, seventeen are refused."""
    nested: object = 1
    for _ in range(16):
        nested = [nested]

    assert canonical.parse(canonical.encode(nested)) == nested
    with pytest.raises(MalformedError):
        canonical.encode([nested])


def test_names_of_members_do_not_pile_up(monkeypatch):
    """Once many are known, strange ones are looked at each time they are met, and not kept."""
    seen = {"a"}
    monkeypatch.setattr(canonical, "_SEEN_KEYS", seen)
    monkeypatch.setattr(canonical, "MANY_KEYS", 1)

    assert canonical.parse(b'{"strange":1}') == {"strange": 1}
    assert seen == {"a"}


def test_members_names_what_is_missing_and_unknown():
    """An object has exactly its declared members."""
    with pytest.raises(MalformedError, match=r"missing \['a'\], unknown \['b'\]"):
        canonical.members({"b": 1}, frozenset({"a"}), "thing")
    with pytest.raises(MalformedError, match="expected an object"):
        canonical.members([], frozenset({"a"}), "thing")


DIGEST = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "wrong",
    [
        DIGEST[1:],
        DIGEST + "0",
        DIGEST.upper(),
        DIGEST[1:] + "g",
        DIGEST[1:] + "\n",
        "é" * 64,
        64,
        None,
    ],
)
def test_digests_are_told_from_what_is_none(wrong):
    """Many looked at together are judged as each one is; one that is no digest is enough."""
    assert canonical.are_digests([DIGEST, DIGEST])
    assert not canonical.is_digest(wrong)
    assert not canonical.are_digests([DIGEST, wrong])


def test_digests_are_not_judged_by_their_length_together():
    """One too long and one too short are not two digests."""
    assert not canonical.are_digests([DIGEST + "0", DIGEST[1:]])
