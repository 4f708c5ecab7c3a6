"""What people read of a bundle: records as they stand, every event in order, what was in force, what is gone.

Tables are copies for reading: the entries below `data/log/` are what is proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from ledger import canonical
from ledger.act import open_seal
from ledger.application.mapper import open_event
from ledger.application.purges import read_purged
from ledger.body import fields_of
from ledger.errors import LedgerError
from ledger.export.folded import Folded, folded, named
from ledger.export.part import File, Making, table
from ledger.export.parts.contents import attached_in
from ledger.export.parts.private import undisclosed
from ledger.export.scope import GOVERNING, with_seals
from ledger.family import family_of
from ledger.records import purge

NONE = "（无 none）"
_RECORDS = ("record", "family", "title", "number", "events", "first_index", "last_index",
            "recorded_from", "recorded_until")  # fmt: skip
_TRAIL = ("index", "recorded_at", "record", "version", "kind", "event", "actor", "actor_name",
          "on_behalf_of", "basis", "key", "act")  # fmt: skip
_GOVERNING = ("record", "family", "title", "version", "index", "recorded_at", "state")
_DISPOSAL = ("what", "record", "index", "name", "size_bytes", "digest", "reason")
NUMBERED = ("document", "incoming", "telegram", "rule")
_REDACTIONS = ("record", "number", "events", "first_index", "last_index", "reason")


def record_part(making: Making) -> Iterator[File]:
    """Yield the records with their metadata: a table, and their states as lines of JSON."""
    yield table("data/records.csv", _RECORDS, lambda: map(_record, folded(making)))
    yield File("data/metadata.jsonl", lambda: map(_metadata, folded(making)))


def trail_part(making: Making) -> Iterator[File]:
    """Yield every shown event in order: who did what to which record, and when."""
    yield table("data/trail.csv", _TRAIL, lambda: _trail(making))


def governing_part(making: Making) -> Iterator[File]:
    """Yield the policies, parameters and deadlines as they stood; their histories are in the log's files."""

    def rows() -> Iterator[dict[str, Any]]:
        return map(_governing, folded(making, families=GOVERNING))

    yield table("data/governing.csv", _GOVERNING, lambda: or_none(rows(), "record"))


def schema_part(making: Making) -> Iterator[File]:
    """Yield what each kind of event holds, in Chinese and English."""
    yield File("data/schema.json", lambda: [canonical.encode(_schema(making)) + b"\n"])


def lost_part(making: Making) -> Iterator[File]:
    """Yield what was disposed of, and what is withheld here and why; an empty table says so."""
    yield table("data/disposal.csv", _DISPOSAL, lambda: or_none(_gone(making), "what"))
    withheld = lambda: or_none(chain(_redacted(making), _private(making)), "record")  # noqa: E731
    yield table("data/redactions.csv", _REDACTIONS, withheld)


