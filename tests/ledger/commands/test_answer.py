"""Answers: whole on stdout, in the form that was asked for."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ledger.commands.answer import as_csv, as_json, as_table, yuan

ROWS = (
    {"number": "县委发〔2023〕1号", "left_fen": 5, "note": None},
    {"number": "a,b\n“c”", "more": 1},
)
COLUMNS = ("number", "left_fen", "note")


def test_json_is_one_object_with_its_characters(capsys):
    """Chinese stays Chinese; a day is told as text."""
    as_json({"名称": "通知", "on": date(2023, 5, 8)})

    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert "通知" in out
    assert json.loads(out) == {"名称": "通知", "on": "2023-05-08"}


def test_csv_has_a_header_and_quotes_what_it_must(capsys):
    """Columns in the order asked for; what is not known is empty; other members are left out."""
    as_csv(ROWS, COLUMNS)

    assert capsys.readouterr().out == (
        'number,left_fen,note\n县委发〔2023〕1号,5,\n"a,b\n“c”",,\n'
    )


def test_a_table_holds_every_row_and_cuts_nothing_short(capsys):
    """Where there is no terminal a table is wide enough for what stands in it."""
    as_table(ROWS[:1], COLUMNS, title="登记簿")

    out = capsys.readouterr().out
    for each in ("登记簿", "number", "县委发〔2023〕1号", "5"):
        assert each in out
    assert "None" not in out


def test_a_table_of_nothing_still_names_its_columns(capsys):
    """An empty answer is an answer."""
    as_table((), COLUMNS)

    assert "left_fen" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fen", "told"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (100, "1.00"),
        (1234500, "12,345.00"),
        (-5, "-0.05"),
        (-123456789, "-1,234,567.89"),
        (2**53 - 1, "90,071,992,547,409.91"),
    ],
)
def test_fen_are_told_in_yuan(fen, told):
    """Two decimals, always, and never by way of a float."""
    assert yuan(fen) == told


def test_a_word_that_is_too_long_goes_on_in_the_next_line(capsys):
    """Nothing of an answer is left out: a cut record name would be of no use."""
    digest = "0123456789abcdef" * 20

    as_table(({"digest": digest, "note": "x"},), ("digest", "note"))

    shown = capsys.readouterr().out
    assert "…" not in shown
    assert "".join(each for each in shown if each in "0123456789abcdef").endswith(digest[-16:])


def test_brackets_and_colons_in_a_title_are_shown_as_they_are(capsys):
    """What a record says is never read as markup: nothing vanishes, nothing raises."""
    as_table(({"title": "[bold]会议[/x] :smile:"},), ("title",), title="[red]登记簿[/y]")

    out = capsys.readouterr().out
    assert "[bold]会议[/x] :smile:" in out
    assert "[red]登记簿[/y]" in out
