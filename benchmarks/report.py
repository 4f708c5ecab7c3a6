"""What a run of benchmarks found: one row a number, shown as a table and written as a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

HEADINGS = ("what", "measured", "baseline", "ratio", "budget", "met")
_PAGE = """# Performance

Measured by `make bench`, which writes this page. Each number stands beside its baseline, taken in turn
with it in the same run; both are medians. The budgets are floors. Disk and processor decide what a
durable write costs, so ratios carry from machine to machine better than times, and not all the way:
where a disk answers faster, what we compute before it is asked weighs more.

{machine}

{table}
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One published number; `met` is None where no budget is set."""

    what: str
    measured: str
    baseline: str = "—"
    ratio: float | None = None
    budget: str = "—"
    met: bool | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The row's cells."""
        ratio = "—" if self.ratio is None else f"{self.ratio:.2f}"
        met = {None: "—", True: "yes", False: "no"}[self.met]
        return (self.what, self.measured, self.baseline, ratio, self.budget, met)


@dataclass
class Report:
    """The rows of a run, in the order of their measuring."""

    rows: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Publish a number."""
        self.rows.append(row)


Publish = Callable[[Row], None]


def page(rows: Sequence[Row], machine: str) -> str:
    """Return the published page."""
    lines = [_line(HEADINGS), _line(["---"] * len(HEADINGS))]
    lines += [_line(row.words) for row in rows]
    return _PAGE.format(machine=machine, table="\n".join(lines))


def table(rows: Sequence[Row]) -> list[str]:
    """Return the table as lines of equal columns."""
    cells = [HEADINGS, *(row.words for row in rows)]
    widths = [max(_width(line[at]) for line in cells) for at in range(len(HEADINGS))]
    return [
        "  ".join(
            cell + " " * (width - _width(cell))
            for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in cells
    ]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
