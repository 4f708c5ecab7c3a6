"""`qifeng check`: what was exported or proved, with no ledger; and a register's code, by its ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ledger.commands.answer import as_json
from ledger.commands.check import check as check_exported
from ledger.commands.desk import open_ledger
from ledger.commands.session import Session
from ledger.errors import LedgerError, NotFoundError, UnavailableError, UsageError
from ledger.findings import Finding
from ledger.log.tree import root_at
from projections.commands.fourfold import PARAMS, test_natures
from projections.commands.paper.imprint import MAX_BYTES, Imprint, is_imprint, parse_imprint
from projections.commands.register import ask

UNDER = "what lies under the root (qifeng verify)"


@click.command("check", params=[*check_exported.params, *PARAMS], help=check_exported.help)
@click.pass_context
def check(ctx: click.Context, /, *, what: Path, **asked: Any) -> Any:
    """Check a register's code by its ledger, and whatever else without any."""
    if asked["four_natures"]:
        return test_natures(ctx.obj, what, asked)
    if asked["outs"] or asked["external"]:
        raise UsageError("a report is of the four-nature test", todo="add --four-natures")
    ours = {each.name for each in check_exported.params}
    asked = {name: told for name, told in asked.items() if name in ours}
    if what.is_file():
        try:
            with what.open("rb") as file:
                encoded = file.read(MAX_BYTES)
        except OSError as error:
            raise UnavailableError(f"file {what.name}", str(error)) from error
        if is_imprint(encoded):
            return _check_register(ctx.obj, parse_imprint(encoded), json=asked["as_json_"])
    return ctx.invoke(check_exported, what=what, **asked)


def _check_register(session: Session, imprint: Imprint, *, json: bool) -> int:
    """Ask the register's question again, as known then, and hold root and rows against its code.

    Raises:
        UsageError: there is no ledger here to ask, or it is another one.
    """
    asked = imprint.question
    told_at = f"index {imprint.size - 1}"
    try:
        ledger = open_ledger(session)
    except (NotFoundError, UsageError) as error:
        raise UsageError(
            f"a register's code, of {imprint.origin} as known at {told_at}: no ledger here to hold it against",
            todo=f"run it where that ledger is, or hold root {imprint.root} against a checkpoint of size {imprint.size}",
        ) from error  # fmt: skip
    if ledger.origin != imprint.origin:
        raise UsageError(
            f"the register is of {imprint.origin}; here is {ledger.origin}",
            todo="run it where that ledger is",
        )
    found = []
    place = f"{asked.view} {asked.part}"
    try:
        if root_at(imprint.size, ledger.store.read_hashes).hex() != imprint.root:
            message = f"the log had another root at size {imprint.size} than the register names"
            found.append(Finding("register.root", "forked", message, imprint.size - 1, place))
        told, again = ask(session, ledger, asked)
        if again.rows != imprint.rows:
            message = f"asked again, the {len(told.rows)} rows are not those that the register was made of"
            found.append(Finding("register.rows", "edited", message, imprint.size - 1, place))
    except LedgerError as error:
        found.append(
            Finding("register.ahead", "rolled back", str(error), imprint.size - 1, place)
        )
    _tell(imprint, found, json=json)
    return 1 if found else 0


def _tell(imprint: Imprint, found: list[Finding], *, json: bool) -> None:
    place = f"{imprint.question.view} {imprint.question.part}"
    if json:
        as_json({
            "verdict": "damaged" if found else "intact", "size": imprint.size,
            "root": imprint.root, "scope": f"register {place}", "not_checked": [UNDER],
            "findings": [each.as_json() for each in found],
        })  # fmt: skip
        return
    for each in found:
        click.echo(f"{each.code}  {each.damage}  {each.record}  {each.message}")
    word = "holds 相符" if not found else f"{len(found)} findings 有问题"
    click.echo(f"{word}: register {place} as known at index {imprint.size - 1}")
    click.echo(f"not checked: {UNDER}", err=True)
