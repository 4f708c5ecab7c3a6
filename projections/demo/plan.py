"""The whole year's plan, family by family; `schedule.play` puts it in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from projections.demo.campaigns import plan_campaigns
from projections.demo.documents import plan_documents
from projections.demo.funds import plan_funds
from projections.demo.rules import plan_rules
from projections.demo.schedule import Planned
from projections.demo.telegrams import plan_telegrams


def plan_year() -> Iterator[Planned]:
    """Yield everything that the cast does in the year."""
    return chain(
        plan_documents(), plan_rules(), plan_campaigns(), plan_funds(), plan_telegrams()
    )
