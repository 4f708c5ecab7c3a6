"""An office whose entries and records are proved: its head signed, its inventory sealed, its pin known."""

from __future__ import annotations

from ledger.application.acting import Done, Request, Step
from ledger.application.inventory import read_inventory
from ledger.clock import new_id
from ledger.export.checked import Checked, Trust
from ledger.export.evidence import Evidence, format_evidence, parse_evidence
from ledger.export.proofs import check_evidence
from ledger.export.proving import Signed, prove_entry, prove_record
from ledger.log.proof import Proof, format_proof, parse_proof
from ledger.records.inventory import INVENTORY, SEAL, Sealed
from tests.office import FOUNDER, Office
from tests.stock.trees import head_of


def seal_inventory(office: Office, who: str = FOUNDER, **changed: object) -> Done:
    """Seal an inventory of the office's log as it stands; `changed` makes it lie."""
    size = office.store.head().size
    listed = read_inventory(office.store, size)
    told = {"size": size, "records": len(listed.leaves), "root": listed.root.hex()} | changed
    step = Step(SEAL, INVENTORY, Sealed(**told))
    done = office.ledger.act(office.people[who], Request(new_id(office.clock()), (step,)))
    office.done.append(done)
    return done


def signed(office: Office) -> Signed:
    """The office's head, signed."""
    head = head_of(office)
    return Signed(head.checkpoint, head.note)


def trust_of(office: Office) -> Trust:
    """What a reader pinned of the office's ledger."""
    key = office.log_key
    return Trust(key.verifier, office.founding.seal, "argument", key.verifier_ml_dsa)


def entry_proof(office: Office, index: int) -> bytes:
    """The evidence file of an entry."""
    return prove_entry(office.store, signed(office), index)


def record_proof(office: Office, record: str) -> bytes:
    """The evidence file of a record's whole history."""
    return prove_record(office.store, signed(office), record)


def checked(office: Office, encoded: bytes) -> Checked:
    """What checking a file by the office's pin comes to."""
    return check_evidence(encoded, trust_of(office))


def codes(found: Checked) -> set[str]:
    """The codes that were found."""
    return {each.code for each in found.findings}


def evidence_of(encoded: bytes) -> Evidence:
    """The evidence in a file."""
    return parse_evidence(parse_proof(encoded).extra or b"")


def with_evidence(encoded: bytes, evidence: Evidence) -> bytes:
    """The same file with other evidence in it."""
    proof = parse_proof(encoded)
    return format_proof(
        Proof(proof.index, proof.hashes, proof.checkpoint, format_evidence(evidence))
    )


def series(year: int) -> dict[str, object]:
    """What a number series is opened with."""
    registrars, others = ("登记员",), ("文书",)
    posts = {
        "registrars": registrars,
        "reviewers": others,
        "leaders": others,
        "approvers": others,
    }
    return {"code": "县委发", "year": year, "family": "document", **posts}
