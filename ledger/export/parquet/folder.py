"""A folder of Parquet files, one a range of indexes: what is whole stays, the rest is written.

Each file is written beside its place and renamed: it is there whole or not at all, and a call that was cut
off goes on where it stood. The last range is written again as far as the log goes now. What is there must be
of this log as it stands: a file's root is held against the log's root at that file's size.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from ledger.errors import LedgerError, ProofError, UnavailableError, UsageError
from ledger.export.parquet.columns import Rows
from ledger.export.parquet.file import About, ParquetDraft, read_about
from ledger.frozen import frozen
from ledger.log import tree
from ledger.store.contract import LogReader

DRAFT = ".unfinished"
ROWS_PER_FILE = 1_000_000
Progress = Callable[[int, int], None]


@frozen
class Office:
    """Whose log it is, and the office's zone of time."""

    origin: str
    utc_offset: str


@frozen
class Exported:
    """What stands in the folder now: how many files, of them new; up to which size, with which root."""

    files: int
    new: int
    size: int
    root: str


def write_parquet(
    log: LogReader,
    folder: Path,
    office: Office,
    *,
    width: int = ROWS_PER_FILE,
    progress: Progress = lambda _done, _total: None,
) -> Exported:
    """Write the log's events as files of `width` rows each; `progress` gets (rows, of how many).

    Raises:
        UsageError: the folder holds something else, another log, or files of another width.
        ProofError: what is there is not of this log as it stands, or an event is not what its seal
            covers. UnavailableError: a file cannot be read or written.
    """
    head = log.head()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        standing = _standing(folder, log, office.origin, width=width)
        new = 0
        for first in range(0, head.size, width):
            size = min(first + width, head.size)
            if standing.get(first) == size:
                progress(size, head.size)
                continue
            about = About(office.origin, first, size, tree.root_at(size, log.read_hashes).hex())
            _write(
                log, folder, about, office.utc_offset, lambda done: progress(done, head.size)
            )
            new += 1
    except OSError as error:
        raise UnavailableError(
            f"files in {folder}", str(error), todo="call again, and it goes on"
        ) from error
    return Exported(-(-head.size // width), new, head.size, head.root.hex())


def _standing(folder: Path, log: LogReader, origin: str, *, width: int) -> dict[int, int]:
    """Return the sizes that the files there run to, by their first index; drafts are swept away."""
    found: dict[int, int] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(DRAFT):
            path.unlink()
            continue
        try:
            about = read_about(path)
        except LedgerError as error:
            raise UsageError(str(error), todo="choose an empty folder") from error
        _check(path, about, log, origin, width=width)
        found[about.first] = about.size
    return found


def _check(path: Path, about: About, log: LogReader, origin: str, *, width: int) -> None:
    if about.origin != origin:
        raise UsageError(
            f"{path.name} is of the log {about.origin[:80]}, not of {origin}",
            todo="choose another folder",
        )
    size = log.head().size
    fits = about.first % width == 0 and about.size <= about.first + width
    if not fits:
        raise UsageError(
            f"{path.name} was not written with --rows {width}",
            todo="say what it was written with, or choose another folder",
        )
    if about.size > size or tree.root_at(about.size, log.read_hashes).hex() != about.root:
        raise ProofError(
            path.name,
            f"it runs to size {about.size} of a log that is not this one as it stands, of size {size}:"
            " the store was rolled back or changed; call the administrator",
        )


def _write(
    log: LogReader, folder: Path, about: About, utc_offset: str, done: Callable[[int], None]
) -> None:
    name = f"events-{about.first:012d}.parquet"
    draft = ParquetDraft(folder / f"{DRAFT}-{name}")
    rows = Rows(log, about.first, about.size, utc_offset=utc_offset)
    try:
        written = about.first
        for count in draft.write(rows):
            written += count
            done(written)
        if rows.root.hex() != about.root or written != about.size:
            raise ProofError(
                name, "events do not lead to the log's root; 'qifeng verify' says what is wrong"
            )
        draft.finish(about, f"qifeng {metadata.version('qifeng')}")
    finally:
        draft.drop()
    (folder / f"{DRAFT}-{name}").replace(folder / name)
