"""The status of regulations 制度现行状况: which rule, in which text, was in force on which day.

Two times are kept apart. *When it counts* stands in the rows: each span holds from `valid_from` until
before `valid_to`, so `--as-of D` reads them. *When we knew* is the log: `--known-at K` folds the
events recorded until then. 撤销 (void from the start) rewrites the spans from the beginning, 废止 and
失效 end them on their day; what is reckoned how stands in `ledger.records.rule.time`.
"""

from __future__ import annotations

from ledger.records import cleanup, rule
from ledger.records.timetable import PeriodsSet
from projections.projection import Part, Projection, kinds_of, kinds_of_families
from projections.views.regulation_status.changing import changes
from projections.views.regulation_status.dangling import dangling
from projections.views.regulation_status.due import due
from projections.views.regulation_status.fold import settle, take_periods
from projections.views.regulation_status.standing import in_force, status
from projections.views.regulation_status.tables import (
    CHANGES,
    DANGLING,
    DUE,
    DUTIES,
    EDGES,
    ORDERS,
    PERIODS,
    RULES,
    SPANS,
    STEPS_TAKEN,
)

PROJECTION = Projection(
    name="regulation_status",
    version=3,
    zh="制度现行状况",
    en="status of regulations",
    tables=(RULES, SPANS, EDGES, DUTIES, ORDERS, STEPS_TAKEN, PERIODS),
    kinds=kinds_of(PeriodsSet),
    apply=take_periods,
    settles=kinds_of_families(rule.FAMILY, cleanup.FAMILY),
    settle=settle,
    shows="status",
    parts=(
        Part("status", "现行状况", "status", SPANS.columns, status, as_of=True),
        Part(
            "in_force", "现行有效", "in force", SPANS.columns, in_force, as_of=True,
            brief=(
                *("title", "number", "issuer", "topic", "status", "valid_from", "valid_to"),
                *("version", "provisions", "pending", "rest", "rule"),
            ),
        ),
        Part(
            "changes", "期间变化", "changes", CHANGES, changes, as_of=True, between=True,
            brief=(
                *("day", "title", "number", "change", "before", "after", "version"),
                *("provisions", "pending", "void_from", "rule", "proof"),
            ),
        ),
        Part(
            "due", "待办期限", "due", DUE, due, as_of=True,
            brief=(
                *("title", "number", "what", "due_on", "overdue", "period", "citation"),
                *("edition", "rule"),
            ),
        ),
        Part(
            "dangling", "依据失效", "dangling", DANGLING, dangling, as_of=True,
            brief=(
                *("title", "edge", "target_title", "target_status", "since", "replaced_by"),
                *("rule", "proof"),
            ),
        ),
    ),
)  # fmt: skip
