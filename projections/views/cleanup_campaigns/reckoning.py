"""A campaign as the view's rows tell it: each rule's outcome, proposed, decided, and carried out.

Whether a decision was carried out is read from the rule's own record, never from the campaign:
the campaign's 落实 only confirms it. Of rules that were told as a total alone there is no record, so
nothing can be said of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from ledger.frozen import frozen
from ledger.records.cleanup.events import CONFIRM, NEW, OUTCOMES
from projections.projection import Reading, Row
from projections.views.cleanup_campaigns.tables import (
    CAMPAIGNS,
    CARRIED_OUT,
    DISPOSITIONS,
    RULES,
    SUMS,
    TALLIES,
)

EVERY = (*OUTCOMES, NEW)
_NO_RULE: Row = dict.fromkeys(("title", "published_on", "amended_on", "amend_by", "ended"))


@frozen
class Disposition:
    """One rule in a campaign: what was proposed and decided, and what its own record shows."""

    row: Row
    rule: Row
    shown: str
    done_on: str | None

    @property
    def decided(self) -> str:
        """The outcome decided, or the empty text."""
        return str(self.row["decided"])

    @property
    def done(self) -> bool:
        """Tell whether the rule's own record shows what was decided."""
        return bool(self.decided) and self.shown == self.decided

    @property
    def followed_up(self) -> bool:
        """Tell whether the campaign confirmed that it was carried out."""
        return self.done and self.row["followed_up"] == self.decided

    @property
    def flagged(self) -> bool:
        """Tell whether it goes on in force and is to be amended in time 需适时修改."""
        return self.decided == CONFIRM and bool(self.row["needs_amendment"])

    @property
    def amended(self) -> bool:
        """Tell whether it was amended since it was confirmed."""
        since = self.done_on or ""
        return self.rule["amended_on"] is not None and self.rule["amended_on"] >= since


@frozen
class Campaign:
    """A campaign: its row, its sums, each rule in it, and totals of rules without record.

    `undecided` are the rules' own records that name the campaign for what it did not decide.
    """

    row: Row
    sums: tuple[Row, ...]
    dispositions: tuple[Disposition, ...]
    tallies: Mapping[str, Row]
    undecided: int

    def decided(self, outcome: str = "") -> list[Disposition]:
        """Return the recorded rules with a decision: this one, or any."""
        return [
            each for each in self.dispositions if each.decided and outcome in ("", each.decided)
        ]

    def by_total(self, outcome: str) -> int:
        """Return how many rules without record were decided so."""
        return int(self.tallies[outcome]["decided"]) if outcome in self.tallies else 0

    def proposed(self, outcome: str) -> int:
        """Return how many rules have this outcome, with and without record."""
        told = int(self.tallies[outcome]["count"]) if outcome in self.tallies else 0
        named = [each for each in self.dispositions if each.row["outcome"] == outcome]
        return told + len(named)


def campaigns(reading: Reading, where: Mapping[str, Any]) -> Iterator[Campaign]:
    """Yield the campaigns, by record; of `where` the record alone is looked at."""
    wanted = {name: value for name, value in where.items() if name == "campaign"}
    rules = {row["rule"]: row for row in reading.find(RULES)}
    shown: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in reading.find(CARRIED_OUT, wanted):
        shown[row["campaign"]][row["rule"]] = row
    sums, dispositions, tallies = (
        _by_campaign(reading, table, wanted) for table in (SUMS, DISPOSITIONS, TALLIES)
    )
    for row in reading.find(CAMPAIGNS, wanted):
        name = row["campaign"]
        named = tuple(
            _disposition(each, rules.get(each["rule"], _NO_RULE), shown[name].get(each["rule"]))
            for each in dispositions[name]
        )
        decided = {each.row["rule"]: each.decided for each in named}
        yield Campaign(
            row, tuple(sums[name]), named, {each["outcome"]: each for each in tallies[name]},
            sum(decided.get(rule) != each["outcome"] for rule, each in shown[name].items()),
        )  # fmt: skip


def _disposition(row: Row, rule: Row, shown: Row | None) -> Disposition:
    if row["decided"] == NEW:
        made = rule["published_on"] is not None and not rule["ended"]
        return Disposition(row, rule, NEW if made else "", rule["published_on"])
    if shown is None:
        return Disposition(row, rule, "", None)
    return Disposition(row, rule, shown["outcome"], shown["done_on"])


def _by_campaign(
    reading: Reading, table: Any, wanted: Mapping[str, Any]
) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in reading.find(table, wanted):
        found[row["campaign"]].append(row)
    return found
