"""`qifeng log prove`, `consistency`, `inventory`, and `qifeng check` of what they write."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.export.evidence import format_evidence, parse_evidence
from ledger.log.proof import format_proof, parse_proof
from tests.ledger.log.parts import CHECKPOINT


@pytest.fixture
def elsewhere(call, room):
    """Check a file as somebody does who has the pin and no ledger."""
    (pin,) = (room.folder / "mine" / "ledgers").glob("*/pin.json")
    return lambda path, *more: call("check", path, "--pin", pin, *more)


@pytest.fixture
def planned(room):
    """A rule that 孙梅 planned, and an inventory sealed after it."""
    assert room("--as", "孙梅", "rule", "plan", "--title", "公务接待管理办法").code == 0
    assert room("--as", "周敏", "log", "inventory").code == 0
    return "公务接待管理办法"


def test_an_entry_is_checked_with_no_ledger(room, elsewhere, planned, tmp_path):
    """One file, by the pin: who signed it, and what is not shown."""
    out = tmp_path / "plan.tlog-proof"
    assert room("log", "prove", planned, "--out", out).code == 0

    told = elsewhere(out)

    assert (told.code, told.out.splitlines()[0][:6]) == (0, "entry ")
    assert "rule.planned/1 of rule/" in told.out
    assert "not checked: business rules" in told.err
    assert elsewhere(out, "--json").answer["shown"].startswith("entry ")


def test_a_whole_record_is_checked_with_no_ledger(room, elsewhere, planned, tmp_path):
    """All its events, and no more of it; so for what is not there at all."""
    whole, absent = tmp_path / "whole.tlog-proof", tmp_path / "absent.tlog-proof"
    told = room("log", "prove", planned, "--whole", "--out", whole)
    room("log", "prove", "invoice/cn/1-1", "--whole", "--out", absent)

    assert f"{whole}: all of rule/" in told.err
    assert "all its 1 events in the log up to size" in elsewhere(whole).out
    assert "invoice/cn/1-1: no such record in the log up to size" in elsewhere(absent).out


def test_a_changed_proof_is_1_and_its_place_is_named(room, elsewhere, planned, tmp_path):
    """Findings have codes and places; nothing is shown."""
    out = tmp_path / "plan.tlog-proof"
    room("log", "prove", planned, "--out", out)
    proof = parse_proof(out.read_bytes())
    evidence = parse_evidence(proof.extra)
    lacking = format_evidence(replace(evidence, seals=evidence.seals[:-1]))
    out.write_bytes(format_proof(replace(proof, extra=lacking)))

    told = elsewhere(out, "--json")

    assert told.code == 1
    answer = json.loads(told.out)
    assert (answer["verdict"], "shown" in answer) == ("damaged", False)
    assert {each["code"] for each in answer["findings"]} >= {"proof.seal"}


def test_a_proof_by_the_user_s_own_pin_or_none(room, call, planned, tmp_path):
    """The pin is found by the origin in the file; without any it is told that the file vouches for itself."""
    out = tmp_path / "plan.tlog-proof"
    room("log", "prove", planned, "--out", out)

    assert room.say("check", out)["pin"]["source"] == "user"
    assert (
        "not independent: the log's key was taken from the file itself"
        in call("check", out).out
    )


def test_a_whole_record_wants_an_inventory(room):
    """Told what to do, and no file written."""
    told = room("log", "prove", "office/main", "--whole")

    assert told.code == 2
    assert "qifeng log inventory" in told.err


def test_only_administrators_seal_inventories(room):
    """A clerk is refused by rule IV1."""
    told = room("--as", "孙梅", "log", "inventory")

    assert told.code == 1
    assert "IV1" in told.err


def test_a_checkpoint_is_checked_by_itself(room, elsewhere, call, tmp_path):
    """Who signed it, of which size; without a pin nobody can say."""
    room("log", "checkpoint", "--out", tmp_path / "head.note")

    told = elsewhere(tmp_path / "head.note")

    assert told.code == 0
    assert "signed the root" in told.out
    assert call("check", tmp_path / "head.note").code == 2
    (tmp_path / "head.note").write_bytes(CHECKPOINT)
    assert elsewhere(tmp_path / "head.note").code == 1


def test_a_log_that_grew_is_shown_to_continue(room, elsewhere, tmp_path):
    """From a checkpoint kept to one of later, or to the head."""
    first, second = tmp_path / "first.note", tmp_path / "second.note"
    room("log", "checkpoint", "--out", first)
    room("--as", "孙梅", "rule", "plan", "--title", "办法")
    room("log", "checkpoint", "--out", second)
    room("--as", "孙梅", "rule", "plan", "--title", "规定")
    out = tmp_path / "growth.consistency"

    told = room.say("log", "consistency", first, second, "--out", out)
    assert (told["old"] + 1, told["proof"]) == (told["new"], str(out))
    assert f"size {told['new']} of the log" in elsewhere(out).out
    assert room("log", "consistency", first, "--out", out).code == 0
    assert f"continues size {told['old']}" in elsewhere(out).out


def test_a_checkpoint_of_another_past_is_told_as_a_fork(room, tmp_path):
    """The same key signed it, and this log does not hold it."""
    room("store", "backup", room.folder / "backup")
    room("--as", "孙梅", "rule", "plan", "--title", "办法")
    room("log", "checkpoint", "--out", tmp_path / "other.note")
    shutil.rmtree(room.folder / ".qifeng")
    room("store", "restore", room.folder / "backup")

    told = room("log", "consistency", tmp_path / "other.note")
    assert (told.code, "was rolled back or cut" in told.err) == (1, True)

    room("--as", "马兰", "rule", "plan", "--title", "规定")
    told = room("log", "consistency", tmp_path / "other.note")
    assert (told.code, "it was forked or rewritten" in told.err) == (1, True)


def test_checkpoints_of_others_or_the_wrong_way_round_are_wrong_usage(room, tmp_path):
    """Named, with what to do."""
    (tmp_path / "other.note").write_bytes(CHECKPOINT)
    room("log", "checkpoint", "--out", tmp_path / "first.note")
    room("--as", "孙梅", "rule", "plan", "--title", "办法")
    room("log", "checkpoint", "--out", tmp_path / "second.note")

    told = room("log", "consistency", tmp_path / "other.note")
    assert (told.code, "of the log ledger.office.example/main" in told.err) == (2, True)
    told = room("log", "consistency", tmp_path / "second.note", tmp_path / "first.note")
    assert (told.code, "name the older first" in told.err) == (2, True)


@pytest.mark.parametrize(
    "content", [b"", b"text\n", b"c2sp.org/tlog-proof@v1\n", b"qifeng.consistency@v1\n"]
)
def test_a_file_that_is_nothing_of_ours_is_malformed(elsewhere, tmp_path, content):
    """Exit 2, one line, and never that it holds."""
    (tmp_path / "file").write_bytes(content)

    told = elsewhere(tmp_path / "file")

    assert (told.code, told.out) == (2, "")
    assert told.err.count("\n") == 1


def test_a_plain_proof_wants_its_entry(room, elsewhere, planned, tmp_path):
    """A stock proof with the entry's bytes beside it is checked, and shows that much."""
    out, entry = tmp_path / "plan.tlog-proof", tmp_path / "plan.entry"
    room("log", "prove", planned, "--out", out, "--entry", entry)
    out.write_bytes(format_proof(replace(parse_proof(out.read_bytes()), extra=None)))

    assert elsewhere(out).code == 2
    told = elsewhere(out, "--entry", entry)
    assert told.code == 0
    assert "not checked: who signed the entry" in told.err


def test_a_file_that_is_too_long_is_not_read(elsewhere, tmp_path, monkeypatch):
    """No file of ours is so long."""
    monkeypatch.setattr("ledger.commands.check.MAX_BYTES", 3)
    (tmp_path / "file").write_bytes(b"text")

    assert elsewhere(tmp_path / "file").code == 2


def test_a_file_that_cannot_be_read_is_told(elsewhere, tmp_path, monkeypatch):
    """Exit 3, and its name."""
    (tmp_path / "file").write_bytes(b"text")
    opened = Path.open

    def failing(path, *told, **more):
        if path.name == "file":
            raise OSError(5, "Input/output error")
        return opened(path, *told, **more)

    monkeypatch.setattr(Path, "open", failing)

    told = elsewhere(tmp_path / "file")
    assert (told.code, "error: file file" in told.err) == (3, True)
