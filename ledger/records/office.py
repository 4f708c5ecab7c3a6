"""The office itself 机关: founded once, with its origin, its zone of time and its log's key.

There is one record, `office/main`. Until a second officer's key is enrolled the founder acts
alone; the act that enrols it records `Staffed`, and from then on every enrolment, post and
revocation takes two officers.

It also says which sign-off policy 会签制度 binds which categories and amounts from which day, and
which posts are entrusted with adopting policies: the ones an administrator names, or else those
that the first policy adopted names as its keepers. Of the policies that cover an item the one that
was bound last counts, and of each policy what it was bound to last.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import assert_never

from ledger.family import (
    AS_FOUND,
    Context,
    Family,
    Happened,
    Rule,
    Verb,
    event,
    simply,
    term,
)
from ledger.frozen import frozen, replace
from ledger.records.authorities import (
    AuthorityDistrusted,
    AuthorityTrusted,
    distrusted_once,
    trusted_once,
)
from ledger.records.log_keys import LogKeyProposed, LogKeyRotated, speaks_once, two_rotate
from ledger.records.money import bands_meet, in_band
from ledger.records.posts import in_no_post, out_of_post

OFFICE = "office/main"
ADMINISTRATOR = "系统管理员"
SECURITY = "安全保密员"
ADMINISTRATIVE = (ADMINISTRATOR, SECURITY)
ADOPTING = "制定"
RESCOPING = "调整适用范围"


@event("office.founded/1", "设立", "founded")
class Founded(Happened):
    """The ledger begins."""

    name: str = term("单位名称", "name of the office")
    origin: str = term("日志标识", "origin of the log")
    utc_offset: str = term("时区", "zone of time, +08:00")
    log_key: str = term("日志公钥", "the log's verifier key (C2SP vkey), Ed25519")
    log_key_ml_dsa: str = term(
        "日志抗量子公钥", "the log's second verifier key, ML-DSA-44", default=""
    )


@event("office.staffed/1", "配齐双人", "staffed")
class Staffed(Happened):
    """A second officer's key was enrolled by the founder alone; from here on it takes two."""

    key: str = term("第二把密钥", "the second key", refers="key")


@event("office.clock_corrected/1", "校正时钟", "clock corrected")
class ClockCorrected(Happened):
    """The store's clock stood behind what was recorded and was set right, or is now."""

    reason: str = term("原因", "reason")


@event("office.policies_entrusted/1", "授权制定会签制度", "policies entrusted")
class PoliciesEntrusted(Happened):
    """From here on these posts adopt sign-off policies, and nobody else."""

    posts: tuple[str, ...] = term("岗位", "posts that adopt policies")
    citation: str = term("依据", "document that says so")


@event("office.policy_bound/1", "适用会签制度", "policy bound")
class PolicyBound(Happened):
    """From a day on, items of these categories and amounts are submitted under this policy only."""

    policy: str = term("会签制度", "policy", refers="policy")
    categories: tuple[str, ...] = term("适用类别", "categories; none: all", default=())
    above_fen: int = term("适用起点金额", "binds only above", default=0)
    up_to_fen: int = term("适用上限金额", "binds only up to; 0: no limit", default=0)
    from_day: date = term("施行日期", "binds from")
    replaces: tuple[str, ...] = term(
        "取代制度", "policies whose place it takes there", default=(), refers="policy"
    )
    keepers: tuple[str, ...] = term("归口岗位", "posts that amend it", default=())
    post: str = term("岗位", "post it was done in")
    step: str = term("环节", "step of the policy that bound it", choices=(ADOPTING, RESCOPING))


@frozen
class Binding:
    """What a policy binds, from a day on."""

    policy: str
    categories: tuple[str, ...]
    above_fen: int
    up_to_fen: int
    from_day: date

    def covers(self, category: str, amount_fen: int) -> bool:
        """Tell whether an item of this category and amount is under it."""
        named = not self.categories or category in self.categories
        return named and in_band(amount_fen, self.above_fen, self.up_to_fen)

    def meets(self, other: Binding) -> bool:
        """Tell whether some item would be under both."""
        if (
            self.categories
            and other.categories
            and not {*self.categories} & {*other.categories}
        ):
            return False
        return bands_meet((self.above_fen, self.up_to_fen), (other.above_fen, other.up_to_fen))


