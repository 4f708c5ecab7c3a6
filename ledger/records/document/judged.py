"""What may come next for an outgoing document: rules D1 to D13, and S1."""

from __future__ import annotations

from typing import Any

from ledger import canonical
from ledger.family import DIRECT, PAPER, Context, Happened, Rule
from ledger.records.document import events as told
from ledger.records.document import state as stages
from ledger.records.document.state import Document, content, evolve
from ledger.records.marks import no_mark
from ledger.records.moments import ahead
from ledger.records.numbers import names_number
from ledger.records.posts import (
    in_no_post,
    not_the_doer,
    out_of_post,
    same_person,
    unlike_its_series,
)

OFFICERS: dict[type[Happened], str] = {
    told.Drafted: "drafter",
    told.Reviewed: "reviewer",
    told.Issued: "issuer",
    told.Rechecked: "rechecker",
    told.Numbered: "registrar",
}
"""Which field of an event names the officer who did it."""

AFTER: dict[type[Happened], tuple[str, ...]] = {
    told.Drafted: ("",),
    told.Corrected: stages.BEFORE_NUMBER,
    told.TextChanged: stages.BEFORE_NUMBER,
    told.Reviewed: (stages.DRAFT,),
    told.Returned: stages.BEFORE_NUMBER,
    told.Issued: (stages.REVIEWED,),
    told.Rechecked: (stages.ISSUED,),
    told.Numbered: (stages.RECHECKED,),
    told.NumberVoided: (stages.NUMBERED, stages.PRINTED),
    told.Printed: (stages.NUMBERED,),
    told.Released: (stages.PRINTED,),
    told.Archived: (stages.RELEASED,),
    told.CorrectionNoticed: stages.OUT,
    told.Revoked: (stages.NUMBERED, stages.PRINTED, *stages.OUT),
    told.Abolished: stages.OUT,
}
"""After which stages an event may happen (Art. 18-25)."""

_CHANGES_TEXT = (told.Drafted, told.Corrected, told.TextChanged)
_SIGNS_TEXT = (told.Reviewed, told.Issued, told.Rechecked)
_BY_REVIEWERS = (told.Reviewed, told.Rechecked)
_BY_REGISTRARS = (told.Printed, told.Released, told.Archived)
_BY_LEADERS = (told.Issued, told.Revoked, told.Abolished, told.CorrectionNoticed)
_NEEDS_REASON = (
    *(told.Corrected, told.TextChanged, told.Returned, told.NumberVoided),
    *(told.CorrectionNoticed, told.Revoked, told.Abolished),
)


def posts_for(state: Document, happened: Any) -> tuple[str, ...]:
    """Return the posts that a step is open to; a unit countersigns in any post of its own."""
    if isinstance(happened, told.Reviewed) and happened.meaning == "会签":
        return (happened.post,) if happened.post else ()
    if isinstance(happened, _BY_REVIEWERS):
        return state.reviewers
    if isinstance(happened, _BY_LEADERS):
        return state.leaders
    if isinstance(happened, told.Returned):
        return (*state.reviewers, *state.leaders)
    return state.registrars


def _in_order(state: Document, happened: Happened, context: Context) -> str | None:
    del context
    allowed = AFTER[type(happened)]
    if state.stage not in allowed:
        return f"the document is {state.stage or 'not drafted'}; this comes after {'、'.join(allowed)}"
    if isinstance(happened, told.Abolished) and state.abolished_on:
        return f"the document is abolished from {state.abolished_on} already"
    return None


def _by_its_officer(state: Document, happened: Any, context: Context) -> str | None:
    del state
    return not_the_doer(context, getattr(happened, OFFICERS[type(happened)]))


def _same_text(state: Document, happened: Any, context: Context) -> str | None:
    if happened.text_digest == state.text_digest:
        return None
    if context.basis != DIRECT and not happened.text_digest:
        return None
    return f"it covers the text {happened.text_digest[:12]}…, which is now {state.text_digest[:12]}…"


def _true_digest(state: Document, happened: Any, context: Context) -> str | None:
    if context.basis != DIRECT and not happened.text_digest:
        return None
    text = canonical.digest(canonical.encode(content(evolve(state, happened))))
    return None if happened.text_digest == text else "the digest is not that of the text told"


def _in_post(state: Document, happened: Any, context: Context) -> str | None:
    if context.basis != DIRECT:
        return None
    allowed = posts_for(state, happened)
    if hasattr(happened, "post"):
        return out_of_post(context, happened.post, allowed)
    return in_no_post(context, allowed, none="(none declared)")


