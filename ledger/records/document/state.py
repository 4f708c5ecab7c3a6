"""Where an outgoing document stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from ledger.family import Attachment, Happened
from ledger.frozen import frozen, replace
from ledger.records.document import events as told

DRAFT = "起草"
REVIEWED = "已审核"
ISSUED = "已签发"
RECHECKED = "已复核"
NUMBERED = "已登记"
PRINTED = "已印制"
RELEASED = "已核发"
ARCHIVED = "已归档"
REVOKED = "已撤销"
BEFORE_NUMBER = (DRAFT, REVIEWED, ISSUED, RECHECKED)
OUT = (RELEASED, ARCHIVED)


@frozen
class Document:
    """A document: its head, its text's digest, who did what so far, its number, its stage."""

    stage: str = ""
    title: str = ""
    kind: str = ""
    recipients: tuple[str, ...] = ()
    copies_to: tuple[str, ...] = ()
    urgency: str = ""
    consulted: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    text_digest: str = ""
    drafter: str = ""
    reviewer: str = ""
    countersigned: frozenset[str] = frozenset()
    issuer: str = ""
    signer: str = ""
    issued_on: date | None = None
    rechecker: str = ""
    meant: str = ""
    series: str = ""
    n: int = 0
    number: str = ""
    registrar: str = ""
    numbered_on: date | None = None
    released_on: date | None = None
    notices: frozenset[str] = frozenset()
    abolished_on: date | None = None
    registrars: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()


def content(state: Document) -> dict[str, Any]:
    """Return what is reviewed and issued: the members over which `text_digest` is taken."""
    return {
        "title": state.title,
        "kind": state.kind,
        "recipients": list(state.recipients),
        "copies_to": list(state.copies_to),
        "attachments": [
            [each.name, each.size_bytes, each.digest] for each in state.attachments
        ],
    }


def evolve(state: Document, happened: Happened) -> Document:
    """Return the document after the event."""
    return _AFTER[type(happened)](state, happened)


def unread(state: Document) -> Document:
    """Return the document as a draft that nobody has reviewed or issued."""
    return replace(
        state, stage=DRAFT, reviewer="", countersigned=frozenset(), issuer="", signer="",
        issued_on=None, rechecker="",
    )  # fmt: skip


def _drafted(state: Document, happened: told.Drafted) -> Document:
    return replace(
        unread(state), title=happened.title, kind=happened.kind, recipients=happened.recipients,
        copies_to=happened.copies_to, urgency=happened.urgency, consulted=happened.consulted,
        attachments=happened.attachments, text_digest=happened.text_digest,
        drafter=happened.drafter, meant=happened.series or "", registrars=happened.registrars,
        reviewers=happened.reviewers, leaders=happened.leaders,
    )  # fmt: skip


def _corrected(state: Document, happened: told.Corrected) -> Document:
    names = ("title", "kind", "recipients", "copies_to")
    mended = {name: getattr(happened, name) for name in names}
    given = {name: value for name, value in mended.items() if value is not None}
    return replace(unread(state), text_digest=happened.text_digest, **given)


def _text_changed(state: Document, happened: told.TextChanged) -> Document:
    return replace(
        unread(state), attachments=happened.attachments, text_digest=happened.text_digest
    )


def _reviewed(state: Document, happened: told.Reviewed) -> Document:
    if happened.meaning == "会签":
        return replace(state, countersigned=state.countersigned | {happened.unit})
    return replace(state, stage=REVIEWED, reviewer=happened.reviewer)


def _issued(state: Document, happened: told.Issued) -> Document:
    return replace(
        state, stage=ISSUED, issuer=happened.issuer, signer=happened.signer,
        issued_on=happened.occurred_on,
    )  # fmt: skip


def _rechecked(state: Document, happened: told.Rechecked) -> Document:
    if happened.substantive:
        return unread(state)
    return replace(state, stage=RECHECKED, rechecker=happened.rechecker)


def _numbered(state: Document, happened: told.Numbered) -> Document:
    return replace(
        state, stage=NUMBERED, series=happened.series, n=happened.n, number=happened.number,
        registrar=happened.registrar, numbered_on=happened.occurred_on,
    )  # fmt: skip


def _number_voided(state: Document, _: told.NumberVoided) -> Document:
    return replace(
        state, stage=RECHECKED, series="", n=0, number="", registrar="", numbered_on=None
    )


def _released(state: Document, happened: told.Released) -> Document:
    return replace(state, stage=RELEASED, released_on=happened.occurred_on)


def _noticed(state: Document, happened: told.CorrectionNoticed) -> Document:
    return replace(state, notices=state.notices | {happened.notice})


def _abolished(state: Document, happened: told.Abolished) -> Document:
    return replace(state, abolished_on=happened.effective_on)


_AFTER: dict[type[Happened], Callable[[Document, Any], Document]] = {
    told.Drafted: _drafted,
    told.Corrected: _corrected,
    told.TextChanged: _text_changed,
    told.Reviewed: _reviewed,
    told.Returned: lambda state, _: unread(state),
    told.Issued: _issued,
    told.Rechecked: _rechecked,
    told.Numbered: _numbered,
    told.NumberVoided: _number_voided,
    told.Printed: lambda state, _: replace(state, stage=PRINTED),
    told.Released: _released,
    told.Archived: lambda state, _: replace(state, stage=ARCHIVED),
    told.CorrectionNoticed: _noticed,
    told.Revoked: lambda state, _: replace(state, stage=REVOKED),
    told.Abolished: _abolished,
}
