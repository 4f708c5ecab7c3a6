"""Who may sign an item of money, when and for what: R1 to R5 and R16 to R18 of DOMAIN §4.4.

What is found in history is judged only by what is known of it: where its policy is not known, no
level can be missing. What comes first is judged in `beforehand`, money and vouchers in `spending`.
"""

from __future__ import annotations

from datetime import date, timedelta

from ledger.clock import parse_time
from ledger.errors import MalformedError
from ledger.family import AS_FOUND, DIRECT, Context, Rule
from ledger.records.fund import events as told
from ledger.records.fund.claiming import approvers_of
from ledger.records.fund.persons import Person, meeting, person, persons_of
from ledger.records.fund.state import (
    ALLOWING,
    BOOKING,
    HANDLING,
    IN_SIGN_OFF,
    PAYING,
    Fund,
    parts,
)
from ledger.records.fund.steps import returning_posts
from ledger.records.money import yuan
from ledger.records.officer import Officer
from ledger.records.policy import HANDLED, MEANINGS, Level
from ledger.records.posts import out_of_post

_CONTROL = "行政事业单位内部控制规范 Art. 29-30"
IN_POST = (
    told.PriorApproved, told.Countersigned, told.Rejected, told.CollectiveDecided,
    told.EmergencyAllowed, told.Paid, told.Booked, told.Reversed, told.Closed,
)  # fmt: skip


def _same_item(
    state: Fund, happened: told.Claim | told.Countersigned, context: Context
) -> str | None:
    if context.basis == AS_FOUND and not happened.item_digest:
        return None
    if not isinstance(happened, told.Countersigned):
        return None if happened.item_digest else "the item carries no digest that can be signed"
    if happened.item_digest != state.item_digest:
        return f"what is signed is not the item as it stands ({state.item_digest[:12] or 'nothing'}); read it anew"
    if happened.amount_fen != state.amount_fen:
        return (
            f"{yuan(happened.amount_fen or 0)} is signed, {yuan(state.amount_fen)} is asked for"
        )
    return None


def _in_order(state: Fund, happened: told.Countersigned, context: Context) -> str | None:
    found = context.basis == AS_FOUND
    if found and state.terms is None:
        return None
    if state.stage != IN_SIGN_OFF:
        return f"the item is not in sign-off ({state.stage or 'not submitted'})"
    expected = state.first_unsigned(found_too=found)
    if expected is None:
        return (
            "every level that it needs has signed"
            if state.needed
            else "no policy says which level signs"
        )
    if happened.level == expected.level or (found and happened.level_name == expected.name):
        return None
    signing = next((each for each in state.needed if each.level == happened.level), None)
    named = (
        _level_words(signing)
        if signing
        else f"level {happened.level}, which this amount does not need,"
    )
    return f"{named} signs, but {_level_words(expected)} has not signed yet"


def _level_words(level: Level) -> str:
    return f"level {level.level} {level.name}"


def _distinct(
    state: Fund,
    happened: told.Countersigned | told.EmergencyAllowed | told.Paid | told.Booked,
    context: Context,
) -> str | None:
    del context
    for words, persons in parts(state):
        if words in _MAY_BE_BOTH.get(type(happened), ()):
            continue
        if words == HANDLING and _handlers_own(state, happened):
            continue
        who = meeting(persons_of(happened), persons)
        if who is not None:
            return (
                f"{who} has a part in this item already: {words}; another person must do this"
            )
    return None


# Who lets an emergency be paid first confirms it at their own level; who pays in parts pays again.
_MAY_BE_BOTH: dict[type[told.Step], tuple[str, ...]] = {
    told.Countersigned: (ALLOWING,),
    told.Paid: (PAYING,),
    told.Booked: (BOOKING,),
}


def _handlers_own(state: Fund, happened: told.Step) -> bool:
    """Tell whether this is the level where the handler signs for having handled it, no more."""
    return isinstance(happened, told.Countersigned) and any(
        each.level == happened.level and each.meaning == HANDLED for each in state.needed
    )


def _by_the_handler(state: Fund, happened: told.Countersigned, context: Context) -> str | None:
    if not _handlers_own(state, happened):
        return None
    who, handlers = persons_of(happened), state.handlers
    if context.basis == AS_FOUND and not (who and handlers):
        return None
    if meeting(who, handlers):
        return None
    handler = ", ".join(str(each) for each in handlers) or "nobody"
    return f"{handler} handled it, and nobody else says so"


def _no_interest(
    state: Fund,
    happened: told.Countersigned | told.EmergencyAllowed | told.Paid,
    context: Context,
) -> str | None:
    if _handlers_own(state, happened):
        return None
    parties = [person(each) for each in _parties(state.claim) if each]
    who = meeting(persons_of(happened), parties)
    if who is not None:
        return f"{who} is the payee or benefits; another officer must do this"
    sellers = [person(each.seller) for each in state.claim.invoices if each.seller]
    return _kin(happened, [*parties, *sellers], context)


def _parties(claim: told.Claim) -> tuple[str, ...]:
    return (claim.payee, *claim.beneficiaries)


def _kin(step: told.Step, parties: list[Person], context: Context) -> str | None:
    """Say that who takes a step declared an interest in somebody it is for, or nothing."""
    for each in persons_of(step):
        if not each.record:
            continue
        officer: Officer = context.standing(each.record)
        near = meeting([person(party) for party in sorted(officer.interests)], parties)
        if near is not None:
            return f"{each} declared an interest in {near}; another officer must do this"
    return None


