"""Writes an event log in XES with nothing but the standard library, for tests of reading one."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from xml.sax.saxutils import quoteattr

Attribute = tuple[str, str, str]

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
"""


def write_log(
    path: Path, traces: Iterable[tuple[list[Attribute], list[list[Attribute]]]]
) -> Path:
    """Write traces, each its attributes and its events', as (type, key, value); gzipped by name."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8") as file:
        file.write(_HEAD)
        for attributes, events in traces:
            file.write("<trace>" + _written(attributes))
            file.writelines(f"<event>{_written(event)}</event>\n" for event in events)
            file.write("</trace>\n")
        file.write("</log>\n")
    return path


def declarations(
    register: Path,
) -> Iterator[tuple[list[Attribute], list[list[Attribute]]]]:
    """Yield the traces of the real reimbursements, keyed as their publishers key them."""
    with gzip.open(register, "rt", encoding="utf-8", newline="") as file:
        for case, rows in groupby(csv.DictReader(file), itemgetter("case_id")):
            events = list(rows)
            first = events[0]
            trace = [
                ("string", "concept:name", case),
                ("float", "Amount", first["amount"]),
                ("string", "DeclarationNumber", first["number"]),
            ]
            yield trace, [_declared(row) for row in events]


def _declared(row: Mapping[str, str]) -> list[Attribute]:
    return [
        ("string", "id", row["event_id"]),
        ("string", "concept:name", row["activity"]),
        ("string", "org:role", row["role"]),
        ("string", "org:resource", row["resource"]),
        ("date", "time:timestamp", row["timestamp"]),
    ]


def _written(attributes: Iterable[Attribute]) -> str:
    return "".join(
        f"<{kind} key={quoteattr(key)} value={quoteattr(value)}/>"
        for kind, key, value in attributes
    )
