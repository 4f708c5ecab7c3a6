"""What the view of clean-up campaigns keeps: campaigns, their sums and outcomes, and what rules show."""

from __future__ import annotations

from projections.projection import BOOL, DAY, INT, RECORD, TEXT, Table, table_columns

CAMPAIGNS = Table(
    "campaigns", "清理活动", "campaigns",
    columns=table_columns(
        ("campaign", RECORD, "清理编号", "record"),
        ("title", TEXT, "名称", "title"),
        ("basis", TEXT, "依据", "basis"),
        ("scope", TEXT, "清理范围", "scope"),
        ("opened_on", DAY, "启动日期", "opened"),
        ("existing", INT, "现有制度", "existing rules"),
        ("volumes", INT, "调阅卷数", "distinct volumes"),
        ("called_up", INT, "调阅卷次", "volumes called up"),
        ("unlisted", INT, "未列卷号", "volumes told by count"),
        ("files", INT, "甄别件数", "files screened"),
        ("in_scope", INT, "列入清理", "in scope"),
        ("dispositions", INT, "处理意见", "dispositions"),
        ("in_force_after", INT, "清理后有效", "in force afterwards"),
        ("body", TEXT, "决定机构", "decided by"),
        ("minutes", TEXT, "会议纪要", "minutes"),
        ("decided_on", DAY, "决定日期", "decided"),
        ("decided_total", INT, "决定件数", "decided together"),
        ("published_on", DAY, "公布日期", "published"),
        ("number", TEXT, "公布文号", "official number"),
        ("closed_on", DAY, "关闭日期", "closed on"),
        ("collective", BOOL, "已集体决定", "decided on"),
        ("published", BOOL, "已公布", "made known"),
        ("closed", BOOL, "已关闭", "closed"),
        ("explanation", TEXT, "说明", "why the sums do not close"),
        ("index", INT, "日志序", "index"),
    ),
    key=("campaign",),
    indexes=(("title",),),
    brief=("title", "opened_on", "existing", "volumes", "files", "in_scope", "dispositions",
           "in_force_after", "decided_on", "published_on", "closed_on", "explanation"),
)  # fmt: skip

SUMS = Table(
    "campaign_sums", "清理各项合计", "sums",
    columns=table_columns(
        ("campaign", RECORD, "清理编号", "record"),
        ("n", INT, "序", "n"),
        ("step", TEXT, "环节", "step"),
        ("expected", INT, "应有", "expected"),
        ("found", INT, "实有", "found"),
        ("leaks", BOOL, "不闭合", "does not close"),
        ("zh", TEXT, "说明", "in Chinese"),
        ("en", TEXT, "英文说明", "in English"),
    ),
    key=("campaign", "n"),
)  # fmt: skip

DISPOSITIONS = Table(
    "campaign_dispositions", "清理意见", "dispositions",
    columns=table_columns(
        ("campaign", RECORD, "清理编号", "record"),
        ("n", INT, "序", "n"),
        ("rule", RECORD, "制度", "rule"),
        ("outcome", TEXT, "清理意见", "outcome"),
        ("needs_amendment", BOOL, "需适时修改", "to be amended in time"),
        ("reason", TEXT, "理由", "reason"),
        ("decided", TEXT, "集体决定", "decided"),
        ("decided_on", DAY, "决定日期", "decided on"),
        ("followed_up", TEXT, "确认落实", "followed up"),
        ("followed_up_on", DAY, "确认日期", "followed up on"),
        ("index", INT, "日志序", "index"),
    ),
    key=("campaign", "n"),
    indexes=(("rule",),),
)  # fmt: skip

TALLIES = Table(
    "campaign_tallies", "清理统计数", "totals of rules without record",
    columns=table_columns(
        ("campaign", RECORD, "清理编号", "record"),
        ("outcome", TEXT, "清理意见", "outcome"),
        ("count", INT, "件数", "how many"),
        ("decided", INT, "决定件数", "decided"),
    ),
    key=("campaign", "outcome"),
)  # fmt: skip

CARRIED_OUT = Table(
    "campaign_carried_out", "制度落实记录", "what rules' own records show",
    columns=table_columns(
        ("rule", RECORD, "制度", "rule"),
        ("n", INT, "序", "n"),
        ("campaign", RECORD, "清理编号", "campaign"),
        ("outcome", TEXT, "已落实", "carried out"),
        ("done_on", DAY, "落实日期", "carried out on"),
        ("index", INT, "日志序", "index"),
    ),
    key=("rule", "n"),
    indexes=(("campaign",),),
)  # fmt: skip

RULES = Table(
    "campaign_rules", "在册制度", "recorded rules",
    columns=table_columns(
        ("rule", RECORD, "制度", "rule"),
        ("title", TEXT, "名称", "title"),
        ("published_on", DAY, "公布日期", "published"),
        ("amended_on", DAY, "最近修改", "last amended"),
        ("amend_by", DAY, "修改期限", "to be amended by"),
        ("ended", TEXT, "终止方式", "ended"),
        ("index", INT, "日志序", "index"),
    ),
    key=("rule",),
)  # fmt: skip

TABLES = (CAMPAIGNS, SUMS, DISPOSITIONS, TALLIES, CARRIED_OUT, RULES)
