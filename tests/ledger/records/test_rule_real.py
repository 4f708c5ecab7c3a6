"""Real histories of national laws and regulations, as events of rules.

What they answer is held against a plain script in `tests/projections/test_regulations_real.py`.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from ledger.importing.mapper import map_table
from ledger.importing.mapping import load_mapping
from ledger.importing.table import read_table
from ledger.importing.taking import build, group
from ledger.records.rule import FAMILY, events, spans
from ledger.records.rule.time import COUNTS
from tests.needs import REPOSITORY, shared

KINDS = {kind.KIND: kind for kind in FAMILY.events}


def rows(name: str) -> list[dict[str, str]]:
    with shared("data", name).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@pytest.fixture(scope="module")
def histories() -> dict[str, list[Any]]:
    """The 3,215 actions as events of 1,310 rules, through the map that we ship."""
    mapping = load_mapping(REPOSITORY / "examples" / "maps" / "real-rules.toml")
    table = read_table(shared("data", "real-rules-actions.csv"))
    groups, _ = group(list(map_table(mapping, table)))  # type: ignore[arg-type]
    return {
        each[0].key[0]: [build(KINDS[one.kind], one.fields) for one in each] for each in groups
    }


def test_every_row_becomes_an_event_of_its_title(histories: dict[str, list[Any]]) -> None:
    """Nothing of 3,215 rows is lost, and each rule knows its title."""
    assert sum(len(told) for told in histories.values()) == 3_215
    assert len(histories) == 1_310
    for title, told in histories.items():
        state = FAMILY.initial
        for each in told:
            state = FAMILY.evolve(state, each)
        assert FAMILY.title(state) == title


def test_histories_do_not_depend_on_the_order_of_the_file(
    histories: dict[str, list[Any]],
) -> None:
    """Recorded backwards, every rule has the same spans."""
    for told in histories.values():
        forward, backward = spans(told), spans(told[::-1])

        assert [(s.valid_from, s.valid_to, s.status, s.version) for s in forward] == [
            (s.valid_from, s.valid_to, s.status, s.version) for s in backward
        ]


def published(row: dict[str, str]) -> Any:
    effective = row["effective"]
    return events.Published(
        occurred_on=date.fromisoformat(row["published"]),
        effective_on=date.fromisoformat(effective) if effective else None,
        title=row["title"],
        text_digest=row["text_sha256"],
        source_line=row["published"],
    )


def test_no_text_counts_before_it_was_published(histories: dict[str, list[Any]]) -> None:
    """With actions and stored texts together, no text is said to be in force before its own day."""
    stored = defaultdict(list)
    for row in rows("real-rules-versions.csv"):
        if row["published"]:
            stored[row["title"]].append(published(row))
    days = {told.text_digest: told.occurred_on for each in stored.values() for told in each}

    early = [
        (title, span.valid_from, days[span.text])
        for title, told in histories.items()
        for span in spans([*told, *stored[title]])
        if span.status in COUNTS and span.text and span.valid_from < days[span.text]
    ]

    assert early == []
