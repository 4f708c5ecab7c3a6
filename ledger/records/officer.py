"""Officers 人员: who may act, in which posts, and for whom.

Enrolment and posts are proposed by one administrator and confirmed by another. Delegation 授权
is given by the officer who holds the post, in writing, for a period; both names are shown. Who is
close to whom 利害关系 is declared here, so that nobody signs for kin (R4).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import assert_never

from ledger.family import (
    Bond,
    Change,
    Context,
    Facts,
    Family,
    Happened,
    Rule,
    Verb,
    event,
    simply,
    term,
)
from ledger.frozen import frozen, replace
from ledger.records.office import ADMINISTRATIVE, OFFICE, never_found
from ledger.records.posts import in_no_post

_READING_KEY = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\Z")


@event("officer.proposed/1", "拟登记", "enrolment proposed")
class Proposed(Happened):
    """An administrator proposes to enrol an officer with their posts."""

    name: str = term("姓名", "name")
    posts: tuple[str, ...] = term("岗位", "posts", default=())
    proposer: str = term("提出人", "proposed by", default="", derived=True)


@event("officer.enrolled/1", "登记", "enrolled")
class Enrolled(Happened):
    """Another administrator confirms: from here on the officer may act."""

    name: str = term("姓名", "name", default="", derived=True)
    posts: tuple[str, ...] = term("岗位", "posts", default=(), derived=True)
    alone: bool = term("单人办理", "enrolled single-handed", default=False, derived=True)


@event("officer.post_proposed/1", "拟任岗位", "post proposed")
class PostProposed(Happened):
    """An administrator proposes to give a post."""

    post: str = term("岗位", "post")
    proposer: str = term("提出人", "proposed by", default="", derived=True)


@event("officer.post_given/1", "任岗", "post given")
class PostGiven(Happened):
    """Another administrator confirms the post."""

    post: str = term("岗位", "post")


@event("officer.post_left/1", "离岗", "post left")
class PostLeft(Happened):
    """The officer no longer holds the post."""

    post: str = term("岗位", "post")
    reason: str = term("原因", "reason")


@event("officer.delegation_given/1", "授权", "delegation given")
class DelegationGiven(Happened):
    """The officer lets another act in a post of theirs, from a day to a day, both included."""

    delegate: str = term("受托人", "delegate", refers="officer")
    post: str = term("岗位", "post")
    from_day: date = term("起", "from day")
    until_day: date = term("止", "until day")
    document: str = term("授权书", "written delegation", default="")
    giver: str = term("授权人", "who gives it", default="", derived=True)


@event("officer.delegation_ended/1", "终止授权", "delegation ended")
class DelegationEnded(Happened):
    """The officer takes a delegation back."""

    delegate: str = term("受托人", "delegate", refers="officer")
    post: str = term("岗位", "post")
    reason: str = term("原因", "reason")


@event("officer.interest_declared/1", "利害关系申报", "interest declared")
class InterestDeclared(Happened):
    """Somebody is close to the officer, who signs nothing for them from here on (回避)."""

    party: str = term("关系人", "person or firm, by name")
    relation: str = term("关系", "how they are close, such as 配偶经营", default="")
    officer: str = term("申报对象", "whose interest it is", default="", derived=True)


@event("officer.interest_ended/1", "解除利害关系", "interest ended")
class InterestEnded(Happened):
    """The officer and that person or firm are close no longer."""

    party: str = term("关系人", "person or firm, by name")
    reason: str = term("原因", "reason")


@event("officer.reading_key_told/1", "登记阅读公钥", "reading key told")
class ReadingKeyTold(Happened):
    """The officer tells the key that private fields are to be opened with (`ledger.keys.hpke`)."""

    public: str = term("阅读公钥", "public reading key, X25519, base64")
    officer: str = term("所有人", "whose key it is", default="", derived=True)


@frozen
class Delegation:
    """A delegation that stands: the delegate, the post, the days it counts on, and who gave it."""

    delegate: str
    post: str
    from_day: date
    until_day: date
    giver: str


@frozen
class Officer:
    """An officer: enrolled or only proposed, posts held and proposed, delegations given."""

    name: str = ""
    enrolled: bool = False
    posts: frozenset[str] = frozenset()
    proposer: str = ""
    proposed_posts: tuple[tuple[str, str], ...] = ()
    delegations: tuple[Delegation, ...] = ()
    interests: frozenset[str] = frozenset()
    reading_key: str = ""

    def delegates(self, officer: str, post: str, day: date) -> bool:
        """Tell whether this officer, holding the post, has delegated it for that day."""
        return post in self.posts and any(
            each.delegate == officer
            and each.post == post
            and each.from_day <= day <= each.until_day
            for each in self.delegations
        )


OfficerEvent = (
    Proposed
    | Enrolled
    | PostProposed
    | PostGiven
    | PostLeft
    | DelegationGiven
    | DelegationEnded
    | InterestDeclared
    | InterestEnded
    | ReadingKeyTold
)


EVENTS: tuple[type[Happened], ...] = (
    Proposed, Enrolled, PostProposed, PostGiven, PostLeft, DelegationGiven, DelegationEnded,
    InterestDeclared, InterestEnded, ReadingKeyTold,
)  # fmt: skip


def evolve(state: Officer, happened: OfficerEvent) -> Officer:  # noqa: C901, PLR0911 -- a case an event
    """Return the officer after the event."""
    match happened:
        case Proposed():
            return replace(
                state,
                name=happened.name,
                proposer=happened.proposer,
                proposed_posts=tuple((post, happened.proposer) for post in happened.posts),
            )
        case Enrolled():
            return replace(
                state, name=happened.name, enrolled=True, posts=frozenset(happened.posts),
                proposed_posts=(),
            )  # fmt: skip
        case PostProposed():
            proposed = (*state.proposed_posts, (happened.post, happened.proposer))
            return replace(state, proposed_posts=proposed)
        case PostGiven():
            left = tuple(each for each in state.proposed_posts if each[0] != happened.post)
            return replace(state, posts=state.posts | {happened.post}, proposed_posts=left)
        case PostLeft():
            return replace(state, posts=state.posts - {happened.post})
        case DelegationGiven():
            given = Delegation(
                happened.delegate, happened.post, happened.from_day, happened.until_day,
                happened.giver,
            )  # fmt: skip
            return replace(state, delegations=(*state.delegations, given))
        case DelegationEnded():
            kept = tuple(
                each for each in state.delegations
                if (each.delegate, each.post) != (happened.delegate, happened.post)
            )  # fmt: skip
            return replace(state, delegations=kept)
        case InterestDeclared():
            return replace(state, interests=state.interests | {happened.party})
        case InterestEnded():
            return replace(state, interests=state.interests - {happened.party})
        case ReadingKeyTold():
            return replace(state, reading_key=happened.public)
        case _:
            assert_never(happened)


def propose(facts: Facts, record: str, draft: Proposed) -> Sequence[Change]:
    """Propose an officer."""
    return [Change(record, replace(draft, proposer=facts.actor))]


def confirm(facts: Facts, record: str, draft: Enrolled) -> Sequence[Change]:
    """Confirm an officer as proposed."""
    state: Officer = facts.state(record)
    posts = tuple(post for post, _ in state.proposed_posts)
    alone = not facts.state(OFFICE).staffed and facts.actor == state.proposer
    return [Change(record, replace(draft, name=state.name, posts=posts, alone=alone))]


def propose_post(facts: Facts, record: str, draft: PostProposed) -> Sequence[Change]:
    """Propose a post for an officer."""
    return [Change(record, replace(draft, proposer=facts.actor))]


def delegate(facts: Facts, record: str, draft: DelegationGiven) -> Sequence[Change]:
    """Delegate a post of one's own."""
    del facts
    return [Change(record, replace(draft, giver=record))]


