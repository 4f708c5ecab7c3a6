"""What a run of benchmarks found: one row a number, shown as a table and written into the page.

A number with a floor is *under* it only by more than the run's own noise: half of what lies between its
rounds. Then the run fails.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

GOAL, FLOOR, NOISE, UNDER, FREE = "goal", "floor", "floor, within noise", "UNDER", "—"
HEADINGS = ("what", "measured", "baseline", "ratio", "±", "floor", "goal", "met")


@dataclass(frozen=True, slots=True)
class Row:
    """One published number; `met` tells which of floor and goal it reaches."""

    what: str
    measured: str
    baseline: str = "—"
    ratio: float | None = None
    noise: float | None = None
    floor: str = "—"
    goal: str = "—"
    met: str = FREE

    @property
    def words(self) -> tuple[str, ...]:
        """The row's cells."""
        ratio, noise = (
            "—" if each is None else f"{each:.2f}" for each in (self.ratio, self.noise)
        )
        return (self.what, self.measured, self.baseline, ratio, noise, self.floor, self.goal, self.met)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """Another table of the page, between marks of its own: headings, and rows of as many cells."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass
class Report:
    """The rows of a run, by the test that published each, its tables and plots, and the figures behind them."""

    published: list[tuple[str, Row]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    plots: dict[str, bytes] = field(default_factory=dict)

    def add(self, test: str, row: Row) -> None:
        """Publish a number that a test measured."""
        self.published.append((test, row))

    @property
    def rows(self) -> list[Row]:
        """The rows, in the order of their measuring."""
        return [row for _, row in self.published]

    @property
    def under(self) -> list[Row]:
        """The numbers under their floor by more than noise."""
        return [row for row in self.rows if row.met == UNDER]


Publish = Callable[[Row], None]


def at_least(
    value: float, floor: float, goal: float | None = None, *, noise: float = 0.0
) -> str:
    """Tell what a number reaches of which more is better; `noise` is in its own unit."""
    if goal is not None and value >= goal:
        return GOAL
    if value >= floor:
        return GOAL if goal is None else FLOOR
    return NOISE if value + noise >= floor else UNDER


def at_most(
    value: float, floor: float, goal: float | None = None, *, noise: float = 0.0
) -> str:
    """Tell the same of a number of which less is better."""
    return at_least(-value, -floor, None if goal is None else -goal, noise=noise)


def write_page(path: Path, report: Report, machine: str) -> None:
    """Put what was measured into a page, between its marks; the figures go into a file beside it.

    What this run did not measure stays as an earlier one left it.
    """
    told = path.read_text(encoding="utf-8")
    parts = {"machine": machine}
    figures = _figures_beside(path)
    figures["machine"] = machine
    if report.rows:
        figures["rows"] = _with_earlier(report.published, figures.get("rows", []))
        rows = [Row(**{k: v for k, v in each.items() if k != "by"}) for each in figures["rows"]]
        parts["floors"] = markdown(HEADINGS, [row.words for row in rows])
    for each in report.tables:
        parts[each.name] = markdown(each.headings, each.rows)
    for name, text in parts.items():
        told, found = re.subn(
            f"(<!-- {name} -->\n).*?(<!-- end -->)",
            rf"\g<1>{text}\n\g<2>",
            told,
            count=1,
            flags=re.DOTALL,
        )
        assert found, f"the page has no place for {name}"
    path.write_text(told, encoding="utf-8")
    for name, drawn in report.plots.items():
        path.with_name(f"{name}.svg").write_bytes(drawn)
    path.with_suffix(".json").write_text(
        json.dumps(figures | report.figures, ensure_ascii=False, indent=1) + "\n",
        encoding="utf-8",
    )


def _with_earlier(
    published: Sequence[tuple[str, Row]], earlier: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the run's rows, and those of tests that it did not run, in the order of the tests."""
    ran = {test for test, _ in published}
    kept = [each for each in earlier if each.get("by", "") not in {*ran, ""}]
    told = [{"by": test, **asdict(row)} for test, row in published]
    return sorted([*kept, *told], key=itemgetter("by"))


def _figures_beside(path: Path) -> dict[str, Any]:
    beside = path.with_suffix(".json")
    return dict(json.loads(beside.read_text(encoding="utf-8"))) if beside.exists() else {}


def markdown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def columns(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table as lines of equal columns."""
    cells = [headings, *rows]
    widths = [max(_width(line[at]) for line in cells) for at in range(len(headings))]
    return [
        "  ".join(
            cell + " " * (width - _width(cell))
            for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in cells
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
