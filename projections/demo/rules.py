"""The year's rules: 23 of 34 planned ones issued, and two clean-up campaigns.

Where the founding report is masked or contradicts itself the demo records what is consistent and
says so: of the committee's clean-up it gives 9 abolished, 9 lapsed and 9 to be revised, without how
many were in scope, so the demo has 60 in scope and 33 that go on; of the office's it gives 9 existing rules
and 42 dispositions, which do not close, and the campaign's record says exactly that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from projections.demo.cast import DIRECTOR, LEADER
from projections.demo.reading import moment, rows_of, workday
from projections.demo.schedule import Planned

COUNTY, OFFICE_OWN = "cleanup county", "cleanup office"


def plan_rules() -> Iterator[Planned]:
    """Yield the life of every planned rule, an amendment, an abolition, and the campaigns."""
    for place, row in enumerate(rows_of("rules")):
        yield from _life(place, row)
    yield from _changes()
    yield from _county()
    yield from _office()


def _life(place: int, row: dict[str, str]) -> Iterator[Planned]:
    key = f"rule {place}"
    planned = workday(date.fromisoformat(row["计划日期"]))
    yield Planned(
        moment(planned, 60 + place), "孙秘书", "rule.plan", key,
        {"title": row["标题"], "task": f"制度建设计划第{place + 1}项"},
    )  # fmt: skip
    if not row["通过日期"]:
        return
    adopted, published = (date.fromisoformat(row[each]) for each in ("通过日期", "公布日期"))
    number = f"县委办制〔2022〕{place + 1}号"
    yield Planned(moment(workday(planned, 5), place), "孙秘书", "rule.draft", key, {})
    yield Planned(
        moment(workday(planned, 9), place), "刘主任", "rule.review", key,
        {"post": DIRECTOR, "result": "通过", "opinion": "合法合规"},
    )  # fmt: skip
    yield Planned(
        moment(adopted, place), "李书记", "rule.deliberate", key,
        {"post": LEADER, "meeting": "县委常委会", "result": "通过"},
    )  # fmt: skip
    yield Planned(
        moment(adopted, place + 60), "李书记", "rule.adopt-draft", key,
        {"post": LEADER, "kind": row["种类"], "issuer": "县委办公室", "topic": row["主题"]},
    )  # fmt: skip
    yield Planned(
        moment(published, place), "李书记", "rule.publish", key,
        {"post": LEADER, "number": number, "effective_on": date.fromisoformat(row["施行日期"])},
    )  # fmt: skip


def _changes() -> Iterator[Planned]:
    decided = {"post": LEADER, "decision": "县委常委会2022年11月会议"}
    yield Planned(
        moment(date(2022, 11, 16), 0), "李书记", "rule.amend", "rule 5",
        decided | {"effective_on": date(2022, 12, 1), "extent": "partial"},
    )  # fmt: skip
    yield Planned(
        moment(date(2022, 12, 6), 0), "李书记", "rule.abolish", "rule 9",
        {"post": LEADER, "reason": "另有新规定", "effective_on": date(2023, 1, 1)},
    )  # fmt: skip


def _county() -> Iterator[Planned]:
    yield from _campaign(
        COUNTY, title="县委规范性文件清理", day=date(2022, 5, 9), existing=60,
        volumes=1865, files=9012,
        outcomes=(("废止", 9), ("失效", 9), ("修订", 9), ("继续有效", 33)), explanation="",
    )  # fmt: skip


def _office() -> Iterator[Planned]:
    yield from _campaign(
        OFFICE_OWN, title="县委办公室内部制度清理", day=date(2022, 6, 6), existing=9,
        volumes=None, files=None,
        outcomes=(("废止", 8), ("修订", 25), ("继续有效", 9), ("新建", 9)),
        explanation="报告写原有制度9项，处理意见合计42项，两数不能勾稽；按原报告录入",
    )  # fmt: skip


def _campaign(  # noqa: PLR0913 -- one campaign's figures, each by its name
    key: str, *, title: str, day: date, existing: int, volumes: int | None, files: int | None,
    outcomes: tuple[tuple[str, int], ...], explanation: str,
) -> Iterator[Planned]:  # fmt: skip
    yield Planned(
        moment(day, 10), "刘主任", "cleanup.open", key,
        {"title": title, "basis": "上级部署", "existing": existing},
    )  # fmt: skip
    if volumes is not None and files is not None:
        yield Planned(
            moment(workday(day, 3), 10), "吴文书", "cleanup.retrieve-volumes", key,
            {"count": volumes, "source": "县档案馆"},
        )  # fmt: skip
        yield Planned(
            moment(workday(day, 20), 10), "刘主任", "cleanup.screen", key,
            {"files": files, "in_scope": existing},
        )  # fmt: skip
    for place, (outcome, count) in enumerate(outcomes):
        yield Planned(
            moment(workday(day, 30), 10 + place), "刘主任", "cleanup.tally", key,
            {"outcome": outcome, "count": count},
        )  # fmt: skip
    yield Planned(
        moment(workday(day, 35), 10), "李书记", "cleanup.decide", key,
        {"body": "县委常委会", "minutes": "常委会纪要", "post": LEADER},
    )  # fmt: skip
    yield Planned(moment(workday(day, 38), 10), "刘主任", "cleanup.publish", key, {})
    yield Planned(
        moment(workday(day, 60), 10),
        "刘主任",
        "cleanup.close",
        key,
        {"explanation": explanation},
    )
