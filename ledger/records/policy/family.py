"""The family of sign-off policies: who adopts and amends them, and that the office is bound by them.

A policy that is adopted, or bound elsewhere, and the office's own event that it binds stand in one
act; what is entered as found is history, and binds nobody.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ledger.family import (
    AS_FOUND,
    Bond,
    Change,
    Context,
    Facts,
    Family,
    Rule,
    Verb,
)
from ledger.frozen import replace
from ledger.records import office
from ledger.records.money import bands_meet
from ledger.records.natural import must_be_natural, natural
from ledger.records.policy.events import (
    EVENTS,
    Abolished,
    Adopted,
    Amended,
    PolicyEvent,
    Rescoped,
)
from ledger.records.policy.state import Policy, evolve
from ledger.records.policy.terms import MEANINGS, Level
from ledger.records.posts import acting_post, out_of_post

_ARTICLE = "会计法 Art. 25"
Scoped = Adopted | Rescoped


def key(code: str) -> str:
    """Return the record of the policy of that code.

    Raises:
        MalformedError: the code makes no record's name.
    """
    return f"policy/{must_be_natural('policy code', code)}"


def adopt(facts: Facts, record: str, draft: Adopted) -> Sequence[Change]:
    """Adopt a policy; a day left out is today, and the office is bound by it from then on."""
    entrusted = facts.state(office.OFFICE).policy_posts or draft.keepers
    draft = _dated(facts, replace(draft, post=acting_post(facts, draft.post, entrusted)))
    return _bound(facts, record, draft, office.ADOPTING, draft.keepers)


def amend(facts: Facts, record: str, draft: Amended) -> Sequence[Change]:
    """Amend a policy as a whole; a day left out is today."""
    post = acting_post(facts, draft.post, facts.state(record).keepers)
    return [Change(record, _dated(facts, replace(draft, post=post)))]


def rescope(facts: Facts, record: str, draft: Rescoped) -> Sequence[Change]:
    """Let a policy bind other categories and amounts; a day left out is today."""
    entrusted = facts.state(office.OFFICE).policy_posts
    draft = _dated(facts, replace(draft, post=acting_post(facts, draft.post, entrusted)))
    return _bound(facts, record, draft, office.RESCOPING, ())


def abolish(facts: Facts, record: str, draft: Abolished) -> Sequence[Change]:
    """Abolish a policy from a day on."""
    post = acting_post(facts, draft.post, facts.state(record).keepers)
    return [Change(record, replace(draft, post=post))]


def _dated(facts: Facts, draft: Any) -> Any:
    if draft.effective_on is None and facts.basis != AS_FOUND:
        return replace(draft, effective_on=facts.day)
    return draft


def _bound(
    facts: Facts, record: str, draft: Scoped, step: str, keepers: tuple[str, ...]
) -> list[Change]:
    """Return the event, and the office's own that the policy binds it, unless it is found."""
    if facts.basis == AS_FOUND or draft.effective_on is None:
        return [Change(record, draft)]
    binding = office.PolicyBound(
        policy=record,
        categories=draft.categories,
        above_fen=draft.above_fen,
        up_to_fen=draft.up_to_fen,
        from_day=draft.effective_on,
        replaces=draft.replaces,
        keepers=keepers,
        post=draft.post,
        step=step,
    )
    return [Change(record, replace(draft, binds=True)), Change(office.OFFICE, binding)]


def _by_keepers(state: Policy, happened: Amended | Abolished, context: Context) -> str | None:
    return out_of_post(context, happened.post, state.keepers)


def _in_order(state: Policy, happened: PolicyEvent, context: Context) -> str | None:
    del context
    if isinstance(happened, Adopted):
        return f"{state.name} is adopted already; amend it" if state.versions else None
    if not state.versions:
        return "the policy is not adopted"
    return (
        f"{state.name} is abolished from {state.abolished_from}"
        if state.abolished_from
        else None
    )


def _not_backwards(
    state: Policy, happened: Amended | Abolished, context: Context
) -> str | None:
    del state
    day = happened.from_day if isinstance(happened, Abolished) else happened.effective_on
    if context.basis == AS_FOUND or day is None or day >= context.day:
        return None
    return f"{day} has passed; what was submitted since would be judged anew"


def _whole(state: Policy, happened: Adopted | Amended, context: Context) -> str | None:
    del state, context
    if not happened.levels or not happened.payers or not happened.bookkeepers:
        return "it names no level, nobody who pays, or nobody who books"
    return _broken_levels(happened.levels, happened.budget_level) or _broken_share(happened)