def declare(facts: Facts, record: str, draft: InterestDeclared) -> Sequence[Change]:
    """Declare who is close to an officer."""
    del facts
    return [Change(record, replace(draft, officer=record, party=draft.party.strip()))]


def tell_reading_key(facts: Facts, record: str, draft: ReadingKeyTold) -> Sequence[Change]:
    """Tell one's own reading key."""
    del facts
    return [Change(record, replace(draft, officer=record))]


def _own_reading_key(state: Officer, happened: ReadingKeyTold, context: Context) -> str | None:
    del state
    if context.actor != happened.officer or context.on_behalf_of is not None:
        return f"{context.actor} tells a reading key that is not their own"
    return None if _READING_KEY.match(happened.public) else "that is no X25519 key in base64"


def _administrators_only(
    state: Officer, happened: OfficerEvent, context: Context
) -> str | None:
    del state, happened
    return in_no_post(context, ADMINISTRATIVE)


def _two_officers(state: Officer, happened: Enrolled, context: Context) -> str | None:
    if not state.proposer or state.enrolled:
        return "there is no open proposal to confirm"
    if context.actor == state.proposer and not happened.alone:
        return f"{context.actor} proposed it; another administrator must confirm"
    return None


def _two_officers_post(state: Officer, happened: PostGiven, context: Context) -> str | None:
    proposers = [who for post, who in state.proposed_posts if post == happened.post]
    if not proposers:
        return f"post {happened.post} was not proposed"
    if context.actor in proposers:
        return f"{context.actor} proposed it; another administrator must confirm"
    return None


