"""What a province would need: the tables of docs/scale.md, worked out from what one machine was measured at.

    python -m benchmarks.province measure     measures, and keeps the figures in docs/scale.json
    python -m benchmarks.province             writes the tables of docs/scale.md from them

Figures are processor time of one core, so that a busy machine tells nearly the same as an idle one.
`PROVINCE` is what is assumed, and is told as such.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.report import markdown
from ledger.export.trees import GLANCE, SPAN

DOCS = Path(__file__).parents[1] / "docs"
FIGURES = DOCS / "scale.json"
PAGE = DOCS / "scale.md"

Figures = dict[str, Any]
PROVINCE = {
    "offices": 2_000,
    "events": 1_000_000_000,
    "checkpoints a day": 24,
    "witnesses of an office": 3,
    "offices below a city": 100,
}
WORKERS = (1, 16, 64, 256, 1024)
DAILY, TAKEN_IN = "1", "256"
_DAY_S = 86_400


def tables(figures: Figures) -> dict[str, str]:
    """Return what stands between each pair of marks of the page."""
    return {
        "machine": figures["machine"],
        "assumed": markdown(
            ("assumed", "how many"), [(name, f"{count:,}") for name, count in PROVINCE.items()]
        ),
        "measured": markdown(
            ("measured", "one event an act", "256 an act"), list(_measured(figures))
        ),
        "traffic": markdown(("witnessing", "a request", "a day"), list(_traffic(figures))),
        "storage": markdown(("storage", "an office", "the province"), list(_storage(figures))),
        "time": markdown(("time of one core", "an office", "the province"), list(_time(figures))),
        "workers": markdown(
            ("cores", "one event an act", "256 an act"), list(_workers(figures))
        ),
    }  # fmt: skip


def write(page: Path = PAGE, figures: Path = FIGURES) -> str:
    """Return the page with its tables put in again."""
    told = page.read_text(encoding="utf-8")
    for name, text in tables(json.loads(figures.read_text(encoding="utf-8"))).items():
        told, found = re.subn(
            rf"(<!-- {name} -->\n).*?(<!-- end -->)",
            lambda kept, text=text: f"{kept[1]}{text}\n{kept[2]}",
            told,
            count=1,
            flags=re.DOTALL,
        )
        assert found, f"the page has no place for {name}"
    return told


def _measured(figures: Figures) -> Sequence[tuple[str, str, str]]:
    rows = [
        ("append, decided and signed, µs an event", "append_us", ".0f"),
        ("verify from the store, µs an event", "verify_us", ".0f"),
        ("verify from tiles, µs an event", "tiles_us", ".0f"),
        ("rebuild of all views, µs an event", "rebuild_us", ".0f"),
        ("writing tiles, µs an event", "write_tiles_us", ".0f"),
        ("writing Parquet, µs an event", "write_parquet_us", ".0f"),
        ("the store, bytes an event", "store_bytes", ",.0f"),
        ("tiles, bytes an event", "tree_bytes", ",.0f"),
        ("Parquet, bytes an event", "parquet_bytes", ",.0f"),
    ]
    return [(name, *(format(figures[per][key], form) for per in (DAILY, TAKEN_IN)))
            for name, key, form in rows]  # fmt: skip


def _storage(figures: Figures) -> Sequence[tuple[str, str, str]]:
    rows = [
        ("the store", "store_bytes"), ("tiles", "tree_bytes"), ("Parquet", "parquet_bytes"),
    ]  # fmt: skip
    return [
        (f"{name}, one event an act", _bytes(each * _own()), _bytes(each * PROVINCE["events"]))
        for name, key in rows
        for each in (figures[DAILY][key],)
    ]


def _time(figures: Figures) -> Sequence[tuple[str, str, str]]:
    rows = [
        ("all of it appended again", "append_us"),
        ("verified from the store", "verify_us"),
        ("verified from tiles", "tiles_us"),
        ("restored: copied, verified, views rebuilt", "restore_us"),
        ("written as Parquet", "write_parquet_us"),
    ]
    return [
        (f"{name}", _seconds(each * _own() / 1e6), _seconds(each * PROVINCE["events"] / 1e6))
        for name, key in rows
        for each in (_of(figures[DAILY], key),)
    ]


def _of(figures: Figures, key: str) -> float:
    if key == "restore_us":
        return figures["copy_us"] + figures["verify_us"] + figures["rebuild_us"]
    return figures[key]


def _workers(figures: Figures) -> Sequence[tuple[str, ...]]:
    """Each core looks at its share; the scheduler hands out tasks one after the other, beside that."""
    tasks = PROVINCE["events"] / SPAN * (1 + 1 / GLANCE)
    handing = tasks * figures["task_ms"] / 1e3
    rows = []
    for count in WORKERS:
        cells = []
        for per in (DAILY, TAKEN_IN):
            looking = figures[per]["tiles_us"] * PROVINCE["events"] / 1e6 / count
            cells.append(_seconds(max(looking, handing)))
        rows.append((f"{count:,}", *cells))
    return rows


def _traffic(figures: Figures) -> Sequence[tuple[str, str, str]]:
    asked = PROVINCE["checkpoints a day"] * PROVINCE["witnesses of an office"]
    each = figures["request_bytes"] + figures["answer_bytes"]
    below = PROVINCE["offices below a city"] * PROVINCE["checkpoints a day"]
    whole = PROVINCE["offices"] * asked
    return [
        ("an office asks", _bytes(each), f"{asked:,} requests, {_bytes(each * asked)}"),
        ("a city answers", _seconds(figures["cosign_ms"] / 1e3),
         f"{below:,} requests, {_bytes(each * below)}, {_seconds(below * figures['cosign_ms'] / 1e3)} of one core"),
        ("the province", "", f"{whole:,} requests, {_bytes(each * whole)}, {whole / _DAY_S:.1f} a second"),
    ]  # fmt: skip


def _own() -> float:
    return PROVINCE["events"] / PROVINCE["offices"]


def _bytes(count: float) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count:,.0f} B"


def _seconds(seconds: float) -> str:
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        if seconds >= 2 * size or (unit == "s" and seconds >= 1):
            return f"{seconds / size:,.1f} {unit}"
    return f"{seconds * 1e3:,.1f} ms"


if __name__ == "__main__":
    if sys.argv[1:] == ["measure"]:
        from benchmarks.measuring import measure_all

        with tempfile.TemporaryDirectory() as folder:
            found = measure_all(Path(folder))
        FIGURES.write_text(
            json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    PAGE.write_text(write(), encoding="utf-8")
