"""The trail of a record: who did what, in which post, with which key, when, told for people.

Everything is read from evidence, by index; nothing comes from a view. Posts are those that the officer
held at the act's place in the log, not those of today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from ledger.application.purges import Purged, read_purged
from ledger.audit.authority import BY_NAME, KINDS, Authority, learn
from ledger.audit.forms import EventForms, Opened, open_envelope
from ledger.audit.privacy import private_lines
from ledger.audit.words import FieldLine, field_lines, occurred
from ledger.errors import LedgerError, NotFoundError
from ledger.family import Happened, concealed_in, family_of
from ledger.frozen import frozen
from ledger.log.spelling import parse_base64
from ledger.records.key import CERTIFIED, TECHNICAL, Key
from ledger.records.officer import Officer
from ledger.store.contract import EventRow, LogReader, SealRow

Texts = Callable[[str, Happened], Mapping[str, str]]

GRADES = {TECHNICAL: "技术签名", CERTIFIED: "认证签名"}


def no_texts(record: str, happened: Happened) -> Mapping[str, str]:
    """Return no private text: for whoever may read none."""
    del record, happened
    return {}


@frozen
class Who:
    """An acting officer as they stood at an index."""

    officer: str
    name: str
    posts: tuple[str, ...]
    on_behalf_of: str
    on_behalf_of_name: str
    key: str
    grade: str
    certificate: str = ""


@frozen
class TrailLine:
    """One event of a record, told."""

    index: int
    record: str
    version: int
    kind: str
    zh: str
    en: str
    fields: tuple[FieldLine, ...]
    who: Who
    basis: str
    signed_at: str
    recorded_at: str
    occurred: str
    act: str
    seal: str

    @property
    def words(self) -> str:
        """What happened, in one line of Chinese."""
        told = "；".join(f"{each.zh} {each.text}" for each in self.fields if each.text)
        return f"{self.zh}：{told}" if told else self.zh

    def as_json(self) -> dict[str, Any]:
        """Return the line as it stands in `--json` output."""
        return {
            "index": self.index,
            "record": self.record,
            "version": self.version,
            "kind": self.kind,
            "what": {"zh": self.zh, "en": self.en},
            "fields": [
                {"name": each.name, "zh": each.zh, "en": each.en, "value": each.value, "text": each.text}
                for each in self.fields
            ],
            "officer": self.who.officer,
            "name": self.who.name,
            "posts": list(self.who.posts),
            "on_behalf_of": self.who.on_behalf_of,
            "on_behalf_of_name": self.who.on_behalf_of_name,
            "key": self.who.key,
            "grade": self.who.grade,
            "certificate": self.who.certificate,
            "basis": self.basis,
            "signed_at": self.signed_at,
            "recorded_at": self.recorded_at,
            "occurred": self.occurred,
            "act": self.act,
            "seal": self.seal,
        }  # fmt: skip


class Teller:
    """What turns rows into lines: the closed registry, and who was who."""

    def __init__(self, reader: LogReader, texts: Texts = no_texts) -> None:
        """Learn who was who from the log; `texts` are the private texts that whoever asks may read."""
        self.reader = reader
        self.texts = texts
        self.forms = EventForms(KINDS)
        self.authority: Authority = learn(reader, self.forms)

    def line(self, row: EventRow, seal: SealRow) -> TrailLine:
        """Return the line of an event and its seal.

        Raises:
            MalformedError: the event or the envelope is not what it should be; run `verify`.
        """
        happened = self.happened(row)
        opened = open_envelope(seal.envelope)
        return TrailLine(
            index=row.index,
            record=row.record,
            version=row.version,
            kind=row.kind,
            zh=happened.TERM.zh,
            en=happened.TERM.en,
            fields=(*field_lines(happened, self.name), *self.private(row.record, happened)),
            who=self.who(opened, seal.first_index),
            basis=opened.basis,
            signed_at=opened.at,
            recorded_at=row.recorded_at,
            occurred=occurred(happened),
            act=opened.act,
            seal=seal.digest,
        )

    def private(self, record: str, happened: Happened) -> Iterator[FieldLine]:
        """Yield the private fields of an event, as whoever asks may read them."""
        if concealed_in(happened).count:
            texts = self.texts(record, happened)
            yield from private_lines(self.reader, happened, texts, self.purged)

    @cached_property
    def purged(self) -> Mapping[str, Purged]:
        """What was approved to be destroyed, by digest."""
        return read_purged(self.reader)

    def happened(self, row: EventRow) -> Happened:
        """Return the typed event of a row."""
        self.forms.told(row.kind, row.event)
        return self.forms.happened(row.event)

    def who(self, opened: Opened, first_index: int) -> Who:
        """Return who acted, as they stood there; the founder by what the founding gave them."""
        index = first_index or 3
        actor = self.authority.officer(opened.actor, index)
        principal = opened.on_behalf_of
        holder = self.authority.officer(principal, index) if principal else actor
        key: Key = self.authority.state(f"key/{opened.key}", index)
        return Who(
            officer=opened.actor,
            name=actor.name or opened.actor,
            posts=self._posts(opened, holder),
            on_behalf_of=principal or "",
            on_behalf_of_name=holder.name if principal else "",
            key=opened.key,
            grade=grade_words(key),
            certificate=certificate_words(key),
        )

    def _posts(self, opened: Opened, holder: Officer) -> tuple[str, ...]:
        """Return the posts held, or those that were delegated for the day of signing."""
        if opened.on_behalf_of is None:
            return tuple(sorted(holder.posts))
        day = self.authority.day(opened.at)
        return tuple(
            sorted(post for post in holder.posts if holder.delegates(opened.actor, post, day))
        )

    def name(self, record: str) -> str:
        """Return what people call a record: an officer's name, a title, or the record's name."""
        life = self.authority.records.get(record)
        if life is None or not life.states:
            return record
        return BY_NAME[family_of(record)].title(life.states[-1]) or record


def grade_words(key: Key) -> str:
    """Return what a key's signatures are worth outside, and by whose word."""
    told = GRADES.get(key.grade, GRADES[TECHNICAL])
    return f"{told}（{key.authority}）" if key.certificates else told


