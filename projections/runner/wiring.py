"""The wires to views: those of a ledger's store, but for what is said when one fails."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

from typing_extensions import override

from ledger.frozen import frozen, replace
from ledger.store.speech import Link, Source, Speech
from ledger.store.statements import write_out
from ledger.store.wire import Wire, Wires

REMEDY = "views can be built again: run 'qifeng store rebuild'"


@frozen
class ViewSource:
    """Where connections to one set of views come from, and how it is spoken to."""

    source: Source
    speech: Speech

    def connect(self) -> Link:
        """Open a connection."""
        return self.source.connect()


def view_source(source: Source, statements: Mapping[str, str]) -> ViewSource:
    """Return a database as a source of views, which has these statements.

    Views are no evidence: whatever breaks is told with one remedy, and of a commit that may have been
    done nobody need be told.
    """
    return ViewSource(
        source,
        replace(
            source.speech,
            what="views",
            statements=write_out(dict(statements), source.speech.mark),
            refusals=(),
            advice=_remedy,
            unknown=_never,
        ),
    )


class OneWire(Wires):
    """The one wire to a database in memory, which is gone with its connection."""

    def __init__(self, source: Source) -> None:
        """Open it."""
        super().__init__(source)
        self._wire = self.open()

    @override
    def lend(self) -> AbstractContextManager[Wire]:
        """Lend it, to everyone."""
        return nullcontext(self._wire)

    @override
    def close(self) -> None:
        """Let the database go."""
        self._wire.close()


def _remedy(_: BaseException) -> str:
    return REMEDY


def _never(_: BaseException | None) -> bool:
    return False