def _own_posts(state: Officer, happened: DelegationGiven, context: Context) -> str | None:
    if context.actor != happened.giver:
        return f"{context.actor} gives what is {state.name}'s; only they delegate it"
    if happened.post not in state.posts:
        return f"{state.name} does not hold {happened.post}"
    if happened.delegate == happened.giver:
        return "nobody is their own delegate"
    if happened.until_day < happened.from_day:
        return "the delegation ends before it begins"
    return None


def _ended_by_right(state: Officer, happened: DelegationEnded, context: Context) -> str | None:
    ending = [
        each
        for each in state.delegations
        if (each.delegate, each.post) == (happened.delegate, happened.post)
    ]
    if not ending:
        return f"{state.name} has not delegated {happened.post} to {happened.delegate}"
    if context.actor in {*(each.giver for each in ending), happened.delegate}:
        return None
    return _administrators_only(state, happened, context)


def _declared_by_right(
    state: Officer, happened: InterestDeclared, context: Context
) -> str | None:
    if not happened.party:
        return "it names nobody"
    own = context.actor == happened.officer
    return None if own else _administrators_only(state, happened, context)


def _proposed_once(state: Officer, happened: Proposed, context: Context) -> str | None:
    del happened, context
    return f"{state.name} is enrolled already" if state.enrolled else None


FAMILY: Family[Officer] = Family(
    name="officer",
    zh="人员",
    en="officer",
    events=EVENTS,
    initial=Officer(),
    evolve=evolve,
    title=lambda state: state.name,
    verbs=(
        Verb("propose-post", "拟任岗位", "Propose a post for an officer.", PostProposed, propose_post),
        Verb("give-post", "任岗", "Confirm a post that another proposed.", PostGiven, simply),
        Verb("leave-post", "离岗", "Record that an officer left a post.", PostLeft, simply),
        Verb("delegate", "授权", "Let another officer act in one of your posts.", DelegationGiven, delegate),
        Verb("end-delegation", "终止授权", "Take a delegation back.", DelegationEnded, simply),
        Verb("declare-interest", "利害关系申报", "Name who is close to you: you sign nothing for them.",
             InterestDeclared, declare),
        Verb("end-interest", "解除利害关系", "Record that an interest is no more.", InterestEnded, simply),
    ),
    rules=(
        Rule("A1", "三员分立", "administrators enrol and give posts",
             (Proposed, Enrolled, PostProposed, PostGiven, PostLeft), _administrators_only),
        Rule("A2", "三员分立", "an officer is proposed once", (Proposed,), _proposed_once),
        Rule("A3", "双人办理", "one proposes, another confirms", (Enrolled,), _two_officers),
        Rule("A4", "双人办理", "one proposes, another confirms", (PostGiven,), _two_officers_post),
        Rule("A5", "DOMAIN R5", "one delegates one's own posts", (DelegationGiven,), _own_posts),
        Rule("A6", "DOMAIN R5", "who gave it, has it, or administers ends it", (DelegationEnded,), _ended_by_right),
        Rule("A7", "DOMAIN R4", "one declares one's own interest", (InterestDeclared,), _declared_by_right),
        Rule("A8", "DOMAIN R4", "an administrator ends an interest", (InterestEnded,), _administrators_only),
        Rule("A10", "DESIGN §4", "one tells one's own reading key", (ReadingKeyTold,), _own_reading_key),
        Rule("A9", "DESIGN §3", "authority is never entered as found", EVENTS, never_found, guard=True),
    ),
)  # fmt: skip

BONDS: tuple[Bond, ...] = (
    Bond("A5", "DOMAIN R5", "one delegates one's own posts",
         "officer.delegation_given/1", lambda record, _: [(record,)],
         "officer.delegation_given/1", lambda _, told: [(told.giver,)]),
    Bond("A7", "DOMAIN R4", "an interest is declared of its officer",
         "officer.interest_declared/1", lambda record, _: [(record,)],
         "officer.interest_declared/1", lambda _, told: [(told.officer,)]),
    Bond("A10", "DESIGN §4", "a reading key is told of its officer",
         "officer.reading_key_told/1", lambda record, _: [(record,)],
         "officer.reading_key_told/1", lambda _, told: [(told.officer,)]),
)  # fmt: skip
