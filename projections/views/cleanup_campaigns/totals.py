"""Totals of a campaign by outcome, against the rules' own records; and what is left to be done."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.records.cleanup import sums
from ledger.records.cleanup.events import ABOLISH, AMEND, CONFIRM, LAPSE, NEW, OUTCOMES
from projections.projection import (
    BOOL,
    DAY,
    INT,
    RECORD,
    TEXT,
    Asked,
    Reading,
    Row,
    table_columns,
)
from projections.views.cleanup_campaigns.reckoning import (
    EVERY,
    Campaign,
    Disposition,
    campaigns,
)
from projections.views.cleanup_campaigns.steps import CLOSES, GOES_ON, LEAKS, UNTOLD

TOTAL = "合计"
ENGLISH = {
    ABOLISH: "abolished", LAPSE: "declared lapsed", AMEND: "amended", CONFIRM: "continued",
    NEW: "made anew",
}  # fmt: skip
_SUMMED = ("proposed", "decided", "by_record", "carried_out", "followed_up", "open", "by_total")
TOTALS = table_columns(
    ("title", TEXT, "名称", "title"),
    ("outcome", TEXT, "清理意见", "outcome"),
    ("proposed", INT, "提出", "proposed"),
    ("decided", INT, "决定", "decided"),
    ("by_record", INT, "在册制度", "for recorded rules"),
    ("carried_out", INT, "已落实", "carried out"),
    ("followed_up", INT, "已确认", "followed up"),
    ("open", INT, "未落实", "open"),
    ("by_total", INT, "只报合计", "by total alone"),
    ("difference", INT, "差额", "difference"),
    ("verdict", TEXT, "结论", "verdict"),
    ("zh", TEXT, "说明", "in Chinese"),
    ("en", TEXT, "英文说明", "in English"),
    ("campaign", RECORD, "清理编号", "record"),
)  # fmt: skip
TASKS = table_columns(
    ("title", TEXT, "名称", "title"),
    ("rule_title", TEXT, "制度名称", "title of the rule"),
    ("outcome", TEXT, "集体决定", "decided"),
    ("task", TEXT, "待办", "task"),
    ("task_en", TEXT, "待办英文", "task in English"),
    ("since", DAY, "自", "since"),
    ("due_on", DAY, "期限", "due"),
    ("overdue", BOOL, "已逾期", "overdue"),
    ("rule", RECORD, "制度", "rule"),
    ("campaign", RECORD, "清理编号", "record"),
)  # fmt: skip


def totals(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield for each campaign its totals by outcome, then in all: what reconciles, or by how much not."""
    for campaign in campaigns(reading, asked.where):
        rows = [_total(campaign, each) for each in EVERY]
        told = [row for row in rows if row["proposed"] or row["decided"]]
        yield from told
        yield from _in_all(campaign, [row for row in told if row["outcome"] in OUTCOMES])


def tasks(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield what is left to be done for rules with a decision: carry out, follow up, amend."""
    for campaign in campaigns(reading, asked.where):
        for each in campaign.decided():
            for zh, en in _left(each):
                due = each.rule["amend_by"] if each.flagged else None
                yield {
                    "campaign": campaign.row["campaign"], "title": campaign.row["title"],
                    "rule": each.row["rule"], "rule_title": each.rule["title"],
                    "outcome": each.decided, "task": zh, "task_en": en,
                    "since": each.row["decided_on"], "due_on": due,
                    "overdue": due is not None and due < asked.day.isoformat(),
                }  # fmt: skip


def _left(each: Disposition) -> Iterator[tuple[str, str]]:
    if not each.done:
        yield "落实", "carry out"
    elif not each.followed_up:
        yield "确认落实", "follow up"
    if each.flagged and each.done and not each.amended:
        yield "适时修改", "amend"


def _total(campaign: Campaign, outcome: str) -> Row:
    named = campaign.decided(outcome)
    by_total = campaign.by_total(outcome)
    done = sum(each.done for each in named)
    left = len(named) - done
    return {
        "campaign": campaign.row["campaign"], "title": campaign.row["title"], "outcome": outcome,
        "proposed": campaign.proposed(outcome),
        "decided": len(named) + by_total, "by_record": len(named), "carried_out": done,
        "followed_up": sum(each.followed_up for each in named), "open": left,
        "by_total": by_total, "difference": -left,
        "verdict": _verdict(campaign, left, by_total),
        "zh": _zh(outcome, len(named), by_total=by_total, done=done),
        "en": _en(outcome, len(named), by_total=by_total, done=done),
    }  # fmt: skip


def _verdict(campaign: Campaign, left: int, by_total: int) -> str:
    if not campaign.row["collective"]:
        return GOES_ON
    if left:
        return LEAKS if campaign.row["closed"] else GOES_ON
    return UNTOLD if by_total else CLOSES


def _zh(outcome: str, named: int, *, by_total: int, done: int) -> str:
    records = f"，在册制度{named}项已落实{done}项" if named else ""
    return f"{outcome}{named + by_total}项{records}" + (
        f"，{by_total}项只报合计" if by_total else ""
    )


def _en(outcome: str, named: int, *, by_total: int, done: int) -> str:
    records = f", {done} of {named} recorded rules carried out" if named else ""
    alone = f", {by_total} by total alone" if by_total else ""
    return f"{named + by_total} to be {ENGLISH[outcome]}{records}{alone}"


def _in_all(campaign: Campaign, rows: list[Row]) -> Iterator[Row]:
    """Yield the last line: all dispositions against the rules that there were, or were in scope."""
    for line in campaign.sums:
        if line["step"] not in (sums.EXISTING, sums.IN_SCOPE):
            continue
        expected, found = line["expected"], line["found"]
        verdict = UNTOLD if expected is None else (LEAKS if line["leaks"] else CLOSES)
        yield {
            "campaign": campaign.row["campaign"], "title": campaign.row["title"],
            "outcome": TOTAL,
            **{name: sum(row[name] for row in rows) for name in _SUMMED},
            "difference": None if expected is None else found - expected,
            "verdict": verdict, "zh": line["zh"], "en": line["en"],
        }  # fmt: skip