def _on_a_day(state: Document, happened: Any, context: Context) -> str | None:
    if isinstance(happened, told.Issued | told.Numbered) and happened.occurred_on is None:
        return "the day is not told"
    if not isinstance(happened, told.Numbered) or not state.issued_on:
        return ahead(happened, context)
    if happened.occurred_on and happened.occurred_on < state.issued_on:
        return (
            f"registered on {happened.occurred_on}, before it was signed on {state.issued_on}"
        )
    return ahead(happened, context)


def _by_another(state: Document, happened: Any, context: Context) -> str | None:
    if isinstance(happened, told.Reviewed) and happened.meaning == "会签":
        return None
    if same_person(context, state.drafter):
        return f"{state.drafter} drafted it; another officer must do this"
    return None


def _with_reason(state: Document, happened: Any, context: Context) -> str | None:
    del state, context
    return None if happened.reason.strip() else "the reason is not told"


def _consulted(
    state: Document, happened: told.Issued | told.Reviewed, context: Context
) -> str | None:
    del context
    if isinstance(happened, told.Reviewed):
        if happened.meaning != "会签" or happened.unit in state.consulted:
            return None
        return f"{happened.unit or 'no unit'} is not one of those consulted"
    silent = [unit for unit in state.consulted if unit not in state.countersigned]
    return f"not countersigned yet by {'、'.join(silent)}" if silent else None


def _series_fits(
    state: Document, happened: told.Drafted | told.Numbered, context: Context
) -> str | None:
    if isinstance(happened, told.Numbered) and not names_number(happened.number, happened):
        return f"{happened.number or 'nothing'} is not number {happened.n} of {happened.series}"
    if context.basis != DIRECT:
        return None
    if isinstance(happened, told.Drafted):
        opened = happened.series and happened.registrars
        return None if opened else f"{happened.series or 'no series'} is not open for numbers"
    if _code(happened.series) != _code(state.meant):
        return f"drafted for {state.meant}, registered in {happened.series or 'no series'}"
    return None


def _dead_as_it_lived(
    state: Document, happened: told.NumberVoided, context: Context
) -> str | None:
    del context
    lived = (state.series, state.n, state.registrar)
    voided = (happened.series, happened.n, happened.registrar)
    return (
        None if lived == voided else f"the document's number is {state.number or 'not given'}"
    )


def _of_a_type(
    state: Document, happened: told.Drafted | told.Corrected, context: Context
) -> str | None:
    del state, context
    if happened.kind is not None and happened.kind not in told.KINDS:
        return f"{happened.kind} is none of the 15 types of documents"
    return None


def _signed_by_name(state: Document, happened: told.Issued, context: Context) -> str | None:
    del state
    if context.basis != PAPER or happened.signer.strip():
        return None
    return "what was signed on paper names who signed it"


def _code(series: str) -> str:
    return series.partition("〔")[0]


_ACT = "公文处理工作条例"

RULES: tuple[Rule[Document], ...] = (
    Rule("D1", f"{_ACT} Art. 18-25", "steps follow in their order", told.EVENTS, _in_order),
    Rule("D2", "DESIGN §3", "a step names who did it", tuple(OFFICERS), _by_its_officer),
    Rule("D3", f"{_ACT} Art. 22, 25", "what is signed is the text as it is", _SIGNS_TEXT, _same_text),
    Rule("D4", f"{_ACT} Art. 22", "a text has its own digest", _CHANGES_TEXT, _true_digest),
    Rule("D5", f"{_ACT} Art. 20-25", "steps are open to posts",
         (*_BY_REVIEWERS, *_BY_REGISTRARS, *_BY_LEADERS, told.Returned), _in_post),
    Rule("D6", f"{_ACT} Art. 9", "signed before registered, and not ahead", told.EVENTS, _on_a_day),
    Rule("D7", "双人办理", "another than the drafter", _SIGNS_TEXT, _by_another),
    Rule("D8", f"{_ACT} Art. 21", "no step back without its reason", _NEEDS_REASON, _with_reason),
    Rule("D9", f"{_ACT} Art. 19", "consulted units countersign first", (told.Issued, told.Reviewed), _consulted),
    Rule("D10", f"{_ACT} Art. 25", "the number is of its series", (told.Drafted, told.Numbered), _series_fits),
    Rule("D11", "作废号登记", "a dead number is the document's", (told.NumberVoided,), _dead_as_it_lived),
    Rule("D12", f"{_ACT} Art. 8", "a document is of one of 15 types", (told.Drafted, told.Corrected), _of_a_type),
    Rule("D13", f"{_ACT} Art. 22", "paper names its signer", (told.Issued,), _signed_by_name),
    Rule("D14", f"{_ACT} Art. 20-25", "its posts are those of its series", (told.Drafted,), unlike_its_series, guard=True),
    no_mark(*told.EVENTS),
)  # fmt: skip
