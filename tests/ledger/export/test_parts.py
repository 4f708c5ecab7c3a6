"""What people read of a bundle: cover, tables, attached files, and what is said where nothing is."""

from __future__ import annotations

import csv
import json
import shutil

import bagit
import pytest

from ledger import canonical
from ledger.application.acting import Content
from ledger.application.ledger import new_content
from ledger.errors import LedgerError, MalformedError
from ledger.export.check import check_bundle
from ledger.export.cover import PUBLIC
from ledger.export.parts import PARTS, tables
from ledger.export.scope import Wanted
from ledger.family import Attachment
from ledger.store.memory import MemoryReader
from tests.ledger.export.bundled import export, relist, trust_of
from tests.ledger.export.proven import series
from tests.office import make_busy_office

PAPER = "关于某事的通知".encode()


def attach(office) -> Content:
    """Draft a document with a paper attached."""
    content = new_content(PAPER)
    paper = Attachment(name="通知.txt", size_bytes=len(PAPER), digest=content.digest)
    office.act("丙", ("series.open", "", series(2022)))
    drafted = {
        "title": "关于某事的通知",
        "kind": "通知",
        "series": "series/县委发〔2022〕",
        "attachments": (paper,),
    }
    office.act("丙", ("document.draft", "", drafted), content=(content,))
    return content


@pytest.fixture(scope="module")
def office():
    """A busy office with one document."""
    office = make_busy_office()
    office.content = attach(office)
    return office


@pytest.fixture(scope="module")
def bundle(office, tmp_path_factory):
    """All of it."""
    out = tmp_path_factory.mktemp("export") / "bundle"
    export(
        office, out, parts=PARTS, wanted=Wanted(), purpose="专项审计", basis="审计法 Art. 34"
    )
    return out


