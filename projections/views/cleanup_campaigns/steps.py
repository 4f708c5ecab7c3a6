"""The funnel of a campaign step by step, each with its verdict and a sentence in Chinese and English.

相符 it closes · 不符 it leaks, and the words say where and by how much · 无法证实 nobody told a number, or
no record could show it · 进行中 the campaign has not come so far. 进行中 is said of open campaigns only:
what is missing when a campaign is closed is a leak.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ledger.records.cleanup import sums
from ledger.records.cleanup.events import OUTCOMES
from projections.projection import INT, RECORD, TEXT, Asked, Reading, Row, table_columns
from projections.views.cleanup_campaigns.reckoning import Campaign, campaigns

CLOSES, LEAKS, UNTOLD, GOES_ON = "相符", "不符", "无法证实", "进行中"

VOLUMES, RECORDS, TOTALS, ORDER, UNDECIDED, LATER, CLOSED = (
    "调阅档案", "逐项落实", "合计落实", "先决定后落实", "未经决定", "适时修改", "关闭",
)  # fmt: skip
ENGLISH = {
    VOLUMES: "volumes called up", sums.SCREENED: "files screened", sums.EXISTING: "existing rules",
    sums.IN_SCOPE: "in scope", sums.DECIDED: "collective decision", sums.PUBLISHED: "publication",
    RECORDS: "carried out, by the rules' records", TOTALS: "carried out, by total",
    ORDER: "decided before carried out", UNDECIDED: "not decided",
    sums.CARRIED_OUT: "followed up", LATER: "to be amended in time", CLOSED: "closing",
}  # fmt: skip
_WHERE = ((LEAKS, "不闭合于", "leaks at"), (UNTOLD, "无法证实", "cannot be shown at"))
FUNNEL = table_columns(
    ("title", TEXT, "名称", "title"),
    ("n", INT, "序", "n"),
    ("step", TEXT, "环节", "step"),
    ("expected", INT, "应有", "expected"),
    ("found", INT, "实有", "found"),
    ("difference", INT, "差额", "difference"),
    ("verdict", TEXT, "结论", "verdict"),
    ("zh", TEXT, "说明", "in Chinese"),
    ("en", TEXT, "英文说明", "in English"),
    ("campaign", RECORD, "清理编号", "record"),
)  # fmt: skip


class Line(NamedTuple):
    """One step: what was expected and found, whether it closes, and the words."""

    step: str
    expected: int | None
    found: int | None
    verdict: str
    zh: str
    en: str


def funnel(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield the steps of every campaign, from the volumes called up to its closing."""
    for campaign in campaigns(reading, asked.where):
        for n, line in enumerate(steps(campaign), 1):
            yield {
                "campaign": campaign.row["campaign"], "title": campaign.row["title"], "n": n,
                "difference": _difference(line),
                **line._asdict(),
            }  # fmt: skip


def steps(campaign: Campaign) -> list[Line]:
    """Return the steps of a campaign, as far as it has come."""
    told = {row["step"]: row for row in campaign.sums}
    lines = [*_volumes(campaign), *_screened(campaign, told)]
    lines += [
        _sum(campaign, told[each]) for each in (sums.EXISTING, sums.IN_SCOPE) if each in told
    ]
    lines += [*_decided(campaign, told), *_published(campaign, told), *_carried_out(campaign)]
    if sums.CARRIED_OUT in told and campaign.decided():
        lines.append(_sum(campaign, told[sums.CARRIED_OUT]))
    lines += _later(campaign)
    return [*lines, _closed(campaign, lines)]


def _difference(line: Line) -> int | None:
    if line.expected is None or line.found is None or line.step in (VOLUMES, sums.SCREENED):
        return None
    return line.found - line.expected


def _pending(campaign: Campaign) -> str:
    """Return what is said of a step that has not come, or not wholly."""
    return LEAKS if campaign.row["closed"] else GOES_ON


def _sum(campaign: Campaign, row: Row) -> Line:
    expected, found = row["expected"], row["found"]
    untold = expected is None or found is None
    verdict = CLOSES if not row["leaks"] else (UNTOLD if untold else LEAKS)
    waits = row["step"] in (sums.DECIDED, sums.PUBLISHED, sums.CARRIED_OUT) or (
        not campaign.row["collective"] and (expected or 0) > (found or 0)
    )
    if verdict == LEAKS and waits:
        verdict = _pending(campaign)
    return Line(row["step"], expected, found, verdict, row["zh"], row["en"])


def _volumes(campaign: Campaign) -> Iterator[Line]:
    volumes, called_up, unlisted = (
        campaign.row[each] for each in ("volumes", "called_up", "unlisted")
    )
    if not called_up:
        return
    zh, en = f"调阅档案{volumes}卷", f"{volumes} distinct volumes called up"
    if called_up > volumes:
        zh, en = f"{zh}（共{called_up}卷次）", f"{en}, {called_up} times in all"
    if unlisted:
        zh = f"调阅档案{volumes}卷，其中{unlisted}卷只报数未列卷号，是否重复无法证实"
        en = f"{volumes} volumes called up, {unlisted} by count alone: nothing shows that these are distinct"
    yield Line(VOLUMES, called_up, volumes, UNTOLD if unlisted else CLOSES, zh, en)


