"""The door for appends: a log that lost something is not signed over, until an incident says what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.application.acting import Request, Step
from ledger.application.incidents import read_incidents
from ledger.clock import new_id
from ledger.errors import ProofError, RefusedError
from ledger.log.receipt import ReceiptBook
from ledger.log.standing import KnownHead
from ledger.records.incident import RECORD, Recorded
from tests.ledger.audit.test_privacy import Unreadable
from tests.office import FOUNDER, SECOND, make_office

CLOCK = ("office.correct-clock", "office/main", {"reason": "校时"})


class Scenery:
    """An office whose log was rolled back: 甲 and 乙 keep receipts of what is gone."""

    def __init__(self, folder):
        lost = make_office()
        self.books = {name: ReceiptBook(folder / f"{name}.jsonl") for name in (FOUNDER, SECOND)}
        for name in (FOUNDER, SECOND, SECOND):
            self.act(lost, name, CLOCK)
        self.lost = lost
        self.head = lost.store.head()
        # Seeds make the same office again; its salts and ids make it another log from the start.
        self.office = make_office()

    def person(self, office, name):
        """A person, with their receipts."""
        return replace(office.people[name], receipts=self.books[name])

    def act(self, office, name, *asked):
        """Act with receipts."""
        acting = replace(office.people[name], receipts=self.books[name])
        return office.ledger.act(acting, office.request(asked))

    def record(self, name=FOUNDER, **changed):
        """Record what was lost."""
        told = {
            "size": 0, "held_size": self.head.size, "held_root": self.head.root.hex(),
            "held_by": "甲的回执", "lost": "三条", "decision": "继续使用", **changed,
        }  # fmt: skip
        now = self.office.clock()
        step = Step(RECORD, f"incident/{new_id(now)}", Recorded(**told))
        return self.office.ledger.act(
            self.person(self.office, name), Request(new_id(now), (step,))
        )


@pytest.fixture
def scenery(tmp_path):
    """A log that is not the one its officers know."""
    return Scenery(tmp_path)


def test_a_lost_log_is_signed_over_by_nobody(scenery):
    """Both officers hold receipts, and both are refused before they sign."""
    for name in (FOUNDER, SECOND):
        with pytest.raises(ProofError, match="do not sign"):
            scenery.act(scenery.office, name, CLOCK)


def test_the_incident_lets_the_office_go_on(scenery):
    """It is recorded by an administrator, and from then on all may act; each book notes it once."""
    done = scenery.record()

    scenery.act(scenery.office, FOUNDER, CLOCK)
    scenery.act(scenery.office, SECOND, CLOCK)
    scenery.act(scenery.office, SECOND, CLOCK)

    (lost,) = read_incidents(scenery.office.store)
    assert (lost.act, lost.size, lost.held_size) == (done.act, 0, scenery.head.size)
    noted = [
        [each.act for each in book.all()].count(done.act) for book in scenery.books.values()
    ]
    assert noted == [1, 1]


def test_an_incident_that_cannot_be_read_excuses_nothing(scenery):
    """The store fails, or its bytes are spoiled: `verify` names it, and whoever relied on it is not let on."""
    scenery.record()
    store = scenery.office.store
    rows = store._rows.events
    (index,) = (row.index for row in rows if row.kind == Recorded.KIND)
    assert len(read_incidents(store)) == 1
    assert read_incidents(Unreadable(store, "history")) == []

    rows[index] = replace(rows[index], event=b"{}")

    assert read_incidents(store) == []


def test_an_incident_excuses_no_more_than_it_tells(scenery):
    """乙 knows of more than 甲 told: 乙 is refused until that is recorded too."""
    reach = scenery.books[FOUNDER].last().index + 1
    scenery.record(held_size=reach, held_root="")

    scenery.act(scenery.office, FOUNDER, CLOCK)
    with pytest.raises(ProofError, match="do not sign"):
        scenery.act(scenery.office, SECOND, CLOCK)
    scenery.record()

    assert scenery.act(scenery.office, SECOND, CLOCK).first_index > 0


def test_a_second_loss_is_another_incident(scenery):
    """What was acted since the first incident binds: rolled back again, the door is shut again."""
    scenery.record()
    scenery.act(scenery.office, SECOND, CLOCK)
    first = scenery.office
    scenery.office = make_office()
    with pytest.raises(ProofError, match="do not sign"):
        scenery.act(scenery.office, SECOND, CLOCK)

    scenery.record(held_size=max(first.store.head().size, scenery.head.size))

    assert scenery.act(scenery.office, SECOND, CLOCK).first_index > 0


def test_an_incident_that_does_not_cover_the_loss_is_no_key(scenery):
    """The act that records it is refused like any other if it tells too little."""
    with pytest.raises(ProofError, match="do not sign"):
        scenery.record(held_size=1)
    with pytest.raises(RefusedError, match="IN2"):
        scenery.record(held_size=scenery.head.size, held_root="x")


def test_a_witnessed_head_shuts_the_door_too(scenery):
    """Without any receipt: a log behind it or beside it is refused, until an incident names that head."""
    office = scenery.office
    ahead = KnownHead(scenery.head.size, scenery.head.root, "a witness")
    beside = KnownHead(3, b"x" * 32, "a witness")
    refusals = []
    for head in (ahead, beside):
        acting = replace(office.people[FOUNDER], witnessed=head)
        with pytest.raises(ProofError) as refused:
            office.ledger.act(acting, office.request([CLOCK]))
        refusals.append(str(refused.value))
    scenery.record()
    excused = replace(office.people[FOUNDER], witnessed=ahead)

    assert "rolled back or cut" in refusals[0]
    assert "forked" in refusals[1]
    assert office.ledger.act(excused, office.request([CLOCK])).first_index > 0
    still = replace(office.people[FOUNDER], witnessed=beside)
    with pytest.raises(ProofError, match="forked"):
        office.ledger.act(still, office.request([CLOCK]))
