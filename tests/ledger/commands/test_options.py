"""Options made from an event's fields: every type of field, asked for as people write it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ledger.body import fields_of
from ledger.commands.options import draft_of, option_name, options_of, parse_part
from ledger.errors import UsageError
from ledger.family import Attachment, Happened, Part, event, part, term


@part
class Leg(Part):
    """A part with a member of every type that parts have."""

    name: str = term("名称", "name")
    level: int = term("层级", "level", default=0)
    amount_fen: int = term("金额", "amount", default=0)
    issued_on: date | None = term("日期", "day", default=None)
    posts: tuple[str, ...] = term("岗位", "posts", default=())
    final: bool = term("终审", "final", default=False)


@event("thing.told/1", "登记", "told")
class Thing(Happened):
    """An event with a field of every type that events have."""

    title: str = term("标题", "title")
    count: int = term("份数", "copies", default=1)
    amount_fen: int = term("金额", "amount", default=0)
    told_on: date | None = term("日期", "day", default=None)
    urgent: bool = term("紧急", "urgent", default=False)
    kind: str = term("种类", "kind", default="通知", choices=("通知", "意见"))
    tags: tuple[str, ...] = term("主题词", "tags", default=())
    parts: tuple[Leg, ...] = term("环节", "legs", default=())
    one: Leg | None = term("环节", "one leg", default=None)
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())
    rule: str | None = term("制度", "rule", default=None, refers="rule")
    officers: tuple[str, ...] = term("人员", "officers", default=(), refers="officer")
    day: str = term("推算", "derived", default="", derived=True)


def resolved(family: str, name: str) -> str:
    return f"{family}/{name.upper()}"


def drafted(*arguments: str) -> Thing:
    """Return the draft that a command line asks for."""
    drafts: list[Happened] = []
    command = click.Command(
        "tell",
        params=list(options_of(Thing)),
        callback=lambda **asked: drafts.append(draft_of(Thing, asked, resolved)),
    )
    told = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert told.exit_code == 0, told.output
    (draft,) = drafts
    assert isinstance(draft, Thing)
    return draft


def refused(*arguments: str) -> str:
    """Return what the command line says to a call that it refuses as wrong usage."""
    command = click.Command("tell", params=list(options_of(Thing)), callback=lambda **_: None)
    told = CliRunner().invoke(command, arguments)
    assert told.exit_code == 2, told.output
    return told.output


def test_options_stand_in_the_order_of_the_fields_and_derived_ones_are_not_asked_for():
    """What a family declares is what the command line asks for; `_fen` and `attachments` are renamed."""
    names = [option.opts[0] for option in options_of(Thing)]

    assert names == [
        "--title", "--count", "--amount", "--told-on", "--urgent", "--kind", "--tags", "--parts",
        "--one", "--attach", "--rule", "--officers",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "field", "meant"),
    [
        (["--count", "12"], "count", 12),
        (["--amount", "1280"], "amount_fen", 128_000),
        (["--amount", "1,280.50"], "amount_fen", 128_050),
        (["--amount", "1280.5元"], "amount_fen", 128_050),
        (["--amount", "3万元"], "amount_fen", 3_000_000),
        (["--told-on", "2023-05-08"], "told_on", date(2023, 5, 8)),
        (["--told-on", "2023年5月8日"], "told_on", date(2023, 5, 8)),
        (["--told-on", "2023.5.8"], "told_on", date(2023, 5, 8)),
        (["--urgent"], "urgent", True),
        (["--no-urgent"], "urgent", False),
        (["--kind", "意见"], "kind", "意见"),
        (["--tags", "机关", "--tags", "会议"], "tags", ("机关", "会议")),
        (["--parts", "name=甲", "--parts", "name=乙,level=2"], "parts",
         (Leg(name="甲"), Leg(name="乙", level=2))),
        (["--one", "name=甲"], "one", Leg(name="甲")),
        (["--rule", "abc"], "rule", "rule/ABC"),
        (["--officers", "a", "--officers", "b"], "officers", ("officer/A", "officer/B")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_every_type_of_field_is_read_as_people_write_it(written, field, meant):
    """Numbers, yuan, days in several forms, flags, choices, repeats, parts and references."""
    assert getattr(drafted("--title", "通知", *written), field) == meant


def test_what_is_not_asked_for_keeps_its_default():
    """An optional field left out is as the event declares it, never filled in by the command."""
    assert drafted("--title", "通知") == Thing(title="通知")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ([], "--title"),
        (["--title", "t", "--count", "twelve"], "--count"),
        (["--title", "t", "--amount", "12.345"], "--amount"),
        (["--title", "t", "--amount", "much"], "--amount"),
        (["--title", "t", "--told-on", "2023-02-30"], "--told-on"),
        (["--title", "t", "--told-on", "05/08/2023"], "--told-on"),
        (["--title", "t", "--kind", "决定"], "'通知', '意见'"),
        (["--title", "t", "--parts", "level=2"], "incomplete"),
        (["--title", "t", "--parts", "name=a,colour=red"], "no member of it; write name=…"),
        (["--title", "t", "--parts", "a name"], "no member of it"),
        (["--title", "t", "--parts", "name=a,level=high"], "--parts"),
        (["--title", "t", "--attach", "nowhere.pdf"], "does not exist"),
        (["--title", "t", "--day", "derived"], "No such option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_read_is_wrong_usage(written, said):
    """Each is refused by its option's name, with what would be right; exit code 2."""
    assert said in refused(*written)


def test_attachments_are_paths_until_their_content_is_taken(tmp_path):
    """`--attach FILE` repeats; the command reads the files and puts digests in their place."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"scan")
    asked: dict[str, tuple[Path, ...]] = {}
    command = click.Command("tell", params=list(options_of(Thing)), callback=asked.update)

    CliRunner().invoke(command, ["--title", "t", "--attach", str(path), "--attach", str(path)])

    assert asked["attachments"] == (path, path)


def test_a_part_holds_every_type_of_member():
    """`member=value`, parted by commas; a member's several values are parted by `+`."""
    told = parse_part(
        Leg, "name=会签, level=2, amount=1280.50, issued-on=2023年5月8日, posts=甲+乙, final=是"
    )

    assert told == Leg(
        name="会签", level=2, amount_fen=128_050, issued_on=date(2023, 5, 8),
        posts=("甲", "乙"), final=True,
    )  # fmt: skip


def test_a_part_with_an_unknown_member_says_what_it_has():
    """Whoever guesses a member is shown all of them."""
    with pytest.raises(UsageError, match="write name=…,level=…,amount=…,issued_on=…"):
        parse_part(Leg, "unknown=会签")


def test_option_names_never_clash():
    """Every event of every family gets options of different names."""
    from ledger.records import FAMILIES

    for kind in (each for family in FAMILIES for each in family.events):
        names = [option_name(field) for field in fields_of(kind) if not field.term.derived]
        assert len(names) == len(set(names)), kind.KIND


def test_a_list_that_must_be_given_is_asked_for():
    """A tuple without a default is required like any other field."""

    @event("thing.asked/1", "征求", "asked")
    class Asked(Happened):
        """Somebody was asked."""

        asked: tuple[str, ...] = term("对象", "who")

    (option,) = options_of(Asked)
    told = CliRunner().invoke(click.Command("ask", params=[option]), [])

    assert (told.exit_code, "Missing option '--asked'" in told.output) == (2, True)
