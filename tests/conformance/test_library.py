"""The library's own conformance cases, unchanged, against every store.

The cases store raw rows; our stores take sealed acts alone. `Sealing` stands between: it seals each
row into an event of a record `test/<originator>`, and hands rows back as the cases wrote them.
"""

from __future__ import annotations

import base64
import threading
from typing import Any
from unittest import TestCase
from uuid import UUID

import pytest
from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from ledger import canonical
from ledger.act import parse_event
from ledger.store.open import open_store
from tests.conformance.conftest import KINDS, address
from tests.sealing import make_event, seal_events


class Sealing(ApplicationRecorder):
    """A store as the cases see it. Versions begin where each originator's first row began."""

    def __init__(self, store: Any, *, tells_ids: bool) -> None:
        self.store = store
        self.tells_ids = tells_ids
        self.lock = threading.Lock()

    def insert_events(self, stored_events, **_):
        rows = list(stored_events)
        if not rows:
            return self.store.insert_events([]) if self.tells_ids else None
        with self.lock:
            ids = self._insert(rows)
        return ids if self.tells_ids else None

    def _insert(self, rows):
        head = self.store.head()
        shifts: dict[Any, int] = {}
        prevs: dict[Any, str] = {}
        events = []
        for row in rows:
            originator = row.originator_id
            if originator not in shifts:
                self._look_up(row, shifts, prevs)
            version = row.originator_version - shifts[originator]
            prev = prevs[originator] if version > 1 else canonical.ZERO_DIGEST
            event = sealed_row(row, version, prev)
            prevs[originator] = canonical.digest(event.state)
            events.append(event)
        acts = [
            seal_events([event.state for event in part], seen=(head.size, head.root))
            for part in (events[start : start + 256] for start in range(0, len(events), 256))
        ]
        return self.store.insert_events(events, acts=acts)

    def _look_up(self, row, shifts, prevs):
        record = f"test/{row.originator_id}"
        last = self.store.last(record)
        prevs[row.originator_id] = (
            canonical.digest(last.event) if last else canonical.ZERO_DIGEST
        )
        shifts[row.originator_id] = (
            self._shift_stored(row.originator_id) if last else row.originator_version - 1
        )

    def select_events(self, originator_id, *, gt=None, lte=None, desc=False, limit=None):
        shift = self._shift_stored(originator_id)
        rows = self.store.select_events(
            f"test/{originator_id}",
            gt=None if gt is None else gt - shift,
            lte=None if lte is None else lte - shift,
            desc=desc,
            limit=limit,
        )
        return [StoredEvent(**unsealed(row)) for row in rows]

    def _shift_stored(self, originator_id):
        first = self.store.history(f"test/{originator_id}")
        return parse_event(first[0].event).body["number"] - 1 if first else 0

    def select_notifications(self, start, limit, stop=None, topics=(), **inclusive):
        kinds = [kind_of(topic) for topic in topics]
        rows = self.store.select_notifications(start, limit, stop, kinds, **inclusive)
        return [Notification(**unsealed(row), id=row.id) for row in rows]

    def max_notification_id(self):
        return self.store.max_notification_id()

    def subscribe(self, gt=None, topics=()):
        return self.store.subscribe(gt, topics)


def sealed_row(row: StoredEvent, version: int, prev: str) -> StoredEvent:
    """Return the row of ours that holds a row of the cases."""
    record = f"test/{row.originator_id}"
    event = make_event(
        record,
        version,
        prev,
        kind=kind_of(row.topic),
        topic=row.topic,
        number=row.originator_version,
        state=base64.b64encode(row.state).decode(),
    )
    return StoredEvent(record, version, kind_of(row.topic), event)


def kind_of(topic: str) -> str:
    """Return a kind of ours for a topic of the cases."""
    letters = topic.replace("-", "_").translate(str.maketrans("123456789", "abcdefghi"))
    return f"test.{letters}/1"


def unsealed(row: StoredEvent) -> dict[str, Any]:
    """Return the members of the row that the case wrote."""
    body = parse_event(row.state).body
    return {
        "originator_id": UUID(str(row.originator_id).removeprefix("test/")),
        "originator_version": body["number"],
        "topic": body["topic"],
        "state": base64.b64decode(body["state"]),
    }


AGGREGATE = ("test_insert_and_select", "test_performance")
APPLICATION = (
    "test_insert_select",
    "test_performance",
    "test_concurrent_no_conflicts",
    "test_concurrent_throughput",
)
CASES = [
    *((AggregateRecorderTestCase, name, False) for name in AGGREGATE),
    *((ApplicationRecorderTestCase, name, True) for name in APPLICATION),
    (NonInterleavingNotificationIDsBaseCase, "test", True),
]


@pytest.mark.parametrize(("case", "name", "tells_ids"), CASES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_store_is_a_recorder_as_the_library_means_it(
    kind, case, name, tells_ids, tmp_path, request
):
    """Whatever the library promises of its own recorders, ours keep."""
    with address(kind, tmp_path, request) as url:
        store = open_store(url, create=True)
        concrete = type(
            case.__name__,
            (case,),
            {"create_recorder": lambda _: Sealing(store, tells_ids=tells_ids)},
        )
        outcome = run(concrete(name))
        store.close()

    assert outcome == []


def run(case: TestCase) -> list[str]:
    """Run one case to the end of its threads (it does not join them); return what went wrong."""
    before = set(threading.enumerate())
    result = case.defaultTestResult()
    case.run(result)
    for thread in set(threading.enumerate()) - before:
        thread.join()
    assert result.testsRun == 1
    return [trace for _, trace in result.errors + result.failures]


def test_the_library_has_no_case_that_we_leave_out():
    """A case that a later version of the library adds is either run here or fails this test."""
    ours = {(case, name) for case, name, _ in CASES}
    theirs = {
        (case, name) for case in {case for case, _ in ours} for name in dir(case)
        if name.startswith("test")
    }  # fmt: skip

    assert theirs == ours
