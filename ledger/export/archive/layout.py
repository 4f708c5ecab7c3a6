"""How an archive package lies: names of its files, its folders, and file numbers.

Below `data/archive/` (DA/T 93-2022; element names as DA/T 46-2009):

* `说明文件.txt`: `名称：value`, a line each, of `STATED`: who hands over what, how many and how large;
* `目录文件.xml`: `档案目录`, of `件` in the order of file numbers, then `未归档` of what is not filed and why;
* `移交清单.csv`: the same items for people; `登记表.txt`: the form that both sides sign;
* `档案/<档号>/`: a folder an item: `元数据.xml`, `premis.xml`, and its files as `<nn>-<name>`.

A file number 档号 of papers that are kept item by item reads 全宗号-档案门类代码·年度-保管期限-机构（问题）代码-件号 (DA/T 13-2022, DA/T 22-2015):
`-` parts a level from the one below, `·` codes of one level. The fonds has four characters as a rule, the category two letters, a second
category two letters or digits, the year four digits, the period is Y, D30 or D10, the item is filled up to four digits; the
office's code may be missing. The standards' own text was not at hand, but archives' accounts of it.

In a folder's or file's name what systems read differently is written `_`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

ROOT = "data/archive/"
STATEMENT = f"{ROOT}说明文件.txt"
CATALOGUE = f"{ROOT}目录文件.xml"
TRANSFER_LIST = f"{ROOT}移交清单.csv"
FORM = f"{ROOT}登记表.txt"
FOLDERS = f"{ROOT}档案/"
METADATA = "元数据.xml"
PREMIS = "premis.xml"
OWN = (METADATA, PREMIS)
STATED = (
    "移交单位", "接收单位", "移交日期", "载体类型", "系统名称", "年度", "件数", "文件数", "字节数",
    "起止档号", "未归档件数", "目录文件", "依据标准",
)  # fmt: skip
FAMILIES = ("document", "incoming", "telegram")
PERIODS = {"Y": "永久", "D30": "定期30年", "D10": "定期10年"}
MAX_NAME = 80
_FILE_NUMBER = re.compile(
    r"(?P<fonds>[A-Z]{0,2}\d{1,6})-(?P<category>[A-Z]{2}(?:·[A-Z0-9]{2})?)·(?P<year>\d{4})"
    r"-(?P<period>Y|D30|D10)(?:-(?P<unit>[A-Z0-9\u4e00-\u9fff]{1,20}))?-(?P<item>\d{4,6})"
)
_ODD = re.compile(r'[\\/:*?"<>|%~\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]')


class FileNumber(NamedTuple):
    """The parts of a file number: 全宗号, 门类, 年度, 保管期限, 机构或问题 (may be missing), 件号."""

    fonds: str
    category: str
    year: int
    period: str
    unit: str
    item: int


def parse_file_number(told: str) -> FileNumber | None:
    """Return the parts of a file number, or None where it is not as DA/T 13-2022 has it.

    `0042-WS·2026-D30-BGS-0001`: fonds 0042, documents, of 2026, kept 30 years, of the office, item 1; of a second
    category `0042-KJ·JJ·2026-Y-0001`.
    """
    found = _FILE_NUMBER.fullmatch(told)
    if found is None:
        return None
    period = PERIODS[found["period"]]
    return FileNumber(
        found["fonds"], found["category"], int(found["year"]), period, found["unit"] or "",
        int(found["item"]),
    )  # fmt: skip


def safe_name(told: str) -> str:
    """Return a name that all systems read alike; what is too long is cut, its ending kept."""
    plain = _ODD.sub("_", unicodedata.normalize("NFC", told)).strip(". ") or "_"
    stem, dot, ending = plain.rpartition(".")
    if len(plain) <= MAX_NAME or not dot or len(ending) > 8:
        return plain[:MAX_NAME].rstrip(". ")
    return f"{stem[: MAX_NAME - len(ending) - 1].rstrip('. ')}.{ending}"
