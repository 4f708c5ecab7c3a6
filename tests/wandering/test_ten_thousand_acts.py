"""After 10,000 acts of any kind every view is what a fresh replay gives, and the ledger is intact."""

from __future__ import annotations

from contextlib import closing

import pytest

from ledger.audit.outside import Outside
from ledger.audit.verify import verify
from ledger.family import family_of
from ledger.records import FAMILIES
from projections.runner import FilePlace, Runner
from projections.views import VIEWS
from tests.office import pin_of
from tests.wandering.chance import Chance
from tests.wandering.office import Wandering, make_wandering

ACTS, LONGEST = 10_000, 900
SEED = "骑缝"


def wander_and_follow(wandering: Wandering, views: Runner) -> None:
    """Go on for 10,000 acts; views follow in uneven steps, at times only part of what is new."""
    steps = Chance(f"steps of {SEED}")
    while wandering.acts < ACTS:
        size = wandering.office.store.head().size
        wandering.wander(1 + steps.below(min(LONGEST, ACTS - wandering.acts)))
        new = wandering.office.store.head().size - size
        views.follow(size + steps.below(new) if steps.percent(40) else None)
    views.follow()


@pytest.mark.slow
def test_any_10_000_acts_leave_every_view_as_a_rebuild_and_the_ledger_intact(tmp_path):
    """Every family takes part; no view parks a record or differs from a replay; all verifies.

    One test, because the acts take longer than all that is asked of them.
    """
    wandering = make_wandering(SEED, tmp_path)
    roots = Outside(roots_pem=wandering.around.authority.roots.read_bytes())
    store, pin = wandering.office.store, pin_of(wandering.office)

    with closing(FilePlace(tmp_path)) as place:
        views = Runner(store, place, VIEWS)
        wander_and_follow(wandering, views)
        parked = {each.name: views.parked(each.name) for each in VIEWS}
        differing = {each.name: list(views.compare(each.name)) for each in VIEWS}
        rows = {each.name: views.count(each.name) for each in VIEWS}
    verdict = verify(store, pin=pin, jobs=1, outside=roots)

    assert {family_of(kind) for kind in wandering.kinds} == {each.name for each in FAMILIES}
    assert len(wandering.kinds) > 0.8 * sum(len(each.events) for each in FAMILIES)
    assert parked == differing == {each.name: [] for each in VIEWS}
    assert all(rows.values())
    assert (verdict.verdict, verdict.findings, verdict.unfinished) == ("intact", (), "")
