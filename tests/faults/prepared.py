"""One small sound ledger, prepared once, from whose copies all attacks of the matrix start.

    0-2     the founding               25      a delegation; head 26 is signed
    5-7     丙 enrolled, one act       26      a time stamp over checkpoint 26
    16, 17  two acts on 丙's posts     27      a document with a scan
    18      a delegation, one act      28, 29  telegrams are set apart
    21, 22  丙's spare key is          30, 31  two telegrams, whose texts are private
            revoked                    32      丁 plans a rule; head 33 is signed

Checkpoint 26 is kept in the store, cosigned by a witness; the one of size 33 was handed out and is brought along where an
attack says so. Views are built. `earlier.db` is a copy of the database as it was at size 26;
`other.db` is the ledger of another office.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from typing_extensions import override

from ledger.application.acting import Acting
from ledger.application.founding import Founding, found
from ledger.application.ledger import Ledger, new_content
from ledger.audit.outside import Outside
from ledger.audit.verdict import Verdict
from ledger.audit.verify import verify
from ledger.commands.stamping import take_stamp
from ledger.family import Attachment
from ledger.findings import Finding
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.cosigned import key_of
from ledger.log.note import Signature, format_signatures, format_vkey, parse_note
from ledger.log.speaker import head_signers, witness_keys, witness_signers
from ledger.log.timestamp import format_request
from ledger.store.open import open_store
from projections.checks import check_position, check_rows
from projections.runner import FilePlace, Runner
from projections.views import VIEWS
from tests.faults.scene import Scene
from tests.office import (
    FOUNDER,
    SECOND,
    START,
    Office,
    ScriptedClock,
    make_busy_office,
    pin_of,
    seed_of,
)
from tests.private import set_apart, telegram
from tests.tsa import make_authority

SIZE = 33
LAST = SIZE - 1
KEPT = 26
STAMPED = 26
SCANNED = 27
PRIVATE = 30
SCAN = "骑缝章的扫描件".encode()
OTHER = "town.example/office/8899aabbccddeeff"
SPARE = "丙的备用密钥"
SECONDS = 1_646_100_000
VIEW = "regulation_status"


@dataclass(frozen=True)
class Prepared:
    """A sound ledger on the disk, closed, and what its people know of it.

    `officers` are records by name; `note` is the head as the log's key signed it for others; `roots`
    are those of the time-stamping authority, `policy` names the witness that is wanted.
    """

    folder: Path
    office: Office
    note: bytes
    roots: bytes
    policy: bytes

    def copy(self, folder: Path) -> Copy:
        """Return a copy in an empty folder."""
        for path in self.folder.glob("*.*"):
            if path.is_file():
                shutil.copy(path, folder)
        return Copy(folder / "ledger.db", pin_of(self.office), self)


@dataclass(frozen=True)
class Copy(Scene):
    """A copy of the prepared ledger, to be attacked and then verified with all that its people know."""

    prepared: Prepared

    @property
    def folder(self) -> Path:
        """Where the copy lies: the database, the views, and what is brought along for attacks."""
        return self.path.parent

    @contextmanager
    def at_work(self) -> Iterator[Office]:
        """Open the ledger as the office does, with everybody's keys at hand."""
        office = self.prepared.office
        store = open_store(str(self.path))
        people = {
            name: Acting(each.officer, SeedSigner(seed_of(name)))
            for name, each in office.people.items()
        }
        ledger = Ledger(store, clock=office.clock)
        yield Office(ledger, office.clock, office.founding, people, office.log_key)
        store.close()

    @override
    def verify(
        self, *, against: bool = False, since: bytes | None = None, **options: Any
    ) -> Verdict:
        """Verify the ledger as it now is; `against` holds it against the head that was handed out.

        `since` is a checkpoint: only what is new from there on is verified.
        """
        brought = (("brought.note", self.prepared.note),) if against else ()
        known = self.prepared
        outside = Outside(
            brought, known.roots, known.policy, now_seconds=SECONDS,
            since=None if since is None else ("head.note", since),
        )  # fmt: skip
        with closing(open_store(str(self.path))) as store:
            return verify(store, pin=self.pin, jobs=1, outside=outside, **options)

    def verify_view(self) -> list[Finding]:
        """Hold one view, the state of regulations, against a replay."""
        with closing(open_store(str(self.path))) as store:
            runner = Runner(store, FilePlace(self.folder), VIEWS)
            found = list(check_position(runner, VIEW))
            return found or list(check_rows(runner, VIEW))


