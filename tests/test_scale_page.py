"""docs/scale.md: its tables are what the generator makes of the measured figures, and say how they come about."""

from __future__ import annotations

import json
import re

from benchmarks.province import FIGURES, PAGE, PROVINCE, tables, write

FIGURE = re.compile(r"[0-9][0-9,.]* (?:µs|ms|s|min|h|days|B|kB|MB|GB|TB)\b")


def test_the_committed_page_is_what_the_command_writes():
    """`python -m benchmarks.province` after measuring, or whenever the generator changes."""
    assert PAGE.read_text(encoding="utf-8") == write()


def test_no_figure_stands_outside_the_tables():
    """What is measured comes from the figures; text has none of its own."""
    outside = re.sub(
        r"<!-- \w+ -->\n.*?<!-- end -->", "", PAGE.read_text("utf-8"), flags=re.DOTALL
    )

    assert FIGURE.findall(outside) == []


def test_the_arithmetic_is_that_of_the_assumptions():
    """An office's share is the events over the offices; the province's column is all of them."""
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    own = PROVINCE["events"] / PROVINCE["offices"]
    own_bytes = figures["1"]["store_bytes"] * own

    storage = tables(figures)["storage"]

    assert own == 500_000
    assert f"| {own_bytes / 1e9:.1f} GB | {own_bytes * 2_000 / 1e12:.1f} TB |" in storage


def test_more_cores_help_until_the_scheduler_hands_out_no_faster():
    """Time falls with the cores, and never below what handing out the tasks takes."""
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    fast = {**figures, "task_ms": 0.0}
    slow = {**figures, "task_ms": 1e6}

    lines = [tables(each)["workers"].splitlines()[2:] for each in (fast, slow)]

    assert len({line.split("|")[2] for line in lines[0]}) == len(lines[0])
    assert len({line.split("|", 2)[2] for line in lines[1]}) == 1
