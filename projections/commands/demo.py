"""`qifeng demo`: a year of an office, recorded by its cast, verified, viewed, exported, checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from ledger.application.acting import Acting
from ledger.application.ledger import Ledger
from ledger.application.naming import find_officer
from ledger.audit.verdict import Pin as VerifyPin
from ledger.audit.verdict import Verdict
from ledger.commands.desk import LOG_KEY, store_url
from ledger.commands.enrolment import make_key
from ledger.commands.init import Plan, check_free, start
from ledger.commands.own import Pin, key_path
from ledger.commands.session import HOME_NAME, Session
from ledger.errors import UsageError
from ledger.export.check import check_bundle
from ledger.export.checked import Checked, Trust
from ledger.export.order import Order
from ledger.export.parts import PARTS
from ledger.export.scope import Wanted
from ledger.keys.keystore import read_keyfile, read_log_key
from ledger.store.open import open_store
from projections.commands.bundle import export_bundle
from projections.commands.verify import verify_all
from projections.demo.cast import FOUNDER, at, enrol_cast
from projections.demo.plan import plan_year
from projections.demo.schedule import Played, ScriptedClock, play
from projections.demo.telling import YEAR_END, Say, tell_campaigns, tell_views
from projections.flags import FLAGS, Asked, find_flags, read_evidence
from projections.handed import handed_parts
from projections.runner import Runner
from projections.viewing import open_views

PASSPHRASE = "骑缝"  # noqa: S105 -- the demo's keys guard nothing, and the demo says so
OFFICE = "某县委办公室"
ORIGIN = "demo.example/county-office"

_READ_ME = """This folder is a demo year of an invented county Party committee office, made by 'qifeng demo'.
Everything in it is invented; only the program that recorded it is real. Go on playing:

    cd {folder}
    export QIFENG_CONFIG="$PWD/user" QIFENG_PASSPHRASE_FILE="$PWD/passphrase"
    qifeng status
    qifeng verify
    qifeng view fund_oversight --part lines
    qifeng view fund_oversight --plot spending
    qifeng audit trail 县委发〔2022〕5号
    qifeng --as 吴文书 document list
    qifeng --as 吴文书 export bundle archive --family document --recipient 县档案馆 --profile archive-cn

user/       what each officer would keep for themselves: keys, pins, receipts (all with one passphrase)
.qifeng/    the ledger
bundle/     the year's funds, exported; check it with: qifeng check bundle
"""


@click.command("demo")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("demo"))
@click.pass_obj
def demo(session: Session, /, folder: Path) -> int:
    """Record, verify and explain an office's year, in a folder to go on playing in."""
    if folder.exists():
        raise UsageError(f"{folder} exists", todo="choose another folder, or remove it")
    check_free(session.store_url)
    folder.mkdir(parents=True)
    ours = _session(session, folder)
    say = click.echo
    say(f"1. A ledger for {OFFICE}, and a cast of officers, each with a key and posts.")
    say(
        "   The clock is scripted: the year is 2022, which is an assumption (the report names none)."
    )
    clock = ScriptedClock(at("2022-01-04", 7))
    plan = Plan(ORIGIN, FOUNDER, OFFICE, "+08:00")
    pin = start(ours, plan, word=PASSPHRASE, clock=clock)
    ledger = Ledger(open_store(store_url(ours)), clock=clock)
    cast = _enrol(ours, ledger, clock)
    say(f"   {len(cast)} officers; enrolled by two hands, from the second key on.")
    say("2. The year is recorded: every step one act, signed by the officer who takes it.")
    played = _play(ledger, clock, cast)
    head = ledger.store.head()
    say(f"   {played.acts} acts, {head.size} events; the door refused {len(played.refusals)}:")
    for step, reason in played.refusals:
        say(f"   - {step.at.date()} {step.actor} {step.verb}: {reason}")
    say(
        "3. Everything is verified: bytes, signatures, the log, keys, posts, rules, numbers, views."
    )
    runner = open_views(ours, ledger.store)
    verdict = _verify(ours, ledger, pin)
    _tell(ledger, runner, say)
    say(
        "5. The funds are exported for an auditor, and checked with nothing of ours but the bundle."
    )
    checked = _export(ours, ledger, runner, pin=pin, clerk=cast["吴文书"])
    (folder / "README.txt").write_text(_READ_ME.format(folder=folder))
    say(f"\nGo on in {folder}: see {folder / 'README.txt'}")
    return 0 if verdict.verdict == "intact" and not checked.findings else 1


