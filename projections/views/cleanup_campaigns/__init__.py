"""Clean-up campaigns 制度清理: whether the funnel closes, where it leaks, and what is left to be done.

`funnel` goes through a campaign step by step, each with its verdict and a sentence in Chinese and in
English. `totals` holds each outcome's decisions against the rules' own records, and all of them against the
rules that there were: they reconcile, or it says by how much not. `tasks` is what is still open. What
was known when is asked with `--known-at`.
"""

from __future__ import annotations

from ledger.records import cleanup, rule
from projections.projection import Part, Projection, kinds_of_families
from projections.views.cleanup_campaigns.settling import settle
from projections.views.cleanup_campaigns.steps import FUNNEL, funnel
from projections.views.cleanup_campaigns.tables import TABLES
from projections.views.cleanup_campaigns.totals import TASKS, TOTALS, tasks, totals

_FUNNEL = ("title", "step", "expected", "found", "difference", "verdict", "zh", "en")
_TOTALS = ("title", "outcome", "proposed", "decided", "carried_out", "open", "by_total", "difference",
           "verdict", "zh", "en")  # fmt: skip
_TASKS = ("title", "rule_title", "outcome", "task", "task_en", "since", "due_on", "overdue")

PROJECTION = Projection(
    name="cleanup_campaigns",
    version=1,
    zh="制度清理",
    en="clean-up campaigns",
    tables=TABLES,
    settles=kinds_of_families(cleanup.FAMILY, rule.FAMILY),
    settle=settle,
    shows="funnel",
    parts=(
        Part("funnel", "清理漏斗", "funnel", FUNNEL, funnel, brief=_FUNNEL),
        Part("totals", "清理合计", "totals by outcome", TOTALS, totals, brief=_TOTALS),
        Part("tasks", "待落实事项", "open tasks", TASKS, tasks, brief=_TASKS),
    ),
)