@frozen
class Office:
    """The office as founded, the posts that adopt policies, and what each policy binds."""

    name: str = ""
    origin: str = ""
    utc_offset: str = "+08:00"
    log_key: str = ""
    log_key_ml_dsa: str = ""
    earlier_log_keys: tuple[str, ...] = ()
    proposed_log_key: LogKeyProposed | None = None
    authorities: tuple[tuple[str, str], ...] = ()
    staffed: bool = False
    policy_posts: tuple[str, ...] = ()
    bindings: tuple[Binding, ...] = ()

    def policy_for(self, category: str, amount_fen: int, day: date) -> str | None:
        """Return the policy that binds an item on a day, or None."""
        begun = _last_of_each(each for each in self.bindings if each.from_day <= day)
        found = [each for each in begun if each.covers(category, amount_fen)]
        return found[-1].policy if found else None

    def displaced_by(self, binding: Binding) -> frozenset[str]:
        """Return the other policies that bind, or will, some of what this one is to bind."""
        standing = _last_of_each(self.bindings)
        return frozenset(
            each.policy
            for each in standing
            if each.policy != binding.policy and each.meets(binding)
        )


def _last_of_each(bindings: Iterable[Binding]) -> list[Binding]:
    """Return what each policy was bound to last: by day, then in the order told; the latest last."""
    last: dict[str, Binding] = {}
    for each in sorted(bindings, key=lambda each: each.from_day):
        last.pop(each.policy, None)
        last[each.policy] = each
    return list(last.values())


OfficeEvent = (
    Founded
    | Staffed
    | ClockCorrected
    | PoliciesEntrusted
    | PolicyBound
    | LogKeyProposed
    | LogKeyRotated
    | AuthorityTrusted
    | AuthorityDistrusted
)


def evolve(state: Office, happened: OfficeEvent) -> Office:
    """Return the office after the event."""
    match happened:
        case Founded():
            return replace(
                state,
                name=happened.name,
                origin=happened.origin,
                utc_offset=happened.utc_offset,
                log_key=happened.log_key,
                log_key_ml_dsa=happened.log_key_ml_dsa,
            )
        case Staffed() | ClockCorrected():
            return replace(state, staffed=state.staffed or isinstance(happened, Staffed))
        case PoliciesEntrusted():
            return replace(state, policy_posts=happened.posts)
        case PolicyBound():
            posts = state.policy_posts or happened.keepers
            bindings = (*state.bindings, binding_of(happened))
            return replace(state, policy_posts=posts, bindings=bindings)
        case LogKeyProposed() | LogKeyRotated():
            return _spoken_for(state, happened)
        case AuthorityTrusted() | AuthorityDistrusted():
            return _trusting(state, happened)
        case _:
            assert_never(happened)


def _trusting(state: Office, happened: AuthorityTrusted | AuthorityDistrusted) -> Office:
    others = tuple(each for each in state.authorities if each[0] != happened.name)
    if isinstance(happened, AuthorityTrusted):
        others += ((happened.name, happened.certificate),)
    return replace(state, authorities=others)


def _spoken_for(state: Office, happened: LogKeyProposed | LogKeyRotated) -> Office:
    if isinstance(happened, LogKeyProposed):
        return replace(state, proposed_log_key=happened)
    return replace(
        state,
        log_key=happened.log_key,
        log_key_ml_dsa=happened.log_key_ml_dsa,
        earlier_log_keys=(*state.earlier_log_keys, state.log_key),
        proposed_log_key=None,
    )


def binding_of(happened: PolicyBound) -> Binding:
    """Return what a policy is bound to."""
    return Binding(
        happened.policy,
        happened.categories,
        happened.above_fen,
        happened.up_to_fen,
        happened.from_day,
    )


def never_found(state: object, happened: Happened, context: Context) -> str | None:
    """Say that authority was entered as found, or None: what an import says gives nobody a post."""
    del state, happened
    if context.basis != AS_FOUND:
        return None
    return "authority is given by an act of its own, never entered as found"


