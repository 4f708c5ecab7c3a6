"""The year's rules: 34 planned, 23 of them issued, one amended, one abolished."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from projections.demo.cast import DIRECTOR, LEADER
from projections.demo.reading import moment, rows_of, workday
from projections.demo.schedule import Planned


def plan_rules() -> Iterator[Planned]:
    """Yield the life of every planned rule, an amendment and an abolition."""
    for place, row in enumerate(rows_of("rules")):
        yield from _life(place, row)
    yield from _changes()


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
