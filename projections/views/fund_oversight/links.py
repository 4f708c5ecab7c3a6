"""The links of an item's chain 会签环节, as they are kept: one row for each turn of a level.

A link is a signature, a return, or a level that has not signed. It says from which day it is shown,
when its turn began, when its level acted, and from when it counts no more, each by the day of the step
itself, so that the chain can be told as of any day. Levels that were never reached before their round ended are kept for the days on
which they were still to come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ledger.frozen import frozen
from ledger.records.fund import events as told
from ledger.records.fund.state import CLOSED, Fund, Link, chain
from projections.projection import (
    DAY,
    DIGEST,
    FEN,
    INT,
    MOMENT,
    RECORD,
    SECONDS,
    TEXT,
    Recorded,
    Row,
    Table,
    table_columns,
)
from projections.views.fund_oversight.steps import Step, moment_of, told_at

SEPARATOR = "、"
SIGNED = "signed"
RETURNED = "returned"
VOID = "void"
WAITING = "waiting"
PENDING = "pending"
MISSING = "missing"
UNREACHED = "unreached"
"""A level signed, or returned the item; its signature is void; its turn is now, or to come; it is
missing from what was paid; or its turn never came before the round ended."""
ACTED = (SIGNED, VOID, RETURNED)

LINK = (
    ("record", RECORD, "编号", "record"),
    ("n", INT, "序", "n"),
    ("round", INT, "轮次", "round"),
    ("level", INT, "级次", "level"),
    ("level_name", TEXT, "级次名称", "level name"),
    ("status", TEXT, "状态", "status"),
    ("meaning", TEXT, "签署含义", "meaning"),
    ("signer", TEXT, "签署人", "officer"),
    ("principal", TEXT, "授权人", "on behalf of"),
    ("post", TEXT, "岗位", "post"),
    ("began_at", MOMENT, "到级时间", "waits since"),
    ("signed_at", MOMENT, "签署时间", "signed at"),
    ("waited_s", SECONDS, "等待时长", "waited"),
    ("amount_fen", FEN, "金额", "amount signed"),
    ("basis", TEXT, "办理方式", "basis"),
    ("recorder", TEXT, "录入人", "recorded by"),
    ("officer", RECORD, "签署人编号", "officer's record"),
    ("key", DIGEST, "密钥", "key"),
    ("index", INT, "日志序", "index"),
)

LINKS = Table(
    "fund_links", "会签环节", "links",
    columns=table_columns(
        *LINK,
        ("posts", TEXT, "可签岗位", "posts that may sign"),
        ("from_on", DAY, "列示起日", "shown from"),
        ("began_on", DAY, "到级日", "turn began"),
        ("acted_on", DAY, "办理日", "acted"),
        ("void_on", DAY, "失效日", "counts until before"),
        ("paid_on", DAY, "付款日", "paid"),
        ("missed_on", DAY, "缺签付款日", "paid before its round ended"),
    ),
    key=("record", "n"),
    indexes=(("signer",),),
)  # fmt: skip

_OF_A_SIGNATURE = (
    "meaning", "signer", "principal", "signed_at", "waited_s", "amount_fen", "basis", "recorder",
    "officer", "key", "index",
)  # fmt: skip


@frozen
class Leg:
    """The steps of an item from one claim up to the next, or up to a return.

    `standing` is the item before the leg ended, and `over` the step that ended it; `closed` is the one
    that closed the item in between; `turns` are the steps after which it was the turn of a level, by
    its number.
    """

    steps: Sequence[Step]
    standing: Fund
    over: Step | None
    closed: Step | None
    turns: Mapping[int, Step]

    @property
    def claimed(self) -> bool:
        """Whether it begins with a claim under a known policy: then levels have their turns."""
        claim = self.steps[0].recorded.happened
        return isinstance(claim, told.Claim) and claim.terms is not None

    @property
    def over_on(self) -> str | None:
        """The day on which it ended."""
        return self.over.day.isoformat() if self.over else None

    def turn_on(self, level: int) -> str | None:
        """Return the day on which it was a level's turn, or None."""
        return self.turns[level].day.isoformat() if level in self.turns else None


def item_links(steps: Sequence[Step]) -> list[Row]:
    """Return the links of an item's chain, round by round."""
    found: list[Row] = []
    paid = [step for step in steps if isinstance(step.recorded.happened, told.Paid)]
    for leg in _legs(steps):
        last = leg.steps[-1].recorded.index
        days = {
            "paid_on": _first(paid),
            "missed_on": _first([step for step in paid if step.recorded.index <= last]),
        }
        found += ({**row, **days} for row in _links(leg))
    for row in found:
        row["status"] = row["status"] or _open_status(row, None)
    return found


def _first(steps: Sequence[Step]) -> str | None:
    return min(step.day for step in steps).isoformat() if steps else None


