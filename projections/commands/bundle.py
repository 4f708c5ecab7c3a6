"""`qifeng export bundle` and `public`: records with all that proves them, for who has none of our software."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ledger.application.acting import Acting
from ledger.application.ledger import Ledger
from ledger.application.naming import find_any, find_officer, find_record
from ledger.commands.answer import as_json
from ledger.commands.desk import open_acting, open_ledger, open_log_key
from ledger.commands.options import Typed
from ledger.commands.reading import open_reader
from ledger.commands.session import Session
from ledger.errors import NotFoundError, UsageError
from ledger.export.archive.package import archive_part
from ledger.export.cover import AUDIENCES, FULL, PUBLIC
from ledger.export.draft import Draft, is_packed, unseen
from ledger.export.eark.package import eark_part
from ledger.export.order import Made, Order, begin, make, record
from ledger.export.part import Part
from ledger.export.parts import PARTS
from ledger.export.scope import Wanted
from ledger.importing.values import parse_day
from ledger.keys.logkey import LogKey
from ledger.records.office import OFFICE
from projections.answer import find_size
from projections.commands.rate import shown_bar
from projections.handed import handed_parts, program
from projections.viewing import open_views

Command = Callable[..., None]
ARCHIVE, E_ARK = "archive-cn", "e-ark"
_DAY = Typed("day", parse_day)
_OPTIONS = (
    click.argument("out", type=click.Path(path_type=Path)),
    click.argument("records", nargs=-1),
    click.option("--recipient", required=True, help="接收单位 Who is to get it."),
    click.option("--purpose", default="", help="用途 What for."),
    click.option("--basis", default="", help="依据 The legal basis on which it was asked for."),
    click.option(
        "--family", "families", multiple=True, help="All records of this family; repeat."
    ),
    click.option("--all", "all_", is_flag=True, help="All records of all families."),
    click.option(
        "--from",
        "from_day",
        type=_DAY,
        help="Records to which something happened from this day on.",
    ),
    click.option("--until", "until_day", type=_DAY, help="… and until this day."),
    click.option(
        "--officer", default="", metavar="WHO", help="Records in which they took a step."
    ),
    click.option("--line", default="", metavar="LINE", help="Records of this budget line."),
    click.option("--known-at", default="", metavar="TIME|INDEX", help="As it was known then."),
    click.option(
        "--disclose", multiple=True, metavar="NAME", help="Show this record whole; repeat."
    ),
    click.option(
        "--private",
        multiple=True,
        metavar="FIELD",
        help="Disclose this private field, where you may read it; repeat.",
    ),
    click.option("--reason", default="", help="不公开理由 Why the others are withheld."),
    click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object."),
)


def _bundle_options(command: Command) -> Command:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("bundle")
@_bundle_options
@click.option(
    "--audience", type=click.Choice(AUDIENCES), default=FULL, show_default=True,
    help="All of it; a public journal; or chosen fields.",
)  # fmt: skip
@click.option(
    "--field", "fields", multiple=True, help="A field told of withheld records; repeat."
)
@click.option(
    "--profile", type=click.Choice((ARCHIVE, E_ARK)),
    help="归档移交 With the folders and lists that an archive takes: DA/T 93, or an E-ARK SIP.",
)  # fmt: skip
@click.pass_obj
def bundle(
    session: Session, /, out: Path, *, records: tuple[str, ...], as_json_: bool, **asked: Any
) -> None:
    """Write records and what proves them as a BagIt bag, a folder or OUT.zip, and record the hand-over.

    Of each record its whole history goes in. What was cut off is gone on with when the same is asked
    for again. For others than a full audience only what is disclosed is shown; of the rest each event is
    proved by its leaf hash and counted, with the reason.
    """
    _export(session, out, records, asked, machine=as_json_)


@click.command("public")
@_bundle_options
@click.pass_obj
def public(
    session: Session, /, out: Path, *, records: tuple[str, ...], as_json_: bool, **asked: Any
) -> None:
    """Write a public journal 公开目录: what is disclosed whole, the rest counted and withheld with a reason."""
    _export(
        session,
        out,
        records,
        asked | {"audience": PUBLIC, "fields": (), "profile": None},
        machine=as_json_,
    )


def _export(
    session: Session,
    out: Path,
    records: tuple[str, ...],
    asked: dict[str, Any],
    *,
    machine: bool,
) -> None:
    ledger = open_ledger(session)
    order = order_of(ledger, records, asked)
    if order.private:
        order = replace(order, disclose=open_reader(session, ledger).disclosures)
    acting = open_acting(session, ledger)
    key = open_log_key(session, ledger)
    full = order.audience == FULL
    parts = (*PARTS, *(handed_parts(open_views(session, ledger.store)) if full else ()))
    if order.profile:
        parts = (*parts, _profile_part(order.profile, out))
    made = export_bundle(ledger, out, order, parts=parts, signing=(acting, key))
    counts = dict(made.cover.counts)
    if machine:
        as_json({"bundle": str(out), "size": made.cover.size, "root": made.cover.root,
                 "digest": made.digest, "counts": counts})  # fmt: skip
        return
    for name, count in counts.items():
        click.echo(f"{name}: {count}")
    click.echo(f"digest: {made.digest}")
    click.echo(f"written to {out}; the receiver runs: qifeng check {out} --pin PIN", err=True)


def _profile_part(profile: str, out: Path) -> Part:
    """Return what an archive's profile adds to a bundle of that name."""
    if profile == ARCHIVE:
        return archive_part(program())
    return eark_part(program(), out.stem if is_packed(out) else out.name)


