"""What an archive package comes to: its statement 说明文件 and the form 登记表 that both sides sign."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.export.archive.item import Item
from ledger.export.archive.layout import CATALOGUE, ROOT, STATED, parse_file_number
from ledger.export.cover import Cover
from ledger.frozen import frozen

STANDARDS = "DA/T 93-2022；DA/T 46-2009；DA/T 70-2018"


@frozen(kw_only=True)
class Totals:
    """Items, files, bytes, years, the first and the last file number, and what is not filed."""

    items: int
    files: int
    size_bytes: int
    years: tuple[str, ...]
    first: str
    last: str
    unfiled: int


def total(items: Iterable[Item], *, unfiled: int) -> Totals:
    """Return the totals of items that come in the order of their file numbers."""
    count = files = size = 0
    first = last = ""
    years = set[str]()
    for each in items:
        count, files, size = count + 1, files + len(each.here), size + each.size_bytes
        first, last = first or each.file_number, each.file_number
        parts = parse_file_number(each.file_number)
        years.add(str(parts.year) if parts else each.filed_on[:4])
    return Totals(
        items=count, files=files, size_bytes=size, years=tuple(sorted(years)), first=first,
        last=last, unfiled=unfiled,
    )  # fmt: skip


def statement(totals: Totals, cover: Cover, *, office: str, program: str) -> str:
    """Return the text of the statement."""
    told = _told(totals, cover, office=office, program=program)
    return "".join(f"{name}：{' '.join(told[name].split())}\n" for name in STATED)


def parse_statement(told: str) -> dict[str, str]:
    """Return what a statement says, by name; lines that say nothing are passed over."""
    pairs = (line.partition("：") for line in told.splitlines())
    return {name: value for name, parted, value in pairs if parted}


def form(totals: Totals, cover: Cover, *, office: str, program: str) -> str:
    """Return the text of the form, with room for both signatures."""
    told = _told(totals, cover, office=office, program=program)
    blank = "________________"
    return "".join(
        [
            "电子档案移交与接收登记表\n\n",
            *(f"{name}：{' '.join(told[name].split())}\n" for name in STATED),
            f"移交依据：{cover.basis or '—'}\n",
            f"日志：{cover.origin}，条数 {cover.size}，根 {cover.root}\n",
            f"完整性校验（sha256sum tagmanifest-sha256.txt）：{blank}\n",
            f"四性检测结论（qifeng check 本包 --four-natures）：{blank}\n\n",
            f"移交单位（盖章）：{blank}\n移交人（签字）：{blank}  日期：{blank}\n\n",
            f"接收单位（盖章）：{blank}\n接收人（签字）：{blank}  日期：{blank}\n",
        ]
    )


def _told(totals: Totals, cover: Cover, *, office: str, program: str) -> dict[str, str]:
    return {
        "移交单位": office,
        "接收单位": cover.recipient,
        "移交日期": cover.created_at[:10],
        "载体类型": "联机移交或离线载体，见登记表",
        "系统名称": program,
        "年度": "、".join(totals.years),
        "件数": str(totals.items),
        "文件数": str(totals.files),
        "字节数": str(totals.size_bytes),
        "起止档号": f"{totals.first} 至 {totals.last}",
        "未归档件数": str(totals.unfiled),
        "目录文件": CATALOGUE.removeprefix(ROOT),
        "依据标准": STANDARDS,
    }
