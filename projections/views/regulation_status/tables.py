"""The tables of the view: rules, their spans, their edges, their duties, and the office's periods."""

from __future__ import annotations

from projections.projection import BOOL, DAY, DIGEST, INT, RECORD, TEXT, Table, table_columns

RULES = Table(
    "regulations", "制度", "rules",
    columns=table_columns(
        ("rule", RECORD, "制度编号", "record"),
        ("title", TEXT, "名称", "title"),
        ("number", TEXT, "文号", "official number"),
        ("kind", TEXT, "制度类别", "kind"),
        ("issuer", TEXT, "制定机关", "issued by"),
        ("topic", TEXT, "主题", "topic"),
        ("level", TEXT, "效力级别", "level"),
        ("adopted_on", DAY, "通过日期", "adopted"),
        ("published_on", DAY, "公布日期", "published"),
        ("valid_until", DAY, "有效期至", "valid until"),
        ("ended", TEXT, "终止方式", "ended"),
        ("files_to", TEXT, "报备机关", "filed with"),
        ("filed_on", DAY, "报备日期", "filed"),
        ("needs_amendment", BOOL, "需适时修改", "to be amended"),
        ("amend_by", DAY, "修改期限", "to be amended by"),
        ("index", INT, "日志序", "index"),
    ),
    key=("rule",),
    indexes=(("title",),),
)  # fmt: skip

SPANS = Table(
    "regulation_spans", "效力区间", "spans",
    columns=table_columns(
        ("rule", RECORD, "制度编号", "record"),
        ("n", INT, "序", "n"),
        ("title", TEXT, "名称", "title"),
        ("number", TEXT, "文号", "official number"),
        ("status", TEXT, "状态", "status"),
        ("valid_from", DAY, "自", "from"),
        ("valid_to", DAY, "至", "until before"),
        ("version", INT, "文本序", "version"),
        ("text", DIGEST, "文本摘要", "digest of the text"),
        ("provisions", TEXT, "仅生效条款", "only these provisions"),
        ("pending", TEXT, "未生效条款", "provisions not yet"),
        ("rest", TEXT, "其余文本序", "version of the rest"),
        ("void_on", DAY, "撤销日期", "revoked on"),
        ("needs_amendment", BOOL, "需适时修改", "to be amended"),
        ("assumed", BOOL, "推定", "assumed"),
        ("kind", TEXT, "制度类别", "kind"),
        ("issuer", TEXT, "制定机关", "issued by"),
        ("topic", TEXT, "主题", "topic"),
        ("level", TEXT, "效力级别", "level"),
        ("proof", TEXT, "依据事件", "events that prove it"),
    ),
    key=("rule", "n"),
    indexes=(("valid_from",), ("status",)),
)  # fmt: skip

EDGES = Table(
    "regulation_edges", "制度关系", "edges",
    columns=table_columns(
        ("rule", RECORD, "记载处", "told by"),
        ("n", INT, "序", "n"),
        ("source", RECORD, "制度", "rule that acts"),
        ("by", TEXT, "依据文件或机关", "document or organ that acts"),
        ("edge", TEXT, "关系", "relation"),
        ("extent", TEXT, "范围", "extent"),
        ("target", RECORD, "所及制度", "rule acted on"),
        ("occurred_on", DAY, "日期", "day"),
        ("ended_on", DAY, "解除日期", "until before"),
        ("index", INT, "日志序", "index"),
    ),
    key=("rule", "n"),
    indexes=(("source",), ("target",)),
)  # fmt: skip

DUTIES = Table(
    "regulation_duties", "制度事项", "duties",
    columns=table_columns(
        ("rule", RECORD, "制度编号", "record"),
        ("n", INT, "序", "n"),
        ("step", TEXT, "事项", "step"),
        ("valid_from", DAY, "起算", "since"),
        ("valid_to", DAY, "办结", "done"),
        ("told_due", DAY, "载明期限", "last day as told"),
        ("to", TEXT, "对象", "to whom, or what for"),
        ("index", INT, "日志序", "index"),
    ),
    key=("rule", "n"),
    indexes=(("valid_from",),),
)  # fmt: skip

