"""`qifeng log restore-check` and `incident`: rollback, fork and truncation are each named; the office goes on."""

from __future__ import annotations

import json
import shutil

import pytest

from ledger.log.checkpoint import parse_checkpoint
from ledger.log.note import parse_note
from ledger.log.receipt import ReceiptBook
from tests.ledger.commands.witnesses import add, carried, make_archive


@pytest.fixture
def archive(room):
    """A witness that the room's policy names."""
    made = make_archive(room, "档案馆")
    assert add(room, made).code == 0
    return made


def plan(room, title, who="孙梅"):
    """Record something."""
    return room("--as", who, "rule", "plan", "--title", title)


def put_back(room, backup):
    """Put an old copy in the ledger's place."""
    shutil.rmtree(room.folder / ".qifeng")
    assert room("store", "restore", backup).code == 0


def checked(room, *more):
    """What restore-check answers, and its exit code."""
    told = room("log", "restore-check", *more, "--json")
    assert told.out, told.err
    return told.code, json.loads(told.out)


@pytest.fixture
def backup(room, tmp_path):
    """A copy made before anything else was recorded."""
    assert room("store", "backup", tmp_path / "backup").code == 0
    return tmp_path / "backup"


def test_a_sound_store_is_identical(room, archive, tmp_path):
    """With receipts, with a witnessed head, with a checkpoint from elsewhere; and it may have grown."""
    carried(room, archive, stick=tmp_path / "stick")
    assert room("log", "checkpoint", "--out", tmp_path / "head.note").code == 0
    assert plan(room, "会议管理办法").code == 0

    code, told = checked(room, tmp_path / "head.note")
    words = room("log", "restore-check")

    assert (code, told["verdict"], told["size"]) == (
        0,
        "identical",
        room.ledger().store.head().size,
    )
    assert "identical 一致" in words.out


def test_a_store_put_back_is_behind(room, backup):
    """By exactly the events that are missing; verify names it too, by the receipts."""
    size = room.ledger().store.head().size
    for title in ("一", "二", "三"):
        assert plan(room, title).code == 0
    put_back(room, backup)

    code, told = checked(room)
    words = room("log", "restore-check")
    verdict = json.loads(room("verify", "--json").out)

    assert (code, told["verdict"], told["behind"], told["size"]) == (1, "behind", 3, size)
    assert "behind 落后 by 3" in words.out
    found = {(each["code"], each["class"], each["index"]) for each in verdict["findings"]}
    assert found == {("checkpoint.receipt", "rolled back", size)}


def test_a_store_that_went_on_from_an_old_copy_is_forked(room, backup, tmp_path):
    """Somebody without receipts worked on: the index from which it is another is named."""
    size = room.ledger().store.head().size
    assert plan(room, "一").code == 0
    (receipts,) = tmp_path.glob("room/mine/ledgers/*/receipts")
    shutil.move(receipts, tmp_path / "receipts")
    put_back(room, backup)
    for title in ("另一", "另二"):
        assert plan(room, title).code == 0
    (book,) = [
        path
        for path in (tmp_path / "receipts").iterdir()
        if ReceiptBook(path).last().index == size
    ]

    code, told = checked(room, book)
    words = room("log", "restore-check", book)

    assert (code, told["verdict"]) == (1, "forked")
    assert told["forked_at"]["to"] == size
    assert "forked 分叉 at index" in words.out


def test_truncation_is_seen_by_the_witnessed_head(room, archive, backup, tmp_path):
    """With every receipt gone: the head in the user's own folder, or the witness itself, tells."""
    assert plan(room, "一").code == 0
    carried(room, archive, stick=tmp_path / "stick")
    (receipts,) = tmp_path.glob("room/mine/ledgers/*/receipts")
    shutil.rmtree(receipts)
    put_back(room, backup)

    mine = checked(room)
    refused = plan(room, "二")
    (path,) = tmp_path.glob("room/mine/ledgers/*/witnessed.checkpoint")
    path.unlink()
    policy = path.with_name("witnesses.policy")
    with archive.serving() as url:
        policy.write_text(policy.read_text().replace("\ngroup", f" {url}\ngroup"))
        asked = checked(room, "--ask")
    unreachable = room("log", "restore-check", "--ask")

    assert (mine[0], mine[1]["verdict"], mine[1]["where"]) == (1, "behind", "a witness")
    assert (asked[0], asked[1]["behind"]) == (1, 1)
    assert asked[1]["where"] == "witness 档案馆.example/w"
    assert (refused.code, "a witness has seen size" in refused.err) == (1, True)
    assert unreachable.code == 3


