"""The maps that are shipped: each fits the events it names, and two forms of one log tell the same."""

from __future__ import annotations

import csv

import pytest

from ledger.application.mapper import kinds_of
from ledger.body import fields_of, format_body
from ledger.commands.load import read_register
from ledger.importing.mapping import load_mapping
from ledger.importing.taking import build
from ledger.records import FAMILIES
from tests.eventlog import write_log
from tests.needs import REPOSITORY

MAPS = REPOSITORY / "examples" / "maps"
KINDS = kinds_of(FAMILIES)
ITEMS = {
    "报销-7": ("办公用品", "1280.00", "金桥办公用品店"),
    "报销-8": ("差旅费", "12345678.5", ""),
}
STEPS = [
    ("报销-7", "申报", "孙梅", "经办人", "", "2023-05-08T10:30:00+08:00"),
    ("报销-7", "股室审核", "郑强", "股长", "同意", "2023-05-08T15:02:00+08:00"),
    ("报销-7", "财务审核", "马兰", "财务审核", "票据齐全", "2023-05-09T01:00:00+00:00"),
    ("报销-7", "分管领导审批", "赵刚", "分管领导", "同意支付", "2023-05-09T11:00:00+08:00"),
    ("报销-7", "付款", "许静", "出纳", "", "2023-05-10T09:00:00+08:00"),
    ("报销-8", "申报", "孙梅", "经办人", "", "2023-06-01T09:00:00+08:00"),
    ("报销-8", "退回", "郑强", "股长", "请补发票", "2023-06-02T09:00:00+08:00"),
]


@pytest.mark.parametrize("path", sorted(MAPS.glob("*.toml")), ids=lambda path: path.name)
def test_a_shipped_map_names_fields_that_its_events_have(path):
    """Nobody begins with an example that cannot work."""
    mapping = load_mapping(path)

    for rule in mapping.events:
        declared = {field.name: field for field in fields_of(KINDS[rule.kind])}
        required = {name for name, field in declared.items() if field.required}
        assert rule.fields.keys() <= declared.keys()
        assert required <= rule.fields.keys()


def log_of_steps(path):
    """Write the steps as an event log."""
    traces = []
    for number, (title, amount, payee) in ITEMS.items():
        attributes = [("string", "concept:name", number), ("string", "title", title),
                      ("float", "amount", amount), ("string", "payee", payee)]  # fmt: skip
        keys = ("concept:name", "org:resource", "org:role", "opinion")
        events = [
            [*(("string", key, value) for key, value in zip(keys, step[1:5], strict=True)),
             ("date", "time:timestamp", step[5])]
            for step in STEPS if step[0] == number
        ]  # fmt: skip
        traces.append((attributes, events))
    return write_log(path, traces)


def table_of_steps(path):
    """Write the steps as a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ("单号", "事由", "金额", "收款人", "环节", "办理人", "岗位", "意见", "时间")
        )
        writer.writerows((number, *ITEMS[number], *step) for number, *step in STEPS)
    return path


def told(path, map_name):
    """Return the events that a file tells through a shipped map: key, kind, body."""
    reading = read_register(path, load_mapping(MAPS / map_name))
    assert reading.report.problem_count == 0
    return [
        (each.key, each.kind, format_body(build(KINDS[each.kind], each.fields)))
        for each in reading.mapped
    ]


def test_a_table_and_an_event_log_of_the_same_steps_tell_the_same(tmp_path):
    """Other names of columns, another form of file: the same events of the same items."""
    from_table = told(table_of_steps(tmp_path / "steps.csv"), "approvals-csv.toml")
    from_log = told(log_of_steps(tmp_path / "steps.xes"), "approvals-xes.toml")

    assert from_table == from_log
    assert [kind for _, kind, _ in from_table] == [
        "fund.submitted/1", *["fund.countersigned/1"] * 3, "fund.paid/1",
        "fund.submitted/1", "fund.rejected/1",
    ]  # fmt: skip
    assert (from_log[0][2]["amount_fen"], from_log[5][2]["amount_fen"]) == (
        128_000,
        1_234_567_850,
    )
    assert from_log[2][2]["occurred_at"] == "2023-05-09T01:00:00.000000Z"