def _founded_once(state: Office, happened: Founded, context: Context) -> str | None:
    del context, happened
    return f"{state.name} is founded already" if state.origin else None


def _staffed_once(state: Office, happened: Staffed, context: Context) -> str | None:
    del context, happened
    return (
        "a second key is enrolled already; this takes two officers" if state.staffed else None
    )


def _by_administrator(
    state: Office, happened: PoliciesEntrusted, context: Context
) -> str | None:
    if not happened.posts or not happened.citation.strip():
        return "it names no post, or no document"
    return _administrators_only(state, happened, context)


def _administrators_only(state: Office, happened: Happened, context: Context) -> str | None:
    del state, happened
    return in_no_post(context, ADMINISTRATIVE)


def _entrusted(state: Office, happened: PolicyBound, context: Context) -> str | None:
    return out_of_post(context, happened.post, state.policy_posts or happened.keepers)


def _openly(state: Office, happened: PolicyBound, context: Context) -> str | None:
    del context
    hidden = state.displaced_by(binding_of(happened)) - set(happened.replaces)
    if not hidden:
        return None
    named = ", ".join(sorted(hidden))
    return f"it would take the place of {named} for some items; say so with --replaces"


def _bound_onwards(state: Office, happened: PolicyBound, context: Context) -> str | None:
    if happened.from_day >= context.day:
        return None
    told = binding_of(happened)
    if not any(each.policy == told.policy or each.meets(told) for each in state.bindings):
        return None
    return (
        f"{happened.from_day} has passed; what was submitted since stood under another policy"
    )


_EVENTS = (
    Founded, Staffed, ClockCorrected, PoliciesEntrusted, PolicyBound, LogKeyProposed, LogKeyRotated,
    AuthorityTrusted, AuthorityDistrusted,
)  # fmt: skip

FAMILY: Family[Office] = Family(
    name="office",
    zh="机关",
    en="the office",
    events=_EVENTS,
    initial=Office(),
    evolve=evolve,
    title=lambda state: state.name,
    verbs=(
        Verb("correct-clock", "校正时钟", "Record that the store's clock was set right.",
             ClockCorrected, simply),
        Verb("entrust-policies", "授权制定会签制度", "Name the posts that adopt sign-off policies.",
             PoliciesEntrusted, simply),
    ),
    rules=(
        Rule("O1", "DESIGN founding", "a ledger is founded once", (Founded,), _founded_once),
        Rule("O2", "DESIGN founding", "one key is enrolled single-handed", (Staffed,), _staffed_once),
        Rule("O3", "DESIGN §3", "authority is never entered as found",
             _EVENTS, never_found, guard=True),
        Rule("O4", "三员分立", "an administrator entrusts posts with policies", (PoliciesEntrusted,), _by_administrator),
        Rule("O5", "会计法 Art. 25", "who is entrusted with it adopts policies", (PolicyBound,), _entrusted),
        Rule("O6", "DOMAIN R6", "a policy takes another's place openly", (PolicyBound,), _openly),
        Rule("O7", "DOMAIN R6", "what binds never reaches back", (PolicyBound,), _bound_onwards),
        Rule("O8", "三员分立", "administrators rotate the log's key",
             (LogKeyProposed, LogKeyRotated), _administrators_only),
        Rule("O11", "商用密码管理条例 Art. 24", "administrators say which authorities count",
             (AuthorityTrusted, AuthorityDistrusted), _administrators_only),
        Rule("O12", "商用密码管理条例 Art. 24", "an authority is trusted by its licence, once", (AuthorityTrusted,), trusted_once),
        Rule("O13", "DESIGN §3", "only trust that stands is ended", (AuthorityDistrusted,), distrusted_once),
        Rule("O9", "双人办理", "one proposes the log's key, another confirms", (LogKeyRotated,), two_rotate),
        Rule("O10", "DESIGN §3", "a key speaks for a log once", (LogKeyProposed, LogKeyRotated), speaks_once),
    ),
)  # fmt: skip
