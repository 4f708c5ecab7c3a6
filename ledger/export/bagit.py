r"""BagIt (RFC 8493): the bytes of a bag's own files, and which names may stand in one.

A bag is a folder, or a zip with one folder at its top. Ours is written like this:

* `bagit.txt`: exactly the two lines of `DECLARATION`;
* `bag-info.txt`: `Label: value`, a line each, among them `Payload-Oxum: <bytes>.<files>`;
* `manifest-sha256.txt`, `manifest-sha512.txt`: `<hex digest>␠␠<path>`, a line for every file below
  `data/`, by path; in a path only LF, CR and % are written `%0A`, `%0D`, `%25`;
* `tagmanifest-sha256.txt`, `tagmanifest-sha512.txt`: the same for every file outside `data/`, but for
  the tag manifests themselves and what signs them (`ledger.export.cover`).

Names are relative, in NFC, and spelled in no way that systems read differently; no two are equal
but for upper and lower case. There is no `fetch.txt`, ever.

Worked example (a vector): of a payload file `data/50%` that holds `a` the line is
`ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb␠␠data/50%25`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ledger.errors import MalformedError

DATA = "data/"
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
BAGIT = "bagit.txt"
ABOUT = "bag-info.txt"
ALGORITHMS = ("sha256", "sha512")
FETCH = "fetch.txt"
MAX_LINE_BYTES = 4096
MAX_PATH_BYTES = 1024
_HEX = {"sha256": 64, "sha512": 128}
_REFUSED = set('\\:*?"<>|')


class Summed(NamedTuple):
    """A file of a bag: its path, its size, and its digest by each of `ALGORITHMS`."""

    path: str
    size_bytes: int
    digests: tuple[str, ...]


def manifest(algorithm: str) -> str:
    """Return the name of the manifest of the payload."""
    return f"manifest-{algorithm}.txt"


def tag_manifest(algorithm: str) -> str:
    """Return the name of the manifest of everything outside the payload."""
    return f"tagmanifest-{algorithm}.txt"


def format_manifest(files: Iterable[Summed], algorithm: str) -> Iterator[bytes]:
    """Yield the lines of a manifest, in the order given."""
    place = ALGORITHMS.index(algorithm)
    for each in files:
        yield f"{each.digests[place]}  {_escaped(each.path)}\n".encode()


def parse_line(line: bytes, algorithm: str, what: str) -> tuple[str, str]:
    """Return (path, digest) of a manifest's line, given without its end.

    Raises:
        MalformedError: it is none, or its path may not stand in a bag.
    """
    try:
        digest, parted, path = line.decode().partition("  ")
    except UnicodeDecodeError as error:
        raise MalformedError(what, expected="UTF-8", found="other bytes") from error
    if not parted or len(digest) != _HEX[algorithm] or set(digest) - set("0123456789abcdef"):
        raise MalformedError(what, expected="a digest and a path", found=repr(line[:60]))
    path = path.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
    check_path(path, what)
    return path, digest


def format_about(told: Sequence[tuple[str, str]]) -> bytes:
    """Return the bytes of `bag-info.txt`; line ends within a value become spaces."""
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in told).encode()


def parse_about(encoded: bytes) -> dict[str, str]:
    """Return what `bag-info.txt` says, the last of a repeated label.

    Raises:
        MalformedError: it is not UTF-8, or a line is none.
    """
    try:
        lines = encoded.decode().splitlines()
    except UnicodeDecodeError as error:
        raise MalformedError(ABOUT, expected="UTF-8", found="other bytes") from error
    told: dict[str, str] = {}
    label = ""
    for line in lines:
        if line[:1] in (" ", "\t") and label:
            told[label] += f" {line.strip()}"
            continue
        label, parted, value = line.partition(":")
        if not parted:
            raise MalformedError(
                ABOUT, expected="lines of 'Label: value'", found=repr(line)[:60]
            )
        told[label] = value.strip()
    return told


def check_path(path: str, what: str) -> None:
    """Check that a name stays inside the bag, and is read alike by all systems.

    Raises:
        MalformedError: it is absolute, climbs, is not NFC, or holds what some systems read otherwise.
    """
    parts = path.split("/")
    plain = all(part.strip(". ") and part == part.rstrip(". ") for part in parts)
    odd = set(path) & _REFUSED or path.startswith("~") or any(ord(each) < 32 for each in path)
    if not plain or odd or len(path.encode("utf-8", "replace")) > MAX_PATH_BYTES:
        raise MalformedError(what, expected="a path inside the bundle", found=repr(path)[:80])
    if not path.isascii() and unicodedata.normalize("NFC", path) != path:
        raise MalformedError(what, expected="a path in NFC", found=repr(path)[:80])


def folded(path: str) -> str:
    """Return what two names have in common that some system takes for one."""
    return unicodedata.normalize("NFC", path).casefold()


def _escaped(path: str) -> str:
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
