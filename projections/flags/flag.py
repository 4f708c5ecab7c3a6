"""What a red flag 红旗 is: a code, a citation, and one small query over items of money.

A flag is no verdict: it says where to look, with the events that show it. What counts as near, fast
or long is told in `Parameters`, never in a query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ledger.records.fund.persons import Person
from projections.flags.items import Evidence, Item, Step, takers

HIGH = "high"
MEDIUM = "medium"
LOW = "low"
SEVERITIES = (HIGH, MEDIUM, LOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """From where on something is flagged.

    Attributes:
        splitting_days: F05, items so many days apart or fewer may be one business split up.
        near_percent: F06, from so many hundredths of a threshold up to it is just under it.
        near_days: F07, invoices so many days apart or fewer may be one.
        round_fen: F13, whole multiples of this are round: 10,000 yuan.
        fast_minutes: F14, from submission to the last signature in fewer minutes is fast.
        signatures_a_minute: F14, more than so many by one officer in a minute are unread.
        waiting_days: F15, in sign-off for more days is long.
    """

    splitting_days: int = 7
    near_percent: int = 90
    near_days: int = 3
    round_fen: int = 1_000_000
    fast_minutes: int = 10
    signatures_a_minute: int = 10
    waiting_days: int = 30


DEFAULTS = Parameters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What a query found: on which item, in words, and the steps that prove it.

    `about` names what is counted under the flag's code (for F01 the levels missing); `severity` is
    told where it is not the flag's own.
    """

    item: Item
    message: str
    steps: tuple[Step, ...]
    about: tuple[str, ...] = ()
    severity: str = ""


Find = Callable[[Evidence, Parameters], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Flag:
    """A red flag, and the query that finds it."""

    code: str
    zh: str
    en: str
    severity: str
    citation: str
    find: Find


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One place flagged; `indexes` are the events that prove it, `persons` who took those steps."""

    code: str
    severity: str
    record: str
    title: str
    message: str
    indexes: tuple[int, ...]
    citation: str
    about: tuple[str, ...] = ()
    persons: tuple[Person, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the row as it stands in `--json` output."""
        return {
            "code": self.code,
            "severity": self.severity,
            "record": self.record,
            "title": self.title,
            "message": self.message,
            "indexes": list(self.indexes),
            "about": list(self.about),
            "citation": self.citation,
        }


def find_flags(
    flags: Iterable[Flag], evidence: Evidence, parameters: Parameters = DEFAULTS
) -> Iterator[FlagRow]:
    """Yield what these flags find, flag by flag, in the order in which the records stand."""
    for flag in flags:
        for hit in flag.find(evidence, parameters):
            yield _row(flag, hit)


def _row(flag: Flag, hit: Hit) -> FlagRow:
    return FlagRow(
        code=flag.code,
        severity=hit.severity or flag.severity,
        record=hit.item.record,
        title=hit.item.state.title or hit.item.state.claim.number,
        message=hit.message,
        indexes=tuple(sorted({step.index for step in hit.steps})),
        citation=flag.citation,
        about=hit.about,
        persons=takers(hit.steps),
    )
