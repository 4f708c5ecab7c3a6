"""Who acts, what they ask for, and what they get back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from ledger import canonical
from ledger.errors import KeyNotTrustedError, ProofError, Reason, RefusedError
from ledger.family import DIRECT, Change, Happened, Verb, family_of
from ledger.frozen import frozen
from ledger.keys.signer import Signer
from ledger.log.receipt import ReceiptBook
from ledger.log.standing import KnownHead
from ledger.spelling import encode_body
from ledger.store.disclosures import Disclosed

WHOLE = "whole"
EACH = "each"
ALL = "all"
"""How a request of several steps is judged: as one thing; each by itself, those refused left out;
each by itself, and one refused refuses all."""

# Of an act that ends so nothing is recorded: a rule, its key or the log it would rest on says no.
NOT_RECORDED = (KeyNotTrustedError, ProofError, RefusedError)


@frozen
class Acting:
    """An officer at the desk: record, signer, the delegation used, their receipts, a witnessed head."""

    officer: str
    signer: Signer
    on_behalf_of: str | None = None
    receipts: ReceiptBook | None = None
    witnessed: KnownHead | None = None


@frozen
class Step:
    """One thing asked for: a verb on a record, with the verb's event as far as it was given."""

    verb: Verb
    record: str
    draft: Happened


@frozen
class Content:
    """Content to be stored with an act, under its salted digest (`ledger.store.content`)."""

    digest: str
    salt: bytes
    content: bytes


@frozen
class Command:
    """What a seal says of a request: the act's id, its basis, the canonical command's digest."""

    act: str
    basis: str
    digest: str


@frozen
class Request:
    """A request for one act. Its id is made once and kept over all retries."""

    act: str
    steps: tuple[Step, ...]
    basis: str = DIRECT
    content: tuple[Content, ...] = field(default=())
    judged: str = WHOLE
    disclosures: tuple[Disclosed, ...] = field(default=())

    def command(self, actor: str) -> Command:
        """Return what a seal says of this request by that actor."""
        return Command(self.act, self.basis, self.digest(actor))

    def digest(self, actor: str) -> str:
        """Return the digest of the canonical command, act id included."""
        spell = canonical.spell_text
        judged = "" if self.judged == WHOLE else f',"judged":{spell(self.judged)}'
        steps = b",".join([_format_step(each) for each in self.steps])
        head = f'{{"act":{spell(self.act)},"actor":{spell(actor)},"basis":{spell(self.basis)}'
        return canonical.digest(b'%s%s,"steps":[%s]}' % (head.encode(), judged.encode(), steps))


def _format_step(step: Step) -> bytes:
    """Return the canonical bytes of what is asked for: draft, record and verb."""
    verb = f"{family_of(step.draft.KIND)}.{step.verb.name}"
    told = f',"record":{canonical.spell_text(step.record)},"verb":"{verb}"}}'
    return b'{"draft":%s%s' % (encode_body(step.draft), told.encode())


@frozen
class Done:
    """A recorded act: its id and seal, where it stands, what changed, and what was left out, and why."""

    act: str
    seal: str
    first_index: int
    count: int
    changes: Sequence[Change]
    refused: tuple[Reason, ...] = ()
