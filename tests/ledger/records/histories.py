"""Any events whatever of a family, made from their declared fields, for laws about all histories."""

from __future__ import annotations

import types
from datetime import date
from typing import Any, Union, get_args, get_origin

from hypothesis import strategies as st

from ledger.body import Field, fields_of
from ledger.family import Happened, Part

# Few days, near each other, so that they coincide; and the ends of time.
_NEAR = st.dates(date(2020, 1, 1), date(2020, 1, 20))
DAYS = st.one_of(_NEAR, _NEAR, st.dates(), st.just(date.max), st.just(date.min))
_TEXTS = st.sampled_from(["", "a", "b", "published", "amended", "cleanup/c", "rule/r"])


def any_event(kinds: tuple[type[Happened], ...]) -> st.SearchStrategy[Any]:
    """Draw one event of these kinds."""
    return st.one_of([_made(kind) for kind in kinds])


def _made(cls: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(cls, **{field.name: _value(field, field.kind) for field in fields_of(cls)})


def _value(field: Field, kind: Any) -> st.SearchStrategy[Any]:
    arguments = get_args(kind)
    if get_origin(kind) in (Union, types.UnionType):
        (inner,) = (each for each in arguments if each is not types.NoneType)
        return st.none() | _value(field, inner)
    if get_origin(kind) is tuple:
        return st.lists(_value(field, arguments[0]), max_size=2).map(tuple)
    if isinstance(kind, type) and issubclass(kind, Part):
        return _made(kind)
    if field.term.choices:
        return st.sampled_from(field.term.choices)
    return {str: _TEXTS, bool: st.booleans(), date: DAYS, int: st.integers(-3, 99)}[kind]