def test_after_an_incident_is_recorded_the_office_goes_on(room, backup):
    """Refused before, refused to a clerk, recorded by an administrator; then verify says what stays open."""
    assert plan(room, "一").code == 0
    put_back(room, backup)
    before = plan(room, "二")
    words = ("--lost", "一条计划", "--decision", "办公室主任决定继续使用")
    clerk = room("--as", "孙梅", "log", "incident", *words)
    recorded = room("--as", "周敏", "log", "incident", *words)
    after = plan(room, "二")

    assert (before.code, clerk.code, recorded.code, after.code) == (1, 1, 0, 0), recorded.err
    assert "IN4" in clerk.err
    assert "incident.recorded/1" in recorded.out
    assert checked(room)[1]["verdict"] == "identical"
    verdict = room("verify")
    assert (verdict.code, "not checked: checkpoint.receipt" in verdict.out) == (0, True)
    again = room("--as", "周敏", "log", "incident", *words)
    assert (again.code, "nothing is lost" in again.err) == (2, True)


def forget_receipts(room):
    """Lose every receipt; the head that was cosigned stays."""
    (receipts,) = room.folder.glob("mine/ledgers/*/receipts")
    shutil.rmtree(receipts)


def test_verify_holds_the_log_against_the_head_that_was_cosigned(
    room, archive, backup, tmp_path
):
    """An old copy that was itself cosigned, and no receipt: the head in one's own folder tells."""
    carried(room, archive, stick=tmp_path / "first")
    shutil.rmtree(backup)
    assert room("store", "backup", backup).code == 0
    size = room.ledger().store.head().size
    assert plan(room, "一").code == 0
    carried(room, archive, stick=tmp_path / "second")
    sound = room("verify", "--json")
    forget_receipts(room)
    put_back(room, backup)

    verdict = json.loads(room("verify", "--json").out)

    assert sound.code == 0
    told = {(each["code"], each["class"], each["index"]) for each in verdict["findings"]}
    assert told == {("checkpoint.witnessed", "rolled back", size)}


def test_nobody_signs_a_head_beside_the_one_that_was_cosigned(room, archive, backup, tmp_path):
    """Forked, and longer than what was cosigned: the log's key would show two people two histories."""
    assert plan(room, "一").code == 0
    carried(room, archive, stick=tmp_path / "stick")
    forget_receipts(room)
    put_back(room, backup)
    (path,) = tmp_path.glob("room/mine/ledgers/*/witnessed.checkpoint")
    path.rename(tmp_path / "witnessed.checkpoint")
    for title in ("另一", "另二"):
        assert plan(room, title).code == 0
    (tmp_path / "witnessed.checkpoint").rename(path)

    signed = room("log", "checkpoint", "--out", tmp_path / "second.note")
    kept = room.ledger().store.checkpoints()

    assert (signed.code, "forked" in signed.err) == (1, True)
    assert (kept, (tmp_path / "second.note").exists()) == ([], False)
    assert ("checkpoint.witnessed", "forked") in found(room)[0]


