"""Attacks on the whole: files put back, ledgers exchanged, heads and checkpoints forged, views edited."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing

from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.speaker import head_signers
from ledger.store.open import open_store
from tests.faults.attacking import (
    ALL_KEYS,
    DATABASE,
    FILES,
    LOG_KEY,
    OFFICER,
    OTHER,
    PROGRAM,
    VIEWS,
    Attack,
)
from tests.faults.forging import cut, rebuild, sign_again
from tests.faults.prepared import KEPT, LAST, SECONDS, SIZE, Copy
from tests.faults.prepared import OTHER as ANOTHER
from tests.office import ORIGIN, seed_of

MINE = "UPDATE checkpoints SET note = ?"


def _replayed(scene: Copy) -> None:
    """The last act of another ledger is appended to this one, and the tree made anew."""
    with (
        closing(sqlite3.connect(scene.folder / "other.db")) as other,
        scene.break_in() as connection,
    ):
        seal = other.execute(
            "SELECT count, act, digest, envelope, actor, key, at FROM seals"
            " ORDER BY first_index DESC LIMIT 1"
        ).fetchone()
        event = other.execute(
            "SELECT record, version, kind, event, act, ? FROM events"
            ' ORDER BY "index" DESC LIMIT 1',
            ("2022-04-01T00:00:00.000000Z",),
        ).fetchone()
        connection.execute(f"INSERT INTO seals VALUES ({SIZE}, ?, ?, ?, ?, ?, ?, ?)", seal)
        connection.execute(f"INSERT INTO events VALUES ({SIZE}, ?, ?, ?, ?, ?, ?, x'')", event)
        rebuild(connection)


def _exchanged(scene: Copy) -> None:
    """The whole database is another ledger's."""
    shutil.copy(scene.folder / "other.db", scene.path)


def _founded_again(scene: Copy) -> None:
    """The founding act and all its seals are another ledger's."""
    with (
        closing(sqlite3.connect(scene.folder / "other.db")) as other,
        scene.break_in() as connection,
    ):
        seal = other.execute(
            "SELECT act || 'x', digest, envelope FROM seals WHERE first_index = 0"
        ).fetchone()
        connection.execute(
            "UPDATE seals SET act = ?, digest = ?, envelope = ? WHERE first_index = 0", seal
        )
        rebuild(connection)


def _put_back(scene: Copy) -> None:
    """The database file is the copy that was made earlier."""
    shutil.copy(scene.folder / "earlier.db", scene.path)


def _set_back(scene: Copy) -> None:
    """The head alone is set back to what it was at size 16."""
    with scene.break_in() as connection:
        _head_as_at(connection, 16)


def _root_set_back(scene: Copy) -> None:
    """Root and frontier are those of one event before, the size stays."""
    with scene.break_in() as connection:
        _head_as_at(connection, LAST)
        connection.execute(f"UPDATE head SET size = {SIZE}")


def _head_as_at(connection: sqlite3.Connection, size: int) -> None:
    connection.execute("CREATE TEMP TABLE kept AS SELECT * FROM events")
    connection.execute('DELETE FROM events WHERE "index" >= ?', (size,))
    rebuild(connection)
    connection.execute("DELETE FROM events")
    connection.execute("INSERT INTO events SELECT * FROM kept")


def _cut(scene: Copy) -> None:
    """The log is cut cleanly by two acts, above the checkpoint that is kept in it."""
    with scene.break_in() as connection:
        cut(connection, SIZE - 2)


def _cut_with_checkpoints(scene: Copy) -> None:
    """The log is cut cleanly below all that is kept in it, and that is thrown away."""
    with scene.break_in() as connection:
        connection.execute("DELETE FROM timestamps")
        connection.execute("DELETE FROM cosignatures")
        connection.execute("DELETE FROM checkpoints")
        cut(connection, 20)


def _rewritten(scene: Copy) -> None:
    """What came after the last checkpoint kept in the store is cut off, and other acts are signed instead."""
    with scene.break_in() as connection:
        connection.execute("DELETE FROM timestamps")
        cut(connection, KEPT)
    with scene.at_work() as office:
        for number in range(SIZE - KEPT):
            office.act("丁", ("rule.plan", "", {"title": f"办法{number}"}))


def _rewritten_and_signed(scene: Copy) -> None:
    """The past is edited under honest later signatures, and the log's own key signs the new head."""
    with scene.break_in() as connection:
        connection.execute("DELETE FROM timestamps")
        connection.execute("DELETE FROM cosignatures")
        connection.execute("DELETE FROM checkpoints")
    sign_again(scene, 18, "丙", actor=scene.prepared.office.record_of("丙"), anew=True)
    _sign_head(scene, scene.prepared.office.log_key)


def _sign_head(scene: Copy, key: LogKey) -> None:
    with closing(open_store(str(scene.path))) as store:
        head = store.head()
        told = Checkpoint(ORIGIN, head.size, head.root)
        store.add_checkpoint(head.size, sign_checkpoint(told, head_signers(key, SECONDS)))