def table(bundle, name):
    """The rows of a table."""
    with (bundle / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_holds_and_is_a_bag(office, bundle):
    """By our own check and by the stock tool."""
    assert check_bundle(bundle, trust_of(office)).findings == []
    assert bagit.Bag(str(bundle)).validate()


def test_the_cover_says_who_what_why_and_what_not(office, bundle):
    """Counts, scope, point of the log, what is left out, known gaps."""
    cover = (bundle / "COVER.md").read_text(encoding="utf-8")

    for said in (
        "某县审计局", "专项审计", "审计法 Art. 34", "all records", f"the first {office.store.head().size} entries",
        office.log_key.verifier, office.founding.seal, "| 发文 document | 1 | 1 | 0 |", "0 further entries",
        "nothing of the scope is withheld", "Known gaps",
    ):  # fmt: skip
        assert said in cover
    assert "签字 signature" in (bundle / "HANDOVER.md").read_text(encoding="utf-8")


def test_every_event_stands_in_the_trail_with_who_and_when(office, bundle):
    """In the order of the log."""
    rows = table(bundle, "trail.csv")

    assert [int(row["index"]) for row in rows] == list(range(office.store.head().size))
    assert (rows[-1]["actor_name"], rows[-1]["event"]) == ("丙", "起草")


def test_keys_are_told_with_grade_and_life(bundle):
    """Also the one that was revoked."""
    rows = table(bundle, "keys.csv")

    assert {row["grade"] for row in rows} == {"technical"}
    (revoked,) = [row for row in rows if row["revoked_index"]]
    assert (revoked["name"], revoked["reason"]) == ("丙", "遗失")
    assert int(revoked["enrolled_index"]) < int(revoked["revoked_index"])


def test_keys_of_later_are_not_told(office, tmp_path):
    """A bundle of what was known at a size knows no key that was let in after it."""
    first, *later = sorted(
        int(row["enrolled_index"]) for row in table_of_keys(office, tmp_path)
    )
    export(
        office, tmp_path / "b", parts=PARTS, wanted=Wanted(families=("officer",)), size=later[0]
    )

    assert [row["enrolled_index"] for row in table(tmp_path / "b", "keys.csv")] == [f"{first}"]


def table_of_keys(office, folder):
    """The keys of a bundle of all officers."""
    export(office, folder / "all", parts=PARTS, wanted=Wanted(families=("officer",)))
    return table(folder / "all", "keys.csv")


def test_what_is_attached_to_a_hidden_record_stays_out(office, tmp_path):
    """Neither the bytes nor their name, in a journal for the public."""
    export(
        office, tmp_path / "b", parts=PARTS, wanted=Wanted(families=("document",)),
        audience=PUBLIC, reason="未公开",
    )  # fmt: skip

    told = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert (tmp_path / "b/data/content.jsonl").read_bytes() == b""
    assert PAPER not in told
    assert "通知.txt".encode() not in told
    assert check_bundle(tmp_path / "b", trust_of(office)).findings == []


def test_the_number_of_a_hidden_record_that_cannot_be_read_is_left_open(
    office, tmp_path, monkeypatch
):
    """What is damaged in the store is for `qifeng verify`; the table of redactions declares the record all the same."""
    monkeypatch.setattr(tables, "open_event", unreadable)
    parts = tuple(each for each in PARTS if each.__name__ != "governing_part")

    export(
        office, tmp_path / "b", parts=parts, wanted=Wanted(families=("document",)),
        audience=PUBLIC, reason="未公开",
    )  # fmt: skip

    (row,) = [
        each for each in table(tmp_path / "b", "redactions.csv") if each["reason"] == "未公开"
    ]
    assert (row["record"], row["number"], row["events"]) == ("document/#1", "", "1")


def unreadable(*_):
    """Find no event in an event's bytes."""
    raise MalformedError("event", expected="an event", found="other bytes")


def test_records_are_told_with_their_metadata(bundle):
    """Title and number, how many events, and every field of the state."""
    (row,) = [row for row in table(bundle, "records.csv") if row["family"] == "发文 document"]
    lines = (bundle / "data/metadata.jsonl").read_text(encoding="utf-8").splitlines()
    (told,) = [each for each in map(json.loads, lines) if each["family"] == "document"]

    assert (row["title"], row["events"]) == ("关于某事的通知", "1")
    assert dict(told["state"])["kind"] == "通知"


def test_tables_of_nothing_say_so(bundle):
    """Nothing disposed of, nothing withheld, no policy in force."""
    assert table(bundle, "disposal.csv")[0]["what"] == "（无 none）"
    assert table(bundle, "redactions.csv")[0]["record"] == "（无 none）"
    assert table(bundle, "governing.csv")[0]["record"] == "（无 none）"


def test_the_schema_tells_every_kind_that_is_here(bundle):
    """In both languages."""
    told = {
        each["kind"]: each for each in json.loads((bundle / "data/schema.json").read_bytes())
    }

    assert told["document.drafted/1"]["zh"] == "起草"
    assert {
        "en": "title",
        "name": "title",
        "required": True,
        "type": "<class 'str'>",
        "zh": "标题",
    } in (told["document.drafted/1"]["fields"])


def test_attached_files_are_enclosed(office, bundle):
    """Their bytes, under their digest; the salt stands in the list."""
    (line,) = (bundle / "data/content.jsonl").read_text(encoding="utf-8").splitlines()
    told = json.loads(line)

    assert (bundle / told["path"]).read_bytes() == PAPER
    assert (told["digest"], told["salt"]) == (office.content.digest, office.content.salt.hex())


@pytest.fixture
def enclosing(office, bundle, tmp_path):
    """A copy of the bundle: its list and its paper may be damaged; returns what is said of its content."""
    folder = shutil.copytree(bundle, tmp_path / "b")
    listed = folder / "data/content.jsonl"

    def said(damage):
        damage(listed, folder / "data/content" / office.content.digest)
        relist(office, folder)
        found = check_bundle(folder, trust_of(office)).findings
        return [each.message for each in found if each.code == "bundle.content"]

    return said


DAMAGES = {
    "is not what was attached": lambda _, paper: paper.write_bytes(PAPER[:-3] + b"abc"),
    "is missing": lambda _, paper: paper.unlink(),
    "is not listed": lambda listed, _: listed.write_bytes(b""),
    "data/content.jsonl is missing": lambda listed, _: listed.unlink(),
}


@pytest.mark.parametrize("said", DAMAGES)
def test_attached_files_are_held_against_their_events(enclosing, said):
    """Whoever signs the bundle anew cannot change what an event names."""
    assert any(said in each for each in enclosing(DAMAGES[said]))


MISTOLD = {
    "another path": ({"path": "bagit.txt"}, "a path below data/content/"),
    "a path that is none": ({"path": {}}, "unhashable"),
    "another digest": ({"digest": "0" * 64}, "is attached to no event here"),
    "another name": ({"name": "批示.txt"}, "('批示.txt', "),
    "another event": ({"index": 3}, " at 3) is attached to no event here"),
    "another size": ({"size_bytes": 1}, "1 bytes at "),
}


@pytest.mark.parametrize("what", MISTOLD)
def test_the_list_says_of_attached_files_what_their_events_say(enclosing, what):
    """Of which event they are, and by which name people know them."""
    change, said = MISTOLD[what]

    def damage(listed, _):
        told = canonical.parse(listed.read_bytes()[:-1]) | change
        listed.write_bytes(canonical.encode(told) + b"\n")

    assert any(said in each for each in enclosing(damage))


def test_a_file_that_the_list_passes_over_is_found(enclosing):
    """Under the name of what was attached, where the list says that it was not in the store any more."""

    def damage(listed, paper):
        told = canonical.parse(listed.read_bytes()[:-1]) | {"path": "", "salt": ""}
        listed.write_bytes(canonical.encode(told) + b"\n")
        paper.write_bytes("另一份通知".encode())

    (message,) = enclosing(damage)

    assert message.endswith("is not in data/content.jsonl")


def test_a_file_that_is_not_in_the_store_any_more_is_told(office, tmp_path, monkeypatch):
    """Listed without a path, told in the table of what is gone, and not counted as checked."""
    monkeypatch.setattr(MemoryReader, "content", lambda *_: None)
    export(office, tmp_path / "b", parts=PARTS, wanted=Wanted(families=("document",)))

    checked = check_bundle(tmp_path / "b", trust_of(office))

    assert checked.findings == []
    assert any("通知.txt" in each for each in checked.not_checked)
    assert table(tmp_path / "b", "disposal.csv")[0]["name"] == "通知.txt"


def test_a_part_that_fails_leaves_a_draft_and_no_bundle(office, tmp_path):
    """Nothing stands under the bundle's name."""

    def broken(making):
        raise LedgerError("no")
        yield making

    with pytest.raises(LedgerError):
        export(office, tmp_path / "b", parts=(*PARTS, broken))

    assert [each.name for each in tmp_path.iterdir()] == ["b.unfinished"]
