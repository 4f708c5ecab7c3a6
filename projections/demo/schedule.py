"""A year's plan: who does what when, merged into one order of time and then really done.

Each step is one act by one officer through the same door as anybody's; only the clock is
scripted, and the demo says so. Steps name records by keys of the plan (`@` before a key stands for
the record it became); a step that opens a record binds its key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from ledger.frozen import frozen
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ledger.application.acting import Acting, Content, Request, Step
from ledger.application.ledger import Ledger
from ledger.body import fields_of
from ledger.clock import new_id
from ledger.errors import LedgerError
from ledger.family import DIRECT


@frozen
class Planned:
    """One act: `verb` is `family.verb`, `key` the plan's name of the record it is done to.

    `refused` marks a step that the door must refuse: the demo shows that it does.
    """

    at: datetime
    actor: str
    verb: str
    key: str
    asked: Mapping[str, Any] = field(default_factory=dict)
    basis: str = DIRECT
    on_behalf_of: str = ""
    refused: bool = False
    content: tuple[Content, ...] = ()


class ScriptedClock:
    """A clock that stands where the plan has come to."""

    def __init__(self, moment: datetime) -> None:
        """Begin at this moment."""
        self.moment = moment

    def __call__(self) -> datetime:
        """Return where the plan has come to."""
        return self.moment


@dataclass
class Played:
    """What came of a plan: the records that keys became, acts done, refusals met."""

    records: dict[str, str] = field(default_factory=dict)
    acts: int = 0
    refusals: list[tuple[Planned, str]] = field(default_factory=list)


def play(
    ledger: Ledger,
    clock: ScriptedClock,
    *,
    cast: Mapping[str, Acting],
    plan: Iterable[Planned],
    progress: Callable[[int], None] | None = None,
) -> Played:
    """Do every step of a plan in the order of its times; steps of equal time as they stand.

    Raises:
        LedgerError: the door refuses a step that was not meant to be refused.
        AssertionError: the door lets in a step that it should refuse.
    """
    played = Played()
    for step in sorted(plan, key=lambda each: each.at):
        clock.moment = step.at
        try:
            _do(ledger, step, cast=cast, played=played)
        except LedgerError as error:
            if not step.refused:
                raise
            played.refusals.append((step, str(error)))
        else:
            assert not step.refused, f"{step.verb} on {step.key} was to be refused"
            played.acts += 1
        if progress is not None:
            progress(played.acts)
    return played


def _do(
    ledger: Ledger, planned: Planned, *, cast: Mapping[str, Acting], played: Played
) -> None:
    family_name, _, verb_name = planned.verb.partition(".")
    verb = next(each for each in ledger.families[family_name].verbs if each.name == verb_name)
    asked = {name: _meant(value, played.records) for name, value in planned.asked.items()}
    known = {each.name for each in fields_of(verb.event)}
    assert asked.keys() <= known, f"{planned.verb} has no {sorted(asked.keys() - known)}"
    draft = verb.event(**asked)
    if not verb.opens:
        # A key that is a record's own name stands for that record.
        record = played.records.get(planned.key, planned.key)
    elif verb.names is not None:
        record = verb.names(draft)
    else:
        record = f"{family_name}/{new_id(planned.at)}"
    acting = cast[planned.actor]
    if planned.on_behalf_of:
        principal = cast[planned.on_behalf_of].officer
        acting = Acting(acting.officer, acting.signer, principal, acting.receipts)
    request = Request(
        new_id(planned.at), (Step(verb, record, draft),), planned.basis, planned.content
    )
    ledger.act(acting, request)
    played.records.setdefault(planned.key, record)


def _meant(value: Any, records: Mapping[str, str]) -> Any:
    if isinstance(value, str) and value.startswith("@"):
        return records[value[1:]]
    if isinstance(value, tuple):
        return tuple(_meant(each, records) for each in value)
    return value
