"""`qifeng verify`: all evidence, and views held against it; every bad place is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from ledger.audit.checks import CODES, scope_of
from ledger.audit.outside import NOTHING, Outside
from ledger.audit.verdict import Findings, Pin, Tally, Verdict
from ledger.audit.verify import verify as verify_evidence
from ledger.clock import system_clock
from ledger.commands.answer import as_json
from ledger.commands.desk import store_url
from ledger.commands.own import (
    find_pin,
    policy_bytes,
    read_file,
    read_pin,
    receipts_of,
    roots_of,
    witnessed_bytes,
)
from ledger.commands.session import Session
from ledger.errors import LedgerError, UnavailableError, UsageError
from ledger.findings import Finding
from ledger.frozen import frozen
from ledger.log.speaker import log_verifiers
from ledger.store.contract import LogStore
from ledger.store.open import open_store
from projections.checks import VIEW, check_views
from projections.commands.rate import shown_bar
from projections.viewing import view_place

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("verify")
@click.option("--only", multiple=True, metavar="CODE", help="Only this check or code; repeat.")
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Worker processes; all cores if not given."
)
@click.option("--pin", "pin_file", type=FILE, help="A pin file you were given another way.")
@click.option(
    "--as-found", is_flag=True, help="Name each rule broken by what was entered as found."
)
@click.option(
    "--against", multiple=True, type=FILE, help="A checkpoint kept elsewhere; repeat."
)
@click.option(
    "--from", "since", type=FILE, help="Verify only what is new since this checkpoint."
)
@click.option(
    "--tsa-roots", type=FILE, help="PEM roots of time-stamping authorities that you trust."
)
@click.option("--policy", type=FILE, help="Whom you want as witnesses; else your own policy.")
@click.option(
    "--tiles",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Verify the tree that `log tiles` wrote here, and no ledger.",
)
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="With --tiles: by the workers of a Dask cluster that is your own, tcp:// or tls://.",
)
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def verify(  # noqa: PLR0913 -- one parameter an option
    session: Session,
    /,
    only: tuple[str, ...],
    *,
    jobs: int | None,
    pin_file: Path | None,
    as_found: bool,
    against: tuple[Path, ...],
    since: Path | None,
    tsa_roots: Path | None,
    policy: Path | None,
    tiles: Path | None,
    dask: str | None,
    as_json_: bool,
) -> int:
    """Verify all and name every bad place; exit 0 only if all that was asked for holds."""
    if tiles is not None or dask is not None:
        others = (only, as_found, against, since, tsa_roots, policy)
        asked = Tiled(_tree(tiles, others), pin_file, jobs, dask)
        return _verify_tiles(session, asked, as_json_=as_json_)
    store = open_store(store_url(session))
    pin = pin_of(session, pin_file)
    outside = Outside(
        against=tuple((path.name, read_file(path)) for path in against),
        roots_pem=roots_of(session.config, tsa_roots),
        policy=policy_bytes(session.config, pin.origin, policy),
        witnessed=witnessed_bytes(session.config, pin.origin),
        receipts=receipts_of(session.config, pin.origin),
        now_seconds=int(system_clock().timestamp()),
        since=(since.name, read_file(since)) if since else None,
    )
    verdict = verify_all(session, store, pin, Asked(only, jobs, outside, as_found=as_found))
    _answer(verdict, as_json_=as_json_)
    return verdict.exit_code


def _tree(tiles: Path | None, others: tuple[object, ...]) -> Path:
    if tiles is None:
        raise UsageError("--dask verifies a tree of tiles", todo="say which with --tiles DIR")
    if any(others):
        raise UsageError(
            "a tree of tiles is verified whole, by a pin alone",
            todo="with --tiles give no more than --pin, --jobs, --dask and --json",
        )
    return tiles


def _verify_tiles(session: Session, asked: Tiled, *, as_json_: bool) -> int:
    # It stands on what exports are checked with, which whoever verifies a ledger does not wait for.
    from projections.commands.tiled import verify_tiles  # noqa: PLC0415

    with shown_bar("verifying") as bar:
        verdict = verify_tiles(session, asked, bar.count if bar else None)
    _answer(verdict, as_json_=as_json_)
    return verdict.exit_code


def _answer(verdict: Verdict, *, as_json_: bool) -> None:
    if as_json_:
        as_json(verdict.as_json())
    else:
        tell_verdict(verdict)


@frozen
class Tiled:
    """Which tree of tiles is verified, by which pin file if one is named, and by whom."""

    folder: Path
    pin: Path | None = None
    jobs: int | None = None
    dask: str | None = None


@frozen
class Asked:
    """What a verification is asked: which checks, by how many workers, with what from elsewhere.

    `as_found` names each breach in history entered as found.
    """

    only: tuple[str, ...] = ()
    jobs: int | None = None
    outside: Outside = NOTHING
    as_found: bool = False


WHOLE = Asked()


def verify_all(
    session: Session,
    store: LogStore,
    pin: Pin,
    asked: Asked = WHOLE,
) -> Verdict:
    """Verify evidence, and views if they are asked for, with a progress bar on a terminal.

    Raises:
        UsageError: `only` names no check, or views where only what is new is verified.
    """
    only = asked.only
    evidence = tuple(each for each in only if each.partition(".")[0] != VIEW)
    scope_of(evidence)
    since = asked.outside.since
    if since and len(evidence) < len(only):
        raise UsageError("views are held against all of the log", todo="leave --from out")
    wants_views = not since and (not only or len(evidence) < len(only))
    with shown_bar("verifying") as bar:
        if evidence or not only:
            verdict = verify_evidence(
                store, pin=pin, only=evidence, jobs=asked.jobs, as_found=asked.as_found, progress=bar.count if bar else None,
                outside=asked.outside,
            )  # fmt: skip
        else:
            head = store.head()
            verdict = Verdict(head.size, head.root.hex(), 0, pin, "", CODES, (), (), 0.0)
    if not wants_views:
        return replace(verdict, not_checked=(*verdict.not_checked, VIEW))
    return _with_views(session, store, verdict, only=only)


def _with_views(
    session: Session, store: LogStore, verdict: Verdict, *, only: tuple[str, ...]
) -> Verdict:
    """Hold the views against a replay; of a log that does not verify they would prove nothing."""
    found = Findings()
    examined = 0
    unfinished = verdict.unfinished
    try:
        for rows, findings in check_views(view_place(session), store):
            examined += rows
            found.extend(findings)
    except LedgerError as error:
        if not verdict.findings:
            unfinished = unfinished or f"views: {error}"
    tally = Tally(VIEW, examined, sum(found.counts.values()))
    scope = verdict.scope if not only else ", ".join(only)
    return replace(
        verdict,
        scope=scope,
        checks=(*verdict.checks, tally),
        findings=(*verdict.findings, *found.named),
        unfinished=unfinished,
    )


def pin_of(session: Session, argument: Path | None) -> Pin:
    """Return the pin to verify by, and say where it came from.

    Raises:
        UsageError: there is none.
    """
    home = session.home / "pin.json"
    origin = read_pin(home).origin if home.exists() else _only_pinned(session)
    pinned = find_pin(session.config, session.home, origin=origin, argument=argument)
    if pinned is None:
        raise UsageError(
            "nothing to verify by: no pin",
            todo="name one with --pin FILE, from whoever gave it to you",
        )
    pin = pinned.pin
    log_verifiers(pin.log_key, pin.log_key_ml_dsa)
    return Pin(pin.origin, pin.log_key, pin.founding, pinned.source, pin.log_key_ml_dsa)


def tell_verdict(verdict: Verdict) -> None:
    """Say what verifying found, for people."""
    width = max((10, *(len(check.code) for check in verdict.checks)))
    for check in verdict.checks:
        mark = "ok" if not check.findings else f"{check.findings} findings"
        as_found = (
            f"  ({check.as_found} breaches in history entered as found)"
            if check.as_found
            else ""
        )
        click.echo(f"{check.code:<{width}} {check.examined:>10,} looked at  {mark}{as_found}")
    for each in verdict.findings:
        _tell_finding(each, each.damage)
    for each in verdict.as_found or ():
        _tell_finding(each, "as found 原有")
    by = f"  signatures by {verdict.verifier}" if verdict.verifier else ""
    click.echo(
        f"size {verdict.size}  root {verdict.root}  acts {verdict.acts}  {verdict.seconds:.2f} s{by}"
    )
    if verdict.not_checked or verdict.scope != "all":
        click.echo(
            f"scope {verdict.scope}; not checked: {', '.join(verdict.not_checked) or 'nothing'}"
        )
    if verdict.pin.source == "home":
        click.echo("not independent: the pin comes from the ledger's own folder")
    if verdict.pin.source == "tree":
        click.echo("not independent: the log's key was taken from the tree itself (use --pin)")
    if verdict.unfinished:
        click.echo(f"unfinished: {verdict.unfinished}")
    click.echo(f"verdict: {_words(verdict)}")


def _tell_finding(finding: Finding, kind: str) -> None:
    place = f"index {finding.index}" if finding.index is not None else ""
    click.echo(f"{finding.code}  {kind}  {place}  {finding.record}  {finding.message}")


def _words(verdict: Verdict) -> str:
    if verdict.verdict != "intact":
        return verdict.verdict
    if verdict.scope != "all":
        return f"nothing found in {verdict.scope}"
    if verdict.not_checked:
        return f"nothing found, but not checked: {', '.join(verdict.not_checked)}"
    return "intact 完好"


def _only_pinned(session: Session) -> str:
    pins = sorted((session.config / "ledgers").glob("*/pin.json"))
    if len(pins) != 1:
        raise UnavailableError(
            f"{session.home / 'pin.json'}", "is missing", todo="name a pin with --pin FILE"
        )
    return read_pin(pins[0]).origin
