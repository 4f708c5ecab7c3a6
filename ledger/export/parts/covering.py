"""The readable cover, and the form by which the bundle is handed over: what, to whom, why, how much, what not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ledger.export.cover import CHOSEN, FULL, PUBLIC
from ledger.export.part import File, Making, text

_AUDIENCES = {
    FULL: "全部 full: every event of the records, nothing withheld",
    PUBLIC: "公开 public: withheld events are shown by their leaf hashes alone",
    CHOSEN: "指定内容 chosen fields: events are shown by their leaf hashes, fields in data/fields.csv",
}
GAPS = (
    "what was recorded after this point of the log is not here;",
    "what was true before it was entered cannot be shown, only that it was not changed since;",
    "recorded_at is the word of the ledger's clock, bracketed by time stamps where there are any;",
    "that no other log was shown to others is shown by witnesses only, where they signed the checkpoint.",
)


def cover_part(making: Making) -> Iterator[File]:
    """Yield the readable cover and the hand-over form."""
    yield text("COVER.md", _cover(making))
    yield text("HANDOVER.md", _form(making))


def _cover(making: Making) -> str:
    cover = making.cover
    lines = [
        "# 移交说明 Cover",
        "",
        f"- 移交单位 From: the log `{cover.origin}`",
        f"- 接收单位 To: {cover.recipient or '—'}",
        f"- 用途 Purpose: {cover.purpose or '—'}",
        f"- 依据 Legal basis: {cover.basis or '—'}",
        f"- 范围 Scope: {'; '.join(cover.scope)}",
        f"- 形式 Form: {_AUDIENCES[cover.audience]}",
        f"- 截至 As of: the first {cover.size} entries of the log, root `{cover.root}`",
        f"- 制作时间 Made: {cover.created_at}",
        f"- 日志公钥 Log key: `{cover.log_key}`",
        f"- 首签摘要 Founding act: `{cover.founding}`",
        "",
        "Compare the last two with what the office gave you by another way; a copy in here proves nothing.",
        "",
        "## 数量 What is here",
        "",
        "| 门类 family | 件 records | 事件 events | 不公开 hidden | |",
        "|---|---:|---:|---:|---|",
        *(_row(making, place) for place in range(len(making.survey.families))),
        "",
        "## 不在本包 What is not here, and why",
        "",
        f"- {making.survey.left_out} further entries of the log: of records outside the scope.",
        *_withheld(making),
        "",
        "## 已知缺口 Known gaps",
        "",
        *(f"- {each}" for each in GAPS),
        "",
        "## 核验 How to check it",
        "",
        "With our program: `qifeng check THIS --pin PIN`. Without: VERIFY.md, by sha256sum, openssl and Go.",
        "",
    ]
    return "\n".join(lines)


def _row(making: Making, place: int) -> str:
    each = making.survey.families[place]
    why = "" if each.asked else "signatures and rules rest on them"
    zh = making.families[each.name].zh
    return f"| {zh} {each.name} | {each.records} | {each.events} | {each.hidden} | {why} |"


def _withheld(making: Making) -> list[str]:
    reasons = Counter(making.scope.hidden.values())
    if not reasons:
        return ["- nothing of the scope is withheld."]
    return [
        f"- {count} records are withheld: {reason} (data/redactions.csv)."
        for reason, count in sorted(reasons.items())
    ]


def _form(making: Making) -> str:
    cover = making.cover
    counts = dict(cover.counts)
    return "\n".join(
        [
            "# 移交清单 Hand-over form",
            "",
            "| 项目 item | 内容 |",
            "|---|---|",
            f"| 移交单位 from | {cover.origin} |",
            f"| 接收单位 to | {cover.recipient or '—'} |",
            f"| 用途、依据 purpose, basis | {cover.purpose or '—'}；{cover.basis or '—'} |",
            f"| 件数 records | {counts['records']} |",
            f"| 事件数 entries | {counts['entries']} |",
            f"| 日志条数、根 size, root | {cover.size}, {cover.root} |",
            f"| 制作时间 made | {cover.created_at} |",
            "| 数字摘要 digest: `sha256sum tagmanifest-sha256.txt` | ________________ |",
            "",
            "移交人 handed over by (签字 signature, 日期 day): ________________",
            "",
            "接收人 received by (签字 signature, 日期 day): ________________",
            "",
            "The receiver writes the digest in, signs, and sends the form back; the office records it.",
            "",
        ]
    )