def _session(session: Session, folder: Path) -> Session:
    word = folder / "passphrase"
    word.write_text(PASSPHRASE + "\n")
    word.chmod(0o600)
    return replace(
        session,
        home=folder.resolve() / HOME_NAME,
        config=folder.resolve() / "user",
        passphrase_file=word,
        agent_socket=None,
    )


def _enrol(session: Session, ledger: Ledger, clock: ScriptedClock) -> dict[str, Acting]:
    signer = read_keyfile(key_path(session.config, FOUNDER), PASSPHRASE)
    founder = Acting(find_officer(ledger, FOUNDER), signer)
    return enrol_cast(
        ledger, clock, founder, lambda name: make_key(session.config, name, PASSPHRASE)
    )


def _play(ledger: Ledger, clock: ScriptedClock, cast: dict[str, Acting]) -> Played:
    plan = list(plan_year())
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("recording", total=len(plan))
        progress: Callable[[int], None] = lambda done: bar.update(task, completed=done)  # noqa: E731
        return play(ledger, clock, cast=cast, plan=plan, progress=progress)


def _verify(session: Session, ledger: Ledger, pin: Pin) -> Verdict:
    verdict = verify_all(
        session,
        ledger.store,
        VerifyPin(pin.origin, pin.log_key, pin.founding, "user", pin.log_key_ml_dsa),
    )
    as_found = sum(check.as_found for check in verdict.checks)
    click.echo(
        f"   verdict {verdict.verdict}: {verdict.size} events, root {verdict.root[:16]}…"
    )
    click.echo(
        f"   {as_found} breaches of rules in history entered as found: the flags tell them."
    )
    for finding in verdict.findings[:20]:
        click.echo(f"   {finding.code} {finding.record} {finding.message}")
    return verdict


def _tell(ledger: Ledger, runner: Runner, say: Say) -> None:
    say("4. What the office looks like at the end of the year.")
    tell_views(runner, say)
    tell_campaigns(runner, say)
    say("   What an auditor would ask about (qifeng audit flags):")
    evidence = read_evidence(ledger.store, Asked(utc_offset="+08:00", day=YEAR_END))
    counts = Counter(row.code for row in find_flags(FLAGS, evidence))
    for flag in FLAGS:
        if counts[flag.code]:
            say(f"   - {flag.code} {flag.zh} ({flag.en}): {counts[flag.code]}")


def _export(
    session: Session, ledger: Ledger, runner: Runner, *, pin: Pin, clerk: Acting
) -> Checked:
    key = read_log_key(session.home / LOG_KEY, ledger.origin, PASSPHRASE)
    families = ("fund", "budget", "invoice", "policy")
    out = session.home.parent / "bundle"
    order = Order(
        wanted=Wanted(families=families), size=ledger.store.head().size, recipient="某县审计局",
        purpose="年度经费审计",
    )  # fmt: skip
    parts = (*PARTS, *handed_parts(runner))
    made = export_bundle(ledger, out, order, parts=parts, signing=(clerk, key))
    checked = check_bundle(out, Trust(pin.log_key, pin.founding, "user", pin.log_key_ml_dsa))
    word = "holds" if not checked.findings else "does not hold"
    click.echo(
        f"   {dict(made.cover.counts)['records']} records ({', '.join(sorted(families))}),"
        f" {checked.entries} entries of {checked.acts} acts: the bundle {word}."
    )
    return checked
