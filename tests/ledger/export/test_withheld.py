"""One scope for three audiences: what is withheld is proved, counted and declared, and cannot be guessed."""

from __future__ import annotations

import csv
import json
import re
import shutil

import bagit
import pytest

from ledger.export.check import check_bundle
from ledger.export.cover import CHOSEN, PUBLIC
from ledger.export.parts import PARTS
from ledger.export.scope import Wanted
from tests.ledger.export.bundled import SPAN, codes, export, relist, trust_of
from tests.ledger.export.proven import series
from tests.office import make_busy_office

OPEN, CLOSED = "关于防汛工作的通知", "关于某同志问题的通知"
REASON = "个人隐私（政府信息公开条例 Art. 15）"


@pytest.fixture(scope="module")
def office():
    """An office with two documents, of which one may be shown."""
    office = make_busy_office()
    office.act("丙", ("series.open", "", series(2022)))
    for title in (OPEN, CLOSED):
        drafted = {"title": title, "kind": "通知", "series": "series/县委发〔2022〕"}
        office.act("丙", ("document.draft", "", drafted))
    return office


def document(office, title):
    """The record of a document."""
    return next(
        each
        for each in office.store.records("document")
        if office.ledger.state(each).title == title
    )


@pytest.fixture(scope="module")
def public(office, tmp_path_factory):
    """The public journal of all documents."""
    out = tmp_path_factory.mktemp("public") / "bundle"
    export(
        office, out, parts=PARTS, wanted=Wanted(families=("document",)), audience=PUBLIC,
        disclosed=frozenset({document(office, OPEN)}), reason=REASON,
    )  # fmt: skip
    return out


@pytest.fixture(scope="module")
def chosen(office, tmp_path_factory):
    """Two fields of all documents, for the superior office."""
    out = tmp_path_factory.mktemp("chosen") / "bundle"
    export(
        office, out, parts=PARTS, wanted=Wanted(families=("document",)), audience=CHOSEN,
        fields=("kind", "stage"), reason="只报送统计内容",
    )  # fmt: skip
    return out


def table(bundle, name):
    """The rows of a table."""
    with (bundle / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything(bundle):
    """All text of a bundle."""
    return "".join(
        path.read_text(encoding="utf-8") for path in bundle.rglob("*") if path.is_file()
    )


@pytest.mark.parametrize("audience", ["public", "chosen"])
def test_it_holds_though_much_is_hidden(office, audience, request):
    """By our check and by the stock tool; every entry of the scope is there, shown or hidden."""
    bundle = request.getfixturevalue(audience)
    checked = check_bundle(bundle, trust_of(office))

    assert checked.findings == []
    assert bagit.Bag(str(bundle)).validate()
    lines = (bundle / SPAN / "entries.jsonl").read_text(encoding="utf-8").splitlines()
    hidden = [each for each in map(json.loads, lines) if "hidden" in each]
    assert hidden
    assert all(
        office.store.event_at(each["index"]).nodes[:32].hex() == each["hidden"]
        for each in hidden
    )


def test_what_is_withheld_stands_nowhere(office, public, chosen):
    """Neither title nor name of a withheld record, nor of officers that no shown signature rests on."""
    for bundle, secrets in ((public, (CLOSED,)), (chosen, (OPEN, CLOSED))):
        told = everything(bundle)
        for title in secrets:
            assert title not in told
            assert document(office, title) not in told
    assert OPEN in everything(public)
    assert office.record_of("丁") not in everything(public)


def test_the_journal_and_the_redactions_declare_every_record(public):
    """By count and place, with the reason."""
    shown, withheld = sorted(
        table(public, "journal.csv"), key=lambda row: row["shown"], reverse=True
    )
    redacted = {row["record"]: row for row in table(public, "redactions.csv")}

    assert (shown["title"], shown["reason"]) == (OPEN, "")
    assert (withheld["title"], withheld["reason"]) == ("", REASON)
    assert redacted["document/#1"]["reason"] == REASON
    assert redacted["document/#1"]["events"] == "1"
    assert f"1 records are withheld: {REASON}" in (public / "COVER.md").read_text(
        encoding="utf-8"
    )


def test_chosen_fields_are_told_and_no_others(chosen):
    """Kind and stage of both, under names that tell nothing."""
    rows = table(chosen, "fields.csv")

    assert [(row["record"], row["kind"]) for row in rows] == [
        ("document/#1", "通知"),
        ("document/#2", "通知"),
    ]
    assert set(rows[0]) == {
        "record",
        "family",
        "number",
        "first_index",
        "last_index",
        "kind",
        "stage",
    }


def test_a_withheld_event_shown_later_is_the_one_that_was_hidden(office, public):
    """Its full bundle holds the entry that hashes to the leaf; nothing else does."""
    lines = (public / SPAN / "entries.jsonl").read_text(encoding="utf-8").splitlines()
    index = office.store.history(document(office, CLOSED))[0].index
    (line,) = [each for each in map(json.loads, lines) if each["index"] == index]

    assert line == {"hidden": office.store.event_at(index).nodes[:32].hex(), "index": index}


def forge(public, folder, *, entry=None, record=True):
    """Copy a bundle; change or drop its last hidden entry, or drop a hidden record from the list."""
    shutil.copytree(public, folder)
    entries, records = folder / SPAN / "entries.jsonl", folder / "data/log/records.jsonl"
    lines = entries.read_bytes().splitlines(keepends=True)
    place = max(n for n, line in enumerate(lines) if b"hidden" in line)
    if entry is not None:
        lines[place : place + 1] = entry(lines[place])
        entries.write_bytes(b"".join(lines))
    if not record:
        kept = [
            each
            for each in records.read_bytes().splitlines(keepends=True)
            if b"document/#1" not in each
        ]
        records.write_bytes(b"".join(kept))


@pytest.mark.parametrize(
    ("forged", "found"),
    [
        ({"entry": lambda line: [re.sub(rb"[0-9a-f]{64}", b"0" * 64, line)]}, "bundle.proof"),
        ({"entry": lambda _: []}, "bundle.count"),
        ({"record": False}, "bundle.scope"),
    ],
)
def test_a_hidden_entry_that_is_changed_or_left_out_is_found(
    office, public, tmp_path, forged, found
):
    """Even by who signs the bundle anew."""
    forge(public, tmp_path / "b", **forged)
    relist(office, tmp_path / "b")

    assert found in codes(check_bundle(tmp_path / "b", trust_of(office)))


def test_a_hidden_entry_is_a_leaf_hash_and_nothing_else(office, public, tmp_path):
    """What is no digest hides nothing that could be shown later."""
    folder = shutil.copytree(public, tmp_path / "b")
    path = folder / SPAN / "entries.jsonl"
    told = path.read_bytes()
    hidden = re.search(rb'"hidden":"([0-9a-f]{64})","index":([0-9]+)', told)
    path.write_bytes(told.replace(hidden[1], b"nothing to see", 1))
    relist(office, folder)

    found = [each.message for each in check_bundle(folder, trust_of(office)).findings]

    assert f"entry {int(hidden[2])}: expected a leaf hash, found something else" in found
