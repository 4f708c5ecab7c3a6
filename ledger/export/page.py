"""`index.html` of a bundle: opened from the file system, it works out again in the browser what the bundle says.

Everything it reads stands in it: a page from a disk may not read its neighbours. It is made last, from the
files that are in the bag already, so it holds their very bytes and the digests under which the manifest lists
them. Up to `PAGE` entries stand in one page; of more, `index.html` holds the tables and `pages/NNN.html` so many entries
each, with the keys' histories in all of them. What a page cannot check it says: first of all, whether it
was changed itself, which the bundle's signature tells (`VERIFY.md`).
"""

from __future__ import annotations

import csv
import html
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

from ledger import canonical
from ledger.act import MAX_EVENTS
from ledger.export.bagit import Summed
from ledger.export.logged import CHECKPOINT, ENTRIES, LOG, PROOFS, RECORDS, SEALS
from ledger.export.part import File, Making
from ledger.family import family_of
from ledger.frozen import frozen

INDEX = "index.html"
PAGE = 5_000
TABLE_BYTES = 2_000_000
_SUPPORT = ("office", "officer", "key")
_CARRIED = resources.files("ledger.export.carried")
_PLACE = re.compile(r"\{(title|style|cover|pages|data|script)\}")
_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
_UNSAFE = re.compile("[<>&\u2028\u2029]")
_NAMES = {
    "data/flags.csv": "预警 flags", "data/records.csv": "记录 records", "data/keys.csv": "密钥 keys",
    "data/governing.csv": "适用制度 policies in force", "data/views.csv": "查询 queries",
    "data/redactions.csv": "不公开清单 withheld", "data/disposal.csv": "处置清单 disposal",
}  # fmt: skip
_SHOWN = ("data/views/", "data/registers/")
_LIMITS = (
    "本页自身是否被改动：按 VERIFY.md 核对 whether this page itself was changed: follow VERIFY.md",
    "日志密钥是否正确：与另外得到的相比 whether the log key is the right one: compare it with the one you were given",
    "检查点的 ML-DSA-44 签名、见证与时间戳 the checkpoint's ML-DSA-44 signature, witnesses and time stamps",
    "密钥的持有证明、人员登记与日志密钥的移交 proofs of possession, officers' enrolment, a hand-over of the log's key",
    "业务规则与附件内容 business rules, and what attached files hold ('qifeng check')",
)


@frozen
class _Entry:
    """A line of a bundle's entries: its index, its record, the digest of its seal, and whether every page needs it.

    Of a hidden one neither record nor seal is told.
    """

    line: str
    index: int
    record: str
    seal: str

    @property
    def support(self) -> bool:
        return family_of(self.record) in _SUPPORT


@frozen
class _Held:
    """Entries that stand on a page, by index, with the lines that prove them, by index and by digest."""

    entries: Mapping[int, _Entry]
    proofs: Mapping[int, str]
    seals: Mapping[str, str]

    def told(self) -> dict[str, Any]:
        """Return them as the page's script reads them, in the order of the log."""
        indexes = sorted(self.entries)
        seals = dict.fromkeys(self.entries[index].seal for index in indexes)
        return {
            "entries": _joined(self.entries[index].line for index in indexes),
            "proofs": _joined(self.proofs[index] for index in indexes),
            "seals": _joined(self.seals[each] for each in seals if each),
        }