def link_as_of(link: Row, on: str) -> Row | None:
    """Return a link as it stood on a day, or None where it was not there yet."""
    if link["from_on"] > on:
        return None
    if link["acted_on"] is None or link["acted_on"] > on:
        gone = dict.fromkeys(_OF_A_SIGNATURE)
        status = _open_status(link, on)
        began = link["began_at"] if _by(link["began_on"], on) else None
        return {**link, **gone, "post": link["posts"], "began_at": began, "status": status}
    if link["status"] == RETURNED:
        return link
    return {**link, "status": VOID if _by(link["void_on"], on) else SIGNED}


def _legs(steps: Sequence[Step]) -> Iterator[Leg]:
    begun = 0
    for place, step in enumerate(steps):
        happened = step.recorded.happened
        if isinstance(happened, told.Claim) and place > begun:
            yield _leg(steps[begun:place], steps[place - 1], step)
            begun = place
        elif isinstance(happened, told.Rejected | told.Withdrawn):
            yield _leg(steps[begun : place + 1], steps[max(begun, place - 1)], step)
            begun = place + 1
    if begun < len(steps):
        yield _leg(steps[begun:], steps[-1], None)


def _leg(steps: Sequence[Step], last: Step, over: Step | None) -> Leg:
    turns: dict[int, Step] = {}
    for step in steps:
        if step.turn is not None:
            turns.setdefault(step.turn.level, step)
    closed = next((step for step in steps if step.state.stage == CLOSED), None)
    return Leg(steps, last.state, over, closed, turns)


def _links(leg: Leg) -> Iterator[Row]:
    found = chain(leg.standing)
    posts = {link.level: SEPARATOR.join(link.posts) for link in found}
    counting = {link.signature.version for link in found if link.signature}
    before: Step | None = None
    for step in leg.steps:
        happened = step.recorded.happened
        if isinstance(happened, told.Countersigned):
            row = _acted(step, before, posts)
            row |= {"meaning": happened.meaning, "amount_fen": happened.amount_fen}
            counts = step.recorded.version in counting
            yield {**row, **_counting(leg, step, counts=counts)}
        elif isinstance(happened, told.Rejected):
            row = _acted(step, before, posts)
            yield {**row, "from_on": row["acted_on"], "status": RETURNED}
        if isinstance(happened, told.Claim | told.Countersigned):
            before = step
    if leg.claimed:
        open_levels = (link for link in found if link.signature is None)
        yield from (_open(leg, link, posts[link.level]) for link in open_levels)


def _acted(step: Step, before: Step | None, posts: Mapping[int, str]) -> Row:
    """Return what a level did, since the step before it."""
    recorded = step.recorded
    happened: told.Countersigned | told.Rejected = recorded.happened
    return {
        "round": step.state.round, "level": happened.level, "level_name": happened.level_name,
        "posts": posts.get(happened.level, ""),
        "signer": happened.signer_name or happened.signer, "officer": happened.signer,
        "principal": happened.principal_name or happened.principal, "post": happened.post,
        "began_at": told_at(before.recorded) if before else None, "signed_at": told_at(recorded),
        "waited_s": _waited(before, step), "basis": happened.basis or recorded.basis,
        "recorder": _recorder(recorded),
        "key": recorded.key, "index": recorded.index, "acted_on": step.day.isoformat(),
    }  # fmt: skip


def _counting(leg: Leg, step: Step, *, counts: bool) -> Row:
    """Return whether a signature counts, and since when it, and the turn for it, is there."""
    on = step.day.isoformat()
    void_on = leg.over_on if counts else on
    foreseen = counts and leg.claimed
    return {
        "status": SIGNED if void_on is None else VOID,
        "from_on": min(on, leg.steps[0].day.isoformat()) if foreseen else on,
        "began_on": leg.turn_on(step.recorded.happened.level),
        "void_on": void_on,
    }


def _open(leg: Leg, link: Link, posts: str) -> Row:
    """Return a level that has not signed; how it stands depends on what was paid."""
    turn = leg.turns.get(link.level)
    over = leg.closed or leg.over
    return {
        "round": leg.standing.round, "level": link.level, "level_name": link.name, "status": None,
        "posts": posts, "post": posts, "from_on": leg.steps[0].day.isoformat(),
        "began_on": leg.turn_on(link.level), "began_at": told_at(turn.recorded) if turn else None,
        "acted_on": None, "void_on": over.day.isoformat() if over else None,
    }  # fmt: skip


def _recorder(recorded: Recorded) -> str:
    """Return who entered a step: whoever took it, where it was done here."""
    happened: told.Step = recorded.happened
    return happened.recorder_name or happened.signer_name or recorded.actor


def _waited(before: Step | None, step: Step) -> int | None:
    begun = moment_of(before.recorded) if before else None
    ended = moment_of(step.recorded)
    return int((ended - begun).total_seconds()) if begun and ended else None


def _open_status(link: Row, on: str | None) -> str:
    """Return how a level stands that has not acted by a day; None: by all that is recorded."""
    over = _by(link["void_on"], on)
    if _by(link["missed_on" if over else "paid_on"], on):
        return MISSING
    if over:
        return UNREACHED
    return WAITING if _by(link["began_on"], on) else PENDING


def _by(day: str | None, on: str | None) -> bool:
    return day is not None and (on is None or day <= on)