ORDERS = Table(
    "regulation_orders", "清理落实任务", "orders",
    columns=table_columns(
        ("campaign", RECORD, "清理编号", "campaign"),
        ("n", INT, "序", "n"),
        ("title", TEXT, "清理名称", "campaign's title"),
        ("rule", RECORD, "制度编号", "record"),
        ("outcome", TEXT, "清理意见", "outcome"),
        ("valid_from", DAY, "决定日期", "decided"),
        ("valid_to", DAY, "落实日期", "followed up"),
        ("index", INT, "日志序", "index"),
    ),
    key=("campaign", "n"),
    indexes=(("rule",),),
)  # fmt: skip

STEPS_TAKEN = Table(
    "regulation_steps", "清理落实", "steps taken",
    columns=table_columns(
        ("rule", RECORD, "制度编号", "record"),
        ("n", INT, "序", "n"),
        ("campaign", RECORD, "清理编号", "campaign"),
        ("occurred_on", DAY, "日期", "day"),
        ("index", INT, "日志序", "index"),
    ),
    key=("rule", "n"),
)  # fmt: skip

PERIODS = Table(
    "regulation_periods", "办理期限", "periods",
    columns=table_columns(
        ("edition", INT, "版次", "edition"),
        ("step", TEXT, "事项", "step"),
        ("effective_on", DAY, "施行日期", "in force from"),
        ("months", INT, "月数", "months"),
        ("days", INT, "日数", "days"),
        ("citation", TEXT, "依据条款", "article"),
        ("source", TEXT, "依据", "source"),
        ("rule", TEXT, "依据制度", "rule it rests on"),
        ("index", INT, "日志序", "index"),
    ),
    key=("edition", "step"),
)  # fmt: skip

DUE = table_columns(
    ("rule", RECORD, "制度编号", "record"),
    ("title", TEXT, "名称", "title"),
    ("number", TEXT, "文号", "official number"),
    ("step", TEXT, "事项", "step"),
    ("what", TEXT, "要求", "what to do"),
    ("due_on", DAY, "期限", "due"),
    ("overdue", BOOL, "已逾期", "overdue"),
    ("since", DAY, "起算", "since"),
    ("period", TEXT, "期间", "period"),
    ("citation", TEXT, "依据", "source of the period"),
    ("edition", INT, "期限版次", "edition, 0 by default"),
    ("index", INT, "日志序", "index"),
)

CHANGES = table_columns(
    ("day", DAY, "日期", "day"),
    ("rule", RECORD, "制度编号", "record"),
    ("title", TEXT, "名称", "title"),
    ("number", TEXT, "文号", "official number"),
    ("change", TEXT, "变化", "change"),
    ("before", TEXT, "原状态", "before"),
    ("after", TEXT, "现状态", "after"),
    ("version", INT, "文本序", "version"),
    ("provisions", TEXT, "仅生效条款", "only these provisions"),
    ("pending", TEXT, "未生效条款", "provisions not yet"),
    ("void_from", DAY, "自始无效起", "void from"),
    ("proof", TEXT, "依据事件", "events that prove it"),
)

DANGLING = table_columns(
    ("rule", RECORD, "制度编号", "record"),
    ("title", TEXT, "名称", "title"),
    ("number", TEXT, "文号", "official number"),
    ("edge", TEXT, "关系", "relation"),
    ("target", RECORD, "所依制度", "rule it rests on"),
    ("target_title", TEXT, "所依名称", "its title"),
    ("target_number", TEXT, "所依文号", "its number"),
    ("target_status", TEXT, "所依状态", "its status"),
    ("since", DAY, "自", "since"),
    ("replaced_by", TEXT, "代替者", "replaced by"),
    ("proof", TEXT, "依据事件", "events that prove it"),
)
