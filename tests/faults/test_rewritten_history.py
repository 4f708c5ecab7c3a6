"""The whole database rebuilt with a forged past, by one who holds the log's key and the database.

丙 is that one: administrator of the database, with the log's key, and with 丙's own. In the true history 丙
plans a rule, and 丁, who is honest, signs an act after it and keeps the receipt. In the forged one 丙's
rule has another title: the act is signed anew, all rows, hashes and the head are made again, in a new
database with every guard in place, and the log's key signs the new head. Nothing in it is malformed.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

import pytest

from ledger import act as acts
from ledger.act import format_entry, format_event, parse_event
from ledger.application.acting import Acting
from ledger.application.ledger import Ledger
from ledger.audit.outside import Outside
from ledger.errors import ProofError
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import component_keyids
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.receipt import ReceiptBook
from ledger.log.speaker import head_signers
from ledger.log.tree import EMPTY_ROOT, append_all, leaf_hash, root
from ledger.store.open import open_store
from tests.faults.scene import Scene, told
from tests.office import START, make_busy_office, pin_of, seed_of

SIGNED_AT = 1_700_000_000
PLAN = ("rule.plan", "", {"title": "公务接待管理办法"})
FORGED_TITLE = "公务接待管理办法（另册）"


@dataclass(frozen=True)
class Sealed:
    """An act as the database holds it: its envelope, its events, its time."""

    envelope: bytes
    events: tuple[bytes, ...]
    recorded_at: str


@dataclass(frozen=True)
class Truth:
    """The true history, what 丁 keeps of it, and a checkpoint that was handed out."""

    acts: tuple[Sealed, ...]
    pin: object
    receipts: ReceiptBook
    checkpoint: bytes
    office: object
    forged: int
    honest: int


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    """A ledger in which 丁 signed after 丙; `forged` and `honest` are the acts' places among all acts."""
    folder = tmp_path_factory.mktemp("truth")
    office = make_busy_office(str(folder / "ledger.db"))
    office.act("丙", PLAN)
    book = ReceiptBook(folder / "receipts.jsonl")
    honest = replace(office.people["丁"], receipts=book)
    days = {"from_day": START.date(), "until_day": START.date() + timedelta(days=9)}
    again = {"delegate": office.record_of("丙"), "post": "办公室主任", **days}
    office.act(honest, ("officer.delegate", office.record_of("丁"), again))
    note = signed(office)
    seals = list(office.store.seals())
    held = tuple(
        Sealed(seal.envelope, tuple(row.event for row in rows), rows[0].recorded_at)
        for seal in seals
        for rows in [list(office.store.events(seal.first_index, seal.first_index + seal.count))]
    )
    office.store.close()
    return Truth(held, pin_of(office), book, note, office, len(held) - 2, len(held) - 1)


def signed(office, size=None, hashed=None) -> bytes:
    """A checkpoint by the log's key, of the office's head or of any other."""
    head = office.store.head() if size is None else None
    checkpoint = Checkpoint(office.ledger.origin, size or head.size, hashed or head.root)
    return sign_checkpoint(checkpoint, head_signers(office.log_key, SIGNED_AT))


def forge(held: Sealed, seen: tuple[int, bytes]) -> Sealed:
    """The same act with another title, signed by 丙, who says to have seen this head."""
    (event,) = map(parse_event, held.events)
    changed = format_event(replace(event, body={**event.body, "title": FORGED_TITLE}))
    signer = SeedSigner(seed_of("丙"))
    act = replace(
        acts.open_seal(held.envelope).act,
        events=(sha256(changed).hexdigest(),),
        seen=(seen[0], seen[1].hex()),
    )
    signatures = signer.sign(acts.signed_bytes(acts.format_act(act)))
    envelope = acts.seal(act, component_keyids(signer.key_id, signer.suite), signatures)
    return Sealed(envelope, (changed,), held.recorded_at)


def rebuild(path, held: list[Sealed], office) -> None:
    """Write a whole new database of these acts; no guard is off, and the log's key signs its head."""
    open_store(str(path), create=True).close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    size, frontier = 0, ()
    for each in held:
        act = acts.open_seal(each.envelope).act
        digest = sha256(each.envelope).hexdigest()
        connection.execute(
            "INSERT INTO seals VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                size,
                len(each.events),
                act.act,
                digest,
                each.envelope,
                act.actor,
                act.key,
                act.at,
            ),
        )
        leaves = [
            leaf_hash(format_entry(event, each.recorded_at, digest)) for event in each.events
        ]
        frontier, nodes = append_all(size, frontier, leaves)
        for index, (event, node) in enumerate(zip(each.events, nodes, strict=True), size):
            said = parse_event(event)
            connection.execute(
                "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    index,
                    said.record,
                    said.version,
                    said.kind,
                    event,
                    act.act,
                    each.recorded_at,
                    node,
                ),
            )
        size += len(each.events)
    last = held[-1].recorded_at
    connection.execute(
        "UPDATE head SET size = ?, root = ?, frontier = ?, recorded_at = ?, clock = ?",
        (size, root(frontier), b"".join(frontier), last, last),
    )
    note = signed(office, size, root(frontier))
    connection.execute("INSERT INTO checkpoints VALUES (?, ?)", (size, note))
    connection.execute("COMMIT")
    connection.close()


