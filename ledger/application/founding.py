"""The founding act: the office, its founder and the founder's key, in one act at index 0.

It is the only act whose key is not enrolled before it, and whose `seen` is the empty tree. Its
digest and the log's verifier keys, which it names, are the root of trust that everybody pins outside the ledger.
"""

from __future__ import annotations

import base64

from ledger.application.acting import Acting, Done, Request
from ledger.application.deciding import Deciding, Desk
from ledger.application.ledger import Ledger, new_salt, seal_act
from ledger.clock import new_id
from ledger.errors import UsageError
from ledger.family import DIRECT, Change
from ledger.frozen import frozen
from ledger.keys.possession import prove_possession
from ledger.keys.signer import Signer
from ledger.records import key, officer
from ledger.records.office import ADMINISTRATOR, OFFICE, Founded


@frozen
class Founding:
    """What a ledger begins with. `origin` already holds its 64 random bits."""

    name: str
    origin: str
    utc_offset: str
    log_key: str
    founder: str
    log_key_ml_dsa: str = ""


def found(ledger: Ledger, founding: Founding, signer: Signer) -> tuple[Acting, Done]:
    """Record the founding act; returns the founder, ready to act, and the act.

    Raises:
        UsageError: the store holds a ledger already.
    """
    head = ledger.store.head()
    if head.size:
        raise UsageError(
            "this store holds a ledger already", todo="choose another home or store"
        )
    now = ledger.clock()
    record = f"officer/{new_id(now)}"
    acting = Acting(record, signer)
    deciding = Deciding(
        Desk(ledger.folded, new_salt, ledger.families),
        actor=record, on_behalf_of=None, basis=DIRECT, now=now,
    )  # fmt: skip
    changes = _changes(founding, record, signer)
    told = deciding.take(changes)
    request = Request(new_id(now), ())
    sealed = seal_act(
        acting, deciding, command=request.command(acting.officer), told=told, head=head
    )
    first = ledger.append(acting, told, sealed)
    return acting, Done(request.act, sealed.digest, first, len(told), changes)


def _changes(founding: Founding, record: str, signer: Signer) -> list[Change]:
    public = tuple(base64.b64encode(each).decode() for each in signer.public)
    possession = prove_possession(signer, ledger=founding.origin, officer=record)
    return [
        Change(
            OFFICE,
            Founded(
                name=founding.name,
                origin=founding.origin,
                utc_offset=founding.utc_offset,
                log_key=founding.log_key,
                log_key_ml_dsa=founding.log_key_ml_dsa,
            ),
        ),
        Change(
            record, officer.Enrolled(name=founding.founder, posts=(ADMINISTRATOR,), alone=True)
        ),
        Change(
            f"key/{signer.key_id}",
            key.Enrolled(
                officer=record,
                suite=signer.suite,
                public=public,
                possession=tuple(base64.b64encode(each).decode() for each in possession),
                alone=False,
            ),
        ),
    ]
