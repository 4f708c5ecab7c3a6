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
from tests.wandering.office import make_wandering

ACTS, LONGEST = 10_000, 900
SEED = "骑缝"


@pytest.fixture(scope="module")
def wandered(tmp_path_factory):
    """An office after 10,000 acts, and its views, which followed in uneven steps."""
    folder = tmp_path_factory.mktemp("wandering")
    wandering = make_wandering(SEED, folder)
    steps = Chance(f"steps of {SEED}")
    with closing(FilePlace(folder)) as place:
        views = Runner(wandering.office.store, place, VIEWS)
        while wandering.acts < ACTS:
            size = wandering.office.store.head().size
            wandering.wander(1 + steps.below(min(LONGEST, ACTS - wandering.acts)))
            # At times only part of what is new is taken, even part of an act.
            new = wandering.office.store.head().size - size
            views.follow(size + steps.below(new) if steps.percent(40) else None)
        views.follow()
        yield wandering, views


@pytest.mark.slow
def test_every_family_took_part(wandered):
    """Each family of the registry has events, also one that nobody wrote habits for."""
    wandering, _ = wandered

    happened = {family_of(kind) for kind in wandering.kinds}

    assert wandering.acts >= ACTS
    assert happened == {family.name for family in FAMILIES}
    assert len(wandering.kinds) > 0.8 * sum(len(family.events) for family in FAMILIES)


@pytest.mark.slow
@pytest.mark.parametrize("view", [view.name for view in VIEWS])
def test_a_rebuild_is_what_is_stored(wandered, view):
    """Followed in uneven steps or folded at once: the same rows; and no record was parked."""
    _, views = wandered

    assert views.parked(view) == []
    assert views.count(view)
    assert list(views.compare(view)) == []


@pytest.mark.slow
def test_the_ledger_is_intact(wandered):
    """Whatever the door let in is signed, in order, and within its rules."""
    wandering, _ = wandered
    roots = wandering.around.authority.roots.read_bytes()

    verdict = verify(
        wandering.office.store,
        pin=pin_of(wandering.office),
        jobs=1,
        outside=Outside(roots_pem=roots),
    )

    assert (verdict.verdict, verdict.findings, verdict.unfinished) == ("intact", (), "")
