"""`qifeng status`: where the ledger stands, what it can be held to, what is due, and what is flagged."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import click

from ledger.application.ledger import Ledger
from ledger.clock import office_day
from ledger.commands.answer import as_json
from ledger.commands.desk import open_ledger
from ledger.commands.own import find_pin
from ledger.commands.session import Session
from ledger.commands.wanting import cosigned_of, policy_of
from ledger.log.cosigned import know, quorum_of
from ledger.records.office import OFFICE
from projections.answer import Question, answer
from projections.flags import FLAGS, SEVERITIES, Asked, find_flags, read_evidence
from projections.viewing import open_views

SHOWN = 10
ITEMS = 500
"""So many items of money are flagged in a fraction of a second; with more, flags are left to their own command."""
NOT_SEEN = "two ledgers shown to two people would not be noticed (equivocation undetectable)"
EQUIVOCATION = f"no witness: {NOT_SEEN}"


@click.command("status")
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def status(session: Session, /, *, as_json_: bool) -> None:
    """Show size, root, checkpoints, the pin, the lag of views, what is due and what is flagged."""
    ledger = open_ledger(session)
    told = standing(session, ledger)
    if as_json_:
        as_json(told)
        return
    for name in (
        "office",
        "origin",
        "founding",
        "log_key",
        "log_key_ml_dsa",
        "pin",
        "size",
        "root",
        "recorded_at",
        "checkpoints",
    ):
        click.echo(f"{name:<12} {told[name]}")
    click.echo(f"{'witnesses':<12} {told['quorum']}")
    for view in told["views"]:
        click.echo(
            f"view {view['view']:<18} position {view['position']}  lag {view['lag']}  parked {view['parked']}"
        )
    click.echo(f"{'due':<12} {len(told['due'])}")
    for each in told["due"][:SHOWN]:
        click.echo(
            "  " + "  ".join(str(value) for value in each.values() if value not in (None, ""))
        )
    click.echo(f"{'flags':<12} {_flags_words(told['flags'])}")


def standing(session: Session, ledger: Ledger) -> dict[str, Any]:
    """Return where the ledger and its views stand; views are brought up to date."""
    office = ledger.state(OFFICE)
    head = ledger.store.head()
    founding = next(ledger.store.seals(0, 1))
    pinned = find_pin(session.config, session.home, origin=ledger.origin, argument=None)
    checkpoints = ledger.store.checkpoints()
    runner = open_views(session, ledger.store)
    views = runner.standing()
    today = office_day(ledger.clock(), office.utc_offset)
    return {
        "office": office.name,
        "origin": ledger.origin,
        "founding": founding.digest,
        "log_key": office.log_key,
        "log_key_ml_dsa": office.log_key_ml_dsa or "none",
        "pin": _pin_words(pinned.source if pinned else "", founding.digest, pinned),
        "size": head.size,
        "root": head.root.hex(),
        "recorded_at": head.recorded_at,
        "checkpoints": f"{len(checkpoints)}, the last of size {checkpoints[-1][0]}"
        if checkpoints
        else "none",
        **witnessing(session, ledger),
        "views": [
            {"view": name, "position": each.position, "lag": each.lag, "parked": each.parked}
            for name, each in views.items()
        ],
        "due": due(runner, today),
        "flags": flagged(ledger, today, office.utc_offset),
    }


def witnessing(session: Session, ledger: Ledger) -> dict[str, Any]:
    """Return which witnesses of the user's policy cosigned the newest checkpoint, and in words if it is enough."""
    policy = policy_of(session, ledger)
    if policy is None or not policy.witnesses:
        return {"witnesses": [], "quorum": EQUIVOCATION}
    head = ledger.store.head().size
    size = max((size for size, _ in ledger.store.checkpoints()), default=0)
    known = know(policy, int(ledger.clock().timestamp()))
    met, names = quorum_of(known, cosigned_of(ledger, policy), size)
    told = f"{len(names)} of {len(policy.witnesses)} cosigned size {size}"
    since = f"; {head - size} events since then" if head > size else ""
    words = "the quorum is reached" if met else f"the quorum is not reached: {NOT_SEEN}"
    return {"witnesses": names, "quorum": f"{told}, {words}{since}"}


def due(runner: Any, today: date) -> list[dict[str, Any]]:
    """Return what regulations have due within 30 days, or had due before."""
    rows = answer(runner, Question("regulation_status", part="due")).rows
    until = (today + timedelta(days=30)).isoformat()
    return [
        {name: row[name] for name in ("rule", "title", "what", "due_on", "overdue")}
        for row in rows
        if (row["due_on"] or "") <= until
    ]


def flagged(ledger: Ledger, today: date, utc_offset: str) -> dict[str, int] | None:
    """Return how many red flags over money stand today, by severity; None with more than `ITEMS` items."""
    with ledger.store.snapshot() as log:
        if len(log.records("fund", limit=ITEMS + 1)) > ITEMS:
            return None
        evidence = read_evidence(log, Asked(utc_offset=utc_offset, day=today))
    counts = Counter(row.severity for row in find_flags(FLAGS, evidence))
    return {severity: counts[severity] for severity in SEVERITIES}


def _flags_words(flags: dict[str, int] | None) -> str:
    if flags is None:
        return f"not counted over more than {ITEMS} items of money: qifeng audit flags"
    told = ", ".join(f"{count} {severity}" for severity, count in flags.items() if count)
    return f"{told}: qifeng audit flags" if told else "none"


def _pin_words(source: str, founding: str, pinned: Any) -> str:
    if not source:
        return "none: nobody has pinned this ledger"
    if pinned.pin.founding != founding:
        return f"MISMATCH: the pin ({source}) is of another founding; run 'qifeng verify'"
    return (
        source
        if source != "home"
        else "home (not independent: it lies in the ledger's own folder)"
    )
