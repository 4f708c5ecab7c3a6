"""The officer's receipts: the heads they signed over and where their acts stand, kept by them.

One file per ledger and officer, beside the key and outside the store; a line per act, canonical
JSON: `{"act":"<id>","index":41,"root":"<64 hex>","size":41}`. `size` and `root` are the head that
the act's seal names as seen, `index` is where the act's first event stands. Nobody can rewrite what
lies under a kept line without its holder noticing; losing the file loses that, and nothing else.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from ledger import canonical
from ledger.errors import MalformedError, UnavailableError
from ledger.frozen import frozen

_MEMBERS = frozenset({"act", "index", "root", "size"})


@frozen
class Kept:
    """One act as its officer keeps it: seen head, act id, first index."""

    size: int
    root: str
    act: str
    index: int


def format_receipt(kept: Kept) -> bytes:
    """Return the line of one act, newline included."""
    line = {"act": kept.act, "index": kept.index, "root": kept.root, "size": kept.size}
    return canonical.encode(line) + b"\n"


def parse_receipt(line: bytes) -> Kept:
    """Return the act of a line, given with its newline.

    Raises:
        MalformedError: it is not exactly one receipt.
    """
    if not line.endswith(b"\n"):
        raise MalformedError("receipt", expected="a whole line", found="a cut one")
    told = canonical.members(canonical.parse(line[:-1], "receipt"), _MEMBERS, "receipt")
    integers = type(told["size"]) is int and type(told["index"]) is int
    if not integers or not canonical.is_digest(told["root"]) or type(told["act"]) is not str:
        raise MalformedError("receipt", expected="act, index, root, size", found="other types")
    return Kept(told["size"], told["root"], told["act"], told["index"])


class ReceiptBook:
    """The receipts of one officer for one ledger, in a file that is only added to."""

    def __init__(self, path: Path) -> None:
        """Keep receipts at this path; it need not exist yet."""
        self.path = path

    def last(self) -> Kept | None:
        """Return the newest whole receipt, or None; a line cut by a crash is passed over.

        Raises:
            MalformedError: the newest whole line is no receipt.
        """
        lines = self._lines()
        return parse_receipt(lines[-1]) if lines else None

    def all(self) -> list[Kept]:
        """Return every receipt, oldest first."""
        return [parse_receipt(line) for line in self._lines()]

    def keep(self, kept: Kept) -> None:
        """Add a receipt, in place of a last line that a crash has cut.

        Raises:
            UnavailableError: the file cannot be written; the act itself stands in the log.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b") as file:
                _drop_cut_line(file)
                file.write(format_receipt(kept))
        except OSError as error:
            raise UnavailableError(
                f"receipts {self.path.name}", str(error),
                todo=f"act {kept.act} is recorded; free the place for its receipt",
            ) from error  # fmt: skip

    def _lines(self) -> list[bytes]:
        try:
            held = self.path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise UnavailableError(f"receipts {self.path.name}", str(error)) from error
        return [line for line in held.splitlines(keepends=True) if line.endswith(b"\n")]


def _drop_cut_line(file: BinaryIO) -> None:
    """Cut a file that was opened to be added to back to the end of its last whole line."""
    if not file.seek(0, os.SEEK_END):
        return
    file.seek(-1, os.SEEK_END)
    if file.read(1) != b"\n":
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
