"""What a bundle came in: a folder or a zip, read as it stands, never unpacked, never followed out of.

Nothing is written anywhere. A zip is read member by member, as a stream, whose bytes are counted; its
directory is looked at before anything else, and refused where its names could mean two things.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import field
from pathlib import Path
from typing import BinaryIO, cast

from ledger.errors import LedgerError, MalformedError, UnavailableError, UsageError
from ledger.export.bagit import MAX_PATH_BYTES, check_path, folded
from ledger.frozen import frozen

MAX_FILES = 1_000_000
MAX_DIRECTORY_BYTES = 32 << 20
MAX_RATIO = 200
SMALL_BYTES = 16 << 20
CHUNK_BYTES = 1 << 20
_END = b"PK\x05\x06"
_END_BYTES = 22
_ENCRYPTED = 0x1
_UTF8 = 0x800
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@frozen
class Held:
    """The files of a bundle by their paths in it; `odd` names what is no file, and says what it is.

    `open` gives a stream of a file's bytes.
    """

    name: str
    paths: frozenset[str]
    open: Callable[[str], BinaryIO]
    odd: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def open_held(path: Path) -> Iterator[Held]:
    """Hold a bundle's folder or zip.

    Raises:
        UnavailableError: it cannot be read. MalformedError: it is no zip, or one that may not be trusted.
        UsageError: it is neither a folder nor a file.
    """
    with ExitStack() as stack:
        yield _opened(path, stack)


def _opened(path: Path, stack: ExitStack) -> Held:
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise UsageError(f"{path} is neither folder nor file", todo="name a bundle")
    try:
        file = stack.enter_context(path.open("rb"))
        length = _check_directory(file, path.name)
        archive = stack.enter_context(zipfile.ZipFile(file))
        _check_total(archive, length, path.name)
        return _zip(archive, path.name)
    except OSError as error:
        raise UnavailableError(f"bundle {path.name}", error.strerror or str(error)) from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise MalformedError(
            path.name, expected="a whole zip", found=str(error)[:80]
        ) from error


def read_capped(held: Held, path: str, most: int) -> bytes:
    """Return a file's bytes.

    Raises:
        MalformedError: they are more than `most`, or cannot be unpacked. UnavailableError: as `chunks`.
    """
    found = b""
    for chunk in chunks(held, path):
        found += chunk
        if len(found) > most:
            raise MalformedError(path, expected=f"at most {most} bytes", found="more")
    return found


def chunks(held: Held, path: str) -> Iterator[bytes]:
    """Yield a file's bytes, a megabyte at a time.

    Raises:
        MalformedError: they cannot be unpacked. UnavailableError: they cannot be read.
    """
    with reading(path), held.open(path) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk


def lines(held: Held, path: str, most: int) -> Iterator[tuple[int, bytes]]:
    """Yield (number, line without its end) of a file.

    Raises:
        MalformedError: a line is longer than `most`, or has no end. Others as `chunks`.
    """
    with reading(path), held.open(path) as stream:
        number = 0
        while line := stream.readline(most + 1):
            number += 1
            if not line.endswith(b"\n"):
                found = f"more than {most} bytes" if len(line) > most else "a cut line"
                raise MalformedError(f"{path} line {number}", expected="a line", found=found)
            yield number, line[:-1]


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Tell in our words what cannot be read or unpacked."""
    try:
        yield
    except OSError as error:
        raise UnavailableError(f"file {path}", error.strerror or str(error)) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise MalformedError(
            path, expected="bytes that unpack", found=str(error)[:80]
        ) from error


def _folder(root: Path) -> Held:
    paths, odd = set[str](), dict[str, str]()
    for each, mode in _walk(root):
        path = each.relative_to(root).as_posix()
        if stat.S_ISREG(mode):
            paths.add(path)
        else:
            odd[path] = "a link" if stat.S_ISLNK(mode) else "no plain file"
        if len(paths) > MAX_FILES:
            raise MalformedError(root.name, expected=f"at most {MAX_FILES} files", found="more")
    return Held(root.name, frozenset(paths), lambda path: (root / path).open("rb"), odd)


def _walk(root: Path) -> Iterator[tuple[Path, int]]:
    """Yield all that lies below a folder but its folders, with its mode; no link is followed, and no depth is too deep."""
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            found = [(each, each.lstat().st_mode) for each in folder.iterdir()]
        except OSError as error:
            raise UnavailableError(
                f"folder {folder.name}", error.strerror or str(error)
            ) from error
        waiting += (each for each, mode in found if stat.S_ISDIR(mode))
        yield from (each for each in found if not stat.S_ISDIR(each[1]))


def _zip(archive: zipfile.ZipFile, name: str) -> Held:
    members: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    tops: set[str] = set()
    for member in archive.infolist():
        _check_member(member, name)
        top, _, path = member.filename.partition("/")
        tops.add(top)
        if member.is_dir():
            continue
        if len(tops) > 1 or not path:
            raise _refused(name, "one folder at its top", member.filename)
        if folded(path) in seen:
            raise _refused(name, "each name once", member.filename)
        seen.add(folded(path))
        members[path] = member

    def open_(path: str) -> BinaryIO:
        # A member's stream ends where the directory says that the file does.
        return cast("BinaryIO", archive.open(members[path]))

    return Held(name, frozenset(members), open_)


def _check_member(member: zipfile.ZipInfo, name: str) -> None:
    """Refuse what names something outside, is no plain file, or would not end.

    Raises:
        MalformedError: so it is.
    """
    told = member.orig_filename
    if told != member.filename or not (told.isascii() or member.flag_bits & _UTF8):
        raise _refused(name, "names in UTF-8", told)
    try:
        check_path(told.removesuffix("/"), name)
    except LedgerError as error:
        raise _refused(name, "names inside it", told) from error
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(name, "plain files only", told)
    if member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
        raise _refused(name, "files stored or deflated, not encrypted", told)


def _check_directory(file: BinaryIO, name: str) -> int:
    """Refuse a directory that would not fit into memory, before anything reads it; returns the file's length.

    Raises:
        MalformedError: so it is, or there is none.
    """
    length = file.seek(0, 2)
    file.seek(max(0, length - _END_BYTES - 0xFFFF))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_BYTES:
        raise MalformedError(
            name, expected="a bundle: a folder, or a whole zip", found="neither"
        )
    if int.from_bytes(tail[at + 12 : at + 16], "little") > MAX_DIRECTORY_BYTES:
        raise MalformedError(
            name, expected=f"a directory of at most {MAX_DIRECTORY_BYTES} bytes", found="more"
        )
    file.seek(0)
    return length


def _check_total(archive: zipfile.ZipFile, length: int, name: str) -> None:
    """Refuse members that lie over each other, or would together unpack to far more than they are.

    Raises:
        MalformedError: so it is.
    """
    packed = sum(each.compress_size for each in archive.infolist())
    whole = sum(each.file_size for each in archive.infolist())
    if packed > length:
        raise _refused(name, "members side by side", f"{packed} bytes packed in {length}")
    if whole > SMALL_BYTES and whole > MAX_RATIO * max(packed, 1):
        raise _refused(name, f"at most {MAX_RATIO} times as much as packed", f"{whole} bytes")


def _refused(name: str, expected: str, found: str) -> MalformedError:
    return MalformedError(name, expected=expected, found=repr(found[:MAX_PATH_BYTES])[:80])
