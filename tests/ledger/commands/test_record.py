"""The commands of a family: what is asked for becomes one signed act; naming, showing, listing."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pytest

from ledger.act import open_seal
from ledger.application.mapper import open_event

ADOPT = ("rule", "adopt", "--title", "公务接待管理办法", "--kind", "办法", "--decision", "常委会",
         "--post", "领导")  # fmt: skip


def adopted(room, *more):
    """Adopt a rule by 马兰; returns the answer."""
    return room.say("--as", "马兰", *ADOPT, *more)


def test_an_act_says_what_was_recorded_and_where(room):
    """With --json one object; for people the record, the Chinese word and the kind."""
    size = room.ledger().store.head().size
    told = adopted(room)

    (happened,) = told["events"]
    assert (told["index"], happened["kind"], happened["zh"]) == (size, "rule.adopted/1", "通过")
    shown = room("--as", "马兰", *ADOPT)
    assert "通过 rule.adopted/1" in shown.out
    assert "recorded at index" in shown.err


def test_the_act_is_sealed_by_the_officer_named_after_the_command(room):
    """`qifeng rule adopt … --as 马兰` is 马兰's act."""
    told = room.say(*ADOPT, "--as", "马兰")

    ledger = room.ledger()
    act = open_seal(ledger.store.seal(told["act"]).envelope).act
    assert ledger.state(act.actor).name == "马兰"


def test_attachments_are_kept_under_a_salted_digest(room, tmp_path):
    """The event holds name, size and digest; the bytes lie in the content store."""
    (tmp_path / "正文.pdf").write_bytes(b"the text")

    record = adopted(room, "--attach", tmp_path / "正文.pdf")["events"][0]["record"]

    ledger = room.ledger()
    (row,) = ledger.store.history(record)
    (attached,) = open_event(row.event, ledger.kinds)[1].attachments
    salt, content = ledger.store.content(attached.digest)
    assert (attached.name, attached.size_bytes, content) == ("正文.pdf", 8, b"the text")
    assert hashlib.sha256(salt + content).hexdigest() == attached.digest
    assert room.verify().verdict == "intact"


def test_a_record_is_shown_as_its_events_leave_it(room):
    """By title, id or whole name; with its version."""
    record = adopted(room)["events"][0]["record"]

    for name in (record, record.partition("/")[2], "公务接待管理办法"):
        assert room.say("rule", "show", name)["record"] == record
    shown = room("rule", "show", record)
    assert "version 1" in shown.out
    assert "title: 公务接待管理办法" in shown.out


def test_records_are_listed_with_their_titles(room):
    """And no more than asked for."""
    for title in ("甲办法", "乙办法", "丙办法"):
        room("--as", "马兰", "rule", "plan", "--title", title)

    listed = room.say("rule", "list")["records"]
    assert [each["title"] for each in listed] == ["甲办法", "乙办法", "丙办法"]
    assert len(room.say("rule", "list", "--limit", 2)["records"]) == 2
    assert "乙办法" in room("rule", "list").out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["rule", "show", "无此制度"], 2, "not found"),
        (["rule", "show", "officer/01ABC"], 2, "is a officer"),
        (["rule", "publish"], 2, "Missing argument"),
        (["rule", "publish", "无此制度", "--post", "领导"], 2, "not found"),
        (["rule", "invent"], 2, "No such command"),
        (["rule", "adopt", "--attach", "nowhere.pdf"], 2, "does not exist"),
    ],
)
def test_wrong_words_are_2_and_write_nothing(room, arguments, code, said):
    """Each names what is wrong."""
    size = room.ledger().store.head().size

    told = room("--as", "马兰", *arguments)

    assert (told.code, told.out) == (code, "")
    assert said in told.err
    assert room.ledger().store.head().size == size


def test_a_rule_s_refusal_is_1_and_writes_nothing(room):
    """Rules are called by their codes; the refused act leaves no trace."""
    adopted(room)
    size = room.ledger().store.head().size

    told = room("--as", "孙梅", "rule", "publish", "公务接待管理办法", "--post", "领导")

    assert (told.code, told.out) == (1, "")
    assert told.err.startswith("error: G")
    assert told.err.count("\n") == 1
    assert room.ledger().store.head().size == size


def test_an_officer_is_named_by_name_in_refusals(room):
    """Not by the digits of a record."""
    told = room("--as", "孙梅", "officer", "propose-post", "孙梅", "--post", "领导")

    assert told.code == 1
    assert "孙梅 holds none of the posts" in told.err


def test_paper_is_recorded_as_paper(room):
    """补录: the seal says on what basis the act stands."""
    told = room.say("--as", "马兰", *ADOPT, "--paper")

    assert open_seal(room.ledger().store.seal(told["act"]).envelope).act.basis == "paper"


def test_an_attachment_that_cannot_be_read_records_nothing(room, tmp_path, monkeypatch):
    """The disk fails under the file: 3, its name, and no act."""
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"scan")
    whole = Path.read_bytes

    def failing(self):
        if self.name == scan.name:
            raise OSError(errno.EIO, "Input/output error")
        return whole(self)

    monkeypatch.setattr(Path, "read_bytes", failing)
    size = room.ledger().store.head().size

    told = room("--as", "马兰", *ADOPT, "--attach", scan)

    assert (told.code, told.out) == (3, "")
    assert told.err.startswith("error: file scan.pdf: ")
    assert room.ledger().store.head().size == size
