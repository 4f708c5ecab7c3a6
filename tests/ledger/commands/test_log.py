"""`qifeng log`: what is signed by the log's key, and what it proves without any ledger."""

from __future__ import annotations

import pytest

from ledger.act import parse_entry
from ledger.canonical import digest
from ledger.commands.own import read_pin
from ledger.errors import LedgerError
from ledger.log.checkpoint import open_checkpoint
from ledger.log.proof import check_proof, parse_proof
from ledger.log.speaker import log_verifier


@pytest.fixture
def pin(room):
    """Give the user's own pin."""
    (path,) = (room.folder / "mine" / "ledgers").glob("*/pin.json")
    return read_pin(path)


def checked(pin, proof, entry):
    """Check a proof as anybody does who has the pin, the proof and the entry."""
    verifiers = [log_verifier(pin.log_key)]
    return check_proof(parse_proof(proof), entry, origin=pin.origin, verifiers=verifiers)


def test_a_checkpoint_is_the_log_s_head_signed_by_its_key(room, pin):
    """What stdout gives opens under the pinned key, and the store keeps it too."""
    told = room("log", "checkpoint")

    assert told.code == 0, told.err
    opened = open_checkpoint(told.out.encode(), pin.origin, [log_verifier(pin.log_key)])
    head = room.ledger().store.head()
    assert (opened.size, opened.root) == (head.size, head.root)
    assert room.verify().verdict == "intact"


def test_a_checkpoint_is_written_to_a_file(room, pin, tmp_path):
    """For keeping where the ledger is not."""
    told = room("log", "checkpoint", "--out", tmp_path / "head.note")

    assert (told.code, told.out) == (0, "")
    note = (tmp_path / "head.note").read_bytes()
    assert open_checkpoint(note, pin.origin, [log_verifier(pin.log_key)]).size > 0


def test_every_entry_is_proved_without_the_ledger(room, pin, tmp_path):
    """For each index the two files check under the pin alone."""
    size = room.ledger().store.head().size
    for index in range(size):
        out = tmp_path / f"{index}.tlog-proof"
        told = room.say("log", "prove", index, "--out", out)

        entry = out.with_suffix(".entry").read_bytes()
        assert checked(pin, out.read_bytes(), entry).size == size
        assert (told["index"], told["size"], told["entry"]) == (index, size, digest(entry))


def test_a_proof_of_another_entry_shows_nothing(room, pin, tmp_path):
    """An entry's proof is of no use for its neighbour."""
    for index in (1, 2):
        room("log", "prove", index, "--out", tmp_path / f"{index}.tlog-proof")

    with pytest.raises(LedgerError):
        checked(
            pin, (tmp_path / "1.tlog-proof").read_bytes(), (tmp_path / "2.entry").read_bytes()
        )


def test_a_record_is_proved_by_its_last_event(room, tmp_path):
    """Whoever names a record need not know its index."""
    told = room.say("log", "prove", "office/main", "--out", tmp_path / "office.tlog-proof")

    entry = parse_entry((tmp_path / "office.entry").read_bytes())
    last = room.ledger().store.last("office/main")
    assert (told["index"], entry.event.record) == (last.index, "office/main")


@pytest.mark.parametrize(
    ("what", "said"), [("9999", "entry '9999'"), ("nobody/0", "nobody"), ("孙枚", "孙枚")]
)
def test_what_is_not_in_the_log_is_not_proved(room, what, said):
    """Exit 2, the name told, and no file written."""
    told = room("log", "prove", what)

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
