"""The metadata of an item, `元数据.xml`: entities and names of DA/T 46-2009, each value from the item's events.

The entity 文件 tells what it is, 业务 each event with its place in the log, 机构人员 who acted, 电子签名 the signature
over each act: digests of the log and of the files stand beside, so that the metadata can be held against both.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.export.archive.item import Enclosed, Item, Step
from ledger.export.archive.layout import FOLDERS, parse_file_number
from ledger.export.markup import Node, leaves

METADATA_ROOT = "电子文件元数据"
STANDARD = "DA/T 46-2009"


def metadata_of(item: Item, *, office: str, program: str, folders: str = FOLDERS) -> Node:
    """Return the metadata of an item, whose files lie in its folder below `folders`."""
    return Node(
        METADATA_ROOT,
        attributes=(("标准", STANDARD),),
        children=(
            _record(item, office=office, program=program, folders=folders),
            *(_business(each) for each in item.steps),
            *_agents(item),
        ),
    )


def _record(item: Item, *, office: str, program: str, folders: str) -> Node:
    described = ("题名", "文件编号", "责任者", "日期", "文种", "紧急程度", "主送", "抄送")
    return Node(
        "文件实体",
        children=(
            *leaves(("聚合层次", "件"),),
            Node("来源", children=leaves(("全宗名称", office), ("立档单位名称", office))),
            *leaves(("电子文件号", item.record),),
            _number(item),
            Node("内容描述", children=leaves(*((name, item.value(name)) for name in described))),
            Node("形式特征", children=leaves(
                ("文件组合类型", "组合文件" if len(item.files) > 1 else "单件"),
                ("文件数", str(len(item.here))),
            )),
            *(_electronic(each, program) for each in item.files),
            *_signatures(item),
            Node("存储位置", children=leaves(("当前位置", f"{folders}{item.folder}/"))),
            Node("管理信息", children=leaves(("归档日期", item.filed_on),)),
        ),
    )  # fmt: skip


def _number(item: Item) -> Node:
    parts = parse_file_number(item.file_number)
    told = [("编码", item.file_number), ("保管期限", item.retention)]
    if parts:
        told += [
            ("全宗号", parts.fonds), ("类别号", parts.category), ("年度", str(parts.year)),
            ("机构或问题", parts.unit), ("室编件号", str(parts.item)),
        ]  # fmt: skip
    return Node("档号", children=leaves(*told))


def _electronic(each: Enclosed, program: str) -> Node:
    attached = each.attached
    return Node(
        "电子属性",
        children=leaves(
            ("格式信息", each.format),
            ("计算机文件名", each.name),
            ("原文件名", attached.name),
            ("计算机文件大小", str(attached.size_bytes)),
            ("数字摘要", each.digest),
            ("日志摘要", attached.digest),
            ("日志序", str(each.index)),
            ("稿本", "定稿" if each.final else "草稿"),
            ("信息系统描述", program),
        ),
    )


def _signatures(item: Item) -> Iterator[Node]:
    """Yield the signatures over each act, once."""
    seen = set[str]()
    for step in item.steps:
        if step.row.act in seen:
            continue
        seen.add(step.row.act)
        yield Node(
            "电子签名",
            children=leaves(
                ("签名标识符", step.act.act),
                ("签名规则", "DSSE 1.0.2, application/vnd.qifeng.act.v1+json"),
                ("签名时间", step.act.at),
                ("签名人", step.actor_name),
                *(("签名结果", each) for each in step.signatures),
                ("证书引证", step.act.key),
            ),
        )


def _business(step: Step) -> Node:
    return Node(
        "业务实体",
        children=leaves(
            ("业务行为", step.happened.TERM.zh),
            ("行为时间", step.row.recorded_at),
            ("行为依据", step.act.basis),
            ("行为描述", step.row.kind),
            ("机构人员标识符", step.act.actor),
            ("日志序", str(step.row.index)),
        ),
    )


def _agents(item: Item) -> Iterator[Node]:
    for record, name in sorted({(each.act.actor, each.actor_name) for each in item.steps}):
        yield Node(
            "机构人员实体",
            children=leaves(
                ("机构人员类型", "个人"), ("机构人员标识符", record), ("机构人员名称", name)
            ),
        )
