"""What comes before a signature: the policy that binds, decision, prior approval, documents.

R6, R7, R8 and R11 of DOMAIN §4.4. What is found in history is judged only by what is known of it.
"""

from __future__ import annotations

from ledger.family import AS_FOUND, DIRECT, Context, Rule
from ledger.records.fund import events as told
from ledger.records.fund.persons import meeting, persons_of
from ledger.records.fund.state import Fund, let_first, needs_collective
from ledger.records.fund.steps import day_of, version_of
from ledger.records.money import yuan
from ledger.records.office import OFFICE
from ledger.records.policy import approves_first, required_documents

_GREAT = "三重一大"
_RECEPTION = "党政机关国内公务接待管理规定"


def _under_a_policy(state: Fund, happened: told.Claim, context: Context) -> str | None:
    found = context.basis == AS_FOUND
    if found and (not happened.policy or happened.policy_day is None):
        return None
    if isinstance(happened, told.Corrected) and not found:
        kept = all(
            getattr(happened, name) == getattr(state.claim, name)
            for name in ("policy", "policy_day", "policy_version", "terms")
        )
        if not kept:
            return "a correction stays under the policy of its submission"
    elif not found and happened.policy_day != day_of(context, happened):
        return f"it is judged by the policy of {happened.policy_day}, which is not its day"
    return _not_bound(happened, context) or _other_terms(happened, context)


def _not_bound(happened: told.Claim, context: Context) -> str | None:
    """Say how a claim does not stand under the policy that binds the office, or None."""
    asked = f"{happened.category or 'nothing named'} at {yuan(happened.amount_fen)}"
    day = happened.policy_day
    bound = (
        context.standing(OFFICE).policy_for(happened.category, happened.amount_fen, day)
        if day
        else None
    )
    if bound is None:
        found = context.basis == AS_FOUND
        return None if found else f"no policy binds {asked} on {day}; have one adopted"
    if bound == happened.policy:
        return None
    return f"{bound} binds {asked} on {day}, not {happened.policy}"


def _other_terms(happened: told.Claim, context: Context) -> str | None:
    """Say how the terms copied into a submission are not those in force, or None."""
    if isinstance(happened, told.Corrected) or not happened.policy or not happened.policy_day:
        return None
    version = version_of(context, happened.policy, happened.policy_day)
    if version is None:
        return (
            f"{happened.policy} is not in force on {happened.policy_day}, when it is submitted"
        )
    if (happened.policy_version, happened.terms) == (version.version, version.terms):
        return None
    return f"its terms are not those of version {version.version}, which is in force"


def _minuted(state: Fund, happened: told.CollectiveDecided, context: Context) -> str | None:
    if context.basis == AS_FOUND:
        return None
    if happened.under is None:
        return "no decision is named; record what the meeting decided, then name it (--under)"
    claim = state.claim
    asked = (happened.category, happened.project, happened.amount_fen)
    if asked != (claim.category, claim.project, state.amount_fen):
        return "it is put under the decision as another item than it is"
    if state.drawn_fen and happened.under != state.under:
        return f"{yuan(state.drawn_fen)} was paid under {state.under} already"
    due = state.net_fen - state.drawn_fen
    if happened.draws_fen != due:
        return f"{yuan(happened.draws_fen)} is drawn, {yuan(due)} was paid before"
    return None


def _decided_together(
    state: Fund, happened: told.Countersigned | told.Paid, context: Context
) -> str | None:
    if not needs_collective(state) or not _needs_decision_now(state, happened):
        return None
    decision = state.decision
    if decision is None or (context.basis != AS_FOUND and decision.under is None):
        return f"{yuan(state.amount_fen)} needs a collective decision first; record it"
    asked = state.amount_fen
    if isinstance(happened, told.Paid):
        asked = state.net_fen + happened.amount_fen
    if asked > decision.ceiling_fen:
        return f"{yuan(asked)} is above {yuan(decision.ceiling_fen)}, which was decided collectively"
    return None


def _needs_decision_now(state: Fund, happened: told.Countersigned | told.Paid) -> bool:
    """Tell whether a step is one that the decision must precede: the last level, and payment."""
    if isinstance(happened, told.Paid):
        return not let_first(state)
    return happened.level == (state.needed[-1].level if state.needed else 0)


