"""Who may read private fields: making a compartment's key, handing it on, and opening what is sealed for it.

Everything secret is made, sealed and opened here and in the command that asks; a record holds sealed texts alone. A
compartment's secret is sealed for a member under the canonical
`{"compartment":…,"generation":…,"ledger":…,"officer":…,"purpose":"qifeng.compartment-key/1"}`, and for
the compartment's own next key under the same with an empty officer.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ledger import canonical
from ledger.application.ledger import Ledger
from ledger.errors import LedgerError, NotFoundError, UnavailableError
from ledger.family import Happened, concealed_in, family_of
from ledger.keys.hpke import ReadingKey, seal_for
from ledger.keys.suite import SECRET_BYTES
from ledger.members import read_base64
from ledger.records import compartment
from ledger.records.compartment import Compartment, Created, Member, MemberAdded, MemberLeft
from ledger.store.disclosures import (
    Place,
    SealedDisclosure,
    parse_disclosure,
    parse_sealed,
    unseal_disclosure,
)


@dataclass
class Reader:
    """An officer with their reading key at hand; compartments' secrets are opened as they are met."""

    ledger: Ledger
    officer: str
    key: ReadingKey
    _opened: dict[tuple[str, int], ReadingKey] = field(default_factory=dict)

    def compartment_key(self, name: str, generation: int) -> ReadingKey:
        """Return a compartment's key of a generation.

        Raises:
            NotFoundError: the officer is no member.
            UnavailableError: what is sealed for them does not open with this reading key.
        """
        found = self._opened.get((name, generation))
        if found is None:
            for each, opened in self._keys(name):
                self._opened[name, each] = opened
            found = self._opened.get((name, generation))
        if found is None:
            raise NotFoundError("key of", f"{name} generation {generation}")
        return found

    def _keys(self, name: str) -> Iterator[tuple[int, ReadingKey]]:
        """Yield the keys of a compartment, the newest first, each opening the one before it."""
        state: Compartment = self.ledger.state(name)
        member = state.member(self.officer)
        if member is None:
            raise NotFoundError("member", f"{self.officer} of {name}")
        place = (self.ledger.origin, name)
        key = self.key.open(
            read_base64(member.sealed, "member: sealed"),
            info=_bound_to(*place, state.generation, self.officer),
        )
        opened = ReadingKey(key)
        yield state.generation, opened
        for generation in range(state.generation - 1, 0, -1):
            sealed = read_base64(state.previous[generation - 1], "compartment: previous")
            opened = ReadingKey(opened.open(sealed, info=_bound_to(*place, generation, "")))
            yield generation, opened

    def texts(self, record: str, happened: Happened) -> dict[str, str]:
        """Return the private texts of an event that this officer may read, by field; others are left out.

        Raises:
            ProofError: what is stored is not what the event names.
        """
        disclosed = self.disclosures(record, happened).values()
        return {name: text for _, name, text in map(parse_disclosure, disclosed)}

    def disclosures(self, record: str, happened: Happened) -> dict[str, str]:
        """Return the disclosures of an event that this officer may read, by digest; others are left out.

        Raises:
            ProofError: what is stored is not what the event names.
        """
        told: dict[str, str] = {}
        for digest, _ in concealed_in(happened).pairs:
            row = self.ledger.store.disclosure(digest)
            opened = self._open(record, digest, parse_sealed(row[1])) if row else None
            if opened is not None:
                told[digest] = opened
        return told

    def _open(self, record: str, digest: str, sealed: SealedDisclosure) -> str | None:
        place = Place(self.ledger.origin, record, sealed.compartment, sealed.generation)
        try:
            key = self.compartment_key(sealed.compartment, sealed.generation)
            return unseal_disclosure(digest, sealed, place, key)
        except (NotFoundError, UnavailableError):
            return None


def create(ledger: Ledger, officer: str, family: str) -> Created:
    """Return a new compartment for a family, whose first member the officer is.

    Raises:
        NotFoundError: the officer has told no reading key.
    """
    secret = os.urandom(SECRET_BYTES)
    name = compartment.key(family)
    return Created(
        family=family,
        public=_told(ReadingKey(secret).public),
        members=_sealed_for(ledger, [officer], secret, (name, 1)),
    )


def add(ledger: Ledger, reader: Reader, family: str, officer: str) -> MemberAdded:
    """Return that an officer may read: a member seals the newest secret for them.

    Raises:
        NotFoundError: the officer has told no reading key, or the reader is no member.
    """
    name = compartment.key(family)
    state: Compartment = ledger.state(name)
    secret = reader.compartment_key(name, state.generation).secret
    (member,) = _sealed_for(ledger, [officer], secret, (name, state.generation))
    return MemberAdded(member=member)


def leave(
    ledger: Ledger, reader: Reader, family: str, *, officer: str, reason: str
) -> MemberLeft:
    """Return that an officer may read no longer: a new key is made for those who stay.

    Raises:
        NotFoundError: the reader is no member.
    """
    name = compartment.key(family)
    state: Compartment = ledger.state(name)
    old = reader.compartment_key(name, state.generation).secret
    secret = os.urandom(SECRET_BYTES)
    public = ReadingKey(secret).public
    staying = [each.officer for each in state.without(officer)]
    return MemberLeft(
        officer=officer,
        reason=reason,
        public=_told(public),
        members=_sealed_for(ledger, staying, secret, (name, state.generation + 1)),
        previous=_told(
            seal_for(public, old, info=_bound_to(ledger.origin, name, state.generation, ""))
        ),
    )


def may_read(reader: Reader, record: str) -> bool:
    """Tell whether an officer is a member of the compartment of a record's family, and can open its key."""
    name = compartment.key(family_of(record))
    try:
        reader.compartment_key(name, reader.ledger.state(name).generation)
    except LedgerError:
        return False
    return True


def _sealed_for(
    ledger: Ledger, officers: Sequence[str], secret: bytes, key: tuple[str, int]
) -> tuple[Member, ...]:
    members = []
    for officer in officers:
        public = str(ledger.state(officer).reading_key)
        if not public:
            name = ledger.state(officer).name or officer
            raise NotFoundError(
                "reading key", name, todo="they make one with 'qifeng key reading'"
            )
        sealed = seal_for(
            read_base64(public, "reading key"),
            secret,
            info=_bound_to(ledger.origin, *key, officer),
        )
        members.append(Member(officer=officer, reading_key=public, sealed=_told(sealed)))
    return tuple(members)


def _bound_to(ledger: str, name: str, generation: int, officer: str) -> bytes:
    return canonical.encode(
        {
            "compartment": name,
            "generation": generation,
            "ledger": ledger,
            "officer": officer,
            "purpose": "qifeng.compartment-key/1",
        }
    )


def _told(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
