"""`qifeng log witness add`, `list`: the user's own policy, which says whom they want as witnesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import click

from ledger.application.ledger import Ledger
from ledger.clock import format_time
from ledger.commands.answer import as_json, as_table
from ledger.commands.asking import SCHEMES
from ledger.commands.desk import open_ledger
from ledger.commands.own import policy_path
from ledger.commands.session import Session
from ledger.commands.wanting import cosigned_of, policy_of, wanted_policy
from ledger.commands.witnessing import JSON
from ledger.errors import UsageError
from ledger.log.cosigned import Cosignature
from ledger.log.note import LOG_KINDS, WITNESS_KINDS, parse_vkey
from ledger.log.policy import Group, LogLine, Policy, WitnessLine, format_policy
from ledger.log.witnessed import write_durably
from ledger.records.office import OFFICE

GROUP = "witnesses"


@click.command("add")
@click.argument("name")
@click.argument("vkey")
@click.option("--url", default="", help="Where it answers, if there is a network to it.")
@click.option("--quorum", type=click.IntRange(min=1), help="How many must cosign; else all.")
@JSON
@click.pass_obj
def add(  # noqa: PLR0913 -- one parameter an option
    session: Session, /, name: str, vkey: str, *, url: str, quorum: int | None, as_json_: bool
) -> None:
    """Add a witness to your own policy, which stands outside the ledger."""
    ledger = open_ledger(session)
    if url and not url.startswith(SCHEMES):
        raise UsageError(f"address {url[:40]!r}", todo="give an http:// or https:// address")
    path = policy_path(session.config, ledger.origin)
    line = WitnessLine(name, parse_vkey(vkey, kinds=WITNESS_KINDS), url.rstrip("/"))
    policy = with_witness(policy_of(session, ledger) or _empty_policy(ledger), line, quorum)
    write_durably(path, format_policy(policy))
    count = policy.groups[0].threshold
    if as_json_:
        as_json({"witnesses": [each.name for each in policy.witnesses], "quorum": count})
    else:
        click.echo(f"{count} of {len(policy.witnesses)} witnesses must cosign", err=True)


@click.command("list")
@JSON
@click.pass_obj
def list_witnesses(session: Session, *, as_json_: bool) -> None:
    """List the witnesses of your policy, and which head each cosigned last."""
    ledger = open_ledger(session)
    policy = wanted_policy(session, ledger)
    cosigned = cosigned_of(ledger, policy)
    rows = [_row(each, cosigned) for each in policy.witnesses]
    if as_json_:
        as_json({"quorum": policy.quorum, "witnesses": rows})
    else:
        as_table(rows, ("name", "size", "signed_at", "url", "key"))


def with_witness(policy: Policy, line: WitnessLine, quorum: int | None) -> Policy:
    """Return a policy with one more witness in its one group; a quorum of all stays one of all.

    Raises:
        UsageError: the policy has other groups, or the quorum asks for more witnesses than there are.
    """
    plain = [each.name for each in policy.groups] in ([], [GROUP])
    if not plain or policy.quorum not in (GROUP, "none"):
        raise UsageError("the policy has groups of its own", todo="edit it by hand")
    members = (*(each.name for each in policy.witnesses), line.name)
    before = policy.groups[0] if policy.groups else Group(GROUP, 0, ())
    kept = len(members) if before.threshold == len(before.members) else before.threshold
    threshold = kept if quorum is None else quorum
    if threshold > len(members):
        raise UsageError(f"{threshold} of {len(members)} witnesses", todo="add them first")
    group = Group(GROUP, threshold, members)
    return replace(policy, witnesses=(*policy.witnesses, line), groups=(group,), quorum=GROUP)


def _empty_policy(ledger: Ledger) -> Policy:
    office = ledger.state(OFFICE)
    keys = filter(None, (office.log_key, office.log_key_ml_dsa))
    return Policy(logs=tuple(LogLine(parse_vkey(each, kinds=LOG_KINDS)) for each in keys))


def _row(line: WitnessLine, cosigned: Sequence[Cosignature]) -> dict[str, object]:
    of_it = [each for each in cosigned if each.counts and each.name == line.name]
    last = max(of_it, key=lambda each: each.size, default=None)
    signed_at = datetime.fromtimestamp(last.seconds, UTC) if last else None
    return {
        "name": line.name,
        "size": last.size if last else None,
        "signed_at": format_time(signed_at) if signed_at else None,
        "url": line.url,
        "key": f"{line.key.name}+{line.key.key_id.hex()}",
    }
