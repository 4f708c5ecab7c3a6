"""Hand-overs 移交: what was exported, to whom and why, and how its receipt was acknowledged.

The record is `handover/<id>`. An export is an event like any other (档案法实施条例 Art. 39: process
recorded and traceable): it names the bundle by the digest of its outermost manifest, so that whoever is
shown a bundle can be asked which hand-over it was. The receiver's acknowledgement names the same digest,
or is refused: what was received is what was handed over.

An acknowledgement is a form signed on paper, attached; or a signature by the receiver's own Ed25519 key over

    qifeng-acknowledgement/1 LF <digest> LF <receiver> LF <day, YYYY-MM-DD> LF

which anybody can check again (`acknowledged_bytes`).
"""

from __future__ import annotations

import re
from datetime import date
from typing import assert_never

from ledger.family import (
    DIRECT,
    Attachment,
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

PURPOSE = "qifeng-acknowledgement/1"
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_FORM = "档案法实施条例 Art. 30"
_TRACE = "档案法实施条例 Art. 39"


@event("handover.made/1", "移交", "handed over")
class Made(Happened):
    """A bundle was made for a receiver, of the log as it stood at a size."""

    recipient: str = term("接收单位", "receiver")
    purpose: str = term("用途", "purpose", default="")
    legal_basis: str = term("依据", "legal basis", default="")
    scope: tuple[str, ...] = term("范围", "scope, in words")
    audience: str = term("公开范围", "for whom it was made")
    records: int = term("件数", "records asked for")
    entries: int = term("事件数", "events in it, hidden ones included")
    hidden: int = term("不公开事件数", "events shown by their leaf hashes alone")
    reasons: tuple[str, ...] = term("不公开理由", "why some are withheld", default=())
    size: int = term("日志条数", "size of the log")
    root: str = term("日志根摘要", "root of the log, in hex")
    digest: str = term("移交包摘要", "digest of the bundle's outermost manifest")


@event("handover.acknowledged/1", "签收", "acknowledged")
class Acknowledged(Happened):
    """The receiver acknowledged that very bundle, on a form or by their own key."""

    receiver: str = term("签收人", "who received it")
    received_on: date = term("签收日期", "day received")
    digest: str = term("移交包摘要", "digest that the receiver named")
    forms: tuple[Attachment, ...] = term("回执", "signed form", default=())
    public_key: str = term("签收人公钥", "receiver's Ed25519 key, base64", default="")
    signature: str = term("签收人签名", "receiver's signature, base64", default="")


HandoverEvent = Made | Acknowledged


@frozen
class Handover:
    """A hand-over as it stands."""

    recipient: str = ""
    purpose: str = ""
    scope: tuple[str, ...] = ()
    audience: str = ""
    size: int = 0
    digest: str = ""
    receiver: str = ""
    received_on: date | None = None


def evolve(state: Handover, happened: HandoverEvent) -> Handover:
    """Return the hand-over after the event."""
    match happened:
        case Made():
            return replace(
                state, recipient=happened.recipient, purpose=happened.purpose,
                scope=happened.scope, audience=happened.audience, size=happened.size,
                digest=happened.digest,
            )  # fmt: skip
        case Acknowledged():
            return replace(state, receiver=happened.receiver, received_on=happened.received_on)
        case _:
            assert_never(happened)


def acknowledged_bytes(digest: str, receiver: str, received_on: date) -> bytes:
    """Return what a receiver's key signs; a line end in a name is a space."""
    name = " ".join(receiver.split())
    return f"{PURPOSE}\n{digest}\n{name}\n{received_on.isoformat()}\n".encode()


def _told_whole(state: Handover, happened: Made, context: Context) -> str | None:
    del context
    if state.digest:
        return "it was made already"
    if not happened.recipient.strip() or not happened.scope:
        return "receiver and scope must be told"
    if not (_DIGEST.match(happened.digest) and _DIGEST.match(happened.root)):
        return "a digest is 64 hex digits"
    if not 0 <= happened.hidden <= happened.entries <= happened.size:
        return f"{happened.hidden} hidden of {happened.entries} events in {happened.size} cannot be"
    if happened.hidden and not happened.reasons:
        return "what is withheld has a reason"
    return None


def _made_here(state: Handover, happened: Made, context: Context) -> str | None:
    del state, happened
    return None if context.basis == DIRECT else "a hand-over is recorded by who makes it"


def _what_was_made(state: Handover, happened: Acknowledged, context: Context) -> str | None:
    del context
    if not state.digest:
        return "nothing was handed over"
    if state.received_on is not None:
        return f"it was acknowledged on {state.received_on} already"
    if happened.digest != state.digest:
        return (
            f"the receiver names {happened.digest[:12]}…, handed over was {state.digest[:12]}…"
        )
    return None


def _signed(state: Handover, happened: Acknowledged, context: Context) -> str | None:
    del state
    if happened.received_on > context.day:
        return f"{happened.received_on} lies ahead of {context.day}"
    if bool(happened.public_key) != bool(happened.signature):
        return "a signature needs its key, and a key its signature"
    if not happened.forms and not happened.signature:
        return "an acknowledgement is signed, on a form or by a key"
    return None


# Made by `qifeng export`, which makes the bundle and checks the receiver's signature; nobody types one.
MAKE = Verb("make", "移交", "Record a bundle that was made.", Made, simply, opens=True)
ACKNOWLEDGE = Verb("acknowledge", "签收", "Record a receipt.", Acknowledged, simply)

FAMILY: Family[Handover] = Family(
    name="handover",
    zh="移交",
    en="hand-over",
    events=(Made, Acknowledged),
    initial=Handover(),
    evolve=evolve,
    title=lambda state: f"移交 {state.recipient} {state.digest[:12]}" if state.digest else "",
    rules=(
        Rule("HO1", _TRACE, "a hand-over tells whom, what and by which digest", (Made,), _told_whole),
        Rule("HO2", _TRACE, "hand-overs are made here", (Made,), _made_here, guard=True),
        Rule("HO3", _FORM, "what is acknowledged is what was handed over", (Acknowledged,), _what_was_made),
        Rule("HO4", _FORM, "an acknowledgement is signed", (Acknowledged,), _signed),
    ),
)  # fmt: skip
