"""Bytes that change by chance anywhere in the database file: found, or the file cannot be read."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.errors import LedgerError
from ledger.store.schema import TABLES
from tests.faults.scene import told

BLOBS = (
    ("events", '"index"', "event"),
    ("events", '"index"', "nodes"),
    ("seals", "first_index", "envelope"),
    ("head", "id", "root"),
    ("head", "id", "frontier"),
    ("content", "digest", "bytes"),
    ("content", "digest", "salt"),
    ("checkpoints", "size", "note"),
    ("timestamps", "digest", "token"),
    ("cosignatures", "size", "cosignature"),
    ("disclosures", "digest", "disclosure"),
)
SCHEMA = "SELECT name, type, tbl_name, sql FROM sqlite_master"
PAGE = 4096
OURS = {table.name.encode() for table in TABLES}


@pytest.fixture(scope="module")
def scene(prepared_ledger, tmp_path_factory):
    """One copy of the prepared ledger, attacked again and again."""
    return prepared_ledger.copy(tmp_path_factory.mktemp("bytes"))


@pytest.fixture(scope="module")
def sound(scene):
    """The bytes of the sound file."""
    return scene.path.read_bytes()


def evidence(path):
    """Return all that the tables and the schema say, or None where that cannot be read."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.text_factory = bytes
            # A scan of the table itself: an index may be damaged and the evidence whole.
            rows = {
                table.name: sorted(
                    connection.execute(f"SELECT * FROM {table.name} NOT INDEXED"), key=repr
                )
                for table in TABLES
            }
            schema = connection.execute(SCHEMA).fetchall()
            rows["schema"] = sorted((row for row in schema if OURS & {*row}), key=repr)
            return rows
    except (sqlite3.Error, UnicodeDecodeError):
        # A damaged name in an error message is no text either.
        return None


def outcome(scene):
    """Return the exit code that verifying comes to, and whether it says why."""
    try:
        verdict = scene.verify()
    except LedgerError as error:
        return error.exit_code, bool(str(error))
    return verdict.exit_code, bool(verdict.findings or verdict.unfinished)


def put(path, content):
    """Let these bytes be the database, and nothing be beside it."""
    for left in path.parent.glob("ledger.db-*"):
        left.unlink()
    path.write_bytes(content)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_changed_byte_of_the_file_is_found_or_changes_no_evidence(scene, sound, data):
    """Never exit 0 with changed evidence: a finding, a file that cannot be read, or a byte that says nothing."""
    changed = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 4), label="how many")):
        at = data.draw(st.integers(0, len(sound) - 1), label="at")
        changed[at] ^= data.draw(st.integers(1, 255), label="by")
    put(scene.path, sound)
    before = evidence(scene.path)
    assert before is not None
    put(scene.path, bytes(changed))
    after = evidence(scene.path)

    code, said = outcome(scene)

    assert code in {0, 1, 3}
    assert said == (code != 0)
    assert code != 0 or after == before


def test_a_page_of_another_kind_is_found_or_cannot_be_read(scene, sound):
    """Whichever page of the file says that it is another kind of page: one clear answer, and never *intact*."""
    put(scene.path, sound)
    before = evidence(scene.path)
    for at in range(PAGE, len(sound), PAGE):
        put(scene.path, sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
        after = evidence(scene.path)

        code, said = outcome(scene)

        assert (code, said) in {(0, False), (1, True), (3, True)}, at
        assert code or after == before, at


def test_a_digest_changed_beneath_its_index_is_found(scene, sound):
    """Content that its index still finds is named, though the row itself says another digest."""
    put(scene.path, sound)
    with closing(sqlite3.connect(scene.path)) as connection:
        digest, salt = connection.execute("SELECT digest, salt FROM content").fetchone()
    # In the table the salt follows the digest, in the index nothing does.
    at = sound.index(digest.encode() + salt)
    put(scene.path, sound[:at] + b"~" + sound[at + 1 :])

    assert ("store.index", "store changed", None) in told(scene.verify())
    assert scene.verify(only=("content",)).findings == ()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(data=st.data())
def test_a_file_cut_or_zeroed_anywhere_is_found(scene, sound, data):
    """A tail that is gone, and a stretch of zeros as a lost page leaves it, never verify with changed evidence."""
    put(scene.path, sound)
    before = evidence(scene.path)
    assert before is not None
    at = data.draw(st.integers(0, len(sound) - 1), label="at")
    if data.draw(st.booleans(), label="cut"):
        put(scene.path, sound[:at])
    else:
        count = min(data.draw(st.integers(1, 8192), label="zeros"), len(sound) - at)
        put(scene.path, sound[:at] + bytes(count) + sound[at + count :])
    after = evidence(scene.path)

    code, said = outcome(scene)

    assert code in {0, 1, 2, 3}
    assert said == (code != 0)
    assert code != 0 or after == before


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_flipped_bit_of_evidence_is_found(scene, sound, data):
    """Whatever bit of evidence flips, verifying never answers 0."""
    put(scene.path, sound)
    table, key, column = data.draw(st.sampled_from(BLOBS))
    with scene.break_in() as connection:
        rows = connection.execute(f"SELECT {key}, {column} FROM {table}").fetchall()
        place, blob = data.draw(st.sampled_from(rows))
        at = data.draw(st.integers(0, len(blob) - 1))
        flipped = bytearray(blob)
        flipped[at] ^= 1 << data.draw(st.integers(0, 7))
        connection.execute(
            f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (bytes(flipped), place)
        )

    verdict = scene.verify()

    assert verdict.exit_code == 1
    assert verdict.findings
