"""What held of a rule on a day, as known at a point of the log: status, text and proof, from evidence.

Nothing here comes from a view: the rule's own events are read, those of the point of knowing and
before, and reckoned with (`ledger.records.rule`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ledger.application.attached import attachments
from ledger.application.mapper import open_event
from ledger.audit.authority import KINDS
from ledger.audit.contents import read_content
from ledger.audit.trail import Teller, TrailLine, lines_of
from ledger.errors import NotFoundError
from ledger.family import Attachment, Happened
from ledger.frozen import frozen
from ledger.records.rule.events import Interpreted
from ledger.records.rule.facts import Fact, facts_of
from ledger.records.rule.time import Span, spans_of, status_on
from ledger.records.rule.versions import Layer, Version, versions_of
from ledger.store.contract import EventRow, LogReader


@frozen
class History:
    """A rule as far as it was known: its events, where they stand, and its texts in their order."""

    rule: str
    rows: Sequence[EventRow]
    happened: Sequence[Happened]
    facts: Sequence[Fact]
    versions: Sequence[Version]
    spans: Sequence[Span]


@frozen
class Meaning:
    """What its organ said a rule means, from a day on; `index` is the event that tells it."""

    day: date
    text: str
    by: str
    index: int


@frozen
class Ruling:
    """What held of a rule on a day; `span` is None before the rule was settled."""

    day: date
    history: History
    span: Span | None

    @property
    def status(self) -> str:
        """The status on the day, empty before the rule was settled."""
        return self.span.status if self.span else ""

    @property
    def title(self) -> str:
        """What the rule was called on the day, or is called in the plan."""
        named = [getattr(each, "title", "") for each in reversed(self.history.happened)]
        return (self.span.title if self.span else "") or next(filter(None, named), "")

    @property
    def meanings(self) -> list[Meaning]:
        """What its organ had said by that day the text in force means; with the text's own force.

        规章制定程序条例 Art. 33. Where no text is in force there is nothing to be explained.
        """
        if self.span is None or not self.span.layers:
            return []
        return [
            Meaning(
                fact.day,
                fact.event.text,
                fact.event.by,
                self.history.rows[fact.place - 1].index,
            )
            for fact in self.history.facts
            if isinstance(fact.event, Interpreted) and fact.day <= self.day
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the ruling as it stands in `--json` output."""
        told: dict[str, Any] = {
            "rule": self.history.rule, "title": self.title, "day": self.day.isoformat(),
            "status": self.status,
        }  # fmt: skip
        if self.span is None:
            return told
        return told | {
            "number": self.span.number,
            "valid_from": self.span.valid_from.isoformat(),
            "valid_to": self.span.valid_to.isoformat() if self.span.valid_to else None,
            "void_on": self.span.void_on.isoformat() if self.span.void_on else None,
            "version": self.span.version,
            "text": self.span.text,
            "layers": [layer_as_json(each) for each in self.span.layers],
            "needs_amendment": self.span.needs_amendment,
            "assumed": self.span.assumed,
            "interpretations": [
                {
                    "day": each.day.isoformat(),
                    "text": each.text,
                    "by": each.by,
                    "index": each.index,
                }
                for each in self.meanings
            ],
        }


@frozen
class Text:
    """A text of a rule as it was attached, checked, and what counts of it."""

    layer: Layer
    attached: Attachment
    content: bytes


def read_rule(reader: LogReader, rule: str, *, known: int | None = None) -> History:
    """Return a rule as it was known when the log had `known` events, or as it is known now.

    Raises:
        NotFoundError: nothing was recorded of it by then.
        MalformedError: a row cannot be read; `verify` names it.
    """
    rows = reader.history(rule, None if known is None else known - 1)
    if not rows:
        raise NotFoundError("rule", rule, todo="nothing was recorded of it by then")
    happened = [open_event(row.event, KINDS)[1] for row in rows]
    facts = facts_of(happened)
    versions = versions_of(facts)
    return History(rule, rows, happened, facts, versions, spans_of(facts, versions))


def rule_on(history: History, day: date) -> Ruling:
    """Return what held of a rule on a day."""
    return Ruling(day, history, status_on(history.spans, day))


def proof_of(reader: LogReader, ruling: Ruling) -> list[TrailLine]:
    """Return the events that prove a ruling, in order, each with who recorded it.

    Where the rule was not settled yet, all that was known of it proves that.
    """
    rows = ruling.history.rows
    if ruling.span is not None:
        rows = [rows[place - 1] for place in ruling.span.proof]
    return list(lines_of(Teller(reader), rows))


def texts_in_force(reader: LogReader, ruling: Ruling) -> list[Text]:
    """Return the text in force, newest first: more than one where the newest counts in part.

    Raises:
        NotFoundError: no text is in force on the day, or its content is not held here.
        ProofError: the content is not what was attached.
    """
    layers = ruling.span.layers if ruling.span else ()
    if not layers:
        status = ruling.status or "not settled yet"
        raise NotFoundError(
            "text in force",
            f"{ruling.title} on {ruling.day}",
            todo=f"it was {status}; name a text with --version",
        )
    return [_text(reader, ruling.history, layer) for layer in layers]


def text_of_version(reader: LogReader, history: History, n: int) -> Text:
    """Return the text of a version, whether it was ever in force or not.

    Raises:
        NotFoundError: there is no such version, or its content is not held here.
        ProofError: the content is not what was attached.
    """
    if not 1 <= n <= len(history.versions):
        raise NotFoundError(
            "version", str(n), todo=f"{history.rule} has {len(history.versions)} texts by then"
        )
    return _text(reader, history, Layer(n, history.versions[n - 1].text))


def layer_as_json(layer: Layer) -> dict[str, Any]:
    """Return what counts of a text, as it stands in `--json` output."""
    return {
        "version": layer.version,
        "text": layer.text,
        "provisions": list(layer.provisions),
        "pending": list(layer.pending),
    }


def _text(reader: LogReader, history: History, layer: Layer) -> Text:
    """Return the content that a version's own events attach under the digest of its text."""
    places = history.versions[layer.version - 1].proof
    for place in places:
        for attached in attachments(history.happened[place - 1]):
            if attached.digest == layer.text:
                return Text(layer, attached, read_content(reader, attached))
    digest = f"only its digest {layer.text} was told" if layer.text else "none was attached"
    raise NotFoundError("text", f"version {layer.version} of {history.rule}", todo=digest)
