"""`qifeng log`: what is signed by the log's key, and what it proves without any ledger."""

from __future__ import annotations

import shutil

import pytest

from ledger.act import parse_entry
from ledger.application.founding import Founding, found
from ledger.application.ledger import Ledger
from ledger.canonical import digest
from ledger.commands import heads
from ledger.commands.own import Pin, read_pin, write_pin
from ledger.errors import LedgerError
from ledger.keys.keyfile import seal_secret
from ledger.keys.keystore import write_keyfile
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import LOG
from ledger.log.checkpoint import open_checkpoint, parse_checkpoint
from ledger.log.note import ED25519, ML_DSA_44_COSIGNATURE, parse_note
from ledger.log.proof import check_proof, parse_proof
from ledger.log.speaker import log_verifiers
from ledger.store.open import open_store
from tests.ledger.commands.room import WORD
from tests.ledger.log.parts import CHECKPOINT


@pytest.fixture
def pin(room):
    """Give the user's own pin."""
    (path,) = (room.folder / "mine" / "ledgers").glob("*/pin.json")
    return read_pin(path)


def checked(pin, proof, entry):
    """Check a proof as anybody does who has the pin, the proof and the entry."""
    verifiers = log_verifiers(pin.log_key, pin.log_key_ml_dsa)
    return check_proof(parse_proof(proof), entry, origin=pin.origin, verifiers=verifiers)


def test_a_checkpoint_is_the_log_s_head_signed_by_its_key(room, pin):
    """What stdout gives opens under both pinned keys, and the store keeps it too."""
    told = room("log", "checkpoint")

    assert told.code == 0, told.err
    known = log_verifiers(pin.log_key, pin.log_key_ml_dsa)
    assert [each.kind for each in known] == [ED25519, ML_DSA_44_COSIGNATURE]
    opened = open_checkpoint(told.out.encode(), pin.origin, known)
    head = room.ledger().store.head()
    assert (opened.size, opened.root) == (head.size, head.root)
    assert room.verify().verdict == "intact"


def test_a_head_is_signed_once(room):
    """The same head again is the same note, and asks for no passphrase."""
    first = room("log", "checkpoint")
    (room.folder / "passphrase").unlink()

    assert room("log", "checkpoint").out == first.out


def test_another_head_is_signed_anew(room, pin):
    """After an act, the next checkpoint is of a larger log that continues the first."""
    known = log_verifiers(pin.log_key, pin.log_key_ml_dsa)
    first, _ = (
        room("log", "checkpoint"),
        room("--as", "孙梅", "rule", "plan", "--title", "办法"),
    )
    second = room("log", "checkpoint")

    sizes = [
        open_checkpoint(each.out.encode(), pin.origin, known).size for each in (first, second)
    ]
    assert sizes[0] < sizes[1]
    assert [size for size, _ in room.ledger().store.checkpoints()] == sizes


def test_a_log_that_does_not_continue_its_checkpoint_is_not_signed(room):
    """Nobody gets a second, other head: not from a store that was cut behind its own checkpoint."""
    backup = room.folder / "backup"
    room("store", "backup", backup)
    room("--as", "孙梅", "rule", "plan", "--title", "办法")
    note = room("log", "checkpoint").out.encode()
    shutil.rmtree(room.folder / ".qifeng")
    room("store", "restore", backup)
    store = room.ledger().store
    store.add_checkpoint(parse_checkpoint(parse_note(note).text).size, note)

    told = room("log", "checkpoint")

    assert (told.code, told.out) == (1, "")
    assert "rolled back or cut; sign nothing" in told.err


def test_a_forged_checkpoint_in_the_store_is_not_given_out(room):
    """What the store keeps at the head's size must open under the log's keys."""
    store = room.ledger().store
    store.add_checkpoint(store.head().size, CHECKPOINT)

    told = room("log", "checkpoint")

    assert (told.code, told.out) == (1, "")


def test_another_log_s_key_file_signs_nothing(room):
    """The key must be the one that the founding act names or leads to."""
    path = room.folder / ".qifeng" / "log.key.json"
    path.unlink()
    write_keyfile(path, seal_secret(bytes(64), WORD, suite=LOG))

    told = room("log", "checkpoint")

    assert (told.code, told.out) == (1, "")
    assert "is not the key that speaks for this log" in told.err


def test_a_log_key_of_earlier_days_goes_on_signing(call, tmp_path):
    """A ledger founded with an Ed25519 key alone has checkpoints with one signature, and verifies."""
    home, seed = tmp_path / ".qifeng", bytes(range(32))
    home.mkdir()
    (tmp_path / "passphrase").write_text(WORD)
    log_key = LogKey("old.example", SeedSigner(seed))
    ledger = Ledger(open_store(str(home / "ledger.db"), create=True))
    founding = Founding("机关", log_key.name, "+08:00", log_key.verifier, "陈立")
    _, done = found(ledger, founding, SeedSigner(bytes(32)))
    write_keyfile(home / "log.key.json", seal_secret(seed, WORD))
    write_pin(home / "pin.json", Pin(log_key.name, log_key.verifier, done.seal))

    told = call("--passphrase-file", tmp_path / "passphrase", "log", "checkpoint")

    known = log_verifiers(log_key.verifier)
    assert open_checkpoint(told.out.encode(), log_key.name, known).size == 3
    assert told.out.count("— ") == 1
    assert call("verify", "--json").answer["verdict"] == "intact"


