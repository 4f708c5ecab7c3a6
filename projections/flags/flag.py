"""What a red flag 红旗 is: a code, a citation, and one small query over items of money.

A flag is no verdict: it says where to look, with the events that show it. What counts as near, fast
or long is told in the office's own parameters 预警参数 (`ledger.records.alarm`), never in a query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from ledger.frozen import frozen
from ledger.records.alarm import Parameters
from ledger.records.fund.events import Claim
from ledger.records.fund.persons import Person
from projections.flags.evidence import Evidence
from projections.flags.items import Item, Step, takers

HIGH = "high"
MEDIUM = "medium"
LOW = "low"
SEVERITIES = (HIGH, MEDIUM, LOW)


@frozen(kw_only=True)
class Hit:
    """What a query found: on which items, in words, and the steps that prove it.

    It stands on the first item, or on the `record` of that `title`. `suppliers` and `lines` are
    concerned beside those of the items. `about` names what is counted under the flag's code (for F01
    the levels missing); `severity` is told where it is not the flag's own.
    """

    message: str
    steps: tuple[Step, ...]
    items: tuple[Item, ...] = ()
    record: str = ""
    title: str = ""
    suppliers: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    severity: str = ""


Find = Callable[[Evidence, Parameters], Iterator[Hit]]


@frozen
class Flag:
    """A red flag, and the query that finds it."""

    code: str
    zh: str
    en: str
    severity: str
    citation: str
    find: Find


@frozen
class FlagRow:
    """One place flagged; `indexes` are the events that prove it, `persons` who took those steps.

    `day` is that of the last of these events, or of the business where only claims prove it; `items`,
    `suppliers` and `lines` are what is concerned.
    """

    code: str
    severity: str
    record: str
    title: str
    message: str
    day: date
    indexes: tuple[int, ...]
    citation: str
    about: tuple[str, ...] = ()
    persons: tuple[Person, ...] = ()
    items: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the row as it stands in `--json` output."""
        return {
            "code": self.code,
            "severity": self.severity,
            "record": self.record,
            "title": self.title,
            "message": self.message,
            "day": self.day.isoformat(),
            "indexes": list(self.indexes),
            "about": list(self.about),
            "officers": [str(each) for each in self.persons],
            "items": list(self.items),
            "suppliers": list(self.suppliers),
            "lines": list(self.lines),
            "citation": self.citation,
        }


def find_flags(flags: Iterable[Flag], evidence: Evidence) -> Iterator[FlagRow]:
    """Yield what these flags find, flag by flag, in the order in which the records stand."""
    for flag in flags:
        for hit in flag.find(evidence, evidence.parameters):
            yield _row(flag, hit)


def _row(flag: Flag, hit: Hit) -> FlagRow:
    on = hit.items[0] if hit.items else None
    lines = (each.claim.budget for each in hit.items)
    return FlagRow(
        code=flag.code,
        severity=hit.severity or flag.severity,
        record=hit.record or (on.record if on else ""),
        title=hit.title or (on.state.title or on.claim.number if on else ""),
        message=hit.message,
        day=_day(hit),
        indexes=tuple(sorted({step.index for step in hit.steps})),
        citation=flag.citation,
        about=hit.about,
        persons=takers(hit.steps),
        items=tuple(each.record for each in hit.items),
        suppliers=_once(
            (*hit.suppliers, *(who for each in hit.items for who in each.suppliers))
        ),
        lines=_once((*hit.lines, *(line for line in lines if line))),
    )


def _day(hit: Hit) -> date:
    if hit.items and all(isinstance(step.happened, Claim) for step in hit.steps):
        return max(each.day for each in hit.items)
    return max(step.day for step in hit.steps)


def _once(told: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(told))
