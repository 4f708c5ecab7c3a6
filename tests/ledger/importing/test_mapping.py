"""A map is read whole, or its first flaw is named with its place."""

from __future__ import annotations

import hashlib
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from ledger.errors import MalformedError, NotFoundError, UnavailableError
from ledger.importing.mapping import Cell, Condition, load_mapping, parse_mapping

WHOLE = """
map = 1
family = "fund"
record = ["案号", "年度"]
once = "流水"
order = [{column = "时间", type = "moment"}]
utc_offset = "+08:00"
unmatched = "skip"

[[event]]
kind = "fund.submitted/1"
when = {column = "动作", is = "报销"}
[event.fields]
amount_fen = {column = "金额", type = "amount_fen", round = "half-even"}
currency = {constant = "CNY"}

[[event]]
kind = "fund.paid/1"
when = [{column = "动作", in = ["付款", "支付"]}, {column = "金额", not_empty = true}]
[event.fields]
level = {column = "岗位", type = "term", terms = {"出纳" = "cashier"}, default = "出纳"}
paid_on = {column = "日期", type = "day", serials = true, optional = true, empty = ["无"]}
"""

LEAST = """
map = 1
family = "fund"
record = "案号"
[[event]]
kind = "fund.paid/1"
"""


def test_map_is_read_whole():
    """Every word of the language arrives in its place."""
    mapping = parse_mapping(WHOLE.encode(), name="m.toml")

    assert (mapping.family, mapping.record, mapping.once) == (
        "fund",
        ("案号", "年度"),
        ("流水",),
    )
    assert mapping.order == (Cell("时间", "moment"),)
    assert mapping.zone == timezone(timedelta(hours=8))
    assert mapping.skip_unmatched
    submitted, paid = mapping.events
    assert submitted.when == (Condition("动作", frozenset({"报销"})),)
    assert submitted.fields == {
        "amount_fen": Cell("金额", "amount_fen", rounding="half-even"),
        "currency": "CNY",
    }
    assert paid.when == (
        Condition("动作", frozenset({"付款", "支付"})),
        Condition("金额", frozenset()),
    )
    assert paid.fields == {
        "level": Cell("岗位", "term", terms={"出纳": "cashier"}, default="出纳"),
        "paid_on": Cell("日期", "day", serials=True, optional=True, empty=frozenset({"无"})),
    }


def test_least_map_takes_every_row():
    """What may be left out may be left out: no order, no condition, no field."""
    mapping = parse_mapping(LEAST.encode(), name="m.toml")

    assert (mapping.record, mapping.once, mapping.order) == (("案号",), (), ())
    assert (mapping.zone, mapping.skip_unmatched) == (None, False)
    assert [(rule.when, rule.fields) for rule in mapping.events] == [((), {})]


def test_map_keeps_the_digest_of_its_bytes(tmp_path):
    """What was done with a register can be traced to the very map."""
    path = tmp_path / "m.toml"
    path.write_text(LEAST, encoding="utf-8")

    mapping = load_mapping(path)

    assert (mapping.name, mapping.digest) == (
        "m.toml",
        hashlib.sha256(LEAST.encode()).hexdigest(),
    )