def order_of(ledger: Ledger, records: tuple[str, ...], asked: dict[str, Any]) -> Order:
    """Return the order that the options mean.

    Raises:
        UsageError: nothing is named, or options do not fit together. NotFoundError: a name is not there.
    """
    wanted = _wanted(ledger, records, asked)
    if wanted == Wanted() and not asked["all_"]:
        raise UsageError("no record is named", todo="name records, --family NAME, or --all")
    withholding = asked["audience"] != FULL
    if withholding and not asked["reason"]:
        raise UsageError("what is withheld needs a reason", todo="give --reason")
    if not withholding and (asked["disclose"] or asked["reason"] or asked["fields"]):
        raise UsageError(
            "a full audience is shown everything", todo="give --audience public or chosen"
        )
    if withholding and asked["profile"]:
        raise UsageError("an archive is shown everything", todo="leave --audience out")
    return Order(
        wanted=wanted,
        size=_size(ledger, asked["known_at"]),
        recipient=asked["recipient"],
        purpose=asked["purpose"],
        basis=asked["basis"],
        audience=asked["audience"],
        known_at=asked["known_at"],
        disclosed=frozenset(find_any(ledger, name) for name in asked["disclose"]),
        fields=tuple(dict.fromkeys(asked["fields"])),
        reason=asked["reason"],
        private=tuple(dict.fromkeys(asked["private"])),
        profile=asked["profile"] or "",
    )


def export_bundle(
    ledger: Ledger,
    out: Path,
    order: Order,
    *,
    parts: Sequence[Part],
    signing: tuple[Acting, LogKey],
) -> Made:
    """Write the bundle of an order and record the hand-over, with a bar of progress on a terminal."""
    with (
        shown_bar(out.name) as bar,
        begin(ledger, order, out, bar.name if bar else unseen) as draft,
    ):
        draft.counting = bar.count if bar else unseen
        return _finish(ledger, order, draft, parts=parts, signing=signing)


def _finish(
    ledger: Ledger,
    order: Order,
    draft: Draft,
    *,
    parts: Sequence[Part],
    signing: tuple[Acting, LogKey],
) -> Made:
    acting, key = signing
    made = make(ledger, order, draft, parts=parts, key=key)
    # From here on the hand-over is recorded: after a crash the same order records nothing again.
    record(ledger, acting, order, made, begun=draft.begun)
    draft.finish()
    return made


def _wanted(ledger: Ledger, records: tuple[str, ...], asked: dict[str, Any]) -> Wanted:
    for family in asked["families"]:
        if family not in ledger.families:
            raise NotFoundError("family", family, todo=f"one of {', '.join(ledger.families)}")
    return Wanted(
        families=tuple(dict.fromkeys(asked["families"])),
        records=tuple(dict.fromkeys(find_any(ledger, name) for name in records)),
        from_day=asked["from_day"],
        until_day=asked["until_day"],
        officer=find_officer(ledger, asked["officer"]) if asked["officer"] else "",
        line=find_record(ledger, "budget", asked["line"]) if asked["line"] else "",
    )


def _size(ledger: Ledger, known_at: str) -> int:
    with ledger.store.snapshot() as log:
        if not known_at:
            return log.head().size
        return find_size(log, known_at, ledger.state(OFFICE).utc_offset)
