"""Which format a file is in, by its own bytes: what an archive takes, what opens, what is locked or packed.

An archive keeps OFD (GB/T 33190), PDF, and the common formats of GB/T 18894-2016: of texts RTF, TXT, XML and DOCX, of
pictures JPEG, TIFF and PNG, of sound WAV and MP3, of film MPEG, MP4 and AVI; no packed files, none that are encrypted (DA/T 70-2018,
3-3 and 3-8). That standard's own text was not at hand, only archives' accounts of it. It takes WPS too, whose bytes do not tell it
from other old office files; those are named. An OFD or office file is a zip by its bytes: its name says which is meant.
"""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass, field

ALLOWED = (
    "OFD", "PDF", "RTF", "TXT", "XML", "DOCX", "JPEG", "TIFF", "PNG", "WAV", "MP3", "MPEG", "MP4", "AVI",
)  # fmt: skip
PACKED = ("ZIP", "RAR", "7Z", "GZIP")
UNKNOWN = "UNKNOWN"
EDGE_BYTES = 4096
_LOCK = b"/Encrypt"
_MAGIC = (
    (0, b"%PDF-", "PDF"), (0, b"II*\0", "TIFF"), (0, b"MM\0*", "TIFF"), (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"\x89PNG", "PNG"), (0, b"Rar!", "RAR"), (0, b"7z\xbc\xaf", "7Z"), (0, b"\x1f\x8b", "GZIP"),
    (0, b"\xd0\xcf\x11\xe0", "OLE"), (8, b"WAVE", "WAV"), (8, b"AVI ", "AVI"), (0, b"\0\0\1\xba", "MPEG"), (0, b"{\\rtf", "RTF"),
    (0, b"ID3", "MP3"), (4, b"ftyp", "MP4"),
    (0, b"<?xml", "XML"), (0, b"\xef\xbb\xbf<?xml", "XML"),
)  # fmt: skip
# By format: what may stand behind the end, and the end.
_ENDS = {
    "JPEG": (b"\0", b"\xff\xd9"),
    "PNG": (b"\0", b"IEND\xaeB`\x82"),
    "RTF": (b"\0\r\n ", b"}"),
}
_ZIP = b"PK\x03\x04"
_ZIPPED = {"ofd": "OFD", "docx": "DOCX", "xlsx": "XLSX", "pptx": "PPTX"}


@dataclass(slots=True)
class Look:
    """A file, looked at as its bytes pass: size, digest, both edges, whether it is text."""

    size_bytes: int = 0
    head: bytes = b""
    tail: bytes = b""
    locked: bool = False
    text: bool = True
    _summed: hashlib._Hash = field(default_factory=hashlib.sha256)
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=codecs.getincrementaldecoder("utf-8")
    )

    def take(self, chunk: bytes) -> None:
        """Look at the next bytes."""
        self.size_bytes += len(chunk)
        self._summed.update(chunk)
        self.head = (self.head + chunk[:EDGE_BYTES])[:EDGE_BYTES]
        self.locked = self.locked or _LOCK in self.tail[-len(_LOCK) :] + chunk
        self.tail = (self.tail + chunk)[-EDGE_BYTES:]
        self._decode(chunk, final=False)

    def end(self) -> None:
        """Say that no bytes follow."""
        self._decode(b"", final=True)

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes."""
        return self._summed.hexdigest()

    def _decode(self, chunk: bytes, *, final: bool) -> None:
        try:
            told = self._decoder.decode(chunk, final) if self.text else ""
        except UnicodeDecodeError:
            self.text = False
        else:
            self.text = self.text and "\0" not in told


def look_at(content: bytes) -> Look:
    """Return the look at a whole file."""
    look = Look()
    look.take(content)
    look.end()
    return look


def format_of(look: Look, name: str) -> str:
    """Return the format by the bytes, and by the name where bytes alone do not tell."""
    if look.head.startswith(_ZIP):
        return _ZIPPED.get(name.rpartition(".")[2].lower(), "ZIP")
    for at, magic, found in _MAGIC:
        if look.head[at : at + len(magic)] == magic:
            return found
    return "TXT" if look.text else UNKNOWN


def is_encrypted(look: Look, found: str) -> bool:
    """Tell whether a PDF is locked, or a file is an encrypted office file."""
    return found == "PDF" and look.locked


def flaw_of(look: Look, found: str) -> str | None:
    """Return what keeps a file from opening; nothing where it opens, None where its bytes' edges do not tell."""
    if found in _ENDS:
        padding, end = _ENDS[found]
        return "" if look.tail.rstrip(padding).endswith(end) else f"the {found} has no end"
    match found:
        case "PDF":
            whole = b"%%EOF" in look.tail[-1024:] and b"startxref" in look.tail
            return "" if whole else "the PDF has no end"
        case "TIFF":
            offset = look.head[4:8]
            first = int.from_bytes(offset[::-1] if look.head[:2] == b"II" else offset, "big")
            return "" if 8 <= first < look.size_bytes else "the TIFF's first page is outside it"
        case "TXT":
            return "" if look.size_bytes else "the file is empty"
        case _:
            return None