def test_missing_map_is_not_found(tmp_path):
    """A map that does not exist is named."""
    with pytest.raises(NotFoundError, match=r"none.toml"):
        load_mapping(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("map = 1", "map = 2", "at top: expected map = 1, found 2"),
        ("map = 1", "", "at top: expected map = 1, found nothing"),
        ("map = 1", "map = 1\nmapp = 1", "at top: expected only .*, found 'mapp'"),
        ("map = 1", "map = ", "expected TOML in UTF-8"),
        ('"fund"', '"Fund"', "at family: "),
        ('"案号"', "[]", "at record: expected a list of different texts"),
        ('"案号"', '["案号", " 案号"]', "at record: expected a list of different texts"),
        ('"案号"', "5", "at record: "),
        ('"案号"', '""', "at record: expected names of columns"),
        ("map = 1", "map = 1\nonce = []", "at once: "),
        ("map = 1", 'map = 1\norder = "x"', "at order: "),
        (
            "map = 1",
            'map = 1\norder = [{column = "x", type = "when"}]',
            "at order 1: expected one of",
        ),
        (
            "map = 1",
            'map = 1\norder = [{column = "x", optional = true}]',
            "at order 1: expected only",
        ),
        ("map = 1", 'map = 1\norder = ["x"]', "at order 1: expected a table"),
        ("map = 1", 'map = 1\nutc_offset = "Beijing"', "utc_offset: expected"),
        ("map = 1", "map = 1\nutc_offset = 8", "at utc_offset: "),
        ("map = 1", 'map = 1\nunmatched = "drop"', "at unmatched: expected skip or problem"),
        ("[[event]]", "[event]", "at event: expected at least one"),
        ("fund.paid/1", "fund.paid", "at event 1: expected a kind such as fund.happened/1"),
        ("fund.paid/1", "rule.paid/1", "at event 1: expected a kind such as fund.happened/1"),
        ("fund.paid/1", "fund.paid/01", "at event 1: expected a kind"),
    ],
)
def test_flawed_top_is_refused(old, new, message):
    """Unknown words, missing words and words of the wrong kind are named with their place."""
    text = LEAST.replace(old, new)

    with pytest.raises(MalformedError, match=message):
        parse_mapping(text.encode(), name="m.toml")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("feilds = {}", "at event 1: expected only fields, kind, when, found 'feilds'"),
        ("fields = 5", "at event 1: expected fields as a table"),
        ('when = "x"', "at event 1, when: expected a table"),
        ('when = {column = "a"}', "when: expected one of is, in, not_empty"),
        (
            'when = {column = "a", is = "x", not_empty = true}',
            "expected one of is, in, not_empty",
        ),
        ('when = {column = "a", is = 5}', "when: expected a list of different texts"),
        ('when = {column = "a", in = "x"}', "when: expected a list of different texts"),
        ('when = {column = "a", in = []}', "when: expected a list of different texts"),
        ('when = {column = "a", not_empty = false}', "when: expected not_empty = true"),
        ('when = {is = "x"}', "when: expected a list of different texts"),
        ('fields = {Amount = {column = "a"}}', "field Amount: expected a field's name"),
        ('fields = {a = "column"}', "field a: expected a table"),
        ("fields = {a = {}}", "field a: "),
        ('fields = {a = {column = "x", type = "money"}}', "field a: expected one of"),
        ('fields = {a = {column = "x", type = ["day"]}}', "field a: expected one of"),
        ('fields = {a = {column = "x", round = "half-even"}}', "found 'round'"),
        ('fields = {a = {column = "x", type = "amount_fen", round = "up"}}', "half-even"),
        ('fields = {a = {column = "x", type = "day", serials = 1}}', "serials = true or false"),
        ('fields = {a = {column = "x", optional = "no"}}', "optional = true or false"),
        ('fields = {a = {column = "x", default = 0}}', "default as text"),
        ('fields = {a = {column = "x", type = "term"}}', "terms as a table"),
        ('fields = {a = {column = "x", type = "term", terms = {b = 1.5}}}', "terms as a table"),
        ('fields = {a = {column = "x", terms = {b = "c"}}}', "found 'terms'"),
        ('fields = {a = {column = "x", empty = "无"}}', "a list of different texts"),
        ('fields = {a = {constant = "x", column = "y"}}', "expected only constant"),
        ("fields = {a = {constant = 1.5}}", "text, integer or boolean"),
        ("fields = {a = {constant = 2023-05-08}}", "text, integer or boolean"),
    ],
)
def test_flawed_event_is_refused(lines, message):
    """Each flaw of an event or a field is one error that names the event and the field."""
    with pytest.raises(MalformedError, match=message) as refused:
        parse_mapping((LEAST + lines).encode(), name="m.toml")

    assert str(refused.value).startswith("map m.toml at event 1")


def test_same_kind_with_the_same_condition_is_refused():
    """One row must not tell the same event twice by a slip of the pen."""
    twice = LEAST + '\n[[event]]\nkind = "fund.paid/1"\n'

    with pytest.raises(MalformedError, match="at event 2: expected another kind or when"):
        parse_mapping(twice.encode(), name="m.toml")


@pytest.mark.parametrize("encoded", [b"\xff\xfe", b"a = " + b"[" * 5_000, b"#" * (2**20 + 1)])
def test_bytes_that_are_no_map_are_refused(encoded):
    """Other encodings, endless nesting and huge files end in one error."""
    with pytest.raises(MalformedError, match=r"^map m.toml: expected"):
        parse_mapping(encoded, name="m.toml")


def test_map_that_cannot_be_read_is_unavailable(tmp_path, monkeypatch):
    """A right that fails is told from a map that is malformed."""
    path = tmp_path / "m.toml"
    path.write_text(LEAST, encoding="utf-8")

    def failing_open(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", failing_open)

    with pytest.raises(UnavailableError, match="Permission denied"):
        load_mapping(path)
