"""Every event kind ever stored stays readable: one golden vector each, never edited."""

from __future__ import annotations

import dataclasses
import itertools
import json

import pytest

from ledger import canonical
from ledger.body import fields_of, format_body, parse_body
from ledger.errors import MalformedError
from ledger.records import FAMILIES
from ledger.spelling import encode_body
from tests.glossary import GLOSSARY, glossary
from tests.ledger.records.make_vectors import KINDS, VECTORS, vector_path

EVERY_KIND = pytest.mark.parametrize("kind", sorted(KINDS))


def told(kind):
    """Return a kind's vector."""
    return json.loads(vector_path(kind).read_text(encoding="utf-8"))


@EVERY_KIND
def test_every_kind_has_a_vector_that_reads_and_writes_the_same_bytes(kind):
    """A body stored in a released format is read, and written back byte for byte."""
    vector = told(kind)
    body = vector["body"].encode()

    happened = parse_body(KINDS[kind], canonical.parse(body))

    assert vector["kind"] == kind
    assert canonical.encode(format_body(happened)) == encode_body(happened) == body
    assert canonical.digest(body) == vector["digest"]


@EVERY_KIND
def test_a_body_with_a_member_more_or_less_is_refused(kind):
    """A body has exactly its declared members: nothing is filled in, nothing dropped."""
    body = canonical.parse(told(kind)["body"].encode())
    others = [{**body, "another": 1}] + [
        {name: value for name, value in body.items() if name != left_out} for left_out in body
    ]
    others += [{**each, "another": 1} for each in others[1:]]

    for other in others:
        with pytest.raises(MalformedError):
            parse_body(KINDS[kind], other)


_OTHERS = (7, "x", "20220301", True, None, ["x"], [7], {}, 2**53)


@EVERY_KIND
def test_a_member_of_another_type_is_refused(kind):
    """What is read is written back as it was: nothing of another type is taken for what it is not."""
    body = canonical.parse(told(kind)["body"].encode())

    for name, wrong in itertools.product(body, _OTHERS):
        other = {**body, name: wrong}
        try:
            happened = parse_body(KINDS[kind], other)
        except MalformedError:
            continue
        assert format_body(happened) == other
        assert type(wrong) in {type(body[name]), type(None)}


@EVERY_KIND
def test_a_vector_tells_every_field(kind):
    """No field of a vector is left at nothing, so each one's spelling is pinned."""
    happened = parse_body(KINDS[kind], canonical.parse(told(kind)["body"].encode()))

    empty = [
        field.name
        for field in dataclasses.fields(happened)
        if getattr(happened, field.name) in (None, ())
    ]

    assert empty == []


@EVERY_KIND
def test_every_event_and_field_has_words_in_both_tongues(kind):
    """What people read is in Chinese and in English, for each event and each of its fields."""
    cls = KINDS[kind]

    terms = [cls.TERM, *(field.term for field in fields_of(cls))]

    assert all(term.zh and term.en for term in terms)
    assert (cls.__doc__ or "").strip()


def test_no_vector_is_of_a_kind_that_nobody_reads():
    """A kind once released is never dropped: its vector would stand without a reader."""
    paths = {vector_path(kind) for kind in KINDS}

    assert set(VECTORS.rglob("*.json")) - paths == set()


def test_kinds_are_named_by_their_family_and_evolve_starts_from_nothing():
    """Each kind belongs to one family, and each family folds each of its vectors at once."""
    for family in FAMILIES:
        for cls in family.events:
            happened = parse_body(cls, canonical.parse(told(cls.KIND)["body"].encode()))
            family.evolve(family.initial, happened)
            assert cls.KIND.startswith(f"{family.name}.")


def test_the_glossary_tells_every_kind():
    """docs/glossary.md is what `python -m tests.glossary` writes."""
    assert GLOSSARY.read_text(encoding="utf-8") == glossary()