def test_an_incident_lets_heads_be_signed_and_cosigned_again(room, archive, backup, tmp_path):
    """What stays open is told; a head cosigned since, smaller than the lost one, binds from then on."""
    for title in ("一", "二", "三", "四"):
        assert plan(room, title).code == 0
    carried(room, archive, stick=tmp_path / "stick")
    forget_receipts(room)
    put_back(room, backup)
    words = ("--lost", "四条计划", "--decision", "办公室主任决定继续使用")
    assert room("--as", "周敏", "log", "incident", *words).code == 0
    (policy,) = tmp_path.glob("room/mine/ledgers/*/witnesses.policy")

    _, open_now = found(room)
    shutil.rmtree(archive.config / "witness" / "logs")
    carried(room, archive, stick=tmp_path / "again")
    bound = found(room)

    assert "checkpoint.witnessed" in open_now
    head = parse_checkpoint(
        parse_note(policy.with_name("witnessed.checkpoint").read_bytes()).text
    )
    assert head.size == room.ledger().store.head().size
    assert bound == (set(), [])


def test_a_head_in_ones_own_folder_that_was_damaged_is_named(room, archive, tmp_path):
    """It is evidence, so it is looked at like any other; it never passes for none."""
    carried(room, archive, stick=tmp_path / "stick")
    (path,) = tmp_path.glob("room/mine/ledgers/*/witnessed.checkpoint")
    path.write_bytes(path.read_bytes()[:-1])

    assert found(room)[0] == {("checkpoint.witnessed", "edited")}


def test_a_file_that_is_neither_is_refused(room, tmp_path):
    """A checkpoint of another log, and no checkpoint at all."""
    (tmp_path / "odd").write_text("hello\n")

    told = room("log", "restore-check", tmp_path / "odd")

    assert told.code == 2


def test_nothing_kept_elsewhere_is_nothing_to_say(room, tmp_path):
    """Never identical with nothing."""
    (receipts,) = tmp_path.glob("room/mine/ledgers/*/receipts")
    shutil.rmtree(receipts)

    told = room("log", "restore-check")

    assert (told.code, "nothing to hold the store against" in told.err) == (2, True)


def found(room, *more):
    """Return (code, class) of what verifying finds, and what is not checked."""
    told = json.loads(room("verify", *more, "--json").out)
    return {(each["code"], each["class"]) for each in told["findings"]}, told["not_checked"]


def test_verify_wants_the_quorum_of_the_policy(room, archive, tmp_path):
    """No cosignature, enough, one too few; and what is not judged without a policy."""
    before = found(room)
    carried(room, archive, stick=tmp_path / "stick")
    good = found(room)
    more = make_archive(room, "审计局")
    assert add(room, more).code == 0
    short = found(room)
    (path,) = tmp_path.glob("room/mine/ledgers/*/witnesses.policy")
    named = found(room, "--policy", shutil.copy(path, tmp_path / "other.policy"))
    path.unlink()
    without = found(room)

    assert before == ({("checkpoint.quorum", "unwitnessed")}, [])
    assert good == (set(), [])
    assert short == named == before
    assert without == (set(), ["checkpoint.quorum"])


def test_a_cosignature_that_was_changed_is_named(room, archive, tmp_path):
    """Another line, no line, another witness's: each is found, and the quorum is lost."""
    carried(room, archive, stick=tmp_path / "stick")
    ledger = room.ledger()
    (size, key, line), note = ledger.store.cosignatures()[0], ledger.store.checkpoints()[0][1]
    ledger.store.add_cosignature(size, "nobody+00000000", line)
    ledger.store.add_cosignature(size, f"{key}x", note)
    wrong, _ = found(room)

    assert wrong == {("checkpoint.cosignature", "edited")}


def test_status_tells_how_the_quorum_stands(room, archive, tmp_path):
    """No witness, a quorum reached, events since then, a quorum lost."""
    (path,) = tmp_path.glob("room/mine/ledgers/*/witnesses.policy")
    text = path.read_text()
    waiting = room.say("status")
    carried(room, archive, stick=tmp_path / "stick")
    reached = room.say("status")
    assert plan(room, "一").code == 0
    since = room("status").out
    path.unlink()
    nobody = room.say("status")
    path.write_text(text)

    assert "not reached" in waiting["quorum"]
    assert (reached["witnesses"], "the quorum is reached" in reached["quorum"]) == (
        ["档案馆"],
        True,
    )
    assert "1 events since then" in since
    assert (nobody["witnesses"], "equivocation undetectable" in nobody["quorum"]) == ([], True)
