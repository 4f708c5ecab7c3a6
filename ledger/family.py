"""What a record family is: its events, its state, its rules and its commands, as plain values.

A family (ISO 15489 *record class*) is one small file in `ledger/records/`. It declares frozen
event classes with `event` and `term`, a frozen state, a pure `evolve`, rules, verbs, and one
`Family`. This module knows no store, no key and no hash; `ledger.body` turns events into bodies.

The way of a command: the application reads states through `Facts`, calls the verb's `decide`
with a draft of the verb's event (what was asked for; derived fields still at their defaults), gets
`Change`s back, holds each against the family's rules, and only then signs and appends.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING
from datetime import date, datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar, dataclass_transform

from ledger.frozen import declare, frozen

S = TypeVar("S")
H = TypeVar("H", bound="Happened")
P = TypeVar("P", bound="Part")
T = TypeVar("T", bound="Told")

DIRECT = "direct"
AS_FOUND = "as-found"
PAPER = "paper"
BASES = (DIRECT, AS_FOUND, PAPER)


@frozen
class PrivateField:
    """A private field 私密字段 of an event: a text that is asked for and never stands in the event."""

    name: str
    zh: str
    en: str


ANY = "any"
"""What a field refers to whose record may be of any family."""


@frozen
class Term:
    """A field's or event's name for people, in Chinese and English, and how it is asked for.

    `derived` fields are filled by `decide` and are no option; `refers` names the family of the
    record that the field names; `choices` closes the set of values. `hides` are the private fields
    that stand behind this one (`concealed`).
    """

    zh: str
    en: str
    derived: bool = False
    refers: str = ""
    choices: tuple[str, ...] = ()
    hides: tuple[PrivateField, ...] = ()


def term(  # noqa: PLR0913 -- one declaration of a field, every word of it named
    zh: str,
    en: str,
    *,
    default: Any = MISSING,
    derived: bool = False,
    refers: str = "",
    choices: tuple[str, ...] = (),
) -> Any:
    """Declare a field of an event or of a part of one."""
    told = Term(zh, en, derived=derived, refers=refers, choices=choices)
    return dataclasses.field(default=default, metadata={"term": told})


def concealed(**hidden: tuple[str, str]) -> Any:
    """Declare an event's private fields, `name=(Chinese, English)`; the member is called `private`.

    Their texts are never in the event, nor in any state: no rule, no view and no log can tell them.
    """
    told = tuple(PrivateField(name, zh, en) for name, (zh, en) in hidden.items())
    words = Term("私密字段", "private fields", derived=True, hides=told)
    return dataclasses.field(default=NOTHING, metadata={"term": words})


class Told:
    """Base of what an event is written out of: values of named fields."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]


class Happened(Told):
    """Base of all events: something that happened to one record."""

    __slots__ = ()
    KIND: ClassVar[str]
    TERM: ClassVar[Term]


class Part(Told):
    """Base of values inside events that have fields of their own (a leg, an attachment)."""

    __slots__ = ()


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(term,))
def shared(cls: type[T]) -> type[T]:
    """Make a class a base of events or parts that have its fields in common."""
    return declare(cls, kw_only=True)


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(term, concealed)
)
def event(kind: str, zh: str, en: str) -> Callable[[type[H]], type[H]]:
    """Make a class the event of this kind: a frozen dataclass with keyword fields.

    `kind` is family `.` past participle `/` schema version: the word stored for ever.
    """

    def declare(cls: type[H]) -> type[H]:
        made = shared(cls)
        made.KIND = kind
        made.TERM = Term(zh, en)
        return made

    return declare


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(term,))
def part(cls: type[P]) -> type[P]:
    """Make a class a part of events: a frozen dataclass with keyword fields."""
    return shared(cls)


@part
class Attachment(Part):
    """Content that lies outside the log, under its salted digest (`ledger.store.content`)."""

    name: str = term("文件名", "file name")
    size_bytes: int = term("字节数", "size in bytes")
    digest: str = term("加盐摘要", "salted digest")


@part
class Concealed(Part):
    """What an event tells of its private fields: digests, of which nobody can guess the text.

    `_sd` are the RFC 9901 digests of the disclosures, sorted, so that their order tells nothing; `sealed`
    are, in the same order, the SHA-256 of the disclosures as they lie in the store, encrypted, so that
    whoever cannot open them can still tell that they are those that were signed.
    """

    _sd: tuple[str, ...] = term("披露摘要", "digests of disclosures", default=())
    sealed: tuple[str, ...] = term("密文摘要", "digests of sealed disclosures", default=())

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each disclosure's digest, with that of its sealed form."""
        return tuple(zip(self._sd, self.sealed, strict=False))

    @property
    def digests(self) -> tuple[str, ...]:
        """The digests of the disclosures."""
        return self._sd

    @property
    def count(self) -> int:
        """How many digests there are, of whichever there are more."""
        return max(len(self._sd), len(self.sealed))


