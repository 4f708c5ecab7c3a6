"""The report of the four-nature test 四性检测报告: a row an item, and its forms as XML and as a page.

The XML (the same bytes for the same findings and moment)::

    <四性检测报告 标准="DA/T 70-2018">
      <检测对象>…</检测对象> <日志>…</日志> <条数>…</条数> <根>…</根> <检测时间>…Z</检测时间> <结论>…</结论>
      <检测项><编码>1-1</编码> <性质>真实性</性质> <名称>…</名称> <检测对象>…</检测对象> <检测依据>…</检测依据>
        <检测结果>通过</检测结果> <检测说明>…</检测说明>…</检测项>…
    </四性检测报告>

The conclusion is 通过 only where every item passed; one that was not looked at makes it 未全部检测.
"""

from __future__ import annotations

import csv
import html
import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ledger.errors import MalformedError
from ledger.export.check import check_bundle
from ledger.export.checked import Trust
from ledger.export.fourfold.items import ITEMS, STANDARD, Item
from ledger.export.fourfold.outcome import (
    FAILED,
    PASSED,
    RESULTS,
    UNCHECKED,
    Outcome,
    unchecked,
)
from ledger.export.fourfold.package import Package
from ledger.export.held import open_held
from ledger.export.markup import Node, format_document, leaves
from ledger.export.vouched import NOBODY, Believed
from ledger.frozen import frozen

INCOMPLETE = "未全部检测"
REPORT_ROOT = "四性检测报告"
_EXTERNAL = ("item", "result", "evidence")
_PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>四性检测报告</title><style>
body{{font-family:"FangSong","Songti SC","Noto Serif CJK SC",serif;margin:2em}}
h1{{color:#c80000;text-align:center}} table{{border-collapse:collapse;width:100%}}
td,th{{border:1px solid #888;padding:.3em .5em;vertical-align:top;text-align:left}}
.不通过{{color:#c80000;font-weight:bold}} .未检测{{color:#8a6d00}} li{{word-break:break-all}} tr{{break-inside:avoid}}
</style></head><body><h1>四性检测报告</h1>
<table>{above}</table><p></p>
<table><tr><th>编码</th><th>性质</th><th>名称</th><th>检测对象</th><th>检测依据</th><th>结果</th><th>说明</th></tr>
{rows}</table></body></html>
"""


@frozen
class Row:
    """An item and what it came to."""

    item: Item
    outcome: Outcome


@frozen(kw_only=True)
class Report:
    """What was looked at, when, and a row an item, in the standard's order."""

    package: str
    size: int
    root: str
    pin: str
    tested_at: str
    rows: tuple[Row, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many items have each result."""
        found = Counter(each.outcome.result for each in self.rows)
        return {result: found[result] for result in RESULTS}

    @property
    def conclusion(self) -> str:
        """不通过 where an item failed, 通过 only where all passed."""
        if self.counts[FAILED]:
            return FAILED
        return INCOMPLETE if self.counts[UNCHECKED] else PASSED

    @property
    def above(self) -> tuple[tuple[str, str], ...]:
        """What stands above the rows."""
        counted = "，".join(f"{result} {count}" for result, count in self.counts.items())
        return (
            ("检测对象", self.package), ("检测标准", STANDARD), ("日志条数", str(self.size)),
            ("根", self.root or "—"), ("公钥来源", self.pin), ("检测时间", self.tested_at),
            ("结论", self.conclusion), ("计", counted),
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """Return the object of `--json`."""
        return {
            "conclusion": self.conclusion, "package": self.package, "size": self.size,
            "root": self.root, "pin": {"source": self.pin}, "tested_at": self.tested_at,
            "counts": dict(self.counts),
            "items": [
                {"item": each.item.code, "nature": each.item.nature, "title": each.item.title,
                 "object": each.item.object, "basis": each.item.basis, "result": each.outcome.result,
                 "evidence": list(each.outcome.evidence)}
                for each in self.rows
            ],
        }  # fmt: skip


def run_test(
    path: Path,
    trust: Trust | None,
    *,
    tested_at: str,
    external: Mapping[str, Outcome],
    believed: Believed = NOBODY,
) -> Report:
    """Return the report on an archive package; `external` are an examiner's own results, by item.

    Raises:
        UsageError: it is no archive package. UnavailableError, MalformedError: as `check_bundle`.
    """
    checked = check_bundle(path, trust, believed)
    with open_held(path) as held:
        package = Package(held, checked)
        rows = tuple(Row(each, _tested(each, package, external)) for each in ITEMS)
    return Report(
        package=path.name, size=checked.size, root=checked.root, pin=checked.pin,
        tested_at=tested_at, rows=rows,
    )  # fmt: skip


def _tested(item: Item, package: Package, external: Mapping[str, Outcome]) -> Outcome:
    if item.check is not None:
        return item.check(package)
    return external.get(item.code) or unchecked(item.why_not)


def parse_external(encoded: bytes, what: str) -> dict[str, Outcome]:
    """Return an examiner's results, by item: CSV with the columns item, result, evidence.

    Raises:
        MalformedError: it is none, names an item that is looked at here, or another result.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(encoded.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise MalformedError(what, expected="CSV in UTF-8", found=str(error)[:60]) from error
    open_ = {each.code for each in ITEMS if each.check is None}
    found: dict[str, Outcome] = {}
    for number, row in enumerate(rows, 2):
        told = tuple(str(row.get(name) or "").strip() for name in _EXTERNAL)
        code, result, evidence = told
        if code not in open_ or code in found or result not in RESULTS or not evidence:
            raise MalformedError(
                f"{what} line {number}",
                expected="an item that is not looked at here, once, a result and its evidence",
                found=" ".join(told)[:60] or "none of the columns item, result, evidence",
            )
        found[code] = Outcome(result, (f"外部检测 by an examiner: {evidence}",))
    return found


def format_xml(report: Report) -> bytes:
    """Return the report as XML."""
    rows = tuple(Node("检测项", children=_members(each)) for each in report.rows)
    root = Node(
        REPORT_ROOT,
        attributes=(("标准", STANDARD),),
        children=(*leaves(*report.above), *rows),
    )
    return format_document(root)


def _members(row: Row) -> tuple[Node, ...]:
    item = row.item
    return leaves(
        ("编码", item.code), ("性质", item.nature), ("名称", item.title), ("检测对象", item.object),
        ("检测依据", item.basis), ("检测结果", row.outcome.result),
        *(("检测说明", each) for each in row.outcome.evidence),
    )  # fmt: skip


def format_html(report: Report) -> bytes:
    """Return the report as a page that needs nothing else."""
    above = "\n".join(
        f"<tr><th>{_plain(name)}</th><td>{_plain(value)}</td></tr>"
        for name, value in report.above
    )
    rows = "\n".join(_line(each) for each in report.rows)
    return _PAGE.format(above=above, rows=rows).encode("utf-8", "replace")


def _line(row: Row) -> str:
    item, result = row.item, row.outcome.result
    cells = (item.code, item.nature, item.title, item.object, item.basis)
    told = "".join(f"<li>{_plain(each)}</li>" for each in row.outcome.evidence)
    plain = "".join(f"<td>{_plain(each)}</td>" for each in cells)
    return f'<tr>{plain}<td class="{result}">{result}</td><td><ul>{told}</ul></td></tr>'


def _plain(told: str) -> str:
    return html.escape(told, quote=True)
