"""The family of collective decisions: how they are recorded, and what makes them count (R7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from ledger.family import (
    AS_FOUND,
    DIRECT,
    Bond,
    Change,
    Context,
    Facts,
    Family,
    Rule,
    Verb,
)
from ledger.frozen import replace
from ledger.records.decision.events import (
    EVENTS,
    MEETING,
    Applied,
    DecisionEvent,
    Drawn,
    GivenBack,
    Revoked,
    Taken,
)
from ledger.records.decision.state import Decision, evolve
from ledger.records.money import yuan
from ledger.records.natural import must_be_natural, natural
from ledger.records.office import OFFICE
from ledger.records.policy import Policy, Terms
from ledger.records.posts import acting_post, out_of_post

_GREAT = "三重一大"
_CONTROL = "行政事业单位内部控制规范 Art. 29-30"
P = TypeVar("P", Taken, Revoked)


def key(code: str) -> str:
    """Return the record of the decision of that code.

    Raises:
        MalformedError: the code makes no record's name.
    """
    return f"decision/{must_be_natural('decision code', code)}"


def take(facts: Facts, record: str, draft: Taken) -> Sequence[Change]:
    """Record a decision; quorum, majority and who takes minutes are the policy's that binds."""
    if draft.policy is None and facts.basis != AS_FOUND:
        office = facts.state(OFFICE)
        bound = office.policy_for(draft.category, draft.ceiling_fen, facts.day)
        draft = replace(draft, policy=bound)
    terms = _terms(draft, facts) if facts.basis != AS_FOUND else None
    if terms is not None:
        draft = replace(
            draft, counts=True, minute_takers=terms.minute_takers, quorum_percent=terms.quorum_percent,
            majority_percent=terms.majority_percent,
        )  # fmt: skip
    return [Change(record, _posted(facts, draft, draft.minute_takers))]


def revoke(facts: Facts, record: str, draft: Revoked) -> Sequence[Change]:
    """Record that a decision was taken back."""
    return [Change(record, _posted(facts, draft, facts.state(record).minute_takers))]


def _posted(facts: Facts, draft: P, posts: Sequence[str]) -> P:
    if facts.basis != DIRECT:
        return draft
    return replace(draft, post=acting_post(facts, draft.post, posts))


def _terms(happened: Taken, context: Context) -> Terms | None:
    """Return the terms of the policy in force today, or None where there is none."""
    if not happened.policy or not happened.policy.startswith("policy/"):
        return None
    policy: Policy = context.standing(happened.policy)
    version = policy.in_force(context.day)
    return version.terms if version else None


def title(state: Decision) -> str:
    """Return what was decided, and up to how much."""
    return f"{state.title} ≤{yuan(state.ceiling_fen)}" if state.title else ""


def _in_its_life(state: Decision, happened: DecisionEvent, context: Context) -> str | None:
    del context
    if isinstance(happened, Taken):
        return f"{state.title} is decided already" if state.title else None
    if not state.title:
        return "there is no such decision"
    if state.revoked and not isinstance(happened, GivenBack):
        return f"{state.title} was taken back by a later meeting"
    return None


def _told_whole(state: Decision, happened: Taken, context: Context) -> str | None:
    del state
    if not happened.title.strip() or not happened.minutes.strip() or happened.ceiling_fen <= 0:
        return "a decision names its matter, its minutes and its ceiling"
    if not happened.items and not happened.project.strip():
        return "it names no item, and no project whose items are under it"
    if happened.taken_on > context.day:
        return f"a decision of {happened.taken_on} has not been taken yet"
    return None


def _by_minute_takers(
    state: Decision, happened: Taken | Revoked, context: Context
) -> str | None:
    if context.basis == AS_FOUND:
        return None
    posts = state.minute_takers
    if isinstance(happened, Taken):
        terms = _terms(happened, context)
        posts = terms.minute_takers if terms else ()
        if happened.minute_takers != posts:
            return "the posts that record it are not those of the policy"
    if context.basis == DIRECT:
        return out_of_post(context, happened.post, posts)
    if happened.post and happened.post not in posts:
        return f"post {happened.post} records no decisions (open to: {', '.join(posts)})"
    return None


def _met(state: Decision, happened: Taken, context: Context) -> str | None:
    del state, context
    if happened.form == MEETING:
        return None
    return f"{happened.form} is no meeting; a collective decision is taken by one"


def _counted(happened: Taken, context: Context) -> bool:
    """Tell whether who was there and how they voted is told, as it must be but of what is found."""
    return context.basis != AS_FOUND or happened.eligible > 0


def _quorate(state: Decision, happened: Taken, context: Context) -> str | None:
    del state
    if not _counted(happened, context):
        return None
    terms = _terms(happened, context)
    if context.basis != AS_FOUND and (
        terms is None
        or (happened.quorum_percent, happened.majority_percent)
        != (terms.quorum_percent, terms.majority_percent)
    ):
        return "no policy in force says how many must be there, or it says something else"
    if not 0 < happened.present <= happened.eligible:
        return f"{happened.present} of {happened.eligible} members were there"
    if happened.present * 100 < happened.quorum_percent * happened.eligible:
        return f"{happened.present} of {happened.eligible} members were there, fewer than {happened.quorum_percent} percent"
    return None


def _carried(state: Decision, happened: Taken, context: Context) -> str | None:
    del state
    if not _counted(happened, context):
        return None
    votes = happened.in_favour + happened.against + happened.abstained
    if (
        votes != happened.present
        or min(happened.in_favour, happened.against, happened.abstained) < 0
    ):
        return f"{happened.present} members were there, {votes} voted or abstained"
    if happened.in_favour * 100 <= happened.majority_percent * happened.eligible:
        return f"{happened.in_favour} of {happened.eligible} members were in favour, not more than {happened.majority_percent} percent"
    return None


