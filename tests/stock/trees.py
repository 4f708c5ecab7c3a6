"""Trees of tiles for tests: of a small office, and of one with seventy thousand entries."""

from __future__ import annotations

from pathlib import Path

from ledger.application.acting import Request, Step
from ledger.clock import new_id
from ledger.export.tiles import Head, Written, write_tiles
from ledger.family import AS_FOUND, Happened, Verb, simply
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.speaker import head_signers, log_verifiers
from ledger.records.rule.events import Planned
from tests.office import FOUNDER, Office, make_office

NOW = 1_700_000_000
ACTS_AT_ONCE = 16
PER_ACT = 256
RECORD = "rule/01GX0000000000000000000000"
TAKE = Verb("take", "导入", "Take in as found.", Happened, simply)


def head_of(office: Office) -> Head:
    """Return the office's head, signed by its log's key."""
    head = office.store.head()
    checkpoint = Checkpoint(office.ledger.origin, head.size, head.root)
    note = sign_checkpoint(checkpoint, head_signers(office.log_key, NOW))
    keys = (office.log_key.verifier, office.log_key.verifier_ml_dsa)
    return Head(checkpoint, note, log_verifiers(*keys))


def grow_tree(office: Office, folder: Path) -> Written:
    """Bring a tree up to the office's head."""
    return write_tiles(office.store, folder, head_of(office))


def write_tree(office: Office, folder: Path) -> Path:
    """Write the office's tree into a new folder; returns the folder."""
    grow_tree(office, folder / "tree")
    return folder / "tree"


def fill(office: Office, size: int) -> None:
    """Append small events, 256 an act, until there are so many."""
    step = Step(TAKE, RECORD, Planned(title="办法"))
    while (left := min(ACTS_AT_ONCE * PER_ACT, size - office.store.head().size)) > 0:
        counts = [min(PER_ACT, left - at) for at in range(0, left, PER_ACT)]
        office.ledger.act_all(
            office.people[FOUNDER],
            [Request(new_id(office.clock()), (step,) * count, AS_FOUND) for count in counts],
        )


def big_office(folder: Path, size: int) -> Office:
    """Return an office on the disk with so many events."""
    office = make_office(str(folder / "ledger.db"))
    fill(office, size)
    return office


def flip(path: Path, place: int) -> None:
    """Change one bit of a file's byte; the same again takes it back."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
