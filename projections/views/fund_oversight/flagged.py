"""Red flags 红旗 in the oversight of money: each one, and counted by item, officer, supplier and budget line.

These parts are computed when they are asked for, and nothing of them is stored. A flag depends on the
day that is asked about, on the parameters in force that day and, mostly, on other items: any stored
row would be stale when any of these moves. They read the evidence as far as the view has come, so
they say the same after following, after a rebuild, and at `--known-at`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator

from ledger.frozen import frozen
from ledger.records.alarm.parameters import listed
from projections.flags import FLAGS, Evidence, FlagRow, find_flags, read_evidence
from projections.flags import Asked as AskedOfLog
from projections.folding.decoding import utc_offset_of
from projections.projection import DAY, INT, TEXT, Asked, Part, Reading, Row, table_columns

SEPARATOR = "、"
SHIPPED = "shipped"
_ZH = {flag.code: flag.zh for flag in FLAGS}

FLAGGED = table_columns(
    ("code", TEXT, "代号", "code"),
    ("flag", TEXT, "红旗", "flag"),
    ("severity", TEXT, "程度", "severity"),
    ("day", DAY, "日期", "day"),
    ("record", TEXT, "编号", "record"),
    ("title", TEXT, "事项", "title"),
    ("message", TEXT, "说明", "message"),
    ("officers", TEXT, "办理人", "officers"),
    ("suppliers", TEXT, "供应商", "suppliers"),
    ("lines", TEXT, "预算科目", "budget lines"),
    ("items", TEXT, "涉及事项", "items"),
    ("indexes", TEXT, "日志序", "indexes"),
    ("citation", TEXT, "依据", "citation"),
)
PARAMETERS = table_columns(
    ("parameter", TEXT, "参数名", "parameter"),
    ("zh", TEXT, "参数", "in Chinese"),
    ("value", TEXT, "取值", "value"),
    ("shipped", TEXT, "出厂值", "shipped"),
    ("source", TEXT, "来源", "set by"),
)


def _evidence(reading: Reading, asked: Asked) -> Evidence:
    log = reading.log
    asked_of_log = AskedOfLog(
        utc_offset=utc_offset_of(log), day=asked.day, until=asked.day, size=reading.size
    )
    return read_evidence(log, asked_of_log)


def _found(evidence: Evidence, asked: Asked, codes: Container[str] = _ZH) -> Iterator[FlagRow]:
    """Yield the flags of these codes, of the days after one where that is asked for."""
    for row in find_flags([flag for flag in FLAGS if flag.code in codes], evidence):
        if asked.since is None or row.day > asked.since:
            yield row


def flags(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield every flag as of a day, with all that it concerns."""
    wanted = asked.where.get("code")
    codes = _ZH if wanted is None else (wanted,)
    for row in _found(_evidence(reading, asked), asked, codes):
        yield {
            "code": row.code, "flag": _ZH[row.code], "severity": row.severity,
            "day": row.day.isoformat(), "record": row.record, "title": row.title,
            "message": row.message, "officers": SEPARATOR.join(str(each) for each in row.persons),
            "suppliers": SEPARATOR.join(row.suppliers), "lines": SEPARATOR.join(row.lines),
            "items": SEPARATOR.join(row.items),
            "indexes": " ".join(str(each) for each in row.indexes), "citation": row.citation,
        }  # fmt: skip


@frozen
class Counted:
    """A way to count flags: by what, and what each is called beside its name."""

    name: str
    zh: str
    en: str
    subject: tuple[str, str]
    subjects: Callable[[FlagRow], Iterable[str]]
    titles: Callable[[Evidence], dict[str, str]]

    def part(self) -> Part:
        """Return the part of the view that counts so."""
        zh, en = self.subject
        columns = table_columns(
            ("subject", TEXT, zh, en),
            ("title", TEXT, "名称", "title"),
            ("flags", INT, "红旗数", "flags"),
            ("high", INT, "高", "high"),
            ("medium", INT, "中", "medium"),
            ("low", INT, "低", "low"),
            ("codes", TEXT, "代号", "codes"),
            ("last_on", DAY, "最近日期", "last"),
        )
        return Part(self.name, self.zh, self.en, columns, self.count, as_of=True, between=True)

    def count(self, reading: Reading, asked: Asked) -> Iterator[Row]:
        """Yield each subject with its flags counted, those with most first."""
        evidence = _evidence(reading, asked)
        titles = self.titles(evidence)
        found: dict[str, list[FlagRow]] = {}
        for row in _found(evidence, asked):
            for subject in dict.fromkeys(self.subjects(row)):
                found.setdefault(subject, []).append(row)
        for subject, rows in sorted(found.items(), key=lambda each: (-len(each[1]), each[0])):
            yield {"subject": subject, "title": titles.get(subject, ""), **_counts(rows)}


def _counts(rows: list[FlagRow]) -> Row:
    severities = Counter(row.severity for row in rows)
    return {
        "flags": len(rows), "high": severities["high"], "medium": severities["medium"],
        "low": severities["low"], "codes": SEPARATOR.join(sorted({row.code for row in rows})),
        "last_on": max(row.day for row in rows).isoformat(),
    }  # fmt: skip


def parameters(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield from where on something is flagged on a day, what is shipped, and which of them counts."""
    evidence = _evidence(reading, asked)
    source = f"alarm/fund version {evidence.version}" if evidence.version else SHIPPED
    for field, value in listed(evidence.parameters):
        told, shipped = _words(value), _words(field.default)
        yield {
            "parameter": field.name, "zh": field.term.zh, "value": told, "shipped": shipped,
            "source": source if told != shipped else SHIPPED,
        }  # fmt: skip


def _words(value: int | tuple[str, ...]) -> str:
    return SEPARATOR.join(value) if isinstance(value, tuple) else str(value)


def _items(evidence: Evidence) -> dict[str, str]:
    return {item.record: item.state.title or item.claim.number for item in evidence.items}


def _lines(evidence: Evidence) -> dict[str, str]:
    return {record: line.name for record, line in evidence.lines.items()}


def _untitled(evidence: Evidence) -> dict[str, str]:
    del evidence
    return {}


PARTS = (
    Part("flags", "红旗", "red flags", FLAGGED, flags, as_of=True, between=True),
    Counted("flags_by_item", "红旗(按事项)", "flags by item", ("事项", "item"),
            lambda row: row.items, _items).part(),
    Counted("flags_by_officer", "红旗(按人员)", "flags by officer", ("人员", "officer"),
            lambda row: (str(each) for each in row.persons), _untitled).part(),
    Counted("flags_by_supplier", "红旗(按供应商)", "flags by supplier", ("供应商", "supplier"),
            lambda row: row.suppliers, _untitled).part(),
    Counted("flags_by_line", "红旗(按预算科目)", "flags by budget line", ("预算科目", "budget line"),
            lambda row: row.lines, _lines).part(),
    Part("flag_parameters", "预警参数", "flag parameters", PARAMETERS, parameters, as_of=True),
)  # fmt: skip
