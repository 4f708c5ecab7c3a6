"""Options from a file: the same as on the command line, which counts before it; mistakes are named."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.commands.filled import is_long, read_options
from ledger.errors import MalformedError, UsageError
from ledger.records.fund.events import Countersigned, Submitted, Voucher
from ledger.records.policy import Adopted, Level

CLAIM = """
title = "办公用品"
amount = 1_280.50
business-on = 2026-03-01
persons = 4
emergency = true
beneficiaries = ["甲", "乙,丙"]

[[invoices]]
number = "10000037"
amount = "1,280.50元"
issued_on = "2026年3月1日"
"""


def read(tmp_path, text, cls=Submitted):
    """Read options from a file of this text."""
    path = tmp_path / "claim.toml"
    path.write_text(text, "utf-8")
    return read_options(cls, path)


def test_a_file_tells_what_options_take(tmp_path):
    """Amounts to the fen, days in any form, lists, parts; a name may be written with either dash."""
    told = read(tmp_path, CLAIM)

    assert told == {
        "title": "办公用品", "amount_fen": 128_050, "business_on": date(2026, 3, 1), "persons": 4,
        "emergency": True, "beneficiaries": ["甲", "乙,丙"],
        "invoices": [Voucher(number="10000037", amount_fen=128_050, issued_on=date(2026, 3, 1))],
    }  # fmt: skip


def test_parts_hold_lists_and_bands(tmp_path):
    """A level of a policy, with several posts and its band in yuan."""
    text = (
        '[[levels]]\nlevel = 1\nname = "经办"\nposts = ["经办人", "采购员"]\nabove = 499.99\n'
    )

    told = read(tmp_path, text, Adopted)

    assert told["levels"] == [
        Level(level=1, name="经办", posts=("经办人", "采购员"), above_fen=49_999)
    ]


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("title = ", MalformedError, "expected TOML in UTF-8"),
        ("ttle = 'x'", UsageError, "claim.toml: ttle is no option here; write "),
        ("round = 1", UsageError, "round is no option"),
        ("attach = 'x.pdf'", UsageError, "attach is no option"),
        ("amount = '十元'", UsageError, "claim.toml: amount: amount: expected such as"),
        ("persons = 'four'", UsageError, "claim.toml: persons: "),
        ("title = ['x']", MalformedError, "claim.toml: title: expected title, found list"),
        ("title = true", MalformedError, "found bool"),
        ("beneficiaries = '甲'", MalformedError, "beneficiaries: expected a list, found str"),
        ("invoices = ['x']", MalformedError, "invoices 1: expected a table, found str"),
        ("[[invoices]]\ncode = '1'", MalformedError, "invoices 1: expected number, found nothing"),
        ("[[invoices]]\nnumber = '1'\nx = 1", UsageError, "invoices 1: x is no option here"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_named_with_its_place(tmp_path, text, error, says):
    """File, key and place in a list; what was expected and found."""
    with pytest.raises(error) as wrong:
        read(tmp_path, text)

    assert says in str(wrong.value)


def test_a_word_that_is_none_of_the_choices_is_refused(tmp_path):
    """The meaning of a level is one of a closed set."""
    text = '[[levels]]\nlevel = 1\nname = "x"\nposts = ["x"]\nmeaning = "同意"\n'

    with pytest.raises(MalformedError, match="levels 1: meaning: expected 经办, 证明"):
        read(tmp_path, text, Adopted)


def test_only_long_commands_read_files():
    """Those with parts, or with a dozen options and more."""
    assert is_long(Submitted)
    assert is_long(Adopted)
    assert not is_long(Countersigned)


def test_the_command_line_counts_before_the_file(room, tmp_path):
    """What both say is taken from the command line; what is missing in both is still asked for."""
    path = tmp_path / "policy.toml"
    path.write_text(
        'code = "甲"\ncitation = "纪要1号"\nkeepers = ["领导"]\nbudget_level = 1\n'
        '[[levels]]\nlevel = 1\nname = "审批"\nposts = ["领导"]\n'
    )
    adopt = ("--as", "马兰", "policy", "adopt", "--from", path)
    missing = room(*adopt)

    told = room.say(*adopt, "--name", "会签制度", "--code", "乙")

    assert missing.code == 2
    assert "--name" in missing.err
    assert told["events"][0]["record"] == "policy/乙"
    state = room.ledger().state("policy/乙")
    assert (state.name, state.keepers) == ("会签制度", ("领导",))


def test_a_file_that_is_wrong_refuses_the_command(room, tmp_path):
    """Exit code 2, one line, and nothing recorded."""
    path = tmp_path / "policy.toml"
    path.write_text("cod = 1")
    size = room.ledger().store.head().size

    told = room("--as", "马兰", "policy", "adopt", "--from", path)

    assert (told.code, room.ledger().store.head().size) == (2, size)
    assert told.err.count("\n") == 1
