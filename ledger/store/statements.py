"""The SQL that both databases understand: statements as constants, written out once for each.

A statement is built with SQLAlchemy Core and written out as the driver's own SQL when a store is
opened: one append runs nine of them, and building them anew would cost more than running them.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from sqlalchemy import (
    BigInteger,
    Dialect,
    LargeBinary,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.sql import Executable
from sqlalchemy.sql.elements import ClauseElement

from ledger.frozen import frozen
from ledger.store.schema import (
    CHECKPOINTS,
    CONTENT,
    COSIGNATURES,
    DISCLOSURES,
    EVENTS,
    HEAD,
    SEALS,
    TEXT,
    TIMESTAMPS,
)

Values = dict[str, Any]


def _whole(name: str) -> Any:
    return bindparam(name, type_=BigInteger())


def _text(name: str) -> Any:
    return bindparam(name, type_=TEXT)


_EVENT = select(
    EVENTS.c.index, EVENTS.c.record, EVENTS.c.version, EVENTS.c.kind,
    EVENTS.c.event, EVENTS.c.act, EVENTS.c.recorded_at, EVENTS.c.nodes,
)  # fmt: skip
_SEAL = select(
    SEALS.c.first_index, SEALS.c.count, SEALS.c.act, SEALS.c.digest,
    SEALS.c.envelope, SEALS.c.actor, SEALS.c.key, SEALS.c.at,
)  # fmt: skip
_ONE_RECORD = EVENTS.c.record == _text("record")
_NEWEST = select(func.max(EVENTS.c.index)).scalar_subquery()
_ADDED = (
    select(func.count()).select_from(EVENTS).where(EVENTS.c.index >= _whole("first"))
).scalar_subquery()

STATEMENTS: dict[str, Executable] = {
    "head": select(
        HEAD.c.size, HEAD.c.root, HEAD.c.frontier, HEAD.c.recorded_at, HEAD.c.clock, HEAD.c.id
    ),
    "find_act": select(
        SEALS.c.act, SEALS.c.first_index, SEALS.c.count, SEALS.c.digest, SEALS.c.envelope
    ).where(SEALS.c.act == _text("act")),
    "seal": _SEAL.where(SEALS.c.act == _text("act")),
    "seals": _SEAL.where(
        SEALS.c.first_index >= _whole("start"), SEALS.c.first_index < _whole("stop")
    )
    .order_by(SEALS.c.first_index)
    .limit(_whole("limit")),
    "first_seal": select(SEALS.c.envelope).where(SEALS.c.first_index == literal_column("0")),
    "event_at": _EVENT.where(EVENTS.c.index == _whole("index")),
    "events": _EVENT.where(EVENTS.c.index >= _whole("start"), EVENTS.c.index < _whole("stop"))
    .order_by(EVENTS.c.index)
    .limit(_whole("limit")),
    "history": _EVENT.where(
        _ONE_RECORD, EVENTS.c.version > _whole("above"), EVENTS.c.version <= _whole("upto")
    )
    .order_by(EVENTS.c.version)
    .limit(_whole("limit")),
    "history_back": _EVENT.where(
        _ONE_RECORD, EVENTS.c.version > _whole("above"), EVENTS.c.version <= _whole("upto")
    )
    .order_by(EVENTS.c.version.desc())
    .limit(_whole("limit")),
    "records": select(EVENTS.c.record)
    .where(
        literal_column("version = 1"),  # as the index `events_first` says it, to the letter
        EVENTS.c.record >= _text("lowest"),  # the one lower bound, from which the index is read
        EVENTS.c.record < _text("above"),
        EVENTS.c.record != _text("after"),
    )
    .order_by(EVENTS.c.record)
    .limit(_whole("limit")),
    "content": select(CONTENT.c.salt, CONTENT.c.bytes).where(
        CONTENT.c.digest == _text("digest")
    ),
    "disclosure": select(DISCLOSURES.c.event_index, DISCLOSURES.c.disclosure).where(
        DISCLOSURES.c.digest == _text("digest")
    ),
    "disclosures": select(
        DISCLOSURES.c.digest, DISCLOSURES.c.event_index, DISCLOSURES.c.disclosure
    )
    .where(DISCLOSURES.c.digest > _text("after"))
    .order_by(DISCLOSURES.c.digest)
    .limit(_whole("limit")),
    "purge_content": CONTENT.delete().where(CONTENT.c.digest == _text("digest")),
    "purge_disclosure": DISCLOSURES.delete().where(DISCLOSURES.c.digest == _text("digest")),
    "by_record": _EVENT.where(
        tuple_(EVENTS.c.record, EVENTS.c.version) > tuple_(_text("record"), _whole("above")),
        EVENTS.c.record < _text("upto"),
    )
    .order_by(EVENTS.c.record, EVENTS.c.version)
    .limit(_whole("limit")),
    "doubled_acts": select(SEALS.c.act).group_by(SEALS.c.act).having(func.count() > 1),
    "checkpoints": select(CHECKPOINTS.c.size, CHECKPOINTS.c.note).order_by(CHECKPOINTS.c.size),
    "checkpoint": select(CHECKPOINTS.c.note).where(CHECKPOINTS.c.size == _whole("size")),
    "cosignatures": select(
        COSIGNATURES.c.size, COSIGNATURES.c.witness, COSIGNATURES.c.cosignature
    ).order_by(COSIGNATURES.c.size, COSIGNATURES.c.witness),
    "cosignature": select(COSIGNATURES.c.cosignature).where(
        COSIGNATURES.c.size == _whole("size"), COSIGNATURES.c.witness == _text("witness")
    ),
    "add_cosignature": COSIGNATURES.insert().values(
        {column.name: bindparam(column.name) for column in COSIGNATURES.c}
    ),
    "stamps": select(TIMESTAMPS.c.digest, TIMESTAMPS.c.size, TIMESTAMPS.c.token).order_by(
        TIMESTAMPS.c.size, TIMESTAMPS.c.digest
    ),
    "stamp": select(TIMESTAMPS.c.size).where(TIMESTAMPS.c.digest == _text("digest")),
    "add_stamp": TIMESTAMPS.insert().values(
        {column.name: bindparam(column.name) for column in TIMESTAMPS.c}
    ),
    "add_seal": SEALS.insert().values(
        {column.name: bindparam(column.name) for column in SEALS.c}
    ),
    "add_event": EVENTS.insert().values(
        {column.name: bindparam(column.name) for column in EVENTS.c}
    ),
    "add_content": CONTENT.insert().values(
        {column.name: bindparam(column.name) for column in CONTENT.c}
    ),
    "add_disclosure": DISCLOSURES.insert().values(
        {column.name: bindparam(column.name) for column in DISCLOSURES.c}
    ),
    "add_checkpoint": CHECKPOINTS.insert().values(
        {column.name: bindparam(column.name) for column in CHECKPOINTS.c}
    ),
    "move_head": HEAD.update().values(
        size=_whole("new_size"),
        root=bindparam("new_root", type_=LargeBinary()),
        frontier=bindparam("new_frontier", type_=LargeBinary()),
        recorded_at=_text("new_recorded_at"),
        clock=_text("new_clock"),
    ),
    "read_back": select(HEAD.c.size, HEAD.c.root, _NEWEST, _ADDED),
}


@frozen
class Written:
    """A statement in the driver's SQL, and the names of its values in the driver's order.

    `fixed` are values that SQLAlchemy itself put into the statement.
    """

    sql: str
    order: tuple[str, ...]
    fixed: Values = field(default_factory=dict)

    def values(self, values: Values) -> tuple[Any, ...]:
        """Return the values in the driver's order."""
        if self.fixed:
            values = self.fixed | values
        return tuple([values[name] for name in self.order])


def write_out(dialect: Dialect) -> dict[str, Written]:
    """Return every statement in this dialect, whose parameters must be positional."""
    written = {}
    for name, statement in STATEMENTS.items():
        assert isinstance(statement, ClauseElement)
        compiled: Any = statement.compile(dialect=dialect)
        fixed = {key: value for key, value in compiled.params.items() if value is not None}
        written[name] = Written(str(compiled), tuple(compiled.positiontup), fixed)
    return written
