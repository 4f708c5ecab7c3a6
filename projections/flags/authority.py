"""The flag over authority: F16 a step was taken in a post that its taker did not hold 授权失效 then.

Posts and delegations are what the ledger tells. What was done here is judged by its place in the
log, what was told of an earlier day by that day. Of the time before an officer was enrolled, and of
persons that the ledger does not know, nobody knows: they are not flagged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from ledger.family import DIRECT
from ledger.frozen import frozen
from ledger.records.alarm import Parameters
from ledger.records.fund.events import Countersigned
from ledger.records.fund.judged import IN_POST
from ledger.records.fund.persons import Person, person
from ledger.records.officer import (
    DelegationEnded,
    DelegationGiven,
    Enrolled,
    Officer,
    PostGiven,
    PostLeft,
)
from projections.flags.evidence import Evidence
from projections.flags.flag import Hit
from projections.flags.items import Item, Kept, Step
from projections.flags.suppliers import plain


@frozen
class Staff:
    """The officers that the ledger knows, by record and by name."""

    by_record: Mapping[str, Kept[Officer]]
    by_name: Mapping[str, list[Kept[Officer]]]

    def find(self, who: Person) -> Kept[Officer] | None:
        """Return the officer that a person is, by name where one alone has it; or None."""
        if who.record:
            return self.by_record.get(who.record)
        named = self.by_name.get(plain(who.name), [])
        return named[0] if len(named) == 1 else None


def _staff(evidence: Evidence) -> Staff:
    by_name: dict[str, list[Kept[Officer]]] = defaultdict(list)
    for each in evidence.officers.values():
        by_name[plain(each.state.name)].append(each)
    return Staff(evidence.officers, by_name)


def without_authority(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield each step whose taker held no post for it then, nor had it by delegation (R5)."""
    del parameters
    staff = _staff(evidence)
    for item in evidence.items:
        for step in item.of(*IN_POST):
            message = _lacking(staff, item, step)
            if message:
                yield Hit(items=(item,), message=message, steps=(*item.claims(), step))


def _lacking(staff: Staff, item: Item, step: Step) -> str:
    """Say which post or delegation the taker of a step did not have, or nothing."""
    happened = step.happened
    posts = (happened.post,) if happened.post else _posts(item, happened)
    taker = staff.find(person(happened.signer, happened.signer_name))
    if taker is None or not posts or not _known(taker, step):
        return ""
    told = " or ".join(posts)
    if not happened.principal:
        held = any(_held(taker, post, step) for post in posts)
        return (
            ""
            if held
            else f"{taker.state.name} took this step on {step.day} and did not hold {told}"
        )
    principal = staff.find(person(happened.principal, happened.principal_name))
    if principal is None or any(_delegated(principal, taker, post, step) for post in posts):
        return ""
    return f"{taker.state.name} had no delegation of {told} from {principal.state.name} on {step.day}"


def _posts(item: Item, happened: object) -> tuple[str, ...]:
    """Return the posts that may sign a level, where the signature tells none."""
    if not isinstance(happened, Countersigned):
        return ()
    named = [each for each in item.needed if each.name == happened.level_name]
    return named[0].posts if named else ()


def _known(officer: Kept[Officer], step: Step) -> bool:
    """Tell whether the officer was enrolled by then."""
    return any(isinstance(each.happened, Enrolled) for each in _until(officer, step))


def _held(officer: Kept[Officer], post: str, step: Step) -> bool:
    held = False
    for each in _until(officer, step):
        match each.happened:
            case Enrolled(posts=posts):
                held = post in posts
            case PostGiven(post=given) if given == post:
                held = True
            case PostLeft(post=left) if left == post:
                held = False
            case _:
                pass
    return held


def _delegated(principal: Kept[Officer], taker: Kept[Officer], post: str, step: Step) -> bool:
    """Tell whether the principal held the post and had delegated it for that day."""
    stands = False
    for each in _until(principal, step):
        match each.happened:
            case DelegationGiven() as given if (given.delegate, given.post) == (
                taker.record,
                post,
            ):
                stands = stands or given.from_day <= step.day <= given.until_day
            case DelegationEnded() as ended if (ended.delegate, ended.post) == (
                taker.record,
                post,
            ):
                stands = False
            case _:
                pass
    return stands and _held(principal, post, step)


def _until(officer: Kept[Officer], step: Step) -> Iterator[Step]:
    """Yield what had happened to an officer when a step was taken."""
    direct = step.happened.basis == DIRECT
    for each in officer.steps:
        if each.index < step.index if direct else each.day <= step.day:
            yield each