def _dissent_told(state: Decision, happened: Taken, context: Context) -> str | None:
    del state, context
    differed = happened.against + happened.abstained
    if differed <= 0 or any(each.strip() for each in happened.dissent):
        return None
    return f"{differed} members differed; what they said is not recorded"


def _head_last(state: Decision, happened: Taken, context: Context) -> str | None:
    """末位表态: the head of the office speaks after all others."""
    del state
    if not _counted(happened, context):
        return None
    if not happened.head or not happened.speakers:
        return "it does not tell who spoke in which order, and who is the head"
    if happened.speakers[-1] == happened.head and happened.speakers.count(happened.head) == 1:
        return None
    return f"{happened.head} is the head, and did not speak last"


def _never_found(state: Decision, happened: DecisionEvent, context: Context) -> str | None:
    """A decision found in history is told, and nothing is paid under it."""
    del state
    if context.basis != AS_FOUND or (isinstance(happened, Taken) and not happened.counts):
        return None
    return "nothing is put under a decision, or paid under it, in history that is found"


def _applied_as_it_is(state: Decision, happened: Applied, context: Context) -> str | None:
    del context
    if not state.counts:
        return f"{state.title} was found in history; enter its minutes (--paper) to act on it"
    told = (happened.minutes, happened.taken_on, happened.ceiling_fen)
    if told == (state.minutes, state.taken_on, state.ceiling_fen):
        return None
    return "it is applied with other minutes, another day or another ceiling than its own"


def _under_it(state: Decision, happened: Applied, context: Context) -> str | None:
    del context
    named = happened.item in state.items
    if not named and not (state.project and happened.project == state.project):
        return f"{happened.item} is none of its items, nor of its project {state.project or '(none)'}"
    if state.category and happened.category != state.category:
        return f"it is about {state.category}, not {happened.category}"
    if state.drawn_by(happened.item) is not None:
        return f"{happened.item} is under it already"
    if happened.amount_fen > state.left_fen:
        return f"{yuan(happened.amount_fen)} is above {yuan(state.left_fen)}, which is left of its ceiling"
    return None


def _below_its_ceiling(state: Decision, happened: Drawn, context: Context) -> str | None:
    del context
    if state.drawn_by(happened.item) is None:
        return f"{happened.item} is not under it"
    if 0 < happened.amount_fen <= state.left_fen:
        return None
    return f"{yuan(happened.amount_fen)} is paid, {yuan(state.left_fen)} of {yuan(state.ceiling_fen)} is left"


def _was_drawn(state: Decision, happened: GivenBack, context: Context) -> str | None:
    del context
    drawn = state.drawn_by(happened.item) or 0
    if 0 < happened.amount_fen <= drawn:
        return None
    return f"{yuan(happened.amount_fen)} comes back, {yuan(drawn)} was paid under it"


def _told_why(state: Decision, happened: Revoked, context: Context) -> str | None:
    del state, context
    if happened.reason.strip() and happened.minutes.strip():
        return None
    return "the reason, or the minutes that say so, is not told"


FAMILY: Family[Decision] = Family(
    name="decision",
    zh="集体决策",
    en="collective decision",
    events=EVENTS,
    initial=Decision(),
    evolve=evolve,
    title=title,
    verbs=(
        Verb("take", "决定", "Record what a meeting decided, and up to how much.", Taken, take,
             opens=True, names=lambda draft: key(draft.code)),
        Verb("revoke", "撤销决定", "Record that a later meeting took a decision back.", Revoked, revoke),
    ),
    rules=(
        Rule("R7", _GREAT, "a matter is decided once, and until it is taken back", EVENTS, _in_its_life),
        Rule("R7", _GREAT, "a decision names its items and its ceiling", (Taken,), _told_whole),
        Rule("R7", _GREAT, "a meeting decides, and nothing else does", (Taken,), _met),
        Rule("R7", _GREAT, "a quorum was there", (Taken,), _quorate),
        Rule("R7", _GREAT, "a majority was in favour", (Taken,), _carried),
        Rule("R7", _GREAT, "dissent is recorded", (Taken,), _dissent_told),
        Rule("R7", "末位表态", "the head speaks last", (Taken,), _head_last),
        Rule("R5", _CONTROL, "who takes the minutes records it", (Taken, Revoked), _by_minute_takers),
        Rule("R17", "DESIGN §3", "what is found decides nothing here",
             (Taken, Applied, Drawn, GivenBack), _never_found, guard=True),
        Rule("R7", _GREAT, "an item stands under it as it was taken", (Applied,), _applied_as_it_is),
        Rule("R7", _GREAT, "an item under it is one it names", (Applied,), _under_it),
        Rule("R7", _GREAT, "all payments stay below its ceiling", (Drawn,), _below_its_ceiling),
        Rule("R7", _GREAT, "what comes back was paid", (GivenBack,), _was_drawn),
        Rule("R7", _GREAT, "it is taken back with reason and minutes", (Revoked,), _told_why),
    ),
)  # fmt: skip

BONDS: tuple[Bond, ...] = (
    Bond("R7", "DESIGN §3", "a decision is named by its code",
         "decision.taken/1", lambda record, _: [(record,)],
         "decision.taken/1", lambda _, told: [(f"decision/{natural(told.code)}",)]),
)  # fmt: skip
