"""Private fields at the command line: who may read them does, and a planted text is found nowhere else."""

from __future__ import annotations

import base64
import json

import pytest

from ledger.clock import office_day, system_clock

PLANTED = "身份证110101199003078888"
ATTACHED = "原件内容-13800138000".encode()
YEAR = str(office_day(system_clock(), "+08:00").year)
SERIES = "收电"


def spellings(text: bytes) -> set[bytes]:
    """Return how a planted text could be written down, inside longer base64 too."""
    middles = {base64.b64encode(bytes(n) + text)[8:24] for n in range(3)}
    return {text, text.hex().encode(), json.dumps(text.decode()).strip('"').encode(), *middles}


def places_of(room, text: bytes, *, besides: tuple[str, ...] = ()) -> list[str]:
    """Return every file of a room that holds a text in any spelling."""
    files = [path for path in room.folder.rglob("*") if path.is_file()]
    return [
        str(path.relative_to(room.folder))
        for path in files
        if path.name not in besides
        and any(each in path.read_bytes() for each in spellings(text))
    ]


@pytest.fixture
def register(room):
    """A room with a register of telegrams, in which 周敏 has a reading key."""
    room.say("--as", "周敏", "key", "reading")
    room.say(
        "--as", "孙梅", "series", "open", "--code", SERIES, "--year", YEAR, "--family", "telegram",
        "--registrars", "登记员", "--leaders", "领导", "--reviewers", "登记员", "--approvers", "登记员",
    )  # fmt: skip
    return room


@pytest.fixture
def office(register):
    """That room, in which 周敏 set telegrams' private fields apart."""
    register.say("--as", "周敏", "compartment", "create", "telegram")
    return register


def registered(room, text=PLANTED):
    """Register a telegram whose private text comes from a file; returns its record and all output."""
    told = room.folder / "telegram.toml"
    told.write_text(f'contents = "{text}"\n', "utf-8")
    (room.folder / "scan.txt").write_bytes(ATTACHED)
    answer = room(
        "--as", "孙梅", "telegram", "register", "--from", told, "--series", f"{SERIES}〔{YEAR}〕",
        "--sender", "市委机要局", "--title", "值守", "--urgency", "加急", "--paper",
        "--attach", room.folder / "scan.txt", "--json",
    )  # fmt: skip
    told.unlink()
    (room.folder / "scan.txt").unlink()
    return answer


def record_of(answer):
    """Return the telegram that an answer tells of."""
    return next(
        each["record"]
        for each in answer.answer["events"]
        if each["record"].startswith("telegram/")
    )


def text_shown(room, who, record, *options):
    """Return what a trail shows of the private field, and all that was written."""
    told = room("--as", who, "audit", "trail", record, "--json", *options)
    fields = {
        each["name"]: each["text"] for line in told.answer["lines"] for each in line["fields"]
    }
    return fields.get("contents"), fields.get("private"), told


def test_who_may_read_sees_it_and_others_see_that_it_is_there(office):
    """周敏 reads, 孙梅 who recorded it does not, and without the option nobody does."""
    record = record_of(registered(office))
    office.say("--as", "马兰", "key", "reading")

    shown, left, _ = text_shown(office, "周敏", record, "--private")
    assert (shown, left) == (PLANTED, None)

    for who, options in [("周敏", ()), ("马兰", ("--private",))]:
        shown, left, told = text_shown(office, who, record, *options)
        assert (shown, left) == (None, "[private]")
        assert PLANTED not in told.out + told.err


def test_a_member_reads_what_was_recorded_before_and_after_they_came(office):
    """Let in, 马兰 reads all; having left, nothing of what came after."""
    before = record_of(registered(office))
    office.say("--as", "马兰", "key", "reading")
    office.say("--as", "周敏", "compartment", "add", "telegram", "马兰")
    between = record_of(registered(office))
    assert [text_shown(office, "马兰", each, "--private")[0] for each in (before, between)] == [
        PLANTED, PLANTED,
    ]  # fmt: skip

    office.say("--as", "周敏", "compartment", "leave", "telegram", "马兰", "--reason", "调离")
    after = record_of(registered(office))

    assert text_shown(office, "马兰", after, "--private")[:2] == (None, "[private]")
    assert [text_shown(office, "周敏", each, "--private")[0] for each in (before, after)] == [
        PLANTED, PLANTED,
    ]  # fmt: skip
    assert office.verify().exit_code == 0


