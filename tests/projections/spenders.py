"""Officers who try this and that with money, over the real application, in memory.

`played(tries)` lets them: what a rule refuses does not happen, the rest is signed and sealed as ever.
`Sums` adds up what was recorded in the plainest way, from the bodies of events, knowing no family.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from hypothesis import strategies as st

from ledger import canonical
from ledger.application.ledger import Ledger
from ledger.errors import RefusedError
from ledger.records.budget import Share
from ledger.records.fund import FAMILY
from ledger.records.outlays import Head
from ledger.store.memory import MemoryStore
from tests import treasury
from tests.office import Office, ScriptedClock

WHOLE, CARS, PRINTING, MEETINGS = (
    f"budget/2022-{code}" for code in ("公用经费", "公务用车", "印刷", "会务")
)
LINES = (WHOLE, CARS, PRINTING, MEETINGS)
ITEMS = 4
HEADS = (
    Head(name="公务用车费", lines=("公务用车",), categories=("公务用车",)),
    Head(name="会议费", lines=("会务",)),
)
CATEGORIES = ("办公费", "公务用车")
DECISION = {"decision": "财调〔2022〕3号", "reason": "调剂"}
DOCUMENT = {"citation": "财预〔2022〕9号", "reason": "追加"}


class Try(NamedTuple):
    """Something somebody tries: what, on which of the lines and items, how much, how many days ago."""

    what: str
    one: int
    other: int
    amount_fen: int
    ago: int


_OFTEN = ("go_on",) * 12 + ("submit", "reverse", "break_down", "adjust")
_SELDOM = (
    "days", "correct", "reject", "withdraw", "reverse", "break_down", "revise", "close_line"
)  # fmt: skip
TRIES = st.lists(
    st.builds(
        Try, st.sampled_from((*_OFTEN, *_SELDOM)), st.integers(0, 3), st.integers(0, 3),
        st.sampled_from([1, 99, 250, 400, 1000]), st.integers(0, 3),
    ),
    min_size=12, max_size=45,
)  # fmt: skip


@cache
def _founded() -> Office:
    """An office with two lines; nobody acts in it, each play goes on from a copy."""
    office = treasury.make_treasury()
    treasury.approve_line(office, "公用经费", 3000)
    treasury.approve_line(office, "公务用车", 1000, purposes=("公务用车",))
    told = {"code": "三公", "heads": HEADS, "citation": "条例第七条"}
    office.act(treasury.KEEPER, ("outlays.adopt", "", told))
    return office


class Play:
    """An office in which this and that is tried."""

    def __init__(self) -> None:
        """Begin with two lines of 30 and 10 yuan."""
        founded = _founded()
        store = MemoryStore()
        store._rows = founded.store._rows.pinned()
        clock = ScriptedClock(founded.clock.now)
        self.office = replace(founded, ledger=Ledger(store, clock=clock), clock=clock)
        self.begins = store.head().size
        self.items: dict[int, str] = {}
        self.done = Counter[str]()

    def attempt(self, tried: Try) -> None:
        """Let it be tried."""
        getattr(self, f"_{tried.what}")(tried)

    def _does(self, who: str, verb: str, record: str, **asked: Any) -> str:
        try:
            done = self.office.act(who, (verb, record, asked))
        except RefusedError:
            return ""
        self.done[verb] += 1
        return str(done.changes[0].record)

    def _day(self, ago: int) -> Any:
        return (self.office.clock.now - timedelta(days=ago)).date()

    def _submit(self, tried: Try) -> None:
        told = {
            **treasury.ASKED, "budget": LINES[tried.other], "amount_fen": tried.amount_fen,
            "category": CATEGORIES[tried.other % 2], "business_on": self._day(0),
        }  # fmt: skip
        if tried.one not in self.items:
            made = self._does("何", "fund.submit", "", **told)
            self.items |= {tried.one: made} if made else {}

    def _go_on(self, tried: Try) -> None:
        """Let the item be taken on by whoever it waits for, a few times, at most until it is paid."""
        for _ in range(1 + tried.other):
            if self._took_a_step(tried) in ("", "pay"):
                return

    def _took_a_step(self, tried: Try) -> str:
        """Return the verb that the item waited for and got, or nothing."""
        item = self.items.get(tried.one)
        waiting = FAMILY.waits(self.office.ledger.state(item)) if item else ()
        if item is None or not waiting:
            self._submit(tried)
            return ""
        posts, verb = set(waiting[0].posts), waiting[0].verb
        who = next((name for name, held in treasury.PEOPLE.items() if posts & {*held}), "何")
        asked = self._asked(verb, item, tried)
        return verb if self._does(who, f"fund.{verb}", item, **asked) else ""

    def _asked(self, verb: str, item: str, tried: Try) -> dict[str, Any]:
        state = self.office.ledger.state(item)
        due = state.amount_fen - state.paid_fen + state.reversed_fen
        part = min(due, tried.amount_fen) if tried.ago == 1 else due
        return {
            "pay": {"amount_fen": part, "paid_on": self._day(tried.ago)}, "book": {"voucher": "记-1"}
        }.get(verb, {})  # fmt: skip

    def _on_item(self, who: str, verb: str, tried: Try, **asked: Any) -> None:
        if tried.one in self.items:
            self._does(who, f"fund.{verb}", self.items[tried.one], **asked)

    def _correct(self, tried: Try) -> None:
        told = {"amount_fen": tried.amount_fen, "budget": LINES[tried.other]}
        self._on_item("何", "correct", tried, **told)

    def _reject(self, tried: Try) -> None:
        for who in ("冯", "孙", "刘", "钱"):
            self._on_item(who, "reject", tried, reason="退回")

    def _withdraw(self, tried: Try) -> None:
        self._on_item("何", "withdraw", tried, reason="撤回")

    def _reverse(self, tried: Try) -> None:
        told = {"reason": "退款", "reversed_on": self._day(tried.ago)}
        states = {item: self.office.ledger.state(item) for item in self.items.values()}
        for item, state in states.items():
            back = min(tried.amount_fen, state.paid_fen - state.reversed_fen)
            self._does("钱", "fund.reverse", item, amount_fen=back, **told)

    def _break_down(self, tried: Try) -> None:
        share = Share(code=LINES[tried.other].partition("-")[2], amount_fen=tried.amount_fen)
        self._does("郑", "budget.break-down", LINES[tried.one], parts=(share,))

    def _adjust(self, tried: Try) -> None:
        told = {"to": LINES[tried.other], "amount_fen": tried.amount_fen, **DECISION}
        day = self._day(tried.ago)
        self._does("郑", "budget.adjust", LINES[tried.one], **told, occurred_on=day)

    def _revise(self, tried: Try) -> None:
        delta = tried.amount_fen * (1 if tried.other else -1)
        self._does("郑", "budget.revise", LINES[tried.one], delta_fen=delta, **DOCUMENT)

    def _close_line(self, tried: Try) -> None:
        if tried.ago == 0:  # Seldom: a closed line takes part in nothing any more.
            self._does("郑", "budget.close", LINES[tried.one], reason="提前决算")

    def _days(self, tried: Try) -> None:
        self.office.clock.now += timedelta(days=tried.amount_fen % 50)


def played(tries: list[Try]) -> Play:
    """Let officers try all this."""
    play = Play()
    for tried in tries:
        play.attempt(tried)
    return play


@dataclass
class Sums:
    """What was recorded of lines and items, added up by the names of events and fields."""

    lines: dict[str, Counter[str]] = field(default_factory=dict)
    items: dict[str, Counter[str]] = field(default_factory=dict)
    months: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)

    def add(self, row: Any) -> None:
        """Add one event of the log."""
        told = canonical.parse(row.event)
        kind, body = told["kind"].partition("/")[0], told["body"]
        family, _, word = kind.partition(".")
        if family == "budget":
            self._add_line(told["record"], word, body)
        elif family == "fund":
            self._add_item(told["record"], body, paid=word == "paid")

    def _add_line(self, record: str, word: str, body: dict[str, Any]) -> None:
        line = self.lines.setdefault(record, Counter())
        if word == "broken_down":
            line[word] += sum(each["amount_fen"] for each in body["parts"])
        elif word in ("spent", "restored"):
            line[word] += body["amount_fen"]
            self.months[record, body["occurred_on"][:7], word] += body["amount_fen"]
        else:
            line[word] += body.get("delta_fen", body.get("amount_fen", 0))
        if word == "assigned":
            self.parts[body["parent"]] += body["amount_fen"]

    def _add_item(self, record: str, body: dict[str, Any], *, paid: bool) -> None:
        line = body.get("released_budget") or body.get("budget")
        if not line:
            return
        held = self.items.setdefault(line, Counter())
        held["reserved"] += body.get("reserves_fen", 0)
        held["reserved"] -= body.get("releases_fen", 0) + body.get("spends_fen", 0)
        held["spent"] += body.get("spends_fen", 0)
        held["restored"] += body.get("restores_fen", 0)
        if paid:
            self.months[record, body["paid_on"][:7], "paid"] += body["amount_fen"]