def head_of(held: list[Sealed]) -> tuple[int, bytes]:
    """The head of the log that these acts make."""
    leaves = [
        leaf_hash(format_entry(event, each.recorded_at, sha256(each.envelope).hexdigest()))
        for each in held
        for event in each.events
    ]
    return len(leaves), root(append_all(0, (), leaves)[0]) if leaves else EMPTY_ROOT


def forged_history(truth: Truth) -> list[Sealed]:
    """All acts, 丙's forged among them, up to 丁's."""
    before = list(truth.acts[: truth.forged])
    return [*before, forge(truth.acts[truth.forged], head_of(before))]


@pytest.fixture
def scene(truth, tmp_path):
    """A place for the forged database."""
    return Scene(tmp_path / "ledger.db", truth.pin)


def kept(truth: Truth) -> Outside:
    """What 丁 brings along: the receipts."""
    return Outside(receipts=(("receipts 丁", tuple(truth.receipts.all())),))


def first_index(truth: Truth, number: int) -> int:
    """Where an act begins."""
    return sum(len(each.events) for each in truth.acts[:number])


def test_the_rebuilt_truth_is_intact(truth, scene):
    """The means are sound: rebuilt without a forgery, the database verifies, receipts and all."""
    rebuild(scene.path, list(truth.acts), truth.office)

    verdict = scene.verify(outside=kept(truth))

    assert (verdict.verdict, verdict.findings, verdict.not_checked) == ("intact", (), ())


def test_a_forged_past_under_an_honest_seal_is_found_with_nothing_but_the_pin(truth, scene):
    """丁's seal names the head that 丁 saw; no key but 丁's can make it name another."""
    rebuild(scene.path, [*forged_history(truth), truth.acts[truth.honest]], truth.office)

    verdict = scene.verify()

    place = first_index(truth, truth.honest)
    assert verdict.exit_code == 1
    assert told(verdict) == {("seal.seen", "forked", place)}


def test_the_store_itself_refuses_the_honest_seal_on_a_forged_past(truth, scene):
    """Through our own program not even the database's owner can put it there."""
    rebuild(scene.path, forged_history(truth), truth.office)
    ledger = Ledger(open_store(str(scene.path)), clock=truth.office.clock)
    honest = replace(truth.office.people["丁"], receipts=truth.receipts)
    days = {"from_day": START.date(), "until_day": START.date() + timedelta(days=9)}
    again = {"delegate": truth.office.record_of("丙"), "post": "办公室主任", **days}
    request = truth.office.request([("officer.delegate", honest.officer, again)])

    with pytest.raises(ProofError, match="rolled back or cut"):
        ledger.act(honest, request)
    ledger.store.close()


def test_a_forged_past_without_the_honest_seal_is_found_by_its_receipt(truth, scene):
    """Leaving 丁's act out makes a log that is sound in itself, but not to 丁."""
    rebuild(scene.path, forged_history(truth), truth.office)

    alone, with_receipts = scene.verify(), scene.verify(outside=kept(truth))

    assert alone.verdict == "intact"
    place = first_index(truth, truth.honest)
    assert told(with_receipts) == {("checkpoint.receipt", "rolled back", place)}


def test_a_forged_past_that_has_grown_is_found_by_the_receipt(truth, scene):
    """丙 goes on working until the log is longer than anybody remembers; its past is still another."""
    rebuild(scene.path, forged_history(truth), truth.office)
    ledger = Ledger(open_store(str(scene.path)), clock=truth.office.clock)
    forger = Acting(truth.office.record_of("丙"), SeedSigner(seed_of("丙")))
    for _ in range(3):
        ledger.act(forger, truth.office.request([PLAN]))
    ledger.store.close()

    verdict = scene.verify(outside=kept(truth))

    place = first_index(truth, truth.honest) - 1
    assert told(verdict) == {("checkpoint.receipt", "forked", place)}


def test_a_forged_past_is_found_by_a_checkpoint_handed_out_before(truth, scene):
    """The log's key has signed two heads of one size: whoever keeps the first can show it."""
    rebuild(scene.path, [*forged_history(truth), truth.acts[truth.honest]], truth.office)

    verdict = scene.verify(outside=Outside(against=(("archive.note", truth.checkpoint),)))

    size = sum(len(each.events) for each in truth.acts)
    assert ("checkpoint.root", "forked", size - 1) in told(verdict)
