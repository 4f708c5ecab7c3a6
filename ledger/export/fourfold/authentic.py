"""真实性: whether the package is what was sealed, and its metadata say what the log and the files say."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from ledger.errors import LedgerError
from ledger.export.archive.layout import (
    CATALOGUE,
    FORM,
    METADATA,
    PERIODS,
    PREMIS,
    ROOT,
    STATEMENT,
    TRANSFER_LIST,
    parse_file_number,
)
from ledger.export.archive.metadata import METADATA_ROOT
from ledger.export.fourfold.outcome import PASSED, Outcome, outcome, unchecked
from ledger.export.fourfold.package import Item, Package, whole_number
from ledger.export.held import chunks
from ledger.export.markup import Node
from ledger.export.vouched import STAMPS

LENGTHS = {"编码": 100, "题名": 1000, "文件编号": 100, "责任者": 200, "文种": 20, "紧急程度": 10,
           "电子文件号": 200, "原文件名": 400, "机构人员名称": 100}  # fmt: skip
DAYS = ("日期", "归档日期")
NUMBERS = ("文件数", "计算机文件大小", "日志序", "年度", "室编件号")
DOMAINS = {
    "聚合层次": ("件", "卷", "类"), "保管期限": tuple(PERIODS.values()), "稿本": ("定稿", "草稿"),
    "文件组合类型": ("单件", "组合文件"), "行为依据": ("direct", "as-found", "paper"),
    "紧急程度": ("平件", "加急", "特急", "平急", "特提"), "机构人员类型": ("个人", "单位"),
}  # fmt: skip
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd\ue000-\uf8ff]")  # fmt: skip
_ALIKE = (("档号", "档号", "编码"), ("题名", "内容描述", "题名"), ("文件编号", "内容描述", "文件编号"),
          ("责任者", "内容描述", "责任者"), ("日期", "内容描述", "日期"),
          ("保管期限", "档号", "保管期限"), ("文件数", "形式特征", "文件数"))  # fmt: skip
_FILES = ("bundle.file", "bundle.manifest", "bundle.note")


def fixed(package: Package) -> Outcome:
    """1-1: digests, signatures, proofs and keys hold, under a log key that the examiner was given.

    Time stamps need their authority's roots: where there are some and no root is given, it is not passed.
    """
    checked = package.checked
    looked = f"{checked.entries} entries, {checked.acts} signed acts, root {checked.root[:16]}…"
    unseen = [each for each in checked.not_checked if each == STAMPS]
    found = outcome(
        looked, (f"{each.code} {each.message}" for each in checked.findings), unseen
    )
    if found.result == PASSED and checked.pin == "bundle":
        return unchecked(
            f"{looked}: they agree, but by a log key taken from the package: give --pin"
        )
    return found


def lengths(package: Package) -> Outcome:
    """1-2: no value is longer than its name allows."""
    told = ((item, name, text) for item, name, text in _values(package) if name in LENGTHS)
    problems = (
        f"{item.folder}: {name} has {len(text)} characters, at most {LENGTHS[name]}"
        for item, name, text in told
        if len(text) > LENGTHS[name]
    )
    return outcome(_items(package), problems, package.unread)


def types(package: Package) -> Outcome:
    """1-3: days are days, numbers are numbers."""

    def problems() -> Iterator[str]:
        for item, name, text in _values(package):
            if name in DAYS and _day(text) is None:
                yield f"{item.folder}: {name} is no day: {text}"
            if name in NUMBERS and whole_number(text) is None:
                yield f"{item.folder}: {name} is no number: {text}"

    return outcome(_items(package), problems(), package.unread)


def domains(package: Package) -> Outcome:
    """1-4: values with a list of their own are on it."""
    problems = (
        f"{item.folder}: {name} is {text}, expected one of {'、'.join(DOMAINS[name])}"
        for item, name, text in _values(package)
        if name in DOMAINS and text not in DOMAINS[name]
    )
    return outcome(_items(package), problems, package.unread)


def reasonable(package: Package) -> Outcome:
    """1-5: a paper is not filed before its day, nor handed over before it is filed; its number is of a year it may be of."""

    def problems() -> Iterator[str]:
        made = _day(package.statement.get("移交日期", ""))
        for item in package.read:
            told = _day(item.record.value("内容描述", "日期"))
            filed = _day(item.record.value("管理信息", "归档日期"))
            number = parse_file_number(item.record.value("档号", "编码"))
            if told and filed and filed < told:
                yield f"{item.folder}: filed {filed} before its day {told}"
            if filed and made and made < filed and (filed - made).days > 1:
                yield f"{item.folder}: filed {filed} after it was handed over {made}"
            if number and filed and not 1949 <= number.year <= filed.year:
                yield f"{item.folder}: year {number.year} of its number is not before {filed}"

    return outcome(_items(package), problems(), package.unread)


def characters(package: Package) -> Outcome:
    """1-6: no value holds control, invisible, private or replacement characters."""
    problems = (
        f"{item.folder}: {name} holds U+{ord(found.group()):04X}"
        for item, name, text in _values(package)
        if (found := _ODD.search(text))
    )
    return outcome(_items(package), problems, package.unread)


def file_numbers(package: Package) -> Outcome:
    """1-7: file numbers are as DA/T 13-2022 has them, and their period is the item's."""

    def problems() -> Iterator[str]:
        for item in package.read:
            told = item.record.value("档号", "编码")
            number = parse_file_number(told)
            if number is None:
                yield f"{item.folder}: 档号 {told or '—'} is not 全宗号-类别·年度-期限-机构-件号"
            elif number.period != item.record.value("档号", "保管期限"):
                yield f"{item.folder}: 档号 {told} says {number.period}, the item another period"

    return outcome(_items(package), problems(), package.unread)


