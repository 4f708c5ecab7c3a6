"""Stock tools read the exported logs and count what we count; the keys are those that validators ask."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict

import pytest

from ledger.clock import parse_time
from ledger.export.ocel import tables
from tests.ledger.export.ocel_room import make_exporting, query

FIXED = {
    "event": ({"ocel_id": "TEXT", "ocel_type": "TEXT"}, ["ocel_id"],
              {("ocel_type", "event_map_type", "ocel_type")}),
    "object": ({"ocel_id": "TEXT", "ocel_type": "TEXT"}, ["ocel_id"],
               {("ocel_type", "object_map_type", "ocel_type")}),
    "event_map_type": ({"ocel_type": "TEXT", "ocel_type_map": "TEXT"}, ["ocel_type"], set()),
    "object_map_type": ({"ocel_type": "TEXT", "ocel_type_map": "TEXT"}, ["ocel_type"], set()),
    "event_object": (
        dict.fromkeys(("ocel_event_id", "ocel_object_id", "ocel_qualifier"), "TEXT"),
        ["ocel_event_id", "ocel_object_id", "ocel_qualifier"],
        {("ocel_event_id", "event", "ocel_id"), ("ocel_object_id", "object", "ocel_id")}),
    "object_object": (
        dict.fromkeys(("ocel_source_id", "ocel_target_id", "ocel_qualifier"), "TEXT"),
        ["ocel_source_id", "ocel_target_id", "ocel_qualifier"],
        {("ocel_source_id", "object", "ocel_id"), ("ocel_target_id", "object", "ocel_id")}),
}  # fmt: skip
KINDS = {"TEXT", "TIMESTAMP", "INTEGER", "REAL", "BOOLEAN"}


@pytest.fixture
def exporting(tmp_path):
    """Give a ledger with money, exported in both forms."""
    exporting = make_exporting(tmp_path)
    exporting.write("log.sqlite")
    exporting.write("log.json")
    return exporting


def shape(path, table):
    """Return a table's columns with their types, its primary key, and its foreign keys."""
    columns = query(path, f'PRAGMA table_info("{table}")')
    foreign = query(path, f'PRAGMA foreign_key_list("{table}")')
    return (
        {name: kind for _, name, kind, *_ in columns},
        [
            name
            for _, name, _, _, _, place in sorted(columns, key=lambda each: each[5])
            if place
        ],
        {(source, to, target) for _, _, to, source, target, *_ in foreign},
    )


