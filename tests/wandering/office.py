"""Officers who go on trying: a record that waits is mostly answered, else any verb is tried on anything.

Everybody in the regular cast holds every post of the office, and works; a few others have their keys
and posts given and taken. Most acts are direct, some are entered from paper or as found. Whatever the
door refuses did not happen; whatever it lets in must leave every view and the whole ledger sound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from ledger.application.acting import Acting, Request, Step
from ledger.clock import new_id
from ledger.errors import LedgerError
from ledger.family import AS_FOUND, DIRECT, PAPER, Family, Verb, family_of
from ledger.records import FAMILIES
from ledger.records.office import OFFICE
from ledger.records.posts import CUSTODIAN
from tests.office import Office, make_office
from tests.wandering.chance import Chance
from tests.wandering.drafts import Drafting, draft_of
from tests.wandering.errands import ERRANDS, Surroundings, make_surroundings
from tests.wandering.habits import HABITS

POSTS = ("文书", "办公室主任", "领导", "经办人", "股长", "财务审核", "分管领导", "出纳", CUSTODIAN)  # fmt: skip
REGULARS = ("丙", "丁", "戊", "己", "庚", "辛")
OTHERS = ("壬", "癸")
# The families of keys and posts: only the others are touched, or soon nobody could act at all.
OF_PERSONS = ("officer", "key")
# What ends a record is tried less often, or little would be left to go on with.
ENDING = ("close", "abolish", "revoke", "lapse", "drop", "destroy", "void-number",
          "propose-revocation")  # fmt: skip
THEIR_OWN = ("delegate", "end-delegation")
ENDED, ANSWERED, OPENED, FOUND, ON_PAPER, FOR_ANOTHER = 15, 70, 25, 6, 3, 2
RECENT = 30


@dataclass
class Wandering:
    """An office in which anything is tried; `acts` counts what was recorded."""

    office: Office
    chance: Chance
    around: Surroundings
    acts: int = 0
    tried: int = 0
    records: dict[str, list[str]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)

    def wander(self, acts: int) -> None:
        """Go on until so many further acts are recorded."""
        until = self.acts + acts
        families = [each for each in FAMILIES if each.verbs and each.name not in ERRANDS]
        while self.acts < until:
            self.office.clock.now += timedelta(minutes=self.chance.below(60))
            self._go_on_errands()
            self._try(self.chance.pick(families))

    def known(self, family: str) -> Sequence[str]:
        """Return the records of a family that may be chosen: the newest ones."""
        return self.records.get(family, [])[-RECENT:]

    def _go_on_errands(self) -> None:
        for once_in, errand in ERRANDS.values():
            if self.tried and self.chance.below(once_in):
                continue
            before = self.office.store.head().size
            errand(self.office, self.around, self._drafting())
            self._take_note(before)

    def _try(self, family: Family[Any]) -> None:
        record, verb = self._choose(family)
        if verb is None:
            return
        self.tried += 1
        who = self.office.people[self.chance.pick(REGULARS)]
        record = who.officer if verb.name in THEIR_OWN else record
        drafting = self._drafting()
        habit = HABITS.get(f"{family.name}.{verb.name}")
        draft = draft_of(verb.event, drafting, habit(drafting, record) if habit else {})
        if verb.opens:
            record = (
                verb.names(draft) if verb.names else f"{family.name}/{new_id(drafting.now)}"
            )
        self._act(who, Step(verb, record, draft))

    def _drafting(self) -> Drafting:
        state = self.office.ledger.state
        return Drafting(self.chance, self.office.clock.now, POSTS, self.known, state)

    def _choose(self, family: Family[Any]) -> tuple[str, Verb | None]:
        """Return a record and what to try on it; none where nothing can be."""
        known = self.known(family.name)
        record = self.chance.pick(known) if known else ""
        if record and family.waits and self.chance.percent(ANSWERED):
            waiting = family.waits(self.office.ledger.state(record))
            if waiting:
                wanted = self.chance.pick(waiting).verb
                return record, next(each for each in family.verbs if each.name == wanted)
        opening = [each for each in family.verbs if each.opens]
        if opening and (not record or self.chance.percent(OPENED)):
            return record, self.chance.pick(opening)
        verbs = [each for each in family.verbs if record and not each.opens]
        verb = self.chance.pick(verbs) if verbs else None
        if verb is not None and verb.name in ENDING and not self.chance.percent(ENDED):
            return record, None
        return record, verb

    def _act(self, who: Acting, step: Step) -> None:
        if self.chance.percent(FOR_ANOTHER):
            principal = self.office.record_of(self.chance.pick(REGULARS))
            who = Acting(who.officer, who.signer, principal)
        basis = DIRECT
        if family_of(step.record) not in (*OF_PERSONS, "office"):
            drawn = self.chance.below(100)
            basis = AS_FOUND if drawn < FOUND else PAPER if drawn < FOUND + ON_PAPER else DIRECT
        before = self.office.store.head().size
        request = Request(new_id(self.office.clock()), (step,), basis)
        try:
            self.office.ledger.act(who, request)
        except LedgerError:
            return
        self._take_note(before)

    def _take_note(self, before: int) -> None:
        """Remember what happened since the log had so many events."""
        self.acts += sum(1 for _ in self.office.store.seals(before))
        for row in self.office.store.events(before):
            self.kinds[row.kind] += 1
            held = self.records.setdefault(family_of(row.record), [])
            if row.record not in held[-RECENT:]:
                held.append(row.record)


def make_wandering(seed: str, folder: Path) -> Wandering:
    """Found an office whose cast holds every post, with some others whose posts and keys change."""
    office = make_office()
    for name in REGULARS:
        office.enrol(name, *POSTS, "安全保密员")
    for name in OTHERS:
        office.enrol(name, "文书")
    wandering = Wandering(office, Chance(seed), make_surroundings(folder))
    for name in OTHERS:
        wandering.records.setdefault("officer", []).append(office.record_of(name))
        wandering.records.setdefault("key", []).append(
            f"key/{office.people[name].signer.key_id}"
        )
    wandering.records["office"] = [OFFICE]
    return wandering
