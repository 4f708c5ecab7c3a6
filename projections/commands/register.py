"""`qifeng export register`: a view on paper or in a workbook, with the code that says what it is of."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from ledger.application.ledger import Ledger
from ledger.commands.answer import as_json
from ledger.commands.desk import open_ledger
from ledger.commands.session import Session
from ledger.errors import UsageError
from ledger.frozen import frozen
from ledger.log.tree import root_at
from ledger.records.office import OFFICE
from projections.answer import Answer, Question, answer, find_point
from projections.commands.asking import asking, question_of
from projections.commands.paper.heading import Heading
from projections.commands.paper.imprint import Imprint, format_imprint, imprint_of
from projections.commands.screen import sheet_of
from projections.projection import column_names
from projections.viewing import open_views

CODE = ".code"
_BOM = "\ufeff"


@frozen
class Form:
    """How a register is written."""

    wide: bool
    bom: bool
    font: Path | None


@click.command("register")
@asking
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--wide", is_flag=True, help="All columns and whole ids in a PDF.")
@click.option(
    "--bom", is_flag=True, help="Begin a CSV with a byte order mark, for old spreadsheets."
)
@click.option(
    "--font",
    type=click.Path(path_type=Path),
    help="A font file with Chinese characters, for a PDF.",
)
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def register(session: Session, /, name: str, out: Path, **asked: object) -> None:
    """Write a view as a register: OUT ends in .pdf, .xlsx or .csv; its code goes beside it."""
    writer = _WRITERS.get(out.suffix.lower())
    if writer is None:
        raise UsageError(f"{out.name}: ends in none of {', '.join(_WRITERS)}", todo="rename it")
    code = out.with_name(out.name + CODE)
    for path in (out, code):
        if path.exists():
            raise UsageError(f"{path.name} exists", todo="name another, or move it away")
    ledger = open_ledger(session)
    told, imprint = ask(session, ledger, question_of(ledger, name, **asked))
    font = asked["font"]
    form = Form(bool(asked["wide"]), bool(asked["bom"]), Path(str(font)) if font else None)
    _write(out, writer(ledger, told, imprint, form))
    _write(code, format_imprint(imprint))
    if asked["as_json_"]:
        as_json({"file": out.name, "code": code.name, "rows": len(told.rows), "size": imprint.size,
                 "root": imprint.root, "digest": imprint.rows})  # fmt: skip
        return
    click.echo(f"{len(told.rows)} rows, known at index {imprint.size - 1}: {out.name}")
    click.echo(f"what it was made from: {code.name} (qifeng check {code.name})", err=True)


def ask(session: Session, ledger: Ledger, question: Question) -> tuple[Answer, Imprint]:
    """Return a view's answer, and the imprint of it."""
    views = open_views(session, ledger.store)
    if question.asked_at is None:
        point = find_point(ledger.store, question.known_at, clock=ledger.clock)
        question = replace(question, asked_at=point.moment)
    told = answer(views, question)
    root = root_at(told.position, ledger.store.read_hashes)
    return told, imprint_of(told, question, origin=ledger.origin, root=root)


def _write(path: Path, content: bytes) -> None:
    """Write a new file whole, or not at all."""
    half = path.with_name(path.name + ".part")
    half.write_bytes(content)
    half.replace(path)


def _pdf(ledger: Ledger, told: Answer, imprint: Imprint, form: Form) -> bytes:
    from projections.commands.paper.fonts import find_font, font_folders  # noqa: PLC0415
    from projections.commands.paper.page import write_pdf  # noqa: PLC0415

    sheet, left_out = sheet_of(told, wide=form.wide)
    stream = io.BytesIO()
    write_pdf(
        sheet, heading_of(ledger, told, imprint), find_font(form.font, font_folders()), stream
    )
    if left_out:
        click.echo(f"{left_out} more columns with --wide, or in .xlsx", err=True)
    return stream.getvalue()


def _xlsx(ledger: Ledger, told: Answer, imprint: Imprint, form: Form) -> bytes:
    del form
    # The spreadsheet writer takes longer to load than any other answer takes in all.
    from projections.commands.paper.workbook import write_workbook  # noqa: PLC0415

    stream = io.BytesIO()
    write_workbook(told, heading_of(ledger, told, imprint), stream)
    return stream.getvalue()


def _csv(ledger: Ledger, told: Answer, imprint: Imprint, form: Form) -> bytes:
    del ledger, imprint
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(f"{each.zh} {each.en}" for each in told.columns)
    names = column_names(told.columns)
    writer.writerows(
        [["" if row[name] is None else row[name] for name in names] for row in told.rows]
    )
    return ((_BOM if form.bom else "") + text.getvalue()).encode()


def heading_of(ledger: Ledger, told: Answer, imprint: Imprint) -> Heading:
    """Return what stands above and below a register."""
    last = ledger.store.event_at(told.position - 1)
    assert last is not None, "a view stands at an event"
    return Heading(ledger.folded(OFFICE).state.name, told.utc_offset, last.recorded_at, imprint)


_WRITERS: dict[str, Callable[[Ledger, Answer, Imprint, Form], bytes]] = {
    ".pdf": _pdf, ".xlsx": _xlsx, ".csv": _csv,
}  # fmt: skip