def test_every_table_has_the_keys_that_validators_ask_for(exporting):
    """FORMATS §18: the six fixed tables, and one for each type, and no other of such a name."""
    path = exporting.folder / "log.sqlite"

    names = {
        name for (name,) in query(path, "SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    assert {name: shape(path, name) for name in FIXED} == FIXED
    typed = {
        f"{what}_{name}": what
        for what in ("event", "object")
        for _, name in query(path, f"SELECT * FROM {what}_map_type")
    }
    assert names == FIXED.keys() | typed.keys()
    for table, what in typed.items():
        columns, key, foreign = shape(path, table)
        assert columns["ocel_time"] == "TIMESTAMP"
        assert key == (["ocel_id"] if what == "event" else [])
        assert foreign == {("ocel_id", what, "ocel_id")}
        assert set(columns.values()) <= KINDS
    assert (
        query(path, "PRAGMA foreign_key_check")
        == query(path, "PRAGMA quick_check(1)")[1:]
        == []
    )


def test_rows_of_objects_begin_with_all_values_and_go_on_with_one(exporting):
    """First no changed field and the time of always; then one field a row, and its time."""
    path = exporting.folder / "log.sqlite"
    names = list(shape(path, "object_Fund")[0])

    first, *changes = [
        dict(zip(names, row, strict=True)) for row in query(path, "SELECT * FROM object_Fund")
    ]

    assert (first["ocel_time"], first["ocel_changed_field"]) == (tables.ALWAYS, None)
    assert (first["claim_amount_fen"], first["claim_business_on"]) == (115_280, "2022-02-28")
    assert changes
    for change in changes:
        changed = change.pop("ocel_changed_field")
        told = {name for name in names[3:] if change[name] is not None}
        assert changed in names[3:]
        assert told <= {changed}
        assert change["ocel_time"] > tables.ALWAYS


def test_json_has_exactly_the_members_of_the_format(exporting):
    """Types, zones, values of their types; every id that is named is there, pairs are told once."""
    log = json.loads((exporting.folder / "log.json").read_text(encoding="utf-8"))

    assert list(log) == ["objectTypes", "eventTypes", "objects", "events"]
    events, objects = (
        {each["id"]: each for each in log[what]} for what in ("events", "objects")
    )
    assert (len(events), len(objects)) == (len(log["events"]), len(log["objects"]))
    kinds = {"string": str, "integer": int, "boolean": bool, "time": str}
    for what, types in (("objects", "objectTypes"), ("events", "eventTypes")):
        declared = {
            each["name"]: {one["name"]: one["type"] for one in each["attributes"]}
            for each in log[types]
        }
        for each in log[what]:
            assert each.get("time", "Z").endswith("Z")
            for one in each["attributes"]:
                assert type(one["value"]) is kinds[declared[each["type"]][one["name"]]]
                assert one.get("time", "Z").endswith("Z")
            pairs = [(one["objectId"], one["qualifier"]) for one in each["relationships"]]
            assert len(set(pairs)) == len(pairs)
            assert {record for record, _ in pairs} <= objects.keys()


# --- pm4py --------------------------------------------------------------------------------------


def read_by_pm4py(folder):
    """Return the log as the common library reads it, from SQLite and from JSON."""
    import pm4py

    return (
        pm4py.read_ocel2_sqlite(str(folder / "log.sqlite")),
        pm4py.read_ocel2_json(str(folder / "log.json")),
    )


def counted(ocel):
    """Return what the common library counts, by our names."""
    return {
        "events": len(ocel.events),
        "objects": len(ocel.objects),
        "event_types": ocel.events["ocel:activity"].nunique(),
        "object_types": ocel.objects["ocel:type"].nunique(),
        "event_object": len(ocel.relations),
        "object_object": len(ocel.o2o),
        "changes": len(ocel.object_changes),
    }


def test_the_common_library_counts_what_we_and_the_ledger_count(exporting):
    """Events by kind, objects by family, relations by qualifier, from both forms."""
    counts = asdict(exporting.write("again.sqlite"))

    for ocel in read_by_pm4py(exporting.folder):
        assert counted(ocel) == counts
        stored = Counter(row.kind.partition("/")[0] for row in exporting.office.store.events())
        told = Counter(each.rpartition(" ")[2] for each in ocel.events["ocel:activity"])
        assert told == stored
        path = exporting.folder / "log.sqlite"
        qualifiers = query(path, "SELECT ocel_qualifier FROM event_object")
        assert Counter(ocel.relations["ocel:qualifier"]) == Counter(
            each for (each,) in qualifiers
        )
        assert sorted(ocel.events["ocel:timestamp"]) == [
            parse_time(row.recorded_at) for row in exporting.office.store.events()
        ]


def test_the_common_library_s_own_validator_finds_nothing(exporting):
    """Which its own writer does not achieve."""
    from pm4py.objects.ocel.validation import ocel20_rel_validation

    satisfied, unsatisfied = ocel20_rel_validation.apply(str(exporting.folder / "log.sqlite"))

    assert (len(satisfied), list(unsatisfied)) == (24, [])


@pytest.mark.slow
def test_the_demo_year_reads_back_as_it_was_written(demo_year, tmp_path):
    """The whole year and one month of money, by the real command; counted alike by all."""
    year = demo_year.copy(tmp_path / "year")

    for folder, asked in (
        ("all", ()),
        ("march", ("--family", "fund", "--from", "2022-03-01", "--until", "2022-03-31")),
    ):
        forms = [year.run("qifeng", "export", "ocel", f"{folder}/log.{form}", "--json", *asked)
                 for form in ("sqlite", "json")]  # fmt: skip
        counts = [{name: value for name, value in json.loads(form).items() if name not in ("file", "format")}
                  for form in forms]  # fmt: skip
        assert counts[0] == counts[1]
        assert [counted(ocel) for ocel in read_by_pm4py(year.folder / folder)] == counts
    status = json.loads(year.run("qifeng", "status", "--json"))
    assert query(year.folder / "all" / "log.sqlite", "SELECT count(*) FROM event") == [
        (status["size"],)
    ]