def _drawn(state: Fund, happened: told.Paid | told.Reversed, context: Context) -> str | None:
    if context.basis == AS_FOUND:
        return None
    if isinstance(happened, told.Paid):
        due, told_fen = (happened.amount_fen if state.under else 0), happened.draws_fen
    else:
        due = min(happened.amount_fen, state.drawn_fen) if state.under else 0
        told_fen = happened.gives_back_fen
    if (happened.under, told_fen) == (state.under, due):
        return None
    return (
        f"{yuan(told_fen)} under {happened.under}, where {yuan(due)} under {state.under} is due"
    )


def _approved_before(state: Fund, happened: told.Claim, context: Context) -> str | None:
    del context
    terms = happened.terms
    if terms and happened.emergency and terms.emergency_days is not None:
        return None
    posts = approves_first(terms, happened.category, happened.amount_fen) if terms else ()
    if not posts:
        return None
    approval = state.prior_approval
    if approval is None:
        return f"{happened.category or 'this'} at {yuan(happened.amount_fen)} needs approval before it is done; there is none"
    return _wrong_approval(approval, happened, posts)


def _wrong_approval(
    approval: told.PriorApproved, claim: told.Claim, posts: tuple[str, ...]
) -> str | None:
    """Say how an approval is not one for this claim, or None."""
    if claim.business_on is None or approval.approved_on is None:
        return "the day of the business, or of its approval, is not told"
    if approval.approved_on >= claim.business_on:
        return f"approved on {approval.approved_on}, not before the business on {claim.business_on}"
    if claim.amount_fen > approval.ceiling_fen:
        return f"{yuan(claim.amount_fen)} is above {yuan(approval.ceiling_fen)}, which was approved beforehand"
    if approval.category not in ("", claim.category):
        return f"approved as {approval.category}, asked for as {claim.category}"
    if approval.post and approval.post not in posts:
        return f"{approval.post} approved beforehand, where {', '.join(posts)} must"
    who = meeting(persons_of(approval), persons_of(claim))
    return f"{who} approved beforehand what they ask for now" if who else None


def _not_backdated(state: Fund, happened: told.PriorApproved, context: Context) -> str | None:
    del state
    if context.basis != DIRECT or happened.approved_on == context.day:
        return None
    return f"an approval given now is of {context.day}, not of {happened.approved_on}"


def _documented(state: Fund, happened: told.Claim, context: Context) -> str | None:
    del state, context
    if happened.terms is None:
        return None
    needed = required_documents(happened.terms, happened.category, happened.amount_fen)
    missing = [each for each in needed if each not in happened.documents]
    if not missing:
        return None
    return f"{happened.category} is claimed without {', '.join(missing)} (--documents)"


def _not_in_cash(state: Fund, happened: told.Paid, context: Context) -> str | None:
    del context
    if happened.method != told.CASH or state.terms is None:
        return None
    if state.claim.category not in state.terms.no_cash_categories:
        return None
    return f"{state.claim.category} is never paid in cash"


RULES: tuple[Rule[Fund], ...] = (
    Rule("R6", "DOMAIN R6", "the policy that binds the office at submission judges",
         (told.Submitted, told.Corrected), _under_a_policy),
    Rule("R7", _GREAT, "an item stands under a decision that names it", (told.CollectiveDecided,), _minuted),
    Rule("R7", _GREAT, "large amounts are decided collectively first",
         (told.Countersigned, told.Paid), _decided_together),
    Rule("R7", _GREAT, "what is paid under a decision draws on it", (told.Paid, told.Reversed), _drawn),
    Rule("R8", _RECEPTION, "approval comes before the business",
         (told.Submitted, told.Corrected), _approved_before),
    Rule("R8", "DOMAIN F10", "an approval is not dated back", (told.PriorApproved,), _not_backdated),
    Rule("R11", _RECEPTION, "a claim comes with the documents of its category",
         (told.Submitted, told.Corrected), _documented),
    Rule("R11", _RECEPTION, "some categories are never paid in cash", (told.Paid,), _not_in_cash),
)  # fmt: skip
