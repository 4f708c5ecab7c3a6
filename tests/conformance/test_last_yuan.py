"""Two officers reserve the last yuan at once: exactly one succeeds, and the other is told why (R9)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.application.ledger import Ledger
from ledger.audit.verdict import INTACT
from ledger.audit.verify import verify
from ledger.errors import RefusedError
from tests.conformance.conftest import POSTGRESQL, SQLITE
from tests.office import pin_of
from tests.pg import fresh_database
from tests.racing import DONE, race
from tests.treasury import AUDITORS, approve_line, make_treasury, sign, submit

ROUNDS = 6


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgresql)])
def url(request, tmp_path):
    """The address of a store that writes through, as an office's does."""
    if request.param == SQLITE:
        yield str(tmp_path / "ledger.db")
    else:
        server = request.getfixturevalue("postgresql_durable_url")
        with fresh_database(server) as address:
            yield address


def test_of_two_who_reserve_the_last_yuan_exactly_one_succeeds(url):
    """Two processes, two auditors, two items of 600 on a line of 1000: one signature, one R9."""
    office = make_treasury(url)
    lines = [approve_line(office, f"科目{n}", 1000) for n in range(ROUNDS)]
    items = {name: [submit(office, line, 600) for line in lines] for name in AUDITORS}
    for item in (*items["孙"], *items["马"]):
        sign(office, item, upto=2)
    before = office.store.head().size
    versions = {
        each: office.ledger.folded(each).version for pair in items.values() for each in pair
    }

    told = race(office, url, items)

    won = {each.item for each in told if each.outcome == DONE}
    lost = {each.item: each for each in told if each.outcome != DONE}
    assert {each.outcome for each in lost.values()} == {"R9"}
    assert office.store.head().size == before + 2 * ROUNDS
    for n, line in enumerate(lines):
        (winner,) = won & {items["孙"][n], items["马"][n]}
        (loser,) = lost.keys() & {items["孙"][n], items["马"][n]}
        state = office.ledger.state(line)
        assert (state.reservations, state.left_fen) == (((winner, 600),), 400)
        assert f"6.00元 from 科目{n}, which has 4.00元 left" in lost[loser].message
        assert office.ledger.folded(loser).version == versions[loser]
        assert office.ledger.state(loser).waiting_level.level == 3
    verdict = verify(office.store, pin=pin_of(office))
    assert (verdict.verdict, verdict.findings) == (INTACT, ())
    office.store.close()


def test_who_decided_before_the_other_wrote_is_judged_on_what_the_other_left(monkeypatch):
    """孙 has decided and signed when 马 takes the last yuan: her act is decided again, and refused."""
    office = make_treasury()
    line = approve_line(office, "科目", 1000)
    first, second = submit(office, line, 600), submit(office, line, 600)
    for item in (first, second):
        sign(office, item, upto=2)
    other = replace(office, ledger=Ledger(office.store, clock=office.clock))
    insert = office.store.insert_events

    def overtaken(*given, **told):
        monkeypatch.undo()
        other.act("马", ("fund.countersign", first, {}))
        return insert(*given, **told)

    monkeypatch.setattr(office.store, "insert_events", overtaken)
    with pytest.raises(RefusedError, match=r"R9: .*which has 4\.00元 left"):
        office.act("孙", ("fund.countersign", second, {}))

    assert office.ledger.state(line).reservations == ((first, 600),)
    assert verify(office.store, pin=pin_of(office)).findings == ()