def _screened(campaign: Campaign, told: dict[str, Row]) -> Iterator[Line]:
    files = campaign.row["files"]
    if sums.SCREENED in told:
        yield _sum(campaign, told[sums.SCREENED])
    elif files is not None:
        yield Line(
            sums.SCREENED, files, None, UNTOLD,
            f"甄别{files}件，其中列入清理的件数未报", f"{files} files screened, how many are in scope is not told",
        )  # fmt: skip


def _decided(campaign: Campaign, told: dict[str, Row]) -> Iterator[Line]:
    count = campaign.row["dispositions"]
    if sums.DECIDED in told:
        line = _sum(campaign, told[sums.DECIDED])
        by = campaign.row["body"]
        if by:
            on = campaign.row["decided_on"] or ""
            line = line._replace(
                zh=f"{line.zh}（{by}{on}）", en=f"{line.en} ({by} {on})".replace(" )", ")")
            )
        yield line
    elif count:
        yield Line(
            sums.DECIDED, count, 0, GOES_ON,
            f"处理意见{count}项，待集体决定", f"{count} dispositions await a collective decision",
        )  # fmt: skip


def _published(campaign: Campaign, told: dict[str, Row]) -> Iterator[Line]:
    count = campaign.row["decided_total"]
    if sums.PUBLISHED in told:
        yield _sum(campaign, told[sums.PUBLISHED])
    elif campaign.row["collective"]:
        yield Line(
            sums.PUBLISHED, count, 0, GOES_ON,
            f"集体决定{count}项，待公布", f"{count} decided together, not published yet",
        )  # fmt: skip


def _carried_out(campaign: Campaign) -> Iterator[Line]:
    decided = campaign.decided()
    done = [each for each in decided if each.done]
    if decided:
        yield Line(
            RECORDS, len(decided), len(done),
            CLOSES if len(done) == len(decided) else _pending(campaign),
            f"对在册制度作出决定{len(decided)}项，制度自身记录显示已落实{len(done)}项",
            f"{len(decided)} decided for recorded rules, {len(done)} carried out as their records show",
        )  # fmt: skip
    yield from _in_order(campaign)
    by_total = sum(campaign.by_total(outcome) for outcome in OUTCOMES)
    if by_total and campaign.row["collective"]:
        yield Line(
            TOTALS, by_total, None, UNTOLD,
            f"只报合计的{by_total}项，没有制度记录可证已落实",
            f"{by_total} decided by total alone: no record shows that they were carried out",
        )  # fmt: skip
    if campaign.undecided:
        yield Line(
            UNDECIDED, 0, campaign.undecided, LEAKS,
            f"{campaign.undecided}项制度记录称由本次清理处理，清理并未如此决定",
            f"{campaign.undecided} rules' records show an outcome that this campaign did not decide",
        )  # fmt: skip


def _in_order(campaign: Campaign) -> Iterator[Line]:
    days = [
        (each.done_on, each.row["decided_on"])
        for each in campaign.decided()
        if each.done_on and each.row["decided_on"] and each.done
    ]
    if not days:
        return
    early = sum(done_on < decided_on for done_on, decided_on in days)
    after = len(days) - early
    tail = (f"，先于决定落实{early}项", f", {early} before it") if early else ("", "")
    yield Line(
        ORDER, len(days), after, LEAKS if early else CLOSES,
        f"集体决定之后落实{after}项{tail[0]}",
        f"{after} carried out after the collective decision{tail[1]}",
    )  # fmt: skip


def _later(campaign: Campaign) -> Iterator[Line]:
    flagged = [each for each in campaign.decided() if each.flagged]
    if flagged:
        amended = sum(each.amended for each in flagged)
        yield Line(
            LATER, len(flagged), amended, CLOSES if amended == len(flagged) else GOES_ON,
            f"继续有效中需适时修改{len(flagged)}项，已修改{amended}项",
            f"{len(flagged)} continued to be amended in time, {amended} amended",
        )  # fmt: skip


def _closed(campaign: Campaign, lines: Sequence[Line]) -> Line:
    if not campaign.row["closed"]:
        return Line(CLOSED, None, None, GOES_ON, "尚未关闭", "not closed yet")
    on, why = campaign.row["closed_on"], campaign.row["explanation"]
    zh, en = [f"{on or ''}关闭"], [f"closed on {on or 'an untold day'}"]
    found = {line.verdict for line in lines}
    verdict = next((each for each in (LEAKS, UNTOLD) if each in found), CLOSES)
    if verdict == CLOSES:
        zh.append("各项相符")
        en.append("every sum closes")
    for told, in_zh, in_en in _WHERE:
        at = [line.step for line in lines if line.verdict == told]
        if at:
            zh.append(f"{in_zh}：{'、'.join(at)}")
            en.append(f"{in_en}: {', '.join(ENGLISH[each] for each in at)}")
    if why:
        zh.append(f"原因：{why}")
        en.append(f"why: {why}")
    return Line(CLOSED, None, None, verdict, "；".join(zh), "; ".join(en))
