"""Types of events and objects come out of the families' declarations, whatever family there is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import date

import pytest

from ledger.export.ocel import Scope, event_types, object_types, write_ocel
from ledger.export.ocel.kinds import LABEL, MOMENT, TEXT, TRUTH, WHOLE
from ledger.family import Family, Happened, Part, event, part, term
from ledger.records import FAMILIES, office
from tests.projections.histories import History


@part
class Place(Part):
    """Where a tree stands."""

    village: str = term("村", "village")
    mu: int = term("亩", "mu", default=0)


@event("tree.planted/1", "栽植", "planted")
class Planted(Happened):
    """A tree is planted."""

    species: str = term("树种", "species")
    height: int = term("高", "height")
    place: Place = term("地点", "place")
    beside: str | None = term("相邻", "beside", default=None, refers="tree")
    index: str = term("编号", "index", default="")


@event("tree.planted/2", "栽植", "planted")
class PlantedAgain(Happened):
    """The same, told in a later version of the schema."""

    species: str = term("树种", "species")
    height: str = term("高", "height in words")
    alive: bool = term("成活", "alive", default=True)
    planted_on: date | None = term("日期", "day", default=None)
    near: tuple[str, ...] = term("邻近", "near", default=())


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree."""

    species: str = ""
    label: str = ""
    version: int = 0
    place: Place | None = None
    planted_on: date | None = None
    either: str | int = ""
    near: tuple[str, ...] = ()


def evolve(state, happened):
    """Return the tree after the event."""
    return replace(
        state, species=happened.species, label=happened.KIND, version=state.version + 1,
        place=getattr(happened, "place", None),
    )  # fmt: skip


TREES: Family[Tree] = Family(
    name="tree",
    zh="树木",
    en="tree",
    events=(Planted, PlantedAgain),
    initial=Tree(),
    evolve=evolve,
    title=lambda state: f"{state.species}树",
)
FROM_LOG = [("act", TEXT), ("actor", TEXT), ("basis", TEXT), ("index", WHOLE),
            ("recorded_at", MOMENT)]  # fmt: skip


def test_versions_of_a_kind_are_one_type_with_the_fields_of_both():
    """What both tell alike keeps its type, what they tell differently is text."""
    told = event_types([TREES])["tree.planted"]

    assert (told.label, told.map) == ("栽植 tree.planted", "TreePlanted")
    assert [(column.name, column.scalar) for column in told.columns] == [
        *FROM_LOG, ("species", TEXT), ("height", TEXT), ("beside", TEXT), ("body_index", TEXT),
        ("alive", TRUTH), ("planted_on", TEXT),
    ]  # fmt: skip


def test_an_object_has_a_label_and_the_plain_fields_of_its_state():
    """What it is made of one step down; a field called `label` gives way to what people call it."""
    told = object_types([TREES])["tree"]

    assert (told.label, told.map) == ("树木 tree", "Tree")
    assert [(column.name, column.scalar) for column in told.columns] == [
        (LABEL, TEXT), ("species", TEXT), ("state_label", TEXT), ("place_village", TEXT),
        ("place_mu", WHOLE), ("planted_on", TEXT),
    ]  # fmt: skip
    assert [column.value(Tree(species="杨", planted_on=date(2022, 3, 12))) for column in told.columns] == [
        "杨树", "杨", None, None, None, "2022-03-12",
    ]  # fmt: skip


def test_a_new_family_comes_in_by_itself(tmp_path):
    """Nothing but its declaration: events, objects, attributes, relations by its `refers` and others."""
    history = History()
    history.tell(("tree/1", Planted(species="杨", height=3, place=Place(village="东"))))
    history.tell(
        (
            "tree/2",
            Planted(
                species="柳", height=4, place=Place(village="西"), beside="tree/1", index="7"
            ),
        )
    )
    history.tell(("tree/2", PlantedAgain(species="槐", height="高", near=("tree/1", "tree/9"))))

    write_ocel(history.store, tmp_path / "log.json", Scope(frozenset({"tree"})),
               families=(office.FAMILY, TREES), form="json")  # fmt: skip
    told = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))

    attributes = [
        {each["name"]: each["value"] for each in event["attributes"]}
        for event in told["events"]
    ]
    assert [each.get("height") for each in attributes] == ["3", "4", "高"]
    assert (attributes[1]["body_index"], attributes[2]["alive"]) == ("7", True)
    assert told["events"][2]["relationships"] == [
        {"objectId": "tree/2", "qualifier": "record"}, {"objectId": "tree/1", "qualifier": "near"},
    ]  # fmt: skip
    second = told["objects"][1]
    assert second["relationships"] == [
        {"objectId": "tree/1", "qualifier": "beside"}, {"objectId": "tree/1", "qualifier": "near"},
    ]  # fmt: skip
    assert [each["value"] for each in second["attributes"] if each["name"] == "species"] == [
        "柳",
        "槐",
    ]


@pytest.mark.parametrize("types", [event_types(FAMILIES), object_types(FAMILIES)])
def test_every_type_of_the_office_has_a_table_of_its_own(types):
    """ASCII names, distinct ignoring case, never a name that is taken; Chinese in the label."""
    maps = [each.map for each in types.values()]

    assert all(re.fullmatch("[A-Z][A-Za-z]*", each) for each in maps)
    assert len({each.lower() for each in maps}) == len(maps)
    assert not {each.lower() for each in maps} & {"object", "map_type"}
    assert len({each.label for each in types.values()}) == len(types)
    assert all(re.match("[\u4e00-\u9fff]", each.label) for each in types.values())
    for each in types.values():
        names = [column.name.lower() for column in each.columns]
        assert len(set(names)) == len(names)
        assert not [name for name in names if name.startswith("ocel_")]
