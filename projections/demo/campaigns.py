"""The year's two clean-up campaigns: the committee's, which closes, and the office's own, which does not.

Where the founding report is masked or contradicts itself the demo says so. Of the committee's campaign it
gives 9 abolished, 9 lapsed and 9 to be revised, without how many rules were in scope or go on: that is
what was known in June (`--known-at 2022-06-10`), and the sums cannot be told to close. The demo then
has 60 in scope and 33 that go on, each a rule with its own record, which is consistent. Of the
office's campaign it gives 9 existing rules and 42 dispositions: they are entered as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ledger.family import AS_FOUND
from ledger.records.cleanup.events import AMEND, CONFIRM, Volumes
from projections.demo.cast import LEADER
from projections.demo.reading import moment, rows_of, workday
from projections.demo.schedule import Planned

COUNTY, OFFICE_OWN = "cleanup county", "cleanup office"
COMMITTEE = "县委常委会"
_BEGUN = date(2022, 5, 9)
_VOLUMES = (
    (3, (Volumes(catalogue="0001-1", first=1, last=800),)),
    (5, (Volumes(catalogue="0001-2", first=1, last=700),)),
    (8, (Volumes(catalogue="0001-1", first=781, last=800), Volumes(catalogue="0001-3", first=1, last=365))),
)  # fmt: skip
_VERBS = {"废止": "abolish", "失效": "lapse", AMEND: "amend", CONFIRM: "confirm"}
_OFFICE = (("废止", 8), (AMEND, 25), (CONFIRM, 9), ("新建", 9))


def plan_campaigns() -> Iterator[Planned]:
    """Yield both campaigns, the rules that were there before, and what became of them."""
    yield from _county()
    yield from _office()


def _county() -> Iterator[Planned]:
    rows = list(enumerate(rows_of("cleanup")))
    for place, row in rows:
        yield from _found(place, row)
    yield _step(
        COUNTY, 0, "open", title="县委规范性文件清理", basis="市委部署", scope="县委规范性文件"
    )
    for later, volumes in _VOLUMES:
        yield _step(COUNTY, later, "retrieve-volumes", volumes=volumes, source="县档案馆")
    yield _step(COUNTY, 15, "screen", files=8000)
    for place, row in rows:
        later = 25 if row["清理意见"] == CONFIRM else 18
        yield _step(
            COUNTY, later, "propose-outcome", minute=30 + place, rule=f"@{_key(place)}",
            outcome=row["清理意见"], reason=row["理由"], needs_amendment=bool(row["需适时修改"]),
        )  # fmt: skip
    yield _step(COUNTY, 25, "screen", files=1012, in_scope=len(rows))
    yield _decided(
        COUNTY,
        35,
        "decide",
        body=COMMITTEE,
        minutes="县委常委会2022年第9次会议纪要",
        post=LEADER,
    )
    yield _step(COUNTY, 38, "publish")
    for place, row in rows:
        yield from _carried_out(place, row)
    yield Planned(moment(date(2022, 12, 7), 0), "李书记", "rule.amend", _key(27),
                  {"post": LEADER, "decision": COMMITTEE, "extent": "partial"})  # fmt: skip
    yield Planned(moment(date(2022, 12, 15), 0), "刘主任", "cleanup.close", COUNTY, {})


def _office() -> Iterator[Planned]:
    yield _step(
        OFFICE_OWN, 20, "open", title="县委办公室内部制度清理", basis="上级部署", existing=9
    )
    for place, (outcome, count) in enumerate(_OFFICE):
        yield _step(OFFICE_OWN, 50, "tally", minute=20 + place, outcome=outcome, count=count)
    yield _decided(
        OFFICE_OWN, 55, "decide", body="县委办公室主任办公会", minutes="办公会纪要", post=LEADER
    )
    yield _step(OFFICE_OWN, 58, "publish")
    why = "报告写原有制度9项，处理意见合计42项，两数不能勾稽，单位由项变为件；按原报告录入"
    yield _step(OFFICE_OWN, 80, "close", explanation=why)


def _found(place: int, row: dict[str, str]) -> Iterator[Planned]:
    """Yield a rule that was there before the ledger, entered from the office's old register."""
    published = date.fromisoformat(row["公布日期"])
    told = {"occurred_on": published, "source_line": "县委规范性文件目录"}
    yield Planned(
        moment(_BEGUN, 10 + place), "刘主任", "rule.adopt", _key(place),
        {**told, "title": row["标题"], "kind": row["种类"], "issuer": "县委"}, basis=AS_FOUND,
    )  # fmt: skip
    yield Planned(
        moment(_BEGUN, 80 + place), "刘主任", "rule.publish", _key(place), told, basis=AS_FOUND
    )


def _carried_out(place: int, row: dict[str, str]) -> Iterator[Planned]:
    outcome, day = row["清理意见"], date.fromisoformat(row["落实日期"])
    asked: dict[str, object] = {"post": LEADER, "campaign": f"@{COUNTY}"}
    if outcome == AMEND:
        asked |= {"decision": COMMITTEE, "extent": "whole"}
    elif outcome == CONFIRM and row["需适时修改"]:
        asked |= {"needs_amendment": True, "amend_by": date(2023, 6, 30)}
    elif outcome != CONFIRM:
        asked["reason"] = row["理由"]
    verb = f"rule.{_VERBS[outcome]}"
    yield Planned(moment(day, place), "李书记", verb, _key(place), asked)
    yield Planned(
        moment(workday(day, 1), 100 + place), "刘主任", "cleanup.follow-up", COUNTY,
        {"rule": f"@{_key(place)}"},
    )  # fmt: skip


def _step(key: str, later: int, verb: str, *, minute: int = 20, **asked: object) -> Planned:
    """Plan a step of the office's head, so many working days after the beginning."""
    return Planned(
        moment(workday(_BEGUN, later), minute), "刘主任", f"cleanup.{verb}", key, asked
    )


def _decided(key: str, later: int, verb: str, **asked: object) -> Planned:
    return Planned(moment(workday(_BEGUN, later), 30), "李书记", f"cleanup.{verb}", key, asked)


def _key(place: int) -> str:
    return f"old rule {place}"