def test_a_checkpoint_is_written_to_a_file(room, pin, tmp_path):
    """For keeping where the ledger is not."""
    told = room("log", "checkpoint", "--out", tmp_path / "head.note")

    assert (told.code, told.out) == (0, "")
    note = (tmp_path / "head.note").read_bytes()
    known = log_verifiers(pin.log_key, pin.log_key_ml_dsa)
    assert open_checkpoint(note, pin.origin, known).size > 0


def test_every_entry_is_proved_without_the_ledger(room, pin, tmp_path):
    """For each index one file, which checks under the pin alone; a stock reader wants the entry's bytes too."""
    size = room.ledger().store.head().size
    for index in range(size):
        out, entry = tmp_path / f"{index}.tlog-proof", tmp_path / f"{index}.entry"
        told = room.say("log", "prove", index, "--out", out, "--entry", entry)

        assert checked(pin, out.read_bytes(), entry.read_bytes()).size == size
        assert (told["index"], told["size"], told["record"]) == (index, size, None)
        assert told["entry"] == digest(entry.read_bytes())


def test_a_proof_of_another_entry_shows_nothing(room, pin, tmp_path):
    """An entry's proof is of no use for its neighbour."""
    for index in (1, 2):
        room("log", "prove", index, "--out", tmp_path / f"{index}.tlog-proof",
             "--entry", tmp_path / f"{index}.entry")  # fmt: skip

    with pytest.raises(LedgerError):
        checked(
            pin, (tmp_path / "1.tlog-proof").read_bytes(), (tmp_path / "2.entry").read_bytes()
        )


def test_a_record_is_proved_by_its_last_event(room, tmp_path):
    """Whoever names a record need not know its index."""
    out, path = tmp_path / "office.tlog-proof", tmp_path / "office.entry"
    told = room.say("log", "prove", "office/main", "--out", out, "--entry", path)

    entry = parse_entry(path.read_bytes())
    last = room.ledger().store.last("office/main")
    assert (told["index"], entry.event.record) == (last.index, "office/main")


@pytest.mark.parametrize(
    ("what", "said"), [("9999", "'9999'"), ("nobody/0", "nobody"), ("孙枚", "孙枚")]
)
@pytest.mark.parametrize("more", [(), ("--whole",)])
def test_what_is_not_in_the_log_is_not_proved(room, what, said, more):
    """Exit 2, the name told, and no file written."""
    told = room("log", "prove", what, *more)

    assert told.code == 2
    assert said in told.err
    assert list(room.folder.parent.glob("*.tlog-proof")) == []


def test_the_log_s_key_needs_its_own_passphrase(room):
    """An officer's passphrase, if another, signs no checkpoint."""
    (room.folder / "passphrase").write_text("another\n")

    told = room("log", "checkpoint")

    assert (told.code, told.out) == (3, "")
    assert "does not open its key file" in told.err


def test_a_folder_that_is_not_there_takes_no_checkpoint(room, tmp_path):
    """What could not be written is 3, in one line."""
    for arguments in (
        ("log", "checkpoint", "--out", tmp_path / "nowhere" / "head.note"),
        ("log", "prove", "1", "--out", tmp_path / "nowhere" / "1.tlog-proof"),
    ):
        told = room(*arguments)
        assert told.code == 3
        assert told.err.startswith("error: file ")
        assert told.err.count("\n") == 1


def test_the_log_is_written_as_a_tree_and_only_what_is_new(room, tmp_path):
    """Sizes and files are told; the second call writes the tiles that grew, the third none."""
    size = room.ledger().store.head().size
    tree = tmp_path / "tree"

    first = room.say("log", "tiles", tree)
    room("--as", "孙梅", "rule", "plan", "--title", "办法")
    told = room("log", "tiles", tree)

    assert (first["old_size"], first["size"], first["files"]) == (0, size, 3)
    assert told.err == f"{tree}: size {size} -> {size + 1}, 3 files written\n"
    assert room.say("log", "tiles", tree)["files"] == 0
    assert (tree / "checkpoint").read_bytes() == room("log", "checkpoint").out.encode()


def test_a_folder_of_somebody_s_is_not_written_into(room, tmp_path):
    """Wrong usage, in one line, and nothing in it."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("dear")

    told = room("log", "tiles", tmp_path / "mine")

    assert (told.code, told.out) == (2, "")
    assert "holds letter and no checkpoint" in told.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter"]


def test_a_tree_is_checked_with_no_ledger(room, call, tmp_path):
    """By the pin alone, every entry and signature; a change is 1."""
    (pin,) = (room.folder / "mine" / "ledgers").glob("*/pin.json")
    room("log", "tiles", tmp_path / "tree")
    size = room.ledger().store.head().size

    told = call("check", tmp_path / "tree", "--pin", pin)
    assert told.code == 0, told.err
    assert told.out.startswith(f"all {size} entries of the log ")
    assert "not independent" in call("check", tmp_path / "tree").out

    (path,) = (tmp_path / "tree" / "tile" / "0").glob("000.p/*")
    path.write_bytes(bytes(32 * size))
    assert call("check", tmp_path / "tree", "--pin", pin).code == 1


def test_a_head_that_somebody_else_signed_meanwhile_is_theirs(room, monkeypatch):
    """Two sign at once: the store keeps the first note, and both give that one out."""
    first = room("log", "checkpoint").out.encode()
    asked = iter([None])
    kept = heads._kept_head
    monkeypatch.setattr(heads, "_kept_head", lambda *told: next(asked, kept(*told)))

    assert room("log", "checkpoint").out.encode() == first
