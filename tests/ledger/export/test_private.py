"""Private fields, purges and witnesses in a bundle: what is disclosed, what is gone, what others cosigned."""

from __future__ import annotations

import csv
import json
import shutil

import pytest

from ledger import canonical
from ledger.export.check import check_bundle
from ledger.export.logged import WITNESSED
from ledger.export.parts import PARTS
from ledger.export.parts.private import DISCLOSURES
from ledger.export.scope import Wanted
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.log.cosigned import key_of
from ledger.log.note import format_signatures, parse_note, sign_note
from ledger.log.speaker import witness_signers
from tests.ledger.export.bundled import codes, export, relist, trust_of
from tests.ledger.export.proven import signed
from tests.office import FOUNDER, SECOND, make_office, seed_of
from tests.private import carried_out, purged, reader_of, set_apart, telegram

TEXT = "明日八时前报送防汛值班表"
WANTED = Wanted(families=("telegram",))


@pytest.fixture(scope="module")
def office():
    """An office with two telegrams, the text of one destroyed."""
    office = make_office()
    office.enrol("丙", "机要员", "登记员")
    set_apart(office, SECOND)
    telegram(office, "丙", TEXT)
    lost = telegram(office, "丙", "误录的内容")
    (change,) = [each for each in lost.changes if each.record.startswith("telegram/")]
    office.lost = change.record
    digests = change.event.private.digests
    carried_out(office, purged(office, office.lost, digests, by=(FOUNDER, SECOND)), by=FOUNDER)
    return office


def bundle(office, out, **ordered):
    """A bundle of the telegrams."""
    export(office, out, parts=PARTS, wanted=WANTED, **ordered)
    return out


@pytest.fixture(scope="module")
def disclosed(office, tmp_path_factory):
    """A bundle in which the texts are disclosed that its maker may read."""
    out = tmp_path_factory.mktemp("private") / "b"
    reader = reader_of(office, SECOND)
    return bundle(office, out, private=("contents",), disclose=reader.disclosures)