def _with_authority(state: Fund, happened: told.Step, context: Context) -> str | None:
    allowed = _allowed(state, happened, context)
    if context.basis == DIRECT:
        return out_of_post(context, happened.post, allowed)
    if context.basis == AS_FOUND and (not allowed or not happened.post):
        return None
    if happened.post in allowed:
        return None
    return f"post {happened.post or '(none)'} is not one for this step (open to: {', '.join(allowed)})"


def _allowed(  # noqa: PLR0911 -- a case a step
    state: Fund, happened: told.Step, context: Context
) -> tuple[str, ...]:
    terms = state.terms
    match happened:
        case told.PriorApproved():
            found = context.basis == AS_FOUND
            return happened.approvers if found else approvers_of(context, happened)
        case told.Rejected():
            return returning_posts(state)
        case told.Countersigned():
            named = [each for each in state.needed if happened.level in (each.level, 0)
                     and happened.level_name in (each.name, "")]  # fmt: skip
            return named[0].posts if named else ()
        case told.CollectiveDecided():
            return terms.minute_takers if terms else ()
        case told.EmergencyAllowed():
            return terms.emergency_posts if terms else ()
        case told.Paid() | told.Reversed():
            return terms.payers if terms else ()
        case _:
            return terms.bookkeepers if terms else ()


def _own_digest(state: Fund, happened: told.Countersigned, context: Context) -> str | None:
    if context.basis == AS_FOUND:
        return None
    if not happened.item_digest or not state.item_digest:
        return "a signature names the item that it is for; there is none to name"
    return None


def _nobody_s_own(state: Fund, happened: told.Step, context: Context) -> str | None:
    """What is found gives nobody a signature and moves no money: not even history may say so."""
    del state
    if context.basis != AS_FOUND:
        return None
    if happened.basis:
        return "what is found carries a basis as if done here"
    moved = next((name for name in _MOVING if getattr(happened, name, None)), None)
    return f"what is found says {moved}, as if done here" if moved else None


_MOVING = (
    "reserves_fen", "releases_fen", "spends_fen", "restores_fen", "draws_fen", "gives_back_fen",
    "newly_claimed", "accepts",
)  # fmt: skip


def _true_signer(state: Fund, happened: told.Step, context: Context) -> str | None:
    del state
    if context.basis == AS_FOUND:
        return None
    if context.basis == DIRECT:
        return _signed_here(happened, context)
    recorder = Person(context.actor, happened.recorder_name)
    if happened.basis != context.basis or not happened.signer or not happened.occurred_at:
        return "a paper step tells who took it and when"
    if meeting(persons_of(happened), (recorder,)):
        return f"{recorder} enters what they signed themselves; another officer must enter it"
    if getattr(happened, "attachments", None) == ():
        return "the scan of the paper is not attached"
    return None


def _signed_here(happened: told.Step, context: Context) -> str | None:
    acting = (DIRECT, context.actor, context.on_behalf_of or "")
    if (happened.basis, happened.signer, happened.principal) == acting:
        return None
    return f"the event names {happened.signer or 'nobody'}, but {context.actor} acts; use --paper for what was signed on paper"


def _on_its_day(state: Fund, happened: told.Step, context: Context) -> str | None:
    del state
    if not happened.occurred_at:
        return None
    try:
        if len(happened.occurred_at) == len("2022-03-01"):
            day = date.fromisoformat(happened.occurred_at)
        else:
            day = parse_time(happened.occurred_at).date()
    except (ValueError, MalformedError):
        return f"{happened.occurred_at[:30]} is neither a day 2022-03-01 nor a moment in UTC"
    ahead = day > context.day and day - context.day > timedelta(days=1)
    return f"{day} lies ahead of {context.day}" if ahead else None


def _meant(state: Fund, happened: told.Countersigned, context: Context) -> str | None:
    if context.basis == AS_FOUND and not happened.meaning:
        return None
    level = next((each for each in state.needed if each.level == happened.level), None)
    if level is not None and happened.meaning != level.meaning:
        return f"level {level.level} {level.name} says {level.meaning}, not {happened.meaning}"
    known = happened.meaning in MEANINGS
    return None if known else f"a signature says one of {', '.join(MEANINGS)}"


RULES: tuple[Rule[Fund], ...] = (
    Rule("R1", "会计法 Art. 14", "all sign the same item",
         (told.Submitted, told.Corrected, told.Countersigned), _same_item),
    Rule("R2", _CONTROL, "levels sign in their order", (told.Countersigned,), _in_order),
    Rule("R3", "会计法 Art. 25", "each part is another person's",
         (told.Countersigned, told.EmergencyAllowed, told.Paid, told.Booked), _distinct),
    Rule("R3", "会计法 Art. 25", "who handled it says so", (told.Countersigned,), _by_the_handler),
    Rule("R4", "会计法 Art. 25", "nobody signs for their own benefit, or for kin",
         (told.Countersigned, told.EmergencyAllowed, told.Paid), _no_interest),
    Rule("R5", _CONTROL, "a step is taken in a post that is open to it", IN_POST, _with_authority),
    Rule("R16", "DOMAIN R16", "each item is signed by its own digest", (told.Countersigned,), _own_digest),
    Rule("R17", "财会〔2020〕6号", "who enters a step is not shown as who took it", told.EVENTS, _true_signer),
    Rule("R17", "DESIGN §3", "what is found is nobody's own step", told.EVENTS, _nobody_s_own, guard=True),
    Rule("R17", "DESIGN §3", "a day told is a day, and has come", told.EVENTS, _on_its_day),
    Rule("R18", "21 CFR 11.50", "a signature states its meaning", (told.Countersigned,), _meant),
)  # fmt: skip