def or_none(rows: Iterable[Mapping[str, Any]], column: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows, or one that says that there are none."""
    empty = True
    for row in rows:
        empty = False
        yield row
    if empty:
        yield {column: NONE}


def _record(each: Folded) -> dict[str, Any]:
    return {
        "record": each.record,
        "family": f"{each.family.zh} {each.family.name}",
        "title": each.title,
        "number": getattr(each.state, "number", ""),
        "events": each.last.version,
        "first_index": each.first.index,
        "last_index": each.last.index,
        "recorded_from": each.first.recorded_at,
        "recorded_until": each.last.recorded_at,
    }


def _metadata(each: Folded) -> bytes:
    told = {"family": each.family.name, "record": each.record, "state": state_text(each),
            "title": each.title, "version": each.last.version}  # fmt: skip
    return canonical.encode(told) + b"\n"


def state_text(each: Folded) -> list[tuple[str, str]]:
    """Return a record's state: pairs of a field's name and its value, as text."""
    names: tuple[str, ...] = each.state.__slots__
    return [(name, _text(getattr(each.state, name))) for name in names]


def _text(value: Any) -> str:
    if isinstance(value, frozenset | set):
        return "; ".join(sorted(map(str, value)))
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def _trail(making: Making) -> Iterator[dict[str, Any]]:
    names: dict[str, str] = {}
    act, told = "", {}
    for row, seal in with_seals(making.log, 0, making.cover.size):
        scope = making.scope
        if row.record in scope.hidden or not scope.takes(row.record):
            continue
        if seal.act != act:
            act, opened = seal.act, open_seal(seal.envelope).act
            if opened.actor not in names:
                names[opened.actor] = named(making, opened.actor)
            told = {"actor": opened.actor, "actor_name": names[opened.actor], "basis": opened.basis,
                    "on_behalf_of": opened.on_behalf_of, "key": opened.key, "act": act}  # fmt: skip
        yield told | {
            "index": row.index,
            "recorded_at": row.recorded_at,
            "record": row.record,
            "version": row.version,
            "kind": row.kind,
            "event": making.kinds[row.kind].TERM.zh,
        }


def _governing(each: Folded) -> dict[str, Any]:
    return {
        "record": each.record,
        "family": f"{each.family.zh} {each.family.name}",
        "title": each.title,
        "version": each.last.version,
        "index": each.last.index,
        "recorded_at": each.last.recorded_at,
        "state": " | ".join(f"{name}: {value}" for name, value in state_text(each)),
    }


def _schema(making: Making) -> list[dict[str, Any]]:
    families = {each.name for each in making.survey.families}
    return [
        {
            "en": cls.TERM.en,
            "fields": [
                {"en": field.term.en, "name": field.name, "required": field.required,
                 "type": str(field.kind).replace("ledger.family.", ""), "zh": field.term.zh}
                for field in fields_of(cls)
            ],
            "kind": kind,
            "zh": cls.TERM.zh,
        }
        for kind, cls in sorted(making.kinds.items())
        if family_of(kind) in families
    ]  # fmt: skip


def _gone(making: Making) -> Iterator[dict[str, Any]]:
    """Yield the purges of what belonged to the records, then each attached file that is not here."""
    for each in folded(making, families=(purge.FAMILY.name,)):
        if each.record in making.scope.also:
            yield {"what": "销毁 purge", "record": each.state.of, "index": each.last.index,
                   "name": each.record, "reason": f"{each.state.reason} ({_standing(each)})"}  # fmt: skip
    purged = read_purged(making.log)
    for index, attached in attached_in(making):
        if making.log.content(attached.digest) is None:
            by = purged.get(attached.digest)
            reason = (
                f"销毁 purged by event {by.index}"
                if by
                else "not in the store, and no purge was approved"
            )
            yield {"what": "附件 content", "index": index, "name": attached.name, "digest": attached.digest,
                   "size_bytes": attached.size_bytes, "reason": reason}  # fmt: skip


def _standing(each: Folded) -> str:
    if each.state.carried_out:
        return "已执行 carried out"
    return "已批准 approved" if each.state.approved else "待批准 proposed"


def _redacted(making: Making) -> Iterator[dict[str, Any]]:
    for record, reason in sorted(making.scope.hidden.items()):
        history = making.log.history(record, making.cover.size - 1)
        yield {"record": making.scope.alias(record), "number": _number(making, record),
               "events": len(history), "first_index": history[0].index,
               "last_index": history[-1].index, "reason": reason}  # fmt: skip


def _private(making: Making) -> Iterator[dict[str, Any]]:
    """Yield how many private fields are not disclosed; which ones, nobody can tell without the key."""
    count = undisclosed(making)
    if count:
        yield {"record": "私密字段 private fields", "events": count,
               "reason": "sealed for a compartment; proved by their digests"}  # fmt: skip


def _number(making: Making, record: str) -> str:
    """Return a hidden record's official number, which is declared though nothing else is."""
    family = making.families[family_of(record)]
    if family.name not in NUMBERED:
        return ""
    state = family.initial
    for row in making.log.history(record, making.cover.size - 1):
        try:
            state = family.evolve(state, open_event(row.event, making.kinds)[1])
        except LedgerError:
            return ""
    return str(getattr(state, "number", "") or "")
