"""完整性: whether everything is there: items, bytes, metadata, handling, numbers, attachments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice

from ledger.errors import LedgerError
from ledger.export.archive.layout import FAMILIES, STATED
from ledger.export.bagit import ABOUT, DATA, parse_about
from ledger.export.fourfold.outcome import Outcome, outcome, unchecked
from ledger.export.fourfold.package import Item, Package, about, whole_number
from ledger.export.markup import Node
from ledger.family import family_of

REQUIRED = (
    ("聚合层次",), ("来源", "立档单位名称"), ("电子文件号",), ("档号", "编码"), ("档号", "保管期限"),
    ("内容描述", "题名"), ("内容描述", "责任者"), ("内容描述", "日期"), ("内容描述", "文种"),
    ("形式特征", "文件数"), ("电子签名", "签名时间"), ("电子签名", "签名人"), ("电子签名", "签名结果"),
    ("电子签名", "证书引证"), ("存储位置", "当前位置"), ("管理信息", "归档日期"),
)  # fmt: skip
OF_FILE = ("格式信息", "计算机文件名", "计算机文件大小", "数字摘要", "日志摘要", "信息系统描述")
OF_BUSINESS = ("业务行为", "行为时间", "行为描述", "机构人员标识符", "日志序")
STEPS = {
    "document": ("drafted", "reviewed", "issued", "numbered", "released", "archived"),
    "incoming": ("received", "registered", "archived"),
    "telegram": ("registered", "archived"),
}
ABOUT_LABELS = ("Source-Organization", "Bagging-Date", "Payload-Oxum", "Bag-Size")
VOID = "voided"


def item_count(package: Package) -> Outcome:
    """2-1: as many items as were stated are listed, and have a folder."""
    folders = sum(bool(each) for each in package.folders)
    return _counted("件数", package, {"catalogue": len(package.listed), "folders": folders})


def byte_count(package: Package) -> Outcome:
    """2-2: the files have as many bytes as were stated."""
    total = sum(each.size_bytes for item in package.items for each in item.files.values())
    return _counted("字节数", package, {"files": total})


def elements(package: Package) -> Outcome:
    """2-3: every item has all elements that it must have."""
    return outcome(_looked(package), _missing(package, empty=False), package.unread)


def filled(package: Package) -> Outcome:
    """2-4: no element that must say something is empty."""
    return outcome(_looked(package), _missing(package, empty=True), package.unread)


def handled(package: Package) -> Outcome:
    """2-5: the handling is told whole: each event of the log, and the steps that a filed paper went through."""

    def problems() -> Iterator[str]:
        for item in package.read:
            record = item.record.value("电子文件号")
            told = [(each.value("日志序"), each.value("行为描述")) for each in item.businesses]
            logged = [(str(index), kind) for index, kind in package.events.get(record, ())]
            for index, kind in sorted(set(logged) - set(told)):
                yield f"{item.folder}: {kind} at index {index} is not told"
            for index, kind in sorted(set(told) - set(logged)):
                yield f"{item.folder}: {kind} at index {index} is not in the log"
            yield from _steps_missing(item, record)

    return outcome(_looked(package), problems(), package.unread)


def _steps_missing(item: Item, record: str) -> Iterator[str]:
    past = {
        each.value("行为描述").partition("/")[0].rpartition(".")[2] for each in item.businesses
    }
    for step in STEPS.get(family_of(record) if "/" in record else "", ()):
        if step not in past:
            yield f"{item.folder}: no step {step}"


def numbered(package: Package) -> Outcome:
    """2-6: in each series the numbers run on from the first without a gap; a void one is there, as void."""
    if package.register is None:
        return unchecked("the package holds no register of numbers (data/registers)")
    series: dict[str, dict[int, str]] = defaultdict(dict)
    for row in package.register:
        n = whole_number(row.get("n") or "")
        if n is not None:
            series[row.get("series") or ""][n] = row.get("status") or ""
    voids = sum(status == VOID for numbers in series.values() for status in numbers.values())
    looked = f"{len(series)} series, {sum(map(len, series.values()))} numbers, {voids} void"
    return outcome(looked, _gaps(package, series))


def _gaps(package: Package, series: Mapping[str, Mapping[int, str]]) -> Iterator[str]:
    for name, numbers in sorted(series.items()):
        first, last = package.first_numbers.get(name, min(numbers)), max(numbers)
        # A stranger's numbers may lie a world apart: no more of them are looked for than are told.
        missing = list(islice((n for n in range(first, last + 1) if n not in numbers), 10))
        if missing:
            yield f"{name}: from {first} to {last}, missing {', '.join(map(str, missing))}"
    given = {row.get("number"): row.get("status") for row in package.register or ()}
    for item in package.read:
        own = item.record.value("内容描述", "文件编号")
        record = item.record.value("电子文件号")
        if record.startswith("document/") and given.get(own, VOID) == VOID:
            yield f"{item.folder}: {own or '—'} does not stand in the register"


def attached(package: Package) -> Outcome:
    """2-7: every file that an event of an item names is in its folder, the main text and its annexes."""

    def problems() -> Iterator[str]:
        by_index = defaultdict(list)
        for each in package.contents:
            by_index[each.get("index")].append(each)
        for item in package.read:
            told = {(each.value("日志序"), each.value("日志摘要")): each.value("计算机文件名") for each in item.electronic}  # fmt: skip
            for index, _ in package.events.get(item.record.value("电子文件号"), ()):
                for each in by_index.get(index, ()):
                    name = told.get((str(index), str(each["digest"])))
                    if not name or name not in item.files:
                        yield f"{item.folder}: {each.get('name')} of event {index} is not here"

    return outcome(_looked(package), problems(), package.unread)


def scope(package: Package) -> Outcome:
    """2-9: every document, incoming paper and telegram of the package is listed, as filed or as not filed and why."""
    filed = {each.value("电子文件号") for each in package.listed}
    told = {
        each.value("电子文件号"): each.value("原因")
        for each in package.catalogue.every("未归档")
    }
    meant = {each for each in package.records if family_of(each) in FAMILIES}
    problems = [
        *(
            f"{each}: neither filed nor told why not"
            for each in sorted(meant - filed - set(told))
        ),
        *(f"{each}: filed, but not in the log" for each in sorted(filed - meant)),
        *(f"{each}: not filed, no reason told" for each, why in told.items() if not why),
    ]
    return outcome(f"{len(meant)} records, {len(told)} not filed", problems)


def package_metadata(package: Package) -> Outcome:
    """2-10: the package says what it is: statement and `bag-info.txt` are whole, and the payload is as large as told."""

    def problems() -> Iterator[str]:
        yield from (
            f"说明文件: {name} is missing" for name in STATED if not package.statement.get(name)
        )
        try:
            told = parse_about(about(package.held, ABOUT))
        except LedgerError as error:
            yield str(error)
            return
        yield from (
            f"{ABOUT}: {name} is missing" for name in ABOUT_LABELS if not told.get(name)
        )
        count = told.get("Payload-Oxum", "").rpartition(".")[2]
        payload = sum(path.startswith(DATA) for path in package.held.paths)
        if count != str(payload):
            yield f"{ABOUT}: {count or '—'} payload files told, {payload} here"

    return outcome("说明文件, bag-info.txt", problems())


def file_count(package: Package) -> Outcome:
    """2-11: each folder holds as many files as its metadata say, and all of them as were stated."""

    def problems() -> Iterator[str]:
        for item in package.read:
            told = item.record.value("形式特征", "文件数")
            if told != str(len(item.files)):
                yield f"{item.folder}: {told or '—'} files told, {len(item.files)} here"
        total, stated = (
            sum(len(each.files) for each in package.items),
            package.statement.get("文件数"),
        )
        if stated != str(total):
            yield f"说明文件: {stated or '—'} files stated, {total} here"

    return outcome(_looked(package), problems(), package.unread)


def _counted(name: str, package: Package, found: Mapping[str, int]) -> Outcome:
    stated = package.statement.get(name, "")
    problems = (
        f"{name}: {stated or '—'} stated, {count} in {where}"
        for where, count in found.items()
        if stated != str(count)
    )
    return outcome(f"说明文件: {name} {stated or '—'}", problems)


def _missing(package: Package, *, empty: bool) -> Iterator[str]:
    """Yield the elements that are not there, or those that are there and say nothing."""
    for item in package.read:
        for told, path in _asked(item):
            found = next(told.every(*path), None)
            if (found is not None and not found.text.strip()) if empty else found is None:
                yield f"{item.folder}: {'/'.join(path)} is {'empty' if empty else 'missing'}"


def _asked(item: Item) -> Iterator[tuple[Node, tuple[str, ...]]]:
    yield from ((item.record, path) for path in REQUIRED)
    for each in item.electronic:
        yield from ((each, (name,)) for name in OF_FILE)
    for each in item.businesses:
        yield from ((each, (name,)) for name in OF_BUSINESS)


def _looked(package: Package) -> str:
    return f"{len(package.read)} of {len(package.items)} items"