def certificate_words(key: Key) -> str:
    """Return whose certificate stands behind a key, in one line; nothing for a technical one.

    Raises:
        MalformedError: it is no certificate; `verify` names it.
    """
    if not key.certificates:
        return ""
    # Reading certificates takes longer to load than all of a small trail: few keys have one.
    from ledger.keys.certificate import show_certificate  # noqa: PLC0415

    shown = show_certificate(parse_base64(key.certificates[0], "certificate"))
    until = f"{shown.until:%Y-%m-%d}"
    return f"{shown.subject}；{key.authority} 颁发；序列号 {shown.serial}；有效至 {until}"


def trail(
    reader: LogReader,
    record: str,
    *,
    upto_index: int | None = None,
    texts: Texts = no_texts,
) -> list[TrailLine]:
    """Return a record's events by version, told; those after `upto_index` left out.

    `texts` returns the private texts of an event that whoever asks may read; the others are `[private]`.

    Raises:
        NotFoundError: the record has no events.
        MalformedError: a row cannot be read; `verify` names it.
    """
    rows = reader.history(record, upto_index)
    if not rows:
        raise NotFoundError("record", record)
    teller = Teller(reader, texts)
    return list(lines_of(teller, rows))


def lines_of(teller: Teller, rows: Sequence[EventRow]) -> Iterator[TrailLine]:
    """Yield the lines of rows, in their order.

    Raises:
        NotFoundError: the seal of an act is missing; `verify` says where.
    """
    seal: SealRow | None = None
    for row in rows:
        if seal is None or seal.act != row.act:
            seal = teller.reader.seal(row.act)
        if seal is None:
            raise NotFoundError("seal of act", row.act, todo="run 'qifeng verify'")
        yield teller.line(row, seal)


def readable(teller: Teller, row: EventRow, seal: SealRow) -> TrailLine | None:
    """Return the line of a row, or None where it cannot be read (`verify` names it)."""
    try:
        return teller.line(row, seal)
    except LedgerError:
        return None
