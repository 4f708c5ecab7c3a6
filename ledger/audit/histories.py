"""One record after another: its events follow each other, keep the rules, and have their content.

The second pass of verifying. It reads by (record, version) and holds one record's state at a time, so
that memory stays flat; who acted comes from the first pass, who held which post from the authority.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ledger.application.attached import attaching_kinds
from ledger.application.purges import Purged
from ledger.audit.acknowledged import check_acknowledged
from ledger.audit.authority import BY_NAME, Authority, Standing
from ledger.audit.contents import ContentCheck
from ledger.audit.forms import EventForms
from ledger.audit.inventories import Listing, Lists
from ledger.audit.privacy import PrivateCheck
from ledger.audit.reading import fitting
from ledger.audit.series import SeriesCheck
from ledger.audit.verdict import Findings
from ledger.canonical import ZERO_DIGEST
from ledger.errors import LedgerError
from ledger.family import AS_FOUND, Family, Happened, Rule, family_of, hidden_by
from ledger.findings import Finding
from ledger.frozen import frozen
from ledger.log.inventory import Leaf
from ledger.store.contract import LogReader, RawRow

PAGE = 1024
SALT = 22
PAST_END = 2**63
PAST_ALL = "\U0010ffff"

Who = tuple[str, str, str | None, str]


@dataclass
class ActTable:
    """Who acted at which index: the first index of each act, and a number into `who`."""

    firsts: array[int] = field(default_factory=lambda: array("Q"))
    numbers: array[int] = field(default_factory=lambda: array("I"))
    who: list[Who] = field(default_factory=list)
    known: dict[Who, int] = field(default_factory=dict)

    def number(self, who: Who) -> int:
        """Return the number of an actor, which is theirs from here on."""
        number = self.known.setdefault(who, len(self.who))
        if number == len(self.who):
            self.who.append(who)
        return number

    def at(self, index: int) -> tuple[int, Who] | None:
        """Return the first index and the actor of the act in which an event stands."""
        place = bisect_right(self.firsts, index) - 1
        return None if place < 0 else (self.firsts[place], self.who[self.numbers[place]])


@frozen
class Wanted:
    """Which parts of the second pass are asked for; `as_found` names what is else only counted.

    Events below `since` are followed, for the states that they lead to, and are not judged.
    """

    chains: bool
    rules: bool
    series: bool
    content: bool
    as_found: bool = False
    inventories: tuple[int, ...] = ()
    since: int = 0
    private: bool = False
    purged: Mapping[str, Purged] = field(default_factory=dict)

    @property
    def meaning(self) -> bool:
        """Whether what an event means is looked at, and not its bytes alone."""
        return self.rules or self.series or self.content or self.private


@dataclass
class HistoryReport:
    """What reading a stretch of records came to."""

    events: int = 0
    records: int = 0
    total: int = 0
    rules: int = 0
    rules_as_found: int = 0
    numbers: int = 0
    numbers_as_found: int = 0
    contents: int = 0
    private: int = 0
    start: str = ""
    stop: str | None = None
    lists: Lists = ()
    findings: Findings = field(default_factory=Findings)
    found: Findings = field(default_factory=Findings)


class Histories:
    """The second pass over a stretch of records."""

    def __init__(
        self,
        reader: LogReader,
        forms: EventForms,
        *,
        authority: Authority,
        acts: ActTable,
        wanted: Wanted,
    ) -> None:
        self.reader = reader
        self.forms = forms
        self.authority = authority
        self.acts = acts
        self.wanted = wanted
        self.meaning = wanted.meaning
        self.report = HistoryReport()
        self.rules = rules_by_kind()
        self.attaching = attaching_kinds(forms.kinds)
        self.contents = ContentCheck(reader, wanted.purged)
        self.concealing = frozenset(kind for kind, cls in forms.kinds.items() if hidden_by(cls))
        self.private = PrivateCheck(reader, wanted.purged)
        self.listing = Listing(wanted.inventories)

    def check(self, start: str, stop: str) -> Iterator[HistoryReport]:
        """Check records from `start` on and below `stop`; yields a report now and then."""
        history: History | None = None
        for page in self._pages(start, stop):
            # The first pass names a row whose columns hold something else.
            for row in fitting(page):
                if history is None or row[1] != history.record:
                    self._end(history)
                    history = self._begin(row[1])
                self._check_row(history, row)
            yield self._reported(start)
        self._end(history)
        yield self._reported(start, stop)

    def check_each(self, records: Sequence[str]) -> Iterator[HistoryReport]:
        """Check these records, and no others."""
        for record in records:
            # No name goes on with a space: this is the end of the record.
            yield from self.check(record, f"{record} ")

    def _reported(self, start: str, stop: str | None = None) -> HistoryReport:
        report, self.report = self.report, HistoryReport()
        report.contents, self.contents.looked_at = self.contents.looked_at, 0
        report.private, self.private.looked_at = self.private.looked_at, 0
        report.start, report.stop, report.lists = start, stop, self.listing.take()
        return report

    def _end(self, history: History | None) -> None:
        if history is not None:
            self.listing.reach(PAST_END, history.leaf)

    def _pages(self, start: str, stop: str) -> Iterator[list[RawRow]]:
        after = (start, -(2**63))
        size = PAGE
        while True:
            try:
                page = list(self.reader.record_page(after, stop, size))
            except (LedgerError, ValueError):
                # The first pass names the row that cannot be read.
                page, size = [], size // 2
                if size:
                    continue
                self.report.findings.add(
                    Finding(
                        "event.unreadable", "unreadable",
                        f"history cannot be read on after version {after[1]}", record=after[0],
                    )
                )  # fmt: skip
                return
            if not page:
                return
            yield page
            after = (page[-1][1], page[-1][2])

    def _begin(self, record: str) -> History:
        self.report.records += 1
        self.listing.begin()
        family = BY_NAME.get(family_of(record))
        series = SeriesCheck(record) if family_of(record) == "series" else None
        return History(record, family, family.initial if family else None, series)

    def _check_row(self, history: History, row: RawRow) -> None:
        index, _, version, kind, encoded = row[:5]
        digest = sha256(encoded).hexdigest()
        if self.wanted.inventories:
            self.listing.reach(index, history.leaf)
        if index >= self.wanted.since:
            self.report.events += 1
            self.report.total += int(digest[:16], 16)
        if not self.meaning and history.goes_on(row):
            # Its bytes the first pass has judged; that it follows is all there is to see here.
            history.follow(index, version, digest)
            return
        try:
            kind, prev, record, version = self.forms.told(kind, encoded)
        except LedgerError:
            # The first pass names it.
            history.follow(index, row[2], digest)
            return
        if record != history.record:
            return
        if self.wanted.chains:
            self._check_chain(history, (index, version), prev)
        history.follow(index, version, digest)
        if self.meaning:
            self._judge(history, row)

    def _judge(self, history: History, row: RawRow) -> None:
        """Look at what the event means; a history that breaks our own code is named, not fatal."""
        if history.unfit:
            return
        try:
            self._check_meaning(history, row, self.forms.happened(row[4]))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            history.unfit = True
            message = (
                f"cannot be replayed from here on: {type(error).__name__}: {str(error)[:80]}"
            )
            self.report.findings.add(
                Finding("rule.unreadable", "unreadable", message, index=row[0], record=row[1])
            )

    def _check_chain(self, history: History, place: tuple[int, int], prev: str) -> None:
        index, version = place
        message, code, damage = "", "event.prev", "edited"
        if version != history.version + 1:
            code, damage = (
                "event.version",
                "deleted" if version > history.version else "inserted",
            )
            message = f"version {version} follows version {history.version}"
        elif prev != history.last:
            message = f"follows {prev[:12]}…, the event before it is {history.last[:12]}…"
        elif index <= history.index:
            code, damage = "event.order", "reordered"
            message = f"stands before version {version - 1}, at {history.index}"
        if message:
            self.report.findings.add(
                Finding(code, damage, message, index=index, record=history.record)
            )

    def _check_meaning(self, history: History, row: RawRow, happened: Happened) -> None:
        assert history.family is not None, "an event is of its record's family, or is not told"
        if row[0] >= self.wanted.since:
            self._check_new(history, row, happened)
        elif history.series is not None:
            # Its numbers are counted, so that the next one is known; what they broke was told before.
            deque(history.series.take(row[0], happened), maxlen=0)
        history.state = history.family.evolve(history.state, happened)

    def _check_new(self, history: History, row: RawRow, happened: Happened) -> None:
        act = self.acts.at(row[0])
        if act is not None and act[0]:
            if self.wanted.rules:
                self._check_rules(history, row, happened, act)
            if self.wanted.series and history.series is not None:
                self._check_series(history.series, row[0], happened)
        self._check_held(row, happened)

    def _check_held(self, row: RawRow, happened: Happened) -> None:
        """Look at what lies or came from outside the log: content, receipts, private fields."""
        if self.wanted.content:
            self.report.findings.extend(check_acknowledged(row, happened))
        if self.wanted.content and happened.KIND in self.attaching:
            self.report.findings.extend(self.contents.check(row, happened))
        if self.wanted.private and happened.KIND in self.concealing:
            self.report.findings.extend(self.private.check(row, happened))

    def _check_rules(
        self, history: History, row: RawRow, happened: Happened, act: tuple[int, Who]
    ) -> None:
        rules = self.rules.get(type(happened), ())
        standing = self._standing(act, row[6])
        for rule in rules:
            self.report.rules += 1
            message = rule.broken(history.state, happened, standing)
            if message is None or not self._broken_by_own_day(rule, history, happened, act):
                continue
            breach = Finding(
                f"rule.{rule.code}", "rule broken", f"{message} [{rule.citation}]",
                index=row[0], record=history.record,
            )  # fmt: skip
            # History may break rules, and is told of; what a guard keeps out may not stand at all.
            if standing.basis == AS_FOUND and not rule.guard:
                self.report.rules_as_found += 1
                if self.wanted.as_found:
                    self.report.found.add(breach)
                continue
            self.report.findings.add(breach)

    def _standing(self, act: tuple[int, Who], moment: str) -> Standing:
        first, (actor, basis, on_behalf_of, _) = act
        try:
            day = self.authority.day(moment)
        except LedgerError:
            day = self.authority.day("1970-01-01T00:00:00.000000Z")
        return Standing(self.authority, actor, basis, on_behalf_of, first, day)

    def _broken_by_own_day(
        self, rule: Rule[Any], history: History, happened: Happened, act: tuple[int, Who]
    ) -> bool:
        """At midnight the door judged by the signer's day: a rule is broken if both say so."""
        own = act[1][3]
        if not own:
            return True
        return rule.broken(history.state, happened, self._standing(act, own)) is not None

    def _check_series(self, series: SeriesCheck, index: int, happened: Happened) -> None:
        self.report.numbers += 1
        for finding in series.take(index, happened):
            if finding is None:
                self.report.numbers_as_found += 1
            else:
                self.report.findings.add(finding)