def page_files(making: Making, bag: Path, payload: Sequence[Summed]) -> Iterator[File]:
    """Yield the pages of a bundle whose other files are in the bag."""
    spans = sorted(each.path for each in payload if each.path.endswith(f"/{ENTRIES}"))
    common = _common(making, bag, payload)
    count = dict(making.cover.counts)["entries"]
    if count <= PAGE:
        whole = _held(bag, spans, _entries(bag, spans))
        yield _page(making, INDEX, common | _records(bag) | _titles(bag, whole) | whole.told())
        return
    names = [f"pages/{n:03d}.html" for n in range(1, -(-count // PAGE) + 1)]
    part = {"part": True, "records": [], "hidden_records": []}
    none = _Held({}, {}, {})
    yield _page(making, INDEX, common | part | {"titles": {}} | none.told(), pages=names)
    support = _held(bag, spans, (each for each in _entries(bag, spans) if each.support))
    entries = _entries(bag, spans)
    for name in names:
        chunk = _held(bag, spans, islice(entries, PAGE))
        whole = _Held(
            {**support.entries, **chunk.entries}, {**support.proofs, **chunk.proofs},
            {**support.seals, **chunk.seals},
        )  # fmt: skip
        told = {"files": {}} | _titles(bag, whole) | whole.told()
        yield _page(making, name, common | part | told)


def _common(making: Making, bag: Path, payload: Sequence[Summed]) -> dict[str, Any]:
    """Return what every page of a bundle holds."""
    tables = [each for each in payload if _is_shown(each)]
    cover = making.cover
    return {
        "checkpoint": (bag / CHECKPOINT).read_text(encoding="utf-8"),
        "cover": {
            "counts": dict(cover.counts),
            "founding": cover.founding,
            "origin": cover.origin,
            "root": cover.root,
            "size": cover.size,
        },
        "files": {each.path: (bag / each.path).read_text(encoding="utf-8") for each in tables},
        "kinds": {
            kind: f"{cls.TERM.zh} {cls.TERM.en}" for kind, cls in sorted(making.kinds.items())
        },
        "log_keys": [cover.log_key],
        "names": {each.path: _NAMES.get(each.path, "视图 view") for each in tables},
        "not_checked": list(_LIMITS),
        "part": False,
        "sums": {each.path: each.digests[0] for each in tables},
        "utc_offset": making.utc_offset,
    }


def _records(bag: Path) -> dict[str, Any]:
    """Return the records whose histories are whole where all entries stand on one page."""
    records = [json.loads(line) for line in _lines(bag / RECORDS)]
    return {
        "hidden_records": [each["record"] for each in records if each["hidden"]],
        "records": records,
    }


def _titles(bag: Path, held: _Held) -> dict[str, Any]:
    """Return the titles of the records that stand on a page, and of no others."""
    wanted = {each.record for each in held.entries.values()}
    rows = (row for row in _table(bag / "data/records.csv") if row["record"] in wanted)
    return {"titles": {row["record"]: row.get("title", "") for row in rows}}


def _is_shown(each: Summed) -> bool:
    wanted = each.path in _NAMES or each.path.startswith(_SHOWN)
    return wanted and each.path.endswith(".csv") and each.size_bytes <= TABLE_BYTES


def _held(bag: Path, spans: Sequence[str], entries: Iterable[_Entry]) -> _Held:
    """Return entries with what proves them; only the spans that they stand in are read for it."""
    found = {each.index: each for each in entries}
    wanted = {each.seal for each in found.values()}
    proofs: dict[int, str] = {}
    seals: dict[str, str] = {}
    for path in _touched(spans, found):
        folder = bag / path.removesuffix(ENTRIES)
        numbered = ((_index_of(line), line) for line in _lines(folder / PROOFS))
        proofs.update((index, line) for index, line in numbered if index in found)
        named = ((canonical.digest(line.encode()), line) for line in _lines(folder / SEALS))
        seals.update((digest, line) for digest, line in named if digest in wanted)
    return _Held(found, proofs, seals)


def _touched(spans: Sequence[str], indexes: Iterable[int]) -> list[str]:
    """Return the spans of these entries and of their seals, which stand where their acts begin."""
    starts = [int(path.removeprefix(LOG).partition("/")[0]) for path in spans]
    places: set[int] = set()
    for index in indexes:
        begun = max(0, index - MAX_EVENTS + 1)
        places.update(range(bisect_right(starts, begun) - 1, bisect_right(starts, index)))
    return [spans[place] for place in sorted(places)]


def _entries(bag: Path, spans: Sequence[str]) -> Iterator[_Entry]:
    for path in spans:
        for line in _lines(bag / path):
            told = json.loads(line)
            entry = told.get("entry")
            record = entry["event"]["record"] if entry else ""
            yield _Entry(line, told["index"], record, entry["seal"] if entry else "")


def _index_of(line: str) -> int:
    """Return the index in a line that was just written: it is the last of its members."""
    return int(line.rpartition('"index":')[2].removesuffix("}"))


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.removesuffix("\n")


def _table(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _page(making: Making, name: str, told: dict[str, Any], pages: Sequence[str] = ()) -> File:
    return File(name, lambda: [_written(making, told, pages).encode()])


def _written(making: Making, told: dict[str, Any], pages: Sequence[str]) -> str:
    data = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    put = {
        "title": "骑缝记录包 Qifeng bundle of records",
        "style": _carried("page.css"),
        "cover": _cover(making),
        "pages": _links(pages),
        "data": _UNSAFE.sub(lambda each: _ESCAPES[each[0]], data),
        "script": _carried("page.js"),
    }
    return _PLACE.sub(lambda each: put[each[1]], _carried("page.html"))


def _cover(making: Making) -> str:
    cover = making.cover
    lines = (
        ("接收单位 for", cover.recipient), ("用途 purpose", cover.purpose),
        ("依据 legal basis", cover.basis), ("范围 scope", "；".join(cover.scope)),
        ("公开范围 audience", cover.audience), ("日志 log", cover.origin),
        ("截至 up to index", str(cover.size - 1)), ("树根 root", cover.root),
        ("设立 founding act", cover.founding),
        ("生成 made at", cover.created_at),
    )  # fmt: skip
    return "\n".join(
        f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd>"
        for name, value in lines
        if value
    )


def _links(pages: Sequence[str]) -> str:
    if not pages:
        return ""
    items = "".join(f'<li><a href="{each}">{each}</a></li>' for each in pages)
    return f"<h2>事件分页 Entries, in pages</h2>\n<ol>{items}</ol>"


def _carried(name: str) -> str:
    return (_CARRIED / name).read_text(encoding="utf-8")
