"""The year's documents: 57 of the committee and 165 of the office, each through all its steps.

The committee's are kept for ever: each with its text, and filed 归档 on the year's last working day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ledger.application.ledger import new_content
from ledger.family import Attachment
from projections.demo.cast import CLERK, DIRECTOR, LEADER
from projections.demo.reading import moment, rows_of, workday
from projections.demo.schedule import Planned

SERIES = (("县委发", "县委文件"), ("县委办发", "办公室文件"))
KEPT = "县委发"
_FILING = 480  # minutes after the office opens: 16:30
_LAST = date(2022, 12, 30)


def plan_documents() -> Iterator[Planned]:
    """Yield the series and the life of every document, as the register tells them."""
    for minute, (code, _) in enumerate(SERIES):
        yield Planned(
            moment(date(2022, 1, 4), minute), "刘主任", "series.open", f"series {code}",
            {"code": code, "year": 2022, "family": "document", "registrars": (CLERK,),
             "reviewers": (DIRECTOR,), "leaders": (LEADER,), "approvers": (DIRECTOR,)},
        )  # fmt: skip
    filed = 0
    for place, row in enumerate(rows_of("documents")):
        yield from _life(place, row)
        if _code(row) == KEPT:
            filed += 1
            yield _filing(f"document {place}", filed)


def _life(place: int, row: dict[str, str]) -> Iterator[Planned]:
    key = f"document {place}"
    drafter = row["起草人"]
    code = _code(row)
    day = date.fromisoformat(row["起草日期"])
    days = [workday(day, later) for later in (0, 1, 2, 3)]
    days = [min(each, _LAST) for each in days]
    minute = place % 50 * 4
    corrected = place % 37 == 5
    returned = place % 41 == 7
    step = _Steps(key, minute)
    yield _drafting(step.on(
        days[0], drafter, "draft", title=row["标题"], kind=row["文种"],
        series=f"@series {code}", recipients=(row["主送机关"],),
        urgency=row["紧急程度"] or "平件",
    ), kept=code == KEPT)  # fmt: skip
    if corrected:
        yield step.on(
            days[0], drafter, "correct", reason="标题错字", title=row["标题"] + "（修正）"
        )
    yield step.on(days[1], "刘主任", "review", opinion="同意，请领导签发")
    leader = "李书记" if code == "县委发" else "赵副书记"
    if returned:
        yield step.on(days[1], leader, "return", reason="第二部分再核实数字")
        yield step.on(days[1], "刘主任", "review", opinion="数字已核实")
    yield step.on(days[2], leader, "issue", opinion="同意印发")
    yield step.on(days[2], "刘主任", "recheck", opinion="程序、内容、文种、格式无误")
    yield step.on(
        days[2], "吴文书", "number", copies=int(row["份数"]), distribution=(row["主送机关"],)
    )
    yield step.on(days[3], "吴文书", "print", place="机关文印室", copies=int(row["份数"]))
    yield step.on(days[3], "吴文书", "release", opinion="文字、格式、印刷检查无误")


def _code(row: dict[str, str]) -> str:
    return row["编号系列"].partition("〔")[0]


def _drafting(planned: Planned, *, kept: bool) -> Planned:
    """Return the step of drafting, with the text where it is to be kept."""
    if not kept:
        return planned
    asked: Mapping[str, Any] = planned.asked
    text = f"{asked['title']}\n\n{asked['recipients'][0]}：（演示正文 text of a demo）\n".encode()
    held = new_content(text)
    attached = Attachment(name="正文.txt", size_bytes=len(text), digest=held.digest)
    return replace(planned, asked={**asked, "attachments": (attached,)}, content=(held,))


def _filing(key: str, item: int) -> Planned:
    """Plan the filing of a document under the file number of the year's so many-th item."""
    return Planned(
        moment(_LAST, _FILING + item), "吴文书", "document.archive", key,
        {"file_number": f"0042-WS·2022-Y-BGS-{item:04d}", "retention": "永久"},
    )  # fmt: skip


class _Steps:
    """The steps of one document, each a little later in its day than the one before."""

    def __init__(self, key: str, minute: int) -> None:
        self.key = key
        self.minute = minute

    def on(self, day: date, actor: str, verb: str, **asked: object) -> Planned:
        """Plan the next step on a day."""
        self.minute += 4
        return Planned(moment(day, self.minute), actor, f"document.{verb}", self.key, asked)
