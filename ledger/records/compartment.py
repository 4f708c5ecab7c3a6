"""Compartments 保密范围: who may read a family's private fields, and by which key they are sealed.

The record is `compartment/<family>`. A compartment has a key of its own, of which everybody knows the public half:
whoever records a private field seals it for the compartment and need not be able to read it again. The secret half
is sealed for each member's reading key 阅读密钥. When a member leaves, the compartment gets a new key, a *generation*
more, which the one who left is not given; the old secret is sealed for the new key, so that members read
what was recorded before. Whoever left may still hold what they could read; they are given nothing new.

Keys are made and sealed where the act is signed (`ledger.application.membership`); here they are texts.
"""

from __future__ import annotations

from typing import assert_never

from ledger.family import (
    Bond,
    Context,
    Family,
    Happened,
    Part,
    Rule,
    event,
    part,
    term,
)
from ledger.frozen import frozen, replace
from ledger.records.office import SECURITY, never_found


@part
class Member(Part):
    """A member, and the compartment's secret sealed for their reading key."""

    officer: str = term("成员", "member", refers="officer")
    reading_key: str = term("阅读公钥", "reading key it is sealed for, base64")
    sealed: str = term("密封密钥", "the compartment's secret, sealed, base64")


@event("compartment.created/1", "设立保密范围", "created")
class Created(Happened):
    """The security administrator sets a family's private fields apart, as its first member."""

    family: str = term("业务", "family whose private fields it holds")
    public: str = term("公钥", "public key that fields are sealed for, base64", derived=True)
    members: tuple[Member, ...] = term("成员", "who may read", default=(), derived=True)


@event("compartment.member_added/1", "增加知悉人员", "member added")
class MemberAdded(Happened):
    """An officer may read, all that is there and all that comes."""

    member: Member = term("成员", "who may read", derived=True)


@event("compartment.member_left/1", "减少知悉人员", "member left")
class MemberLeft(Happened):
    """An officer may read no longer what comes from here on: there is a new key."""

    officer: str = term("成员", "who may read no longer", refers="officer")
    reason: str = term("原因", "reason")
    public: str = term("公钥", "new public key, base64", derived=True)
    members: tuple[Member, ...] = term("成员", "who may read", default=(), derived=True)
    previous: str = term("前一密钥", "the old secret, sealed for the new key", derived=True)


@frozen
class Compartment:
    """A compartment: its family, the newest key and who holds it, and how older keys are reached.

    `generation` counts its keys from 1; `previous[g - 1]` is the secret of generation g, sealed for the next.
    """

    family: str = ""
    generation: int = 0
    public: str = ""
    members: tuple[Member, ...] = ()
    previous: tuple[str, ...] = ()

    def member(self, officer: str) -> Member | None:
        """Return what is sealed for an officer, or None who is no member."""
        return next((each for each in self.members if each.officer == officer), None)

    def without(self, officer: str) -> tuple[Member, ...]:
        """Return the members but this one."""
        return tuple(each for each in self.members if each.officer != officer)


EVENTS: tuple[type[Happened], ...] = (Created, MemberAdded, MemberLeft)

CompartmentEvent = Created | MemberAdded | MemberLeft


def key(family: str) -> str:
    """Return the name of a family's compartment."""
    return f"compartment/{family}"


def evolve(state: Compartment, happened: CompartmentEvent) -> Compartment:
    """Return the compartment after the event."""
    match happened:
        case Created():
            return Compartment(happened.family, 1, happened.public, happened.members)
        case MemberAdded():
            others = state.without(happened.member.officer)
            return replace(state, members=(*others, happened.member))
        case MemberLeft():
            return Compartment(
                state.family, state.generation + 1, happened.public, happened.members,
                (*state.previous, happened.previous),
            )  # fmt: skip
        case _:
            assert_never(happened)


def _security_only(
    state: Compartment, happened: CompartmentEvent, context: Context
) -> str | None:
    del state, happened
    return None if context.holds(SECURITY) else f"{context.actor} does not hold {SECURITY}"


def _once(state: Compartment, happened: Created, context: Context) -> str | None:
    del happened, context
    return f"{state.family} has a compartment already" if state.generation else None


def _by_a_member(
    state: Compartment, happened: MemberAdded | MemberLeft, context: Context
) -> str | None:
    del happened
    if state.member(context.actor):
        return None
    return f"{context.actor} is no member, and cannot hand on its key"


def _for_those_who_stay(
    state: Compartment, happened: MemberLeft, context: Context
) -> str | None:
    del context
    if not state.member(happened.officer):
        return f"{happened.officer} is no member"
    staying = {each.officer for each in state.without(happened.officer)}
    if {each.officer for each in happened.members} != staying:
        return "the new key is not for those who stay"
    return None if staying else "nobody could read it; let somebody in first"


def _held_by(state: Compartment, happened: CompartmentEvent, context: Context) -> str | None:
    """Each member is an officer, and their part is sealed for the reading key that is theirs there."""
    del state
    if isinstance(happened, Created) and [each.officer for each in happened.members] != [
        context.actor
    ]:
        return f"{context.actor} is not its first member"
    named = (happened.member,) if isinstance(happened, MemberAdded) else happened.members
    for each in named:
        told = context.standing(each.officer) if each.officer.startswith("officer/") else None
        if told is None or not told.enrolled or told.reading_key != each.reading_key:
            return f"{each.officer} has not told this reading key"
    return None


FAMILY: Family[Compartment] = Family(
    name="compartment",
    zh="保密范围",
    en="compartment",
    events=EVENTS,
    initial=Compartment(),
    evolve=evolve,
    title=lambda state: f"{state.family}（{len(state.members)} 人）" if state.family else "",
    rules=(
        Rule("X1", "三员分立", "the security administrator says who may read", EVENTS, _security_only),
        Rule("X2", "DESIGN §4", "a family has one compartment", (Created,), _once),
        Rule("X3", "DESIGN §4", "a member hands its key on", (MemberAdded, MemberLeft), _by_a_member),
        Rule("X6", "DESIGN §4", "a new key is for those who stay", (MemberLeft,), _for_those_who_stay),
        Rule("X4", "个人信息保护法 Art. 51", "its key is sealed for its members", EVENTS, _held_by),
        Rule("X5", "DESIGN §3", "who may read is never entered as found", EVENTS, never_found, guard=True),
    ),
)  # fmt: skip

BONDS: tuple[Bond, ...] = (
    Bond("X2", "DESIGN §4", "a compartment is named by its family",
         "compartment.created/1", lambda record, _: [(record,)],
         "compartment.created/1", lambda _, told: [(key(told.family),)]),
)  # fmt: skip
