"""The map: a TOML file that says how the rows of one register become events of one family.

    map = 1                                  # the version of this language
    family = "fund"
    record = ["case_id"]                     # the columns that name the record (business key)
    once = ["event_id"]                      # optional: the columns that name one event
    order = [{column = "at", type = "moment"}]   # optional: how a record's events are sorted
    utc_offset = "+08:00"                    # optional: for moments written without offset
    unmatched = "skip"                       # optional: rows that no event takes; else a problem

    [[event]]
    kind = "fund.countersigned/1"
    when = {column = "activity", is = "approved"}   # or in = […], or not_empty = true
    [event.fields]                           # `when` may be a list: all must hold; none: always
    amount_fen = {column = "amount", type = "amount_fen", round = "half-even"}
    level = {column = "role", type = "term", terms = {"局长" = "final"}}
    currency = {constant = "EUR"}

Types are text, day (`serials = true` for day numbers), moment, amount_fen, integer, term and
number (`normalise = true` for other brackets). An empty cell is a problem, unless the field has
`default` (read as if it stood in the cell) or `optional = true` (the field is left out); `empty =
["无"]` lists what else counts as empty. One row may give several events, in the map's order.

The rows of an event log are its events, and its columns their attributes' keys: `concept:name` of an
event, `case:concept:name` of its trace (`ledger.importing.xes`).
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from datetime import timezone
from pathlib import Path
from typing import Any

from ledger.clock import parse_offset
from ledger.errors import MalformedError, NotFoundError, UnavailableError
from ledger.frozen import frozen
from ledger.importing.values import Rounding, normal

MAX_MAP_BYTES = 2**20
TYPES = ("text", "day", "moment", "amount_fen", "integer", "term", "number")

Constant = str | int | bool

_FAMILY = re.compile(r"[a-z][a-z_]{0,39}\Z")
_KIND = re.compile(r"[a-z][a-z_]{0,39}\.[a-z][a-z_]{0,39}/[1-9][0-9]{0,2}\Z")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")

_TOP = {"map", "family", "record", "once", "order", "utc_offset", "unmatched", "event"}
_CELL = {"column", "type", "empty", "default", "optional"}
_EXTRA = {
    "day": {"serials"},
    "amount_fen": {"round"},
    "term": {"terms"},
    "number": {"normalise"},
}


@frozen
class Condition:
    """What a column must hold: one of `values`, or, where there are none, anything at all."""

    column: str
    values: frozenset[str]


@frozen
class Cell:
    """How one column is read; `default` is None for a must, and text as it stands in cells."""

    column: str
    type: str
    empty: frozenset[str] = frozenset()
    default: str | None = None
    optional: bool = False
    terms: Mapping[str, Constant] | None = None
    rounding: Rounding = "refuse"
    serials: bool = False
    normalise: bool = False


@frozen
class EventRule:
    """Which rows give an event of this kind, and what its fields are."""

    kind: str
    when: tuple[Condition, ...]
    fields: Mapping[str, Cell | Constant]


@frozen
class RegisterMap:
    """A map that has been read; `digest` is SHA-256 of its bytes."""

    name: str
    digest: str
    family: str
    record: tuple[str, ...]
    once: tuple[str, ...]
    order: tuple[Cell, ...]
    zone: timezone | None
    skip_unmatched: bool
    events: tuple[EventRule, ...]


def load_mapping(path: Path) -> RegisterMap:
    """Return the map in a file.

    Raises:
        NotFoundError: no such file.
        MalformedError: not a map; the first flaw is named.
        UnavailableError: the file cannot be read.
    """
    if not path.is_file():
        raise NotFoundError("map", str(path))
    try:
        with path.open("rb") as file:
            encoded = file.read(MAX_MAP_BYTES + 1)
    except OSError as error:
        raise UnavailableError(path.name, error.strerror or "cannot be read") from error
    return parse_mapping(encoded, name=path.name)


def parse_mapping(encoded: bytes, *, name: str) -> RegisterMap:
    """Return the map written in TOML; `name` stands in messages.

    Raises:
        MalformedError: not a map; the first flaw is named with its place.
    """
    what = f"map {name}"
    if len(encoded) > MAX_MAP_BYTES:
        raise MalformedError(what, expected=f"at most {MAX_MAP_BYTES} bytes", found="more")
    try:
        document = tomllib.loads(encoded.decode())
    except (ValueError, RecursionError) as error:
        raise MalformedError(what, expected="TOML in UTF-8", found=str(error)[:80]) from error
    return _Reader(what).mapping(document, name, hashlib.sha256(encoded).hexdigest())


@frozen
class _Reader:
    """Turns TOML values into the map's parts; `what` names the map in every refusal."""

    what: str

    def mapping(self, document: dict[str, Any], name: str, digest: str) -> RegisterMap:
        self.known(document, _TOP, "top")
        self.must(document.get("map") == 1, "top", "map = 1", document.get("map"))
        family = document.get("family")
        self.must(_matches(_FAMILY, family), "family", "a family's name", family)
        offset = document.get("utc_offset")
        self.must(offset is None or isinstance(offset, str), "utc_offset", "+hh:mm", offset)
        unmatched = document.get("unmatched", "problem")
        self.must(unmatched in ("skip", "problem"), "unmatched", "skip or problem", unmatched)
        return RegisterMap(
            name=name,
            digest=digest,
            family=str(family),
            record=self.columns(document.get("record"), "record"),
            once=self.columns(document["once"], "once") if "once" in document else (),
            order=self.order(document.get("order", [])),
            zone=None if offset is None else parse_offset(offset),
            skip_unmatched=unmatched == "skip",
            events=self.events(document.get("event"), str(family)),
        )

    def must(self, holds: bool, where: str, expected: str, found: object) -> None:  # noqa: FBT001 - an assertion
        if not holds:
            shown = "nothing" if found is None else repr(found)[:60]
            raise MalformedError(self.what, expected=expected, found=shown, where=where)

    def known(self, table: object, keys: set[str], where: str) -> dict[str, Any]:
        if not isinstance(table, dict):
            raise MalformedError(
                self.what, expected="a table", found=repr(table)[:60], where=where
            )
        unknown = sorted(table.keys() - keys)
        self.must(not unknown, where, f"only {', '.join(sorted(keys))}", ", ".join(unknown))
        return table

    def texts(self, value: object, where: str) -> tuple[str, ...]:
        listed = value if isinstance(value, list) else []
        texts = tuple(normal(text) for text in listed if isinstance(text, str))
        fit = bool(texts) and len(texts) == len(listed) and len(set(texts)) == len(texts)
        self.must(fit, where, "a list of different texts", value)
        return texts

    def columns(self, value: object, where: str) -> tuple[str, ...]:
        columns = self.texts([value] if isinstance(value, str) else value, where)
        self.must(all(columns), where, "names of columns", value)
        return columns

    def order(self, value: object) -> tuple[Cell, ...]:
        self.must(isinstance(value, list), "order", "a list of columns", value)
        listed = value if isinstance(value, list) else []
        return tuple(
            self.cell(one, f"order {n}", _CELL - {"optional"})
            for n, one in enumerate(listed, 1)
        )

    def events(self, value: object, family: str) -> tuple[EventRule, ...]:
        listed = value if isinstance(value, list) else []
        self.must(bool(listed), "event", "at least one [[event]]", value)
        rules = tuple(self.event(one, f"event {n}", family) for n, one in enumerate(listed, 1))
        taken: set[tuple[str, frozenset[Condition]]] = set()
        for n, rule in enumerate(rules, 1):
            key = (rule.kind, frozenset(rule.when))
            self.must(key not in taken, f"event {n}", "another kind or when", rule.kind)
            taken.add(key)
        return rules

    def event(self, value: object, where: str, family: str) -> EventRule:
        table = self.known(value, {"kind", "when", "fields"}, where)
        kind = table.get("kind")
        fits = _matches(_KIND, kind) and str(kind).startswith(f"{family}.")
        self.must(fits, where, f"a kind such as {family}.happened/1", kind)
        when = table.get("when", [])
        conditions = when if isinstance(when, list) else [when]
        fields = table.get("fields", {})
        self.must(isinstance(fields, dict), where, "fields as a table", fields)
        return EventRule(
            str(kind),
            tuple(self.condition(one, f"{where}, when") for one in conditions),
            {key: self.field(one, key, f"{where}, field {key}") for key, one in fields.items()},
        )

    def condition(self, value: object, where: str) -> Condition:
        table = self.known(value, {"column", "is", "in", "not_empty"}, where)
        (column,) = self.columns([table.get("column")], where)
        tests = table.keys() - {"column"}
        self.must(len(tests) == 1, where, "one of is, in, not_empty", sorted(tests))
        if "not_empty" in table:
            self.must(table["not_empty"] is True, where, "not_empty = true", table["not_empty"])
            return Condition(column, frozenset())
        values = [table["is"]] if "is" in table else table["in"]
        return Condition(column, frozenset(self.texts(values, where)))

    def field(self, value: object, name: str, where: str) -> Cell | Constant:
        self.must(_matches(_FIELD, name), where, "a field's name", name)
        if not isinstance(value, dict) or "constant" not in value:
            return self.cell(value, where, _CELL)
        constant = self.known(value, {"constant"}, where)["constant"]
        self.must(isinstance(constant, str | int), where, "text, integer or boolean", constant)
        return constant if isinstance(constant, int) else str(constant)

    def cell(self, value: object, where: str, keys: set[str]) -> Cell:
        kind = value.get("type", "text") if isinstance(value, dict) else "text"
        self.must(isinstance(kind, str) and kind in TYPES, where, f"one of {TYPES}", kind)
        table = self.known(value, keys | _EXTRA.get(kind, set()), where)
        (column,) = self.columns([table.get("column")], where)
        default = table.get("default")
        self.must(
            default is None or isinstance(default, str), where, "default as text", default
        )
        for flag in ("optional", "serials", "normalise"):
            fits = isinstance(table.get(flag, False), bool)
            self.must(fits, where, f"{flag} = true or false", table.get(flag))
        rounding = table.get("round", "refuse")
        self.must(rounding in ("refuse", "half-even"), where, "half-even", rounding)
        return Cell(
            column,
            kind,
            empty=frozenset(self.texts(table["empty"], where))
            if "empty" in table
            else frozenset(),
            default=default,
            optional=table.get("optional", False),
            terms=self.terms(table.get("terms"), where) if kind == "term" else None,
            rounding="half-even" if rounding == "half-even" else "refuse",
            serials=table.get("serials", False),
            normalise=table.get("normalise", False),
        )

    def terms(self, value: object, where: str) -> Mapping[str, Constant]:
        table = value if isinstance(value, dict) else {}
        fits = bool(table) and all(isinstance(meaning, str | int) for meaning in table.values())
        self.must(fits, where, "terms as a table of texts or integers", value)
        return {normal(term): meaning for term, meaning in table.items()}


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.match(value) is not None
