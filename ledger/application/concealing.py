"""Private fields 私密字段 on their way in: sealed before anything is decided, held against the act before it is signed.

What a person writes into a private field is turned into sealed disclosures (`ledger.store.disclosures`) where the
request is made. The draft carries their digests alone, so that neither a decision nor a state, a log
or an error can tell the text; a retry sends the same digests.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from ledger import canonical
from ledger.application.acting import Request, Step
from ledger.application.deciding import Deciding
from ledger.application.mapper import Told
from ledger.errors import MalformedError, RefusedError
from ledger.family import NOTHING, Concealed, Happened, concealed_in, family_of, hidden_by
from ledger.records import compartment
from ledger.records.compartment import Compartment
from ledger.records.marks import CODE, has_mark
from ledger.store.contract import DisclosureRow
from ledger.store.disclosures import Disclosed, Place, parse_sealed, seal_disclosures

H = TypeVar("H", bound=Happened)

StateOf = Callable[[str], Any]

MAX_TEXT_BYTES = 200_000


def conceal(
    draft: H, texts: Mapping[str, str], *, ledger: str, record: str, state_of: StateOf
) -> tuple[H, tuple[Disclosed, ...]]:
    """Return a draft that names these private texts by digest, and their sealed disclosures.

    `state_of` returns the compartment of the record's family. Texts that are empty are left out.

    Raises:
        RefusedError: there is no compartment, or a text carries a classification mark.
        MalformedError: a text is too long for a field, or holds what no field may.
    """
    told = {name: text for name, text in texts.items() if text}
    if not told:
        return draft, ()
    family = family_of(record)
    for name, text in told.items():
        _check_text(name, text)
    state: Compartment = state_of(compartment.key(family))
    if not state.generation:
        raise RefusedError(
            "private.compartment", f"private fields of {family} have no compartment yet",
            todo=f"have the security administrator run 'qifeng compartment create {family}'",
        )  # fmt: skip
    place = Place(ledger, record, compartment.key(family), state.generation)
    sealed = seal_disclosures(told, place, base64.b64decode(state.public))
    named = Concealed(
        _sd=tuple(each.digest for each in sealed),
        sealed=tuple(canonical.digest(each.sealed) for each in sealed),
    )
    return replace(draft, private=named), sealed


def check_concealed(deciding: Deciding, request: Request, told: Sequence[Told]) -> None:
    """Hold if what the events name is what the request brings, sealed for the compartment's newest key.

    The act rests on the compartment from here on: who leaves it meanwhile is not sealed for.

    Raises:
        RefusedError: the compartment has a new key since the request was made.
        MalformedError: an event names a disclosure that is not brought along, or the reverse.
    """
    brought = {each.digest: canonical.digest(each.sealed) for each in request.disclosures}
    named = {pair for _, concealed in _concealing(told) for pair in concealed.pairs}
    if not named <= brought.items():
        raise MalformedError(
            "private fields", expected="disclosures that the request brings", found="others"
        )
    for each in request.disclosures:
        sealed = parse_sealed(each.sealed)
        state: Compartment = deciding.state(sealed.compartment)
        if state.generation != sealed.generation:
            raise RefusedError(
                "private.compartment", f"{sealed.compartment} has a new key since this was written",
                todo="record it again",
            )  # fmt: skip


def disclosure_rows(told: Sequence[Told], requests: Sequence[Request]) -> list[DisclosureRow]:
    """Return the disclosures to store, each with the place of its event among these."""
    sealed = {each.digest: each.sealed for one in requests for each in one.disclosures}
    return [
        (digest, place, sealed[digest])
        for place, concealed in _concealing(told)
        for digest, _ in concealed.pairs
    ]


def _concealing(told: Sequence[Told]) -> list[tuple[int, Concealed]]:
    """Return the events that name private fields, by place, and what each says of them."""
    return [
        (place, concealed)
        for place, each in enumerate(told)
        if (concealed := concealed_in(each.happened)) is not NOTHING
    ]


def conceal_steps(
    steps: Sequence[Step], texts: Mapping[str, str], *, ledger: str, state_of: StateOf
) -> tuple[tuple[Step, ...], tuple[Disclosed, ...]]:
    """Return steps whose drafts name these private texts by digest, and the sealed disclosures of all.

    Raises: as `conceal`.
    """
    concealed: list[Step] = []
    sealed: list[Disclosed] = []
    for step in steps:
        draft, disclosed = conceal(
            step.draft, texts, ledger=ledger, record=step.record, state_of=state_of
        )
        concealed.append(replace(step, draft=draft))
        sealed += disclosed
    return tuple(concealed), tuple(sealed)


def private_texts(cls: type[Happened], given: Mapping[str, object]) -> dict[str, str]:
    """Return what was given for an event's private fields."""
    told = ((each.name, given.get(each.name)) for each in hidden_by(cls))
    return {name: str(text) for name, text in told if text}


def _check_text(name: str, text: str) -> None:
    if len(canonical.encode(text)) > MAX_TEXT_BYTES:
        raise MalformedError(
            f"private field {name}",
            expected=f"at most {MAX_TEXT_BYTES} bytes (attach what is larger)",
            found="more",
        )
    if has_mark(text):
        raise RefusedError(
            CODE, f"{name}: carries a classification mark; record it in the approved system",
            citation="保守国家秘密法 Art. 31",
        )  # fmt: skip
