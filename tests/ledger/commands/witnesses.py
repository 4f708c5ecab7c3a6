"""Witnesses for the tests of commands: folders of their own beside a room, answering by files or over loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

from ledger.commands.session import Session
from ledger.commands.witnessing import open_witness, serving
from tests.ledger.commands.room import Room, Told


@dataclass(frozen=True)
class Archive:
    """A witness beside a room; `keys` are its verifier keys, Ed25519 first."""

    room: Room
    name: str
    config: Path
    keys: tuple[str, ...]

    def __call__(self, *arguments: Any) -> Told:
        """Call a command as this witness."""
        return self.room.call(
            "--config",
            self.config,
            "--passphrase-file",
            self.room.folder / "passphrase",
            *arguments,
        )

    @property
    def pin(self) -> Path:
        """The pin of the room's ledger, as it was handed to the witness."""
        (path,) = (self.room.folder / "mine" / "ledgers").glob("*/pin.json")
        return path

    def answer(self, folder: Path) -> Told:
        """Answer the requests in a folder."""
        return self("log", "witness", "answer", folder, "--pin", self.pin)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Answer over loopback meanwhile; yields the address."""
        session = Session(
            self.room.folder / ".qifeng",
            self.config,
            passphrase_file=self.room.folder / "passphrase",
        )
        with serving(open_witness(session, [self.pin])) as (server, url):
            Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            yield url
            server.shutdown()


def make_archive(room: Room, name: str) -> Archive:
    """Make a witness of that name, with a key."""
    config = room.folder / f"witness {name}"
    told = room.call(
        "--config", config, "--passphrase-file", room.folder / "passphrase",
        "log", "witness", "key", f"{name}.example/w", "--json",
    )  # fmt: skip
    return Archive(room, name, config, tuple(told.answer["keys"]))


def add(room: Room, archive: Archive, *more: Any) -> Told:
    """Add a witness to the room's policy, by its Ed25519 key."""
    return room("log", "witness", "add", archive.name, archive.keys[0], *more)


def carried(room: Room, *archives: Archive, stick: Path, code: int = 0) -> Any:
    """Have the head cosigned by files that are carried to these witnesses; returns what came of it."""
    assert room("log", "witness", "request", "--out", stick).code == 0
    for each in archives:
        assert each.answer(stick).code == 0
    told = room("log", "witness", "accept", stick)
    assert told.code == code, told.err
    return told


def head(room: Room) -> tuple[int, bytes]:
    """The newest checkpoint that the store keeps: its size and note."""
    return room.ledger().store.checkpoints()[-1]


def more(room: Room, title: str = "会议管理办法") -> None:
    """Record something."""
    told = room("--as", "孙梅", "rule", "plan", "--title", title)
    assert told.code == 0, told.err