def test_a_planted_text_is_nowhere(office):
    """Not in the database, its log, views, receipts or any file; not in any command's output."""
    answer = registered(office)
    record = record_of(answer)
    told = [
        answer,
        office("--as", "孙梅", "audit", "trail", record),
        office("audit", "search", "值守", "--json"),
        office("telegram", "show", record),
        office("view", "telegram_register", "--json"),
        office("verify", "--json"),
        office("queue", "--as", "马兰"),
        office(
            "--as",
            "周敏",
            "export",
            "bundle",
            office.folder / "bundle",
            "--family",
            "telegram",
            "--recipient",
            "市审计局",
        ),
    ]

    assert [each.code for each in told] == [0] * len(told)
    assert places_of(office, PLANTED.encode()) == []
    assert [each for each in told if PLANTED in each.out + each.err] == []


def test_a_refusal_repeats_nothing_of_a_private_text(register):
    """Without a compartment, with a mark in it, or with a bidi override: no error shows it."""
    told = [registered(register)]
    register.say("--as", "周敏", "compartment", "create", "telegram")
    told += [registered(register, f"{PLANTED}{rest}") for rest in ("\\n机密★1年", "\\u202e")]

    assert [each.code for each in told] == [1, 1, 2]
    assert "private.compartment" in told[0].err
    assert "S1" in told[1].err
    assert [each for each in told if PLANTED in each.out + each.err] == []
    assert places_of(register, PLANTED.encode()) == []


def test_a_purge_takes_two_and_leaves_nothing_but_the_skeleton(office):
    """Proposed by one, approved by another, carried out: text and scan are in no file any more."""
    record = record_of(registered(office))
    seal_before = office.ledger().store.history(record)[0]
    early = office("--as", "陈立", "purge", "carry-out", f"purge/{'0' * 26}")
    purge = office.say(
        "--as", "陈立", "purge", "propose", record, "--reason", "误录", "--approval", "批示1号"
    )["events"][0]["record"]
    unapproved = office("--as", "陈立", "purge", "carry-out", purge)
    alone = office("--as", "陈立", "purge", "approve", purge)
    office.say("--as", "周敏", "purge", "approve", purge)
    assert places_of(office, ATTACHED) != []

    done = office("--as", "陈立", "purge", "carry-out", purge)

    assert [early.code, unapproved.code, alone.code, done.code] == [2, 1, 1, 0]
    assert places_of(office, ATTACHED) == []
    assert office.ledger().store.history(record)[0] == seal_before
    assert office.verify().exit_code == 0
    shown, left, _ = text_shown(office, "周敏", record, "--private")
    assert shown is None
    assert left.startswith("[purged by event ")
    again = office(
        "--as", "陈立", "purge", "propose", record, "--reason", "r", "--approval", "a"
    )
    assert again.code == 2


def test_a_clerk_destroys_nothing_with_an_approved_purge(office):
    """Who may not carry it out is refused before anything is gone."""
    record = record_of(registered(office))
    purge = office.say(
        "--as", "陈立", "purge", "propose", record, "--version", "1", "--reason", "误录",
        "--approval", "批示1号",
    )["events"][0]["record"]  # fmt: skip
    office.say("--as", "周敏", "purge", "approve", purge)

    refused = office("--as", "孙梅", "purge", "carry-out", purge)

    assert refused.code == 1
    assert "Y1" in refused.err
    assert text_shown(office, "周敏", record, "--private")[0] == PLANTED


def test_a_reading_key_is_made_once_and_needed_to_read(office):
    """A second one is refused while the first lies there; who has none is told to make one."""
    assert office("--as", "周敏", "key", "reading").code == 2
    record = record_of(registered(office))

    missing = office("--as", "孙梅", "audit", "trail", record, "--private")

    assert missing.code == 2
    assert "qifeng key reading" in missing.err


def test_a_compartment_is_for_who_has_told_a_reading_key(room):
    """Neither its founder nor a member can be without one; nobody takes themselves out."""
    assert "qifeng key reading" in room("--as", "周敏", "compartment", "create", "fund").err
    room.say("--as", "周敏", "key", "reading")
    room.say("--as", "周敏", "compartment", "create", "fund")

    assert (
        "qifeng key reading" in room("--as", "周敏", "compartment", "add", "fund", "马兰").err
    )
    assert (
        room("--as", "周敏", "compartment", "leave", "fund", "周敏", "--reason", "r").code == 2
    )
    assert "周敏" not in room("compartment", "list").err