NOTHING = Concealed()


def hidden_by(cls: type[Happened]) -> tuple[PrivateField, ...]:
    """Return the private fields of an event's class, as it declares them."""
    declared = cls.__dataclass_fields__.get("private")
    told: tuple[PrivateField, ...] = declared.metadata["term"].hides if declared else ()
    return told


def concealed_in(happened: Happened) -> Concealed:
    """Return what an event tells of its private fields."""
    told = getattr(happened, "private", NOTHING)
    return told if isinstance(told, Concealed) else NOTHING


@frozen
class Change:
    """What a command decided: this happened to that record."""

    record: str
    event: Happened


class Context(Protocol):
    """Who acts, on what basis, when, and who held which post then.

    At the door it speaks of now; in the audit of the act's own place in the log.
    """

    @property
    def actor(self) -> str:
        """The acting officer's record name."""

    @property
    def basis(self) -> str:
        """One of `BASES`. Only `direct` acts speak for their actor as the one who did it."""

    @property
    def day(self) -> date:
        """The office's day."""

    @property
    def on_behalf_of(self) -> str | None:
        """The officer whose written delegation the actor uses, or None."""

    def holds(self, post: str) -> bool:
        """Tell whether the actor holds the post, or acts in it by the delegation named."""

    def standing(self, record: str) -> Any:
        """The state before the act of a record of authority, no more: the office, officers, keys, its tables.

        Of a series only the posts that it was opened with may be asked.
        """


class Facts(Context, Protocol):
    """What a decision may ask. Every record it reads becomes part of the signed read set."""

    @property
    def now(self) -> datetime:
        """The moment of deciding, UTC."""

    def state(self, record: str) -> Any:
        """The record's state; its family's initial state where it has no events."""

    def digest(self, value: Any) -> str:
        """SHA-256 of the value's canonical bytes, in hex."""


@frozen
class Rule(Generic[S]):
    """A business rule, stated once: at the door it refuses, in the audit it reports.

    `broken` gets the record's state before the event, the event and the context, and says in
    words how the rule is broken, or None where it holds. It never raises and never asks further.
    A `guard` keeps out what may not be stored at all: it refuses even what is entered as found.
    """

    code: str
    citation: str
    says: str
    kinds: tuple[type[Happened], ...]
    broken: Callable[[S, Any, Context], str | None]
    guard: bool = False


@frozen
class Bond:
    """A rule across records: both ends stand in one act, each matched by exactly one of the other.

    `left` and `right` give the keys that an event of their kind puts down: equal multisets of
    keys within each act, or the bond is broken.
    """

    code: str
    citation: str
    says: str
    left_kind: str
    left: Callable[[str, Any], Iterable[tuple[object, ...]]]
    right_kind: str
    right: Callable[[str, Any], Iterable[tuple[object, ...]]]


@frozen
class Waiting:
    """Something a record waits for: who may do it (posts), with which verb, since when."""

    posts: tuple[str, ...]
    verb: str
    note: str


Decide = Callable[[Facts, str, Any], Sequence[Change]]


@frozen
class Verb:
    """A command of a family: an imperative, whose options are its event's fields.

    `opens` makes a new record, named by `names` from the draft where the family has natural
    keys; `many` lets one act answer several records.
    """

    name: str
    zh: str
    en: str
    event: type[Happened]
    decide: Decide
    opens: bool = False
    names: Callable[[Any], str] | None = None
    many: bool = False


@frozen
class Family(Generic[S]):
    """A record family. `evolve` is total: it never raises on any order of its own events."""

    name: str
    zh: str
    en: str
    events: tuple[type[Happened], ...]
    initial: S
    evolve: Callable[[S, Any], S]
    title: Callable[[S], str]
    verbs: tuple[Verb, ...] = ()
    rules: tuple[Rule[S], ...] = ()
    waits: Callable[[S], tuple[Waiting, ...]] | None = None


def simply(facts: Facts, record: str, draft: Happened) -> Sequence[Change]:
    """Decide that exactly what was asked for happened (the rules still judge it)."""
    del facts
    return [Change(record, draft)]


def family_of(record_or_kind: str) -> str:
    """Return the family named by a record (`fund/…`) or a kind (`fund.paid/1`)."""
    return record_or_kind.partition("/")[0].partition(".")[0]