def table(folder, name):
    """The rows of a table."""
    with (folder / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_private_field_is_disclosed_to_whom_it_is_meant_for(office, disclosed):
    """Its text, and the salt by which it hashes to the digest in the signed event."""
    (line,) = (disclosed / DISCLOSURES).read_text(encoding="utf-8").splitlines()

    assert json.loads(line)["text"] == TEXT
    assert check_bundle(disclosed, trust_of(office)).findings == []


def test_it_is_not_disclosed_unasked(office, tmp_path):
    """The digest stays, the text stands nowhere, and the table says how many there are."""
    folder = bundle(office, tmp_path / "b")

    told = "".join(
        each.read_text(encoding="utf-8") for each in folder.rglob("*") if each.is_file()
    )
    assert TEXT not in told
    assert ("私密字段 private fields", "2") in {
        (row["record"], row["events"]) for row in table(folder, "redactions.csv")
    }
    assert check_bundle(folder, trust_of(office)).findings == []


@pytest.mark.parametrize(
    "change",
    [
        {"text": "别的"},
        {"field": "title"},
        {"index": 3},
        {"digest": "x"},
        {"disclosure": "WyJhIl0"},
        {"more": 1},
    ],
    ids=str,
)
def test_a_text_that_the_event_does_not_name_is_found(office, disclosed, tmp_path, change):
    """Even where the bundle is signed anew."""
    folder = shutil.copytree(disclosed, tmp_path / "b")
    told = canonical.parse((folder / DISCLOSURES).read_bytes()[:-1])
    (folder / DISCLOSURES).write_bytes(canonical.encode(told | change) + b"\n")
    relist(office, folder)

    assert codes(check_bundle(folder, trust_of(office))) == {"bundle.private"}


def test_what_was_destroyed_is_told_with_its_approval(office, disclosed):
    """The purge goes in with what it belonged to, and the table names it."""
    rows = table(disclosed, "disposal.csv")

    assert [(row["what"], row["record"]) for row in rows] == [("销毁 purge", office.lost)]
    assert "误录 (已执行 carried out)" in rows[0]["reason"]
    assert "purge.approved/1" in {row["kind"] for row in table(disclosed, "trail.csv")}
    assert (disclosed / DISCLOSURES).read_text(encoding="utf-8").count("\n") == 1


def test_a_bundle_says_where_no_witness_saw_the_log(office, disclosed):
    """It is named among what is not checked."""
    checked = check_bundle(disclosed, trust_of(office))

    assert WITNESSED not in {
        each.relative_to(disclosed).as_posix() for each in disclosed.rglob("*")
    }
    assert any("no witness cosigned" in each for each in checked.not_checked)


@pytest.fixture
def witnessed():
    """An office whose head a witness cosigned, and which went on since."""
    office = make_office()
    head = signed(office)
    office.store.add_checkpoint(head.checkpoint.size, head.note)
    key = LogKey("witness.archive.example/w1", SeedSigner(seed_of("witness")))
    (line,) = parse_note(
        sign_note(parse_note(head.note).text, witness_signers(key, 1_700_000_000)[:1])
    ).signatures
    office.store.add_cosignature(head.checkpoint.size, key_of(line), format_signatures([line]))
    office.enrol("丙", "文书")
    return office


def test_the_head_that_a_witness_cosigned_goes_in_and_is_led_to(witnessed, tmp_path):
    """With the witness's line, and the proof that the bundle's head continues it; another one is found."""
    export(witnessed, tmp_path / "b", wanted=Wanted(families=("officer",)))
    whole = (tmp_path / "b" / WITNESSED).read_bytes()

    assert "— witness.archive.example/w1".encode() in whole
    assert check_bundle(tmp_path / "b", trust_of(witnessed)).findings == []

    (tmp_path / "b" / WITNESSED).write_bytes(whole.replace(b"old ", b"old 0", 1))
    relist(witnessed, tmp_path / "b")
    assert codes(check_bundle(tmp_path / "b", trust_of(witnessed))) == {"bundle.checkpoint"}


def test_a_proof_that_leads_to_another_head_is_found(witnessed, tmp_path):
    """One that holds, of a day before: it says nothing of what came since."""
    for name in ("early", "late"):
        export(witnessed, tmp_path / name, wanted=Wanted(families=("officer",)))
        witnessed.enrol(name, "文书")
    shutil.copy(tmp_path / "early" / WITNESSED, tmp_path / "late" / WITNESSED)
    relist(witnessed, tmp_path / "late")

    (found,) = check_bundle(tmp_path / "late", trust_of(witnessed)).findings

    assert (found.code, found.damage, found.record) == (
        "bundle.checkpoint",
        "forked",
        WITNESSED,
    )
    assert "does not lead to the bundle's checkpoint" in found.message


@pytest.mark.parametrize("asked", ["nobody who may read", "another field"])
def test_what_nobody_may_tell_is_not_disclosed(office, tmp_path, asked):
    """Asked for without a reading key, or where the reader holds another field: its digest stays, and is counted."""
    told = (
        {"private": ("contents",)}
        if asked == "nobody who may read"
        else {"private": ("title",), "disclose": reader_of(office, SECOND).disclosures}
    )

    folder = bundle(office, tmp_path / "b", **told)

    assert (folder / DISCLOSURES).read_bytes() == b""
    assert "2" in {row["events"] for row in table(folder, "redactions.csv")}


def test_of_destroyed_text_only_what_belongs_here_is_told(office, tmp_path):
    """A bundle of other records names no purge of these."""
    export(office, tmp_path / "b", parts=PARTS, wanted=Wanted(families=("officer", "purge")))
    (purge,) = office.store.records("purge")
    named = {row["name"] for row in table(tmp_path / "b", "disposal.csv")}

    assert purge in {row["record"] for row in table(tmp_path / "b", "records.csv")}
    assert named == {""}


@pytest.mark.parametrize(
    ("done", "said"),
    [(0, "待批准 proposed"), (1, "已批准 approved"), (2, "已执行 carried out")],
)
def test_a_purge_is_told_as_far_as_it_is(tmp_path, done, said):
    """Proposed by one, approved by another, carried out."""
    office = make_office()
    office.enrol("丙", "机要员", "登记员")
    set_apart(office, SECOND)
    (change,) = [
        each
        for each in telegram(office, "丙", TEXT).changes
        if each.record.startswith("telegram/")
    ]
    proposed = office.store.head().size + 1
    approved = purged(office, change.record, change.event.private.digests, by=(FOUNDER, SECOND))
    sizes = [proposed, office.store.head().size]
    carried_out(office, approved, by=FOUNDER)
    sizes.append(office.store.head().size)

    (row,) = table(bundle(office, tmp_path / "b", size=sizes[done]), "disposal.csv")

    assert said in row["reason"]