def _broken_levels(levels: Sequence[Level], budget_level: int) -> str | None:
    for each in levels:
        if each.level < 1 or not each.name or not each.posts or each.meaning not in MEANINGS:
            return f"level {each.level} {each.name} lacks a name, posts or a known meaning"
    numbers = [each.level for each in levels]
    if numbers != sorted(numbers):
        return "the levels do not stand in their order"
    if all(each.above_fen > 0 or each.up_to_fen > 0 for each in levels):
        return "every level has a band; some amount would need no signature"
    for one, other in itertools.combinations(levels, 2):
        bands = (one.above_fen, one.up_to_fen), (other.above_fen, other.up_to_fen)
        if one.level == other.level and bands_meet(*bands):
            return f"{one.name} and {other.name} are both level {one.level} of one amount"
    if budget_level not in numbers:
        return f"level {budget_level}, which reserves the budget, is none of its levels"
    return None


def _broken_share(happened: Adopted | Amended) -> str | None:
    for share in (happened.quorum_percent, happened.majority_percent):
        if not 0 <= share <= 100:
            return f"{share} percent is no share of a meeting"
    if happened.emergency_days is not None and happened.emergency_days < 1:
        return "what is done first is confirmed within 1 day or more"
    if happened.emergency_days is not None and not happened.emergency_posts:
        return "nobody lets it be done first; name the posts"
    return None


def _resting(
    state: Policy, happened: Adopted | Amended | Rescoped, context: Context
) -> str | None:
    del state
    if context.basis == AS_FOUND or happened.citation.strip() or happened.rule:
        return None
    return "it rests on no document; cite the one by which the office decided it"


FAMILY: Family[Policy] = Family(
    name="policy",
    zh="会签制度",
    en="sign-off policy",
    events=EVENTS,
    initial=Policy(),
    evolve=evolve,
    title=lambda state: state.name,
    verbs=(
        Verb("adopt", "制定", "Adopt a sign-off policy, which binds the office.", Adopted, adopt,
             opens=True, names=lambda draft: key(draft.code)),
        Verb("amend", "修订", "Amend a policy as a whole, from a day on.", Amended, amend),
        Verb("rescope", "调整适用范围", "Let a policy bind other categories and amounts.",
             Rescoped, rescope),
        Verb("abolish", "废止", "Abolish a policy from a day on.", Abolished, abolish),
    ),
    rules=(
        Rule("P1", "DOMAIN §4.4", "a policy is adopted, then amended, until abolished", EVENTS, _in_order),
        Rule("P2", _ARTICLE, "its keepers amend it", (Amended, Abolished), _by_keepers),
        Rule("P3", "DOMAIN R6", "a policy never judges the past anew", (Amended, Abolished), _not_backwards),
        Rule("P4", _ARTICLE, "a policy is whole", (Adopted, Amended), _whole),
        Rule("P6", "DOMAIN R6", "a policy rests on a document", (Adopted, Amended, Rescoped), _resting),
    ),
)  # fmt: skip

Keys = Iterable[tuple[object, ...]]


def _binding(record: str, happened: Scoped) -> Keys:
    if not happened.binds:
        return []
    keepers = happened.keepers if isinstance(happened, Adopted) else ()
    return [(record, happened.categories, happened.above_fen, happened.up_to_fen,
             happened.effective_on, happened.replaces, keepers, happened.post)]  # fmt: skip


def _bound_by(step: str) -> Callable[[str, office.PolicyBound], Keys]:
    return lambda _, told: (
        [(told.policy, told.categories, told.above_fen, told.up_to_fen,
          told.from_day, told.replaces, told.keepers, told.post)]
        if told.step == step else []
    )  # fmt: skip


BONDS: tuple[Bond, ...] = (
    Bond("P5", "DESIGN §3", "a policy is named by its code",
         "policy.adopted/1", lambda record, _: [(record,)],
         "policy.adopted/1", lambda _, told: [(f"policy/{natural(told.code)}",)]),
    Bond("P7", "DOMAIN R6", "a policy adopted binds the office",
         "policy.adopted/1", _binding, "office.policy_bound/1", _bound_by(office.ADOPTING)),
    Bond("P8", "DOMAIN R6", "a policy bound elsewhere binds the office there",
         "policy.rescoped/1", _binding, "office.policy_bound/1", _bound_by(office.RESCOPING)),
)  # fmt: skip
