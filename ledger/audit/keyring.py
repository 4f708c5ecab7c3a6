"""The keys as enrolled: proof of possession, one key once, and nobody enrolled single-handed in secret."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.application.certifying import check_shown
from ledger.audit.authority import Authority
from ledger.clock import parse_time
from ledger.errors import LedgerError, UnavailableError
from ledger.findings import Finding
from ledger.keys.possession import check_possession, check_rotation
from ledger.keys.ring import KeyLife
from ledger.keys.suite import key_id
from ledger.records.office import OFFICE, Office


def check_keys(authority: Authority, origin: str) -> Iterator[Finding]:
    """Yield what is wrong with the keys' enrolments.

    Raises:
        UnavailableError: a key's suite cannot be judged on this machine, which says nothing of the key.
    """
    components: dict[bytes, KeyLife] = {}
    for life in sorted(authority.lives.values(), key=lambda each: each.enrolled):
        yield from _check_key(life, origin)
        yield from _check_rotation(life, authority, origin)
        for public in life.public:
            first = components.setdefault(public, life)
            if first is not life:
                message = f"a component of it was enrolled before, in key {first.key[:12]}…"
                yield Finding(
                    "key.double", "key misused", message, life.enrolled, f"key/{life.key}"
                )
    for index, record, problem in authority.unread:
        yield Finding("key.unreadable", "unreadable", problem, index, record)


def check_certified(authority: Authority) -> Iterator[Finding]:
    """Yield the keys whose certificates did not hold when they were enrolled, by the roots trusted then."""
    for row, happened in authority.certified:
        office: Office = authority.state(OFFICE, row.index)
        try:
            check_shown(happened, office, moment=parse_time(row.recorded_at))
        except UnavailableError:
            # A certificate that cannot be judged here is not fine: the run ends unfinished.
            raise
        except LedgerError as error:
            yield Finding("key.certificate", "key misused", str(error), row.index, row.record)


def check_handovers(authority: Authority) -> Iterator[Finding]:
    """Yield the rotations of the log's key that the old key did not sign, or the new one."""
    for index, problem in authority.mishandled:
        yield Finding("key.handover", "key misused", problem, index, OFFICE)


def check_alone(authority: Authority) -> Iterator[Finding]:
    """Yield enrolments single-handed after the office was staffed, or without staffing it."""
    for index, record in authority.alone:
        if authority.staffed is None or index <= authority.staffed:
            continue
        message = (
            f"enrolled single-handed, though the office was staffed at {authority.staffed}"
        )
        yield Finding("authority.alone", "rule broken", message, index, record)


def _check_key(life: KeyLife, origin: str) -> Iterator[Finding]:
    record = f"key/{life.key}"
    try:
        if key_id(life.suite, life.public) != life.key:
            message = "its id is not that of its public components"
            yield Finding("key.id", "key misused", message, life.enrolled, record)
            return
        check_possession(
            life.suite, life.public, ledger=origin, officer=life.officer, proof=life.possession
        )
    except UnavailableError:
        # As above: what cannot be judged here is no misuse.
        raise
    except LedgerError as error:
        yield Finding("key.possession", "key misused", str(error), life.enrolled, record)


def _check_rotation(life: KeyLife, authority: Authority, origin: str) -> Iterator[Finding]:
    if not life.replaces:
        return
    try:
        # A key that it took the place of was judged before, where that can be done here.
        replaced = authority.key(life.replaces, life.enrolled)
        check_rotation(
            replaced, life.key, ledger=origin, officer=life.officer, handover=life.handover
        )
    except LedgerError as error:
        yield Finding(
            "key.rotation", "key misused", str(error), life.enrolled, f"key/{life.key}"
        )
