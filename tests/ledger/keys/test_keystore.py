"""Key files on disk: never overwritten, never open to others, never half-read."""

from __future__ import annotations

import os
import stat

import pytest

from ledger.errors import MalformedError, UnavailableError, UsageError
from ledger.keys import keystore
from ledger.keys.keyfile import seal_secret
from ledger.keys.keystore import read_header, read_keyfile, read_log_key, write_keyfile
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import ED25519, HYBRID, LOG

SEED = bytes(range(32))
posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")


@pytest.fixture
def keyfile(quick):
    """A key file sealed with the quick derivation."""
    return seal_secret(SEED, "pass", derive=quick)


@pytest.fixture
def path(tmp_path, keyfile):
    """The same on disk."""
    write_keyfile(tmp_path / "a.key", keyfile)
    return tmp_path / "a.key"


def test_a_key_file_comes_back_as_its_signer(path, quick):
    """Written and read with its passphrase, the key signs as before."""
    signer = read_keyfile(path, "pass", derive=quick)

    assert signer.key_id == SeedSigner(SEED).key_id
    assert signer.sign(b"m") == SeedSigner(SEED).sign(b"m")


def test_the_public_part_needs_no_passphrase(path, keyfile):
    """Key id and public key are read without opening."""
    assert read_header(path) == keyfile.header


@posix
def test_a_key_file_is_its_owners_alone(path):
    """The mode is 0600, whatever the umask."""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644, 0o666, 0o610, 0o601])
def test_a_file_open_to_others_is_refused(path, mode, quick):
    """Any right of group or world is refused, with what to do about it."""
    path.chmod(mode)

    for read in (read_header, lambda file: read_keyfile(file, "pass", derive=quick)):
        with pytest.raises(UnavailableError, match=f"mode {mode:04o} .*chmod 600"):
            read(path)


def test_an_existing_file_is_never_overwritten(path, quick):
    """Writing where something is refuses and leaves it as it was."""
    before = path.read_bytes()

    with pytest.raises(UsageError, match="never overwritten"):
        write_keyfile(path, seal_secret(bytes(32), "other", derive=quick))

    assert path.read_bytes() == before


@posix
def test_a_dangling_link_is_not_written_through(tmp_path, keyfile):
    """A link laid in the file's place is something that exists."""
    (tmp_path / "b.key").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(UsageError, match="never overwritten"):
        write_keyfile(tmp_path / "b.key", keyfile)

    assert not (tmp_path / "elsewhere").exists()


def test_a_failed_write_leaves_nothing(tmp_path, keyfile, monkeypatch):
    """When the disk fails, what was begun is taken away again."""

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keystore.os, "fsync", full)

    with pytest.raises(UnavailableError, match="No space left"):
        write_keyfile(tmp_path / "c.key", keyfile)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_one_clear_error(tmp_path, keyfile):
    """Neither writing nor reading where nothing is ends in a traceback."""
    missing = tmp_path / "none" / "d.key"

    with pytest.raises(UnavailableError, match="No such file"):
        write_keyfile(missing, keyfile)
    with pytest.raises(UnavailableError, match="No such file"):
        read_header(missing)


@posix
def test_a_pipe_or_folder_is_no_key_file(tmp_path):
    """What is no plain file is refused at once: a pipe does not hold us up."""
    os.mkfifo(tmp_path / "pipe", 0o600)

    with pytest.raises(UnavailableError, match="no plain file"):
        read_header(tmp_path / "pipe")
    with pytest.raises(UnavailableError):
        read_header(tmp_path)


def test_a_huge_file_is_not_read_whole(path):
    """More than any key file has is refused by its size."""
    path.write_bytes(b"{" * 5000)

    with pytest.raises(MalformedError, match="at most 4096 bytes"):
        read_header(path)


def test_a_wrong_passphrase_ends_with_exit_code_3(path, quick):
    """The key could not be used; nothing is said about any record."""
    with pytest.raises(UnavailableError, match="does not open") as caught:
        read_keyfile(path, "wrong-one", derive=quick)

    assert caught.value.exit_code == 3
    assert "wrong-one" not in str(caught.value)


def test_a_log_s_key_file_gives_both_halves(tmp_path, quick):
    """And an older one the first half alone."""
    for suite, secret, halves in ((LOG, bytes(range(64)), 2), (ED25519, bytes(range(32)), 1)):
        path = tmp_path / f"{halves}.key"
        write_keyfile(path, seal_secret(secret, "pass", suite=suite, derive=quick))

        key = read_log_key(path, "log.example", "pass", derive=quick)

        assert bool(key.verifier_ml_dsa) == (halves == 2)
        assert key.public == SeedSigner(secret[:32]).public[0]


def test_an_officer_s_hybrid_key_is_no_log_s(tmp_path, quick):
    """Its second half is of another kind."""
    write_keyfile(
        tmp_path / "a.key", seal_secret(bytes(64), "pass", suite=HYBRID, derive=quick)
    )

    with pytest.raises(MalformedError, match="log key suite"):
        read_log_key(tmp_path / "a.key", "log.example", "pass", derive=quick)