def prepare(folder: Path) -> Prepared:
    """Make the ledger that all attacks start from."""
    office = make_busy_office(str(folder / "ledger.db"))
    days = {"from_day": START.date(), "until_day": START.date() + timedelta(days=9)}
    again = {"delegate": office.record_of("丙"), "post": "办公室主任", **days}
    office.act("丁", ("officer.delegate", office.record_of("丁"), again))
    assert office.store.head().size == KEPT
    note = sign_head(office)
    office.store.add_checkpoint(KEPT, note)
    policy = cosign(office, note)
    _copy(folder / "ledger.db", folder / "earlier.db")
    make_other(folder / "other.db")
    authority = make_authority(folder / "tsa")
    answer = authority.answer(format_request(note, "sha256"))
    roots = authority.roots.read_bytes()
    take_stamp(office.ledger, office.people[FOUNDER], answer, roots)
    content = new_content(SCAN)
    scan = Attachment(name="来文.pdf", size_bytes=len(SCAN), digest=content.digest)
    received = {"sender": "市委办公室", "title": "通知", "attachments": (scan,)}
    office.act("丙", ("incoming.receive", "", received), content=(content,), basis="as-found")
    set_apart(office, SECOND)
    telegram(office, FOUNDER, "电文一")
    telegram(office, FOUNDER, "电文二")
    office.act("丁", ("rule.plan", "", {"title": "公务接待管理办法"}))
    Runner(office.store, FilePlace(folder), VIEWS).follow()
    assert office.store.head().size == SIZE
    prepared = Prepared(folder, office, sign_head(office), roots, policy)
    office.store.close()
    return prepared


def cosign(office: Office, note: bytes) -> bytes:
    """Have a witness cosign the checkpoint that is kept; returns the policy that wants this witness."""
    key = LogKey("witness.example/w1", SeedSigner(seed_of("witness")), seed_of("witness, 2"))
    text = parse_note(note).text.encode()
    signer, vkey = witness_signers(key, SECONDS)[0], format_vkey(witness_keys(key)[0])
    line = Signature(signer.name, signer.key_id, signer.sign(text))
    office.store.add_cosignature(KEPT, key_of(line), format_signatures([line]))
    told = f"log {office.log_key.verifier}\nwitness archive {vkey}\nquorum archive\n"
    return told.encode()


def make_other(path: Path) -> None:
    """Make another office's ledger: other people, other keys of the log."""
    store, clock = open_store(str(path), create=True), ScriptedClock()
    log_key = LogKey(OTHER, SeedSigner(seed_of("town")), seed_of("town, second half"))
    founding = Founding(
        "镇党政办", OTHER, "+08:00", log_key.verifier, "戊", log_key.verifier_ml_dsa
    )
    ledger = Ledger(store, clock=clock)
    acting, done = found(ledger, founding, SeedSigner(seed_of("戊")))
    office = Office(ledger, clock, done, {"戊": acting}, log_key)
    for title in ("甲办法", "乙办法"):
        office.act("戊", ("rule.plan", "", {"title": title}), basis="as-found")
    store.close()


def _copy(original: Path, to: Path) -> None:
    with (
        closing(sqlite3.connect(original)) as connection,
        closing(sqlite3.connect(to)) as copy,
    ):
        connection.backup(copy)


def sign_head(office: Office) -> bytes:
    """Return the office's head, signed by the log's key."""
    head = office.store.head()
    told = Checkpoint(office.ledger.origin, head.size, head.root)
    return sign_checkpoint(told, head_signers(office.log_key, SECONDS))
