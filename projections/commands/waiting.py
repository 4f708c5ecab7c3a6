"""What waits for an officer, read from evidence: the view says where to look, event bytes say what.

A record is folded from the bytes of all its events, each held against the digest that the next one
names. Whoever edited an event, or a row of the view, changes nothing of what a leader is shown
without being noticed: the chain breaks, or the item is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from ledger import canonical
from ledger.application.ledger import Ledger
from ledger.application.mapper import open_event
from ledger.errors import ProofError
from ledger.family import Happened, Waiting, family_of
from ledger.frozen import frozen
from ledger.records.officer import Officer
from ledger.store.contract import EventRow
from projections.runner import Runner
from projections.views.queue import QUEUE


@frozen
class Item:
    """Something that waits: the record as its events tell it, and what for.

    `head` is the newest event that tells what it is about; `index` is the event it waits since.
    """

    record: str
    title: str
    waiting: Waiting
    index: int
    recorded_at: str
    state: Any
    head: Happened
    last_digest: str


@frozen
class Asking:
    """Who asks what waits: their own posts, and (post, principal) of those they act in by delegation."""

    officer: str
    own: frozenset[str]
    delegated: tuple[tuple[str, str], ...] = ()

    @property
    def posts(self) -> frozenset[str]:
        """Every post that they may act in."""
        return self.own | {post for post, _ in self.delegated}

    def principal_for(self, waiting: Waiting) -> str | None:
        """Return the officer for whom they would do it; None where a post of their own will do."""
        if not waiting.posts or not self.own.isdisjoint(waiting.posts):
            return None
        given = (who for post, who in self.delegated if post in waiting.posts)
        return next(given, None)


def asking(ledger: Ledger, officer: str, day: date) -> Asking:
    """Return the officer with every post they may act in on a day."""
    own: Officer = ledger.state(officer)
    delegated = []
    for record in ledger.store.records("officer", limit=100_000):
        principal: Officer = ledger.state(record)
        delegated += [
            (post, record)
            for post in sorted(principal.posts)
            if principal.delegates(officer, post, day)
        ]
    return Asking(officer, own.posts, tuple(delegated))


def waiting_items(ledger: Ledger, runner: Runner, who: Asking) -> Iterator[Item]:
    """Yield what waits for the officer: for a post of theirs, or for nobody's post in what they began.

    Raises:
        ProofError: the events of a record do not follow on from each other.
    """
    with runner.reading() as reading:
        records = list(dict.fromkeys(row["record"] for row in reading.find(QUEUE)))
    for record in records:
        rows = ledger.store.history(record)
        for item in _items(ledger, record, rows):
            if _is_for(ledger, item, rows, who):
                yield item


def read_history(ledger: Ledger, rows: Iterable[EventRow]) -> Iterator[Happened]:
    """Yield a record's events, each held against the digest of the one before.

    Raises:
        ProofError: an event does not follow on from the one before.
        MalformedError: an event is not canonical, or not of a known kind.
    """
    prev = canonical.ZERO_DIGEST
    for version, row in enumerate(rows, 1):
        event, happened = open_event(row.event, ledger.kinds)
        if (event.record, event.version, event.prev) != (row.record, version, prev):
            raise ProofError(
                f"{row.record} version {version}",
                "does not follow on from the event before it; run 'qifeng verify'",
            )
        prev = canonical.digest(row.event)
        yield happened


def _items(ledger: Ledger, record: str, rows: Sequence[EventRow]) -> Iterator[Item]:
    family = ledger.families[family_of(record)]
    if family.waits is None or not rows:
        return
    state = family.initial
    since: dict[Waiting, EventRow] = {}
    head: Happened | None = None
    for row, happened in zip(rows, read_history(ledger, rows), strict=True):
        state = family.evolve(state, happened)
        since = {each: since.get(each, row) for each in family.waits(state)}
        title: str = getattr(happened, "title", "")
        head = happened if title or head is None else head
    assert head is not None, "a record with rows has events"
    digest = canonical.digest(rows[-1].event)
    for waiting, row in since.items():
        yield Item(
            record,
            family.title(state),
            waiting,
            row.index,
            row.recorded_at,
            state,
            head,
            digest,
        )


def _is_for(ledger: Ledger, item: Item, rows: Sequence[EventRow], who: Asking) -> bool:
    if item.waiting.posts:
        return not who.posts.isdisjoint(item.waiting.posts)
    seal = ledger.store.seal(rows[0].act)
    return seal is not None and seal.actor == who.officer