def _signed_by_another(scene: Copy) -> None:
    """The true head, signed by a key of the log's name that is not the log's."""
    _sign_head(scene, LogKey(ORIGIN, SeedSigner(seed_of("false log")), seed_of("false half")))


def _signed_falsely(scene: Copy) -> None:
    """A head that never was, signed by the log's own key and kept."""
    told = Checkpoint(ORIGIN, 20, b"\x01" * 32)
    note = sign_checkpoint(told, head_signers(scene.prepared.office.log_key, SECONDS))
    with closing(open_store(str(scene.path))) as store:
        store.add_checkpoint(20, note)


def _signed_ahead(scene: Copy) -> None:
    """A head of events that there never were, signed by the log's own key and kept."""
    told = Checkpoint(ORIGIN, SIZE + 1, b"\x01" * 32)
    note = sign_checkpoint(told, head_signers(scene.prepared.office.log_key, SECONDS))
    with closing(open_store(str(scene.path))) as store:
        store.add_checkpoint(SIZE + 1, note)


def _of_another(scene: Copy) -> None:
    """The checkpoint kept is one of another ledger."""
    key = LogKey(ANOTHER, SeedSigner(seed_of("town")), seed_of("town, second half"))
    told = Checkpoint(ANOTHER, KEPT, b"\x01" * 32)
    with scene.break_in() as connection:
        connection.execute(MINE, (sign_checkpoint(told, head_signers(key, SECONDS)),))


def _half_signed(scene: Copy) -> None:
    """The checkpoint kept bears only one of the two signatures of the log's key."""
    with scene.break_in() as connection:
        (note,) = connection.execute("SELECT note FROM checkpoints").fetchone()
        lines = note.splitlines(keepends=True)
        connection.execute(MINE, (b"".join(lines[:-1]),))


def in_view(*statements: str) -> Callable[[Copy], None]:
    """Return what attacks the views' database with these statements."""

    def does(scene: Copy) -> None:
        with closing(sqlite3.connect(scene.folder / "views-1.db")) as connection:
            for each in statements:
                connection.execute(each)
            connection.commit()

    return does


def view(name: str, code: str, *statements: str) -> Attack:
    """Return an attack on a view."""
    return Attack(name, VIEWS, (code, "view drifted", None), in_view(*statements), view=True)


WHOLES = (
    Attack("replayed-from-another-ledger", OTHER, ("seal.ledger", "forked", SIZE), _replayed),
    Attack("replayed-key-is-unknown-here", OTHER, ("key.not_good", "key misused", SIZE), _replayed),
    Attack("ledger-exchanged", OTHER, ("seal.founding", "forked", 0), _exchanged),
    Attack("founding-act-of-another-ledger", OTHER, ("seal.founding", "forked", 0), _founded_again),
    Attack("head-set-back", PROGRAM, ("log.size", "rolled back", 16), _set_back),
    Attack("head-root-of-an-older-size", PROGRAM, ("log.root", "rolled back", None), _root_set_back),
    Attack("file-rolled-back", FILES, ("checkpoint.ahead", "rolled back", KEPT), _put_back, against=True),
    Attack("file-rolled-back-seen-by-views", FILES, ("view.position", "view drifted", None),
           _put_back, view=True),
    Attack("tail-cut-cleanly", PROGRAM, ("checkpoint.ahead", "rolled back", SIZE - 2), _cut, against=True),
    Attack("tail-cut-cleanly-with-checkpoints", PROGRAM, ("checkpoint.quorum", "unwitnessed", None),
           _cut_with_checkpoints),
    Attack("past-rewritten-under-later-signatures", ALL_KEYS, ("seal.seen", "forked", 19),
           _rewritten_and_signed),
    Attack("tail-rewritten-with-an-officers-key", OFFICER, ("checkpoint.root", "forked", LAST),
           _rewritten, against=True),
    Attack("checkpoint-by-a-false-key", DATABASE, ("checkpoint.signature", "edited", None),
           _signed_by_another),
    Attack("checkpoint-of-another-ledger", OTHER, ("checkpoint.signature", "edited", None), _of_another),
    Attack("checkpoint-half-signed", DATABASE, ("checkpoint.signature", "edited", None), _half_signed),
    Attack("checkpoint-forged-with-the-log-key", LOG_KEY, ("checkpoint.root", "forked", 19),
           _signed_falsely),
    Attack("checkpoint-ahead-with-the-log-key", LOG_KEY, ("checkpoint.ahead", "truncated", SIZE),
           _signed_ahead),
    view("view-row-edited", "view.rows", "UPDATE regulations SET title = '另一办法'"),
    view("view-row-deleted", "view.rows", "DELETE FROM regulations"),
    view("view-row-inserted", "view.rows",
         "CREATE TEMP TABLE one AS SELECT * FROM regulations", "UPDATE one SET rule = 'rule/x'",
         "INSERT INTO regulations SELECT * FROM one"),
    view("view-position-ahead", "view.position", "UPDATE view_position SET position = 99"),
)  # fmt: skip
