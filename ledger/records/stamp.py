"""Time stamps 时间戳 over checkpoints: when an outside authority says that the log's head existed.

The record is `stamp/<size>`: the checkpoint of that size, the stamp taken over it, and its renewals.
The stamps themselves lie beside the log, under their digests; what they tell is copied here, so that
what is due can be said without them. `qifeng verify` holds both against each other.

A stamp is renewed before its certificate ends, or its algorithms are no longer trusted: a new stamp
over the old one and what that was over (RFC 4998 §5.2). One that has ended proves nothing anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.family import (
    Change,
    Context,
    Facts,
    Family,
    Happened,
    Rule,
    Verb,
    event,
    shared,
    simply,
    term,
)
from ledger.frozen import frozen, replace
from ledger.records.office import ADMINISTRATIVE
from ledger.records.posts import in_no_post


@shared
class Told(Happened):
    """What a stamp tells of itself; times are UTC, `…Z`."""

    stamp: str = term("时间戳摘要", "digest of the stamp")
    stamped_at: str = term("时间戳时间", "time it tells")
    authority: str = term("时间戳机构", "authority")
    algorithm: str = term("摘要算法", "digest algorithm")
    expires_at: str = term("证书到期", "end of its certificate")


@event("stamp.taken/1", "加盖时间戳", "taken")
class Taken(Told):
    """A checkpoint was stamped."""

    size: int = term("日志大小", "size of the checkpoint")
    checkpoint: str = term("检查点摘要", "digest of the checkpoint")


@event("stamp.renewed/1", "续盖时间戳", "renewed")
class Renewed(Told):
    """The last stamp, with what it is over, was stamped again."""

    renews: str = term("原时间戳", "digest of the stamp renewed", default="", derived=True)


StampEvent = Taken | Renewed


@frozen
class Stamps:
    """The stamps over one checkpoint, the first one first; the last one counts."""

    size: int = 0
    checkpoint: str = ""
    told: tuple[StampEvent, ...] = ()

    @property
    def last(self) -> StampEvent | None:
        """The stamp that counts now, or None."""
        return self.told[-1] if self.told else None


def key(size: int) -> str:
    """Return the record of the stamps over the checkpoint of that size."""
    return f"stamp/{size}"


def evolve(state: Stamps, happened: StampEvent) -> Stamps:
    """Return the stamps after the event."""
    state = replace(state, told=(*state.told, happened))
    if isinstance(happened, Taken):
        return replace(state, size=happened.size, checkpoint=happened.checkpoint)
    return state


def renew(facts: Facts, record: str, draft: Renewed) -> Sequence[Change]:
    """Renew the last stamp."""
    last = facts.state(record).last
    return [Change(record, replace(draft, renews=last.stamp if last else ""))]


def _in_order(state: Stamps, happened: StampEvent, context: Context) -> str | None:
    del context
    if isinstance(happened, Taken):
        return f"checkpoint {state.size} is stamped already; renew it" if state.told else None
    if state.last is None:
        return "there is no stamp to renew"
    if happened.renews != state.last.stamp:
        return "it renews another stamp than the last one"
    return None


def _in_time(state: Stamps, happened: Renewed, context: Context) -> str | None:
    del context
    last = state.last
    if last is None or last.stamped_at <= happened.stamped_at <= last.expires_at:
        return None
    return (
        f"it was taken at {happened.stamped_at}, where the last one is good from"
        f" {last.stamped_at} to {last.expires_at}; stamp a new checkpoint"
    )


def _by_administrators(state: Stamps, happened: StampEvent, context: Context) -> str | None:
    del state, happened
    return in_no_post(context, ADMINISTRATIVE)


FAMILY: Family[Stamps] = Family(
    name="stamp",
    zh="时间戳",
    en="time stamp",
    events=(Taken, Renewed),
    initial=Stamps(),
    evolve=evolve,
    title=lambda state: f"checkpoint {state.size}" if state.told else "",
    verbs=(
        Verb("take", "加盖时间戳", "Record a stamp over a checkpoint.", Taken, simply, opens=True,
             names=lambda draft: key(draft.size)),
        Verb("renew", "续盖时间戳", "Record a stamp over the last one.", Renewed, renew),
    ),
    rules=(
        Rule("Z1", "RFC 4998 §5.2", "a checkpoint is stamped once, then renewed", (Taken, Renewed), _in_order),
        Rule("Z2", "RFC 4998 §5.3", "a stamp is renewed while it is good", (Renewed,), _in_time),
        Rule("Z3", "三员分立", "administrators keep the stamps", (Taken, Renewed), _by_administrators),
    ),
)  # fmt: skip
