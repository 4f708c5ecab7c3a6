"""Errands: what is not done by a verb alone, but with a file or an answer from outside.

A register is taken in as found; the log's head is stamped by an authority; an inventory of all records
is worked out and sealed; a loss of the log is recorded; a private text is sealed, and purged; what was exported is
handed over and acknowledged. Families of which this is the only way are not tried with drafts: what nobody outside ever gave
would be missing when it is verified.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ledger.application.acting import Request, Step
from ledger.application.inventory import read_inventory
from ledger.application.ledger import new_content
from ledger.clock import new_id
from ledger.commands.load import read_register
from ledger.commands.stamping import take_stamp
from ledger.family import Attachment, concealed_in
from ledger.importing.mapping import load_mapping
from ledger.importing.taking import take
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.speaker import head_signers
from ledger.log.timestamp import format_request
from ledger.records.handover import ACKNOWLEDGE, MAKE, Acknowledged, Made
from ledger.records.incident import RECORD, Recorded
from ledger.records.inventory import INVENTORY, SEAL, Sealed
from tests.needs import REPOSITORY
from tests.office import FOUNDER, SECOND, Office
from tests.private import (
    carried_out,
    let_in,
    purged,
    send_away,
    set_apart,
    telegram,
    tell_reading_key,
)
from tests.tsa import Authority, make_authority
from tests.wandering.drafts import Drafting


@dataclass
class Surroundings:
    """What the office deals with: a folder for files, and a time-stamping authority."""

    folder: Path
    authority: Authority


def make_surroundings(folder: Path) -> Surroundings:
    """Make a place for files, and an authority of our own."""
    return Surroundings(folder, make_authority(folder / "authority"))


def import_register(office: Office, around: Surroundings, drafting: Drafting) -> None:
    """Take in a small register of rules, as found."""
    name = f"旧规定{office.store.head().size}"
    path = around.folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("title", "published", "date", "action", "line"))
        for n in range(3):
            rows.writerow((name, "", drafting.near(4_000, 0), "promulgated", f"第{n}行"))
    mapping = load_mapping(REPOSITORY / "examples" / "maps" / "real-rules.toml")
    reading = read_register(path, mapping)
    take(office.ledger, office.people[FOUNDER], reading.source, reading.mapped)


def stamp_head(office: Office, around: Surroundings, drafting: Drafting) -> None:
    """Sign the log's head as a checkpoint, and have it stamped."""
    head = office.store.head()
    checkpoint = Checkpoint(office.ledger.origin, head.size, head.root)
    signers = head_signers(office.log_key, int(drafting.now.timestamp()))
    note = sign_checkpoint(checkpoint, signers)
    office.store.add_checkpoint(head.size, note)
    answer = around.authority.answer(format_request(note, "sha256"))
    roots = around.authority.roots.read_bytes()
    take_stamp(office.ledger, office.people[FOUNDER], answer, roots)


def seal_inventory(office: Office, around: Surroundings, drafting: Drafting) -> None:
    """Seal an inventory of all records as they stand."""
    del around, drafting
    with office.store.snapshot() as pinned:
        size = pinned.head().size
        listed = read_inventory(pinned, size)
    sealed = Sealed(size=size, records=len(listed.leaves), root=listed.root.hex())
    step = Step(SEAL, INVENTORY, sealed)
    office.ledger.act(office.people[FOUNDER], Request(new_id(office.clock()), (step,)))


def record_incident(office: Office, around: Surroundings, drafting: Drafting) -> None:
    """Record that somebody holds a head which the log does not have."""
    del around, drafting
    size = office.store.head().size
    told = Recorded(
        size=size,
        held_size=size + 3,
        held_root="",
        held_by="回执",
        lost="三条",
        decision="继续使用",
    )
    now = office.clock()
    step = Step(RECORD, f"incident/{new_id(now)}", told)
    office.ledger.act(office.people[FOUNDER], Request(new_id(now), (step,)))


def hand_over(office: Office, around: Surroundings, drafting: Drafting) -> None:
    """Record a hand-over of all there is, and its receipt on a form."""
    del around
    head, record = office.store.head(), f"handover/{new_id(office.clock())}"
    digest = head.root.hex()
    made = Made(
        recipient="某县审计局", scope=("all records",), audience="full", records=1,
        entries=head.size, hidden=0, size=head.size, root=digest, digest=digest,
    )  # fmt: skip
    form = new_content(f"收到 {digest}".encode())
    attached = Attachment(name="回执.txt", size_bytes=len(form.content), digest=form.digest)
    received = Acknowledged(
        receiver="王审计", received_on=drafting.near(30, 0), digest=digest, forms=(attached,)
    )
    for verb, told, content in ((MAKE, made, ()), (ACKNOWLEDGE, received, (form,))):
        step = Step(verb, record, told)
        request = Request(new_id(office.clock()), (step,), content=content)
        office.ledger.act(office.people[FOUNDER], request)


def write_privately(office: Office, around: Surroundings, drafting: Drafting) -> None:
    """Record a telegram whose text few may read; the founder is let in, or out again."""
    del around
    state = office.ledger.state("compartment/telegram")
    if not state.generation:
        set_apart(office, SECOND)
        tell_reading_key(office, FOUNDER)
    elif state.member(office.record_of(FOUNDER)):
        send_away(office, FOUNDER, by=SECOND)
    else:
        let_in(office, FOUNDER, by=SECOND)
    telegram(office, FOUNDER, f"电文 {drafting.day}")


def purge_telegram(office: Office, around: Surroundings, drafting: Drafting) -> None:
    """Record a telegram, and have its text destroyed by two officers."""
    del around
    (change,) = telegram(office, FOUNDER, f"误录 {drafting.day}").changes
    digests = concealed_in(change.event).digests
    approved = purged(office, change.record, digests, by=(FOUNDER, SECOND))
    carried_out(office, approved, by=FOUNDER)


ERRANDS: dict[str, tuple[int, Callable[[Office, Surroundings, Drafting], None]]] = {
    "intake": (400, import_register),
    "stamp": (2_500, stamp_head),
    "inventory": (4_000, seal_inventory),
    "incident": (4_000, record_incident),
    "handover": (2_000, hand_over),
    "compartment": (1_500, write_privately),
    "purge": (4_000, purge_telegram),
}
"""By the family that it is for: once in so many tries, and at the beginning."""