@dataclass
class History:
    """A record while its events go by: the state, and the event they follow on."""

    record: str
    family: Family[Any] | None
    state: Any
    series: SeriesCheck | None
    version: int = 0
    last: str = ZERO_DIGEST
    index: int = -1
    unfit: bool = False

    @property
    def leaf(self) -> Leaf:
        """The record as it stands, as an inventory lists it."""
        return Leaf(self.record, self.version, self.last)

    def goes_on(self, row: RawRow) -> bool:
        """Tell whether an event stands after the last one and says so, in its last members."""
        index, record, version, kind, encoded = row[:5]
        if version != self.version + 1 or index <= self.index or record != self.record:
            return False
        # What follows the body: kind, prev, record, a salt of 22 characters, version.
        named = f',"kind":"{kind}","prev":"{self.last}","record":"{record}","salt":"'.encode()
        ending = b'","version":%d}' % version
        at = len(encoded) - len(ending) - SALT - len(named)
        stands: bool = encoded.startswith(named, at) and encoded.endswith(ending)
        return stands

    def follow(self, index: int, version: int, digest: str) -> None:
        """Let an event be the one that the next must follow."""
        self.index, self.version, self.last = index, version, digest


def rules_by_kind() -> dict[type[Happened], tuple[Rule[Any], ...]]:
    """Return the rules of every event class of the registered families."""
    return {
        cls: tuple(rule for rule in family.rules if issubclass(cls, rule.kinds))
        for family in BY_NAME.values()
        for cls in family.events
    }
