"""Real histories of national laws and regulations: reckoned here, and by a plain script beside it."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from ledger.importing.mapper import map_table
from ledger.importing.mapping import load_mapping
from ledger.importing.table import read_table
from ledger.importing.taking import build, group
from ledger.records.rule import FAMILY, events, spans, status_on
from ledger.records.rule.time import COUNTS
from tests.needs import REPOSITORY, shared

KINDS = {kind.KIND: kind for kind in FAMILY.events}
DAYS = [date(1949, 12, 1) + timedelta(days=138 * n) for n in range(200)]


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


def counted_since(lines: list[dict[str, str]]) -> str:
    """The plain script: from when a title counts, read off its first text's lines."""
    first: list[tuple[str, str]] = []
    for day, action in sorted({(line["date"], line["action"]) for line in lines}):
        if action == "other":
            continue
        if first and action in ("amended", "revised") and day != first[0][0]:
            break
        known = {each for _, each in first} & {"promulgated", "in-force"}
        if first and action == "adopted" and (known or far(first[0][0], day)):
            break
        first.append((day, action))
    for wanted in (("in-force",), ("promulgated",), None):
        days = [day for day, action in first if wanted is None or action in wanted]
        if days:
            return min(days)
    return "9999"


def far(day: str, other: str) -> bool:
    return date.fromisoformat(other) - date.fromisoformat(day) > timedelta(days=366)


def test_every_row_becomes_an_event_of_its_title(histories: dict[str, list[Any]]) -> None:
    """Nothing of 3,215 rows is lost, and each rule knows its title."""
    assert sum(len(told) for told in histories.values()) == 3_215
    assert len(histories) == 1_310
    for title, told in histories.items():
        state = FAMILY.initial
        for each in told:
            state = FAMILY.evolve(state, each)
        assert FAMILY.title(state) == title


def test_what_was_in_force_equals_a_plain_script_on_200_days(
    histories: dict[str, list[Any]],
) -> None:
    """For 1,310 rules and 200 days from 1949 to 2025 both say the same."""
    lines = defaultdict(list)
    for row in rows("real-rules-actions.csv"):
        lines[row["title"]].append(row)
    since = {title: counted_since(each) for title, each in lines.items()}
    reckoned = {title: spans(told) for title, told in histories.items()}

    for day in DAYS:
        ours = {
            title for title, found in reckoned.items()
            if (span := status_on(found, day)) is not None and span.status in COUNTS
        }  # fmt: skip
        assert ours == {title for title, start in since.items() if start <= day.isoformat()}


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


def test_the_text_in_force_equals_a_plain_script_on_200_days() -> None:
    """Of several stored texts the newest one that counts by that day is the text in force."""
    stored = [row for row in rows("real-rules-versions.csv") if row["published"]]
    told = defaultdict(list)
    for row in stored:
        told[row["title"]].append(row)
    reckoned = {title: spans([published(row) for row in each]) for title, each in told.items()}

    for day in DAYS:
        newest: dict[str, str] = {}
        for row in sorted(stored, key=lambda row: row["published"]):
            if (row["effective"] or row["published"]) <= day.isoformat():
                newest[row["title"]] = row["text_sha256"]
        ours = {
            title: span.text for title, found in reckoned.items()
            if (span := status_on(found, day)) is not None and span.status in COUNTS
        }  # fmt: skip
        assert ours == newest


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
