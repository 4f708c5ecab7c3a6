"""A small world for family tests: given what happened, when a verb is tried, then what changes.

`World` holds events in memory and judges like the door does: by the families' own rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from ledger import canonical
from ledger.body import format_body, parse_body
from ledger.family import DIRECT, Change, Happened, family_of
from ledger.records import BONDS, FAMILIES
from ledger.rules import Breach, Rulebook

BY_NAME = {family.name: family for family in FAMILIES}
RULEBOOK = Rulebook(BY_NAME, BONDS)


@dataclass
class World:
    """Facts of a made-up office. `posts` maps officer records to the posts they hold."""

    actor: str = "officer/A"
    basis: str = DIRECT
    on_behalf_of: str | None = None
    now: datetime = datetime(2022, 3, 1, 1, tzinfo=UTC)
    day: date = date(2022, 3, 1)
    posts: dict[str, set[str]] = field(default_factory=dict)
    events: dict[str, list[Happened]] = field(default_factory=dict)
    made: int = 0

    def holds(self, post: str) -> bool:
        """Tell whether the actor holds the post."""
        return post in self.posts.get(self.on_behalf_of or self.actor, set())

    def standing(self, record: str) -> Any:
        """Fold a record of authority."""
        return self.state(record)

    def state(self, record: str) -> Any:
        """Fold a record."""
        family = BY_NAME[family_of(record)]
        state = family.initial
        for happened in self.events.get(record, []):
            state = family.evolve(state, happened)
        return state

    def digest(self, value: Any) -> str:
        """Digest a value."""
        return canonical.digest(canonical.encode(value))

    def new(self, family: str) -> str:
        """Name a fresh record."""
        self.made += 1
        return f"{family}/{self.made:026d}"

    def given(self, record: str, *happened: Happened) -> World:
        """Let this have happened."""
        self.events.setdefault(record, []).extend(happened)
        return self

    def by(self, actor: str, *posts: str) -> World:
        """Let this officer act from here on, holding these posts too."""
        self.actor = actor
        self.posts.setdefault(actor, set()).update(posts)
        return self

    def judge(self, changes: list[Change]) -> list[Breach]:
        """Return the breaches of changes, judged as at the door."""
        return RULEBOOK.breaches(changes, state_of=self.state, context=self)

    def attempt(
        self, verb_name: str, record: str = "", **asked: Any
    ) -> tuple[list[Change], list[Breach]]:
        """Decide and judge `family.verb`; nothing happens yet."""
        family_name, _, name = verb_name.partition(".")
        family = BY_NAME[family_name]
        verb = next(each for each in family.verbs if each.name == name)
        draft = verb.event(**asked)
        if not record:
            record = verb.names(draft) if verb.names else self.new(family_name)
        changes = list(verb.decide(self, record, draft))
        for change in changes:
            assert parse_body(type(change.event), format_body(change.event)) == change.event
        return changes, self.judge(changes)

    def when(self, verb_name: str, record: str = "", **asked: Any) -> str:
        """Do it, asserting that no rule is broken; returns the first changed record."""
        changes, broken = self.attempt(verb_name, record, **asked)
        assert broken == []
        for change in changes:
            self.given(change.record, change.event)
        return record or changes[0].record

    def refused(self, verb_name: str, record: str = "", **asked: Any) -> list[str]:
        """Try it, and return the codes of the rules it breaks."""
        return [breach.code for breach in self.attempt(verb_name, record, **asked)[1]]
