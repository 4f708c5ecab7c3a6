"""Which font a page is set in: a Chinese one of this machine, since none may be shipped with us.

GB/T 9704-2012 asks for 仿宋 in the body. Where the machine has it, it is taken; else 宋体, else any
font that has Chinese characters. A font is embedded in the page, cut down to what is used of it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ledger.errors import UnavailableError

# By preference: the body's font as the standard names it, then what free systems have.
NAMES = (
    "simfang.ttf", "fangsong.ttf", "stfangso.ttf", "FZFSJW.TTF", "FandolFang-Regular.otf",
    "simsun.ttc", "Songti.ttc", "NotoSerifCJK-Regular.ttc", "NotoSerifCJKsc-Regular.otf",
    "wqy-zenhei.ttc", "NotoSansCJK-Regular.ttc", "gbsn00lp.ttf", "wqy-microhei.ttc",
    "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf",
)  # fmt: skip

# It tells of every table of a font that it does not need; a user can do nothing about it.
logging.getLogger("fontTools").setLevel(logging.ERROR)
_BEGINNINGS = (b"\0\1\0\0", b"OTTO", b"ttcf", b"true")


def font_folders() -> tuple[Path, ...]:
    """Return where this machine keeps fonts."""
    home = Path.home()
    return (
        home / ".fonts", home / ".local/share/fonts", home / "Library/Fonts",
        Path("/usr/local/share/fonts"), Path("/usr/share/fonts"), Path("/Library/Fonts"),
        Path("/System/Library/Fonts"), Path(os.environ.get("WINDIR", "/windows")) / "Fonts",
    )  # fmt: skip


def find_font(named: Path | None, folders: Iterable[Path]) -> Path:
    """Return the font file that was named, or the best that is here.

    Raises:
        UnavailableError: it is not there or no font, or none is here.
    """
    if named is not None:
        if not named.is_file():
            raise UnavailableError(f"font {named.name}", "is not there")
        with named.open("rb") as file:
            if file.read(4) not in _BEGINNINGS:
                raise UnavailableError(f"font {named.name}", "is no TrueType or OpenType font")
        return named
    ranks = {name.lower(): rank for rank, name in enumerate(NAMES)}
    found = [path for path in _files(folders) if path.name.lower() in ranks]
    if not found:
        raise UnavailableError(
            "a font with Chinese characters", "none of those we know is on this machine",
            todo="install one (Debian: fonts-wqy-zenhei), or name one with --font FILE",
        )  # fmt: skip
    return min(found, key=lambda path: (ranks[path.name.lower()], str(path)))


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from folder.rglob("*.[tToO][tT][tTcCfF]")
