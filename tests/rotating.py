"""An office whose log's key was rotated: the old key stays with the office, as a thief would have it."""

from __future__ import annotations

from dataclasses import replace

from ledger.application.acting import Acting, Done, Request, Step
from ledger.clock import new_id
from ledger.commands.rotating import PROPOSE, ROTATE
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.log.succession import sign_handover
from ledger.records.log_keys import LogKeyProposed, LogKeyRotated
from ledger.records.office import OFFICE
from tests.office import FOUNDER, SECOND, Office, seed_of


def new_log_key(office: Office, label: str = "new") -> LogKey:
    """A new key of the office's log."""
    seeds = seed_of(f"{label} log"), seed_of(f"{label} log, second half")
    return LogKey(office.ledger.origin, SeedSigner(seeds[0]), seeds[1])


def proposal(old: LogKey, new: LogKey) -> LogKeyProposed:
    """What an administrator proposes who holds both keys."""
    handover, possession = sign_handover(old, new)
    return LogKeyProposed(
        log_key=new.verifier,
        log_key_ml_dsa=new.verifier_ml_dsa,
        handover=handover,
        possession=possession,
    )


def rotate(office: Office, draft: LogKeyProposed) -> Done:
    """Record a rotation, whatever its signatures are worth: 甲 proposes, 乙 confirms."""
    _act(office, office.people[FOUNDER], Step(PROPOSE, OFFICE, draft))
    return _act(office, office.people[SECOND], Step(ROTATE, OFFICE, LogKeyRotated()))


def rotated(office: Office, label: str = "new") -> Office:
    """Return the office, of the same ledger, with the new key as its log's."""
    new = new_log_key(office, label)
    rotate(office, proposal(office.log_key, new))
    return replace(office, log_key=new)


def _act(office: Office, acting: Acting, step: Step) -> Done:
    done = office.ledger.act(acting, Request(new_id(office.clock()), (step,)))
    office.done.append(done)
    return done