def duplicates(package: Package) -> Outcome:
    """1-8: no two items have a file number, an official number of one author, or title, author and day in common."""
    described = ("题名", "责任者", "日期")
    keys = Counter[tuple[str, ...]]()
    for each in package.listed:
        keys["档号", each.value("档号")] += 1
        if each.value("文件编号"):
            keys["文件编号", each.value("文件编号"), each.value("责任者")] += 1
        keys["题名", *(each.value(name) for name in described), each.value("文件编号")] += 1
    problems = (f"{'，'.join(key)}: {count} times" for key, count in keys.items() if count > 1)
    return outcome(
        f"{len(package.listed)} items of the catalogue", problems, _no_catalogue(package)
    )


def attributes(package: Package) -> Outcome:
    """1-10: size, format and digest of each file are as the metadata say."""

    def problems() -> Iterator[str]:
        for item in package.read:
            for told in item.electronic:
                seen = item.files.get(told.value("计算机文件名"))
                if seen is None:
                    continue
                if told.value("计算机文件大小") != str(seen.size_bytes):
                    yield f"{item.folder}/{told.value('计算机文件名')}: has {seen.size_bytes} bytes"
                if told.value("格式信息") != seen.format:
                    yield f"{item.folder}/{told.value('计算机文件名')}: is {seen.format}"
                if told.value("数字摘要") != seen.digest:
                    yield f"{item.folder}/{told.value('计算机文件名')}: has another digest"

    return outcome(_files(package), problems(), package.unread)


def linked(package: Package) -> Outcome:
    """1-11: each file that metadata name is there, and is the one that the signed event names."""

    def problems() -> Iterator[str]:
        listed = {str(each["digest"]): each for each in package.contents}
        for item in package.read:
            for told in item.electronic:
                name = told.value("计算机文件名")
                if name and name not in item.files:
                    yield f"{item.folder}/{name}: is missing"
                elif name and not _is_of_event(package, item, told, listed):
                    yield f"{item.folder}/{name}: no event of the item has this file"

    return outcome(_files(package), problems(), package.unread)


def _is_of_event(
    package: Package, item: Item, told: Node, listed: Mapping[str, Mapping[str, object]]
) -> bool:
    """Tell whether the file, with the salt that the bundle lists, has the digest that an event of the record names."""
    found = listed.get(told.value("日志摘要"))
    own = {index for index, _ in package.events.get(item.record.value("电子文件号"), ())}
    if found is None or found.get("index") not in own or not found.get("salt"):
        return False
    try:
        summed = hashlib.sha256(bytes.fromhex(str(found["salt"])))
        path = f"{ROOT}档案/{item.folder}/{told.value('计算机文件名')}"
        for chunk in chunks(package.held, path):
            summed.update(chunk)
    except (LedgerError, ValueError):
        return False
    return summed.hexdigest() == told.value("日志摘要")


def structure(package: Package) -> Outcome:
    """1-12: the package lies as DA/T 93-2022 has it, with nothing in it that no list names."""

    def problems() -> Iterator[str]:
        own = (STATEMENT, CATALOGUE, TRANSFER_LIST, FORM)
        yield from (f"{path} is missing" for path in own if path not in package.held.paths)
        for path in sorted(package.held.paths):
            inside = path.startswith(f"{ROOT}档案/") and path.count("/") == 4
            if path.startswith(ROOT) and path not in own and not inside:
                yield f"{path} has no place here"
        for folder, names in sorted(package.folders.items()):
            missing = {METADATA, PREMIS} - names if folder else set[str]()
            yield from (f"{folder}/{name} is missing" for name in sorted(missing))

    return outcome("names and places of all files", problems())


def contents(package: Package) -> Outcome:
    """1-13: catalogue and metadata say the same of each item."""

    def problems() -> Iterator[str]:
        for item in package.read:
            if (item.metadata or item.listed).name != METADATA_ROOT:
                yield f"{item.folder}: {METADATA} is no {METADATA_ROOT}"
            for name, *path in _ALIKE:
                listed, told = item.listed.value(name), item.record.value(*path)
                if listed != told:
                    yield f"{item.folder}: {name} is {told or '—'}, in the catalogue {listed or '—'}"

    return outcome(_items(package), problems(), (*package.unread, *_no_catalogue(package)))


def identical(package: Package) -> Outcome:
    """1-14: every file is byte for byte the one that was packed, by the manifests that the log's key signed."""
    problems = (
        f"{each.record}: {each.message}"
        for each in package.checked.findings
        if each.code in _FILES
    )
    return outcome(f"{len(package.held.paths)} files against the manifests", problems)


def _values(package: Package) -> Iterator[tuple[Item, str, str]]:
    """Yield (item, name, text) of every value of the metadata that has one."""
    for item in package.read:
        waiting = [item.metadata or item.listed]
        while waiting:
            node = waiting.pop()
            waiting += node.children
            if node.text.strip():
                yield item, node.name, node.text


def _no_catalogue(package: Package) -> tuple[str, ...]:
    return (package.catalogue_problem,) if package.catalogue_problem else ()


def _items(package: Package) -> str:
    return f"metadata of {len(package.read)} of {len(package.items)} items"


def _files(package: Package) -> str:
    return (
        f"{sum(len(each.files) for each in package.items)} files of {len(package.items)} items"
    )


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None
