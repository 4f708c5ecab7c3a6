"""One cell's text is read exactly, or refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from ledger.errors import MalformedError
from ledger.importing.values import (
    parse_amount_fen,
    parse_day,
    parse_integer,
    parse_moment,
    parse_official_number,
    parse_term,
    parse_text,
)

OFFICE = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    "text",
    [
        "2023-05-08",
        "2023-5-8",
        "2023/5/8",
        "2023/05/08",
        "2023.5.8",
        "20230508",
        "2023年5月8日",
        "2023年05月08日",
        "2023 年 5 月 8 日",
        " 2023-05-08 ",
        "２０２３年５月８日",
        "２０２３－０５－０８",
        "二〇二三年五月八日",
        "二○二三年五月八日",
        "二零二三年五月八日",
    ],
)
def test_day_is_read_in_every_form_of_an_office(text):
    """Each usual way to write 8 May 2023 means 8 May 2023."""
    assert parse_day(text) == date(2023, 5, 8)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("一九四九年十月一日", date(1949, 10, 1)),
        ("二〇二三年十二月三十一日", date(2023, 12, 31)),
        ("二〇二三年十一月二十日", date(2023, 11, 20)),
        ("二〇二三年一月十五日", date(2023, 1, 15)),
        ("二〇二四年二月二十九日", date(2024, 2, 29)),
    ],
)
def test_day_in_chinese_numerals_counts_tens(text, day):
    """Chinese months and days are read with and without tens."""
    assert parse_day(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "2023-02-29",
        "2023-13-01",
        "2023-05-32",
        "2023-00-08",
        "2023-05",
        "2023-05/08",
        "23-05-08",
        "0203-05-08",
        "2023-05-08T10:30:00",
        "2023-05-08 00:00:00",
        "08.05.2023",
        "5/8/2023",
        "2023508",
        "202305081",
        "2023年5月",
        "2023年5月8",
        "2023年五月八日",
        "二〇二三年五月",
        "二〇二三年十三月一日",
        "二〇二三年五月三十二日",
        "二〇二三年五月一二日",
        "二〇二三年五月四十日",
        "二〇二三年二月三十日",
        "45054",
        "٢٠٢٣-٠٥-٠٨",
        "2023-05-08\n2023-05-09",
        "2²23-05-08",
        "today",
    ],
)
def test_day_in_another_form_is_refused(text):
    """What is not exactly one day of the calendar is no day."""
    with pytest.raises(MalformedError, match=r"^day: expected .*, found "):
        parse_day(text)


def test_day_number_of_a_spreadsheet_is_read_only_if_told():
    """45054 is 8 May 2023 for a column of day numbers, and nothing anywhere else."""
    assert parse_day("45054", serials=True) == date(2023, 5, 8)
    assert parse_day("61", serials=True) == date(1900, 3, 1)
    assert parse_day("2958465", serials=True) == date(9999, 12, 31)
    assert parse_day("2023-05-08", serials=True) == date(2023, 5, 8)


@pytest.mark.parametrize("text", ["0", "1", "60", "2958466", "45054.5", "-5", "045054"])
def test_day_number_that_is_no_true_day_is_refused(text):
    """Numbers before March 1900, beyond the calendar or with hours are no days."""
    with pytest.raises(MalformedError):
        parse_day(text, serials=True)


@pytest.mark.parametrize(
    "text",
    [
        "2023-05-08T10:30:00+08:00",
        "2023-05-08T10:30+08:00",
        "2023-05-08T10:30:00.000+08:00",
        "2023-05-08T02:30:00Z",
        "2023-05-07T22:00:00-04:30",
        "2023-05-08 10:30:00+08:00",
        "2023-05-08 10:30",
        "2023-05-08T10:30:00",
        "2023/5/8 10:30",
        "2023年5月8日 10:30",
        "２０２３年５月８日　１０：３０",
        "二〇二三年五月八日 10:30:00",
    ],
)
def test_moment_is_read_in_utc(text):
    """An offset counts; where there is none, the office's zone does."""
    assert parse_moment(text, zone=OFFICE) == datetime(2023, 5, 8, 2, 30, tzinfo=UTC)


def test_moment_comes_out_in_utc_with_its_fraction():
    """The result is in UTC itself, not only equal to it, and keeps what stands behind the second."""
    moment = parse_moment("2017-01-09T09:49:50.25+01:00")

    assert moment.isoformat() == "2017-01-09T08:49:50.250000+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023-05-08",
        "10:30",
        "2023-05-08 10",
        "2023-05-08T24:00:00",
        "2023-05-08T10:60",
        "2023-05-08T10:30:60",
        "2023-05-08T10:30:00.1234567",
        "2023-05-08T10:30:00+15:00",
        "2023-05-08T10:30:00+0800",
        "2023-05-08T10:30:00 Beijing",
        "2023-02-30T10:30:00",
        "2023-05-08 10:30 PM",
        "年" * 30_000 + " 10:30",
        " " * 10 + "1" * 30_000,
    ],
)
def test_moment_in_another_form_is_refused(text):
    """What is not exactly one moment is no moment, and is told quickly."""
    with pytest.raises(MalformedError):
        parse_moment(text, zone=OFFICE)


def test_moment_without_offset_or_zone_is_refused():
    """No zone is ever guessed."""
    with pytest.raises(MalformedError, match="an offset such as"):
        parse_moment("2023-05-08 10:30")


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("1234.5", 123450),
        ("1,234.50", 123450),
        ("12,345,678.90", 1234567890),
        ("￥1234.5", 123450),
        ("¥1,234.5", 123450),
        ("¥ 12", 1200),
        ("人民币1234元", 123400),
        ("RMB 1234", 123400),
        ("1234元", 123400),
        ("1234元整", 123400),
        ("1234.56 元", 123456),
        ("3.5万元", 3500000),
        ("12万", 12000000),
        ("0.00001万元", 10),
        ("1.2亿元", 12000000000),
        ("１２３４．５０", 123450),
        ("1，234.50", 123450),
        ("-5.00", -500),
        ("-¥5", -500),
        ("¥-5", -500),
        ("0.01", 1),
        ("1.230", 123),
        ("90071992547409.91", 2**53 - 1),
    ],
)
def test_amount_is_read_in_every_form_of_an_office(text, fen):
    """Yuan, 万 and 亿, with signs and commas, become whole fen."""
    assert parse_amount_fen(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "元",
        "1.234",
        "0.0000001万元",
        "1.5E+04",
        "1e3",
        "1,23.45",
        "1,2345",
        ",123",
        "1.",
        ".5",
        "1.2.3",
        "--5",
        "-¥-5",
        "+5",
        "(5)",
        "5%",
        "$5",
        "5千",
        "约5万",
        "3万5",
        "叁佰元",
        "nan",
        "inf",
        "٣",
        "90071992547409.92",
        "1" * 30_000,
        "1" + " " * 30_000 + "x",
        "1 2",
    ],
)
def test_amount_in_another_form_is_refused(text):
    """Finer than a fen, in scientific form, or anything doubtful is no amount."""
    with pytest.raises(MalformedError, match=r"^amount: expected .*, found "):
        parse_amount_fen(text)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("26.85120450862128", 2685),
        ("0.005", 0),
        ("0.015", 2),
        ("0.025", 2),
        ("0.0250000001", 3),
        ("0.035", 4),
        ("0.004999", 0),
        ("0.996", 100),
        ("-0.015", -2),
        ("-0.025", -2),
        ("12.34", 1234),
    ],
)
def test_amount_is_rounded_half_to_even_if_asked(text, fen):
    """The middle goes to the even fen, anything else to the nearest one."""
    assert parse_amount_fen(text, rounding="half-even") == fen


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("57", 57), ("1,234", 1234), ("-5", -5), ("+5", 5), ("１２", 12), ("007", 7)],
)
def test_integer_is_read(text, number):
    """Whole numbers are read with sign, commas and full-width digits."""
    assert parse_integer(text) == number


@pytest.mark.parametrize(
    "text", ["", "1.0", "1.5", "1e3", "1,23", "五", "9007199254740992", "²"]
)
def test_integer_in_another_form_is_refused(text):
    """Decimals, words and numbers of 2^53 and more are refused."""
    with pytest.raises(MalformedError, match=r"^number: expected"):
        parse_integer(text)


def test_term_is_looked_up_trimmed_and_composed():
    """A term means what the table says, however its accents are stored."""
    assert parse_term(" 特急 ", {"特急": "urgent"}) == "urgent"
    assert parse_term("cafe\u0301", {"caf\u00e9": 1}) == 1


def test_unknown_term_is_refused_with_the_known_ones():
    """A term outside the table is never guessed; the message lists what there is."""
    with pytest.raises(MalformedError, match="expected one of 特急, 加急, found '急'"):
        parse_term("急", {"特急": 1, "加急": 2})


def test_official_number_is_cut_into_series_and_number():
    """The series keeps its year in six-angle brackets; the number is an integer."""
    assert parse_official_number("县委发〔2023〕5号") == ("县委发〔2023〕", 5)
    assert parse_official_number(" 国发明电〔2008〕18号 ") == ("国发明电〔2008〕", 18)


@pytest.mark.parametrize(
    "text",
    [
        "县委发[2023]5号",
        "县委发(2023)5号",
        "县委发（2023）5号",
        "县委发［2023］5号",
        "县委发【2023】5号",
        "县委发 〔2023〕 5 号",
        "县委发〔２０２３〕５号",
    ],
)
def test_official_number_in_other_brackets_is_read_only_if_asked(text):
    """Other brackets, spaces and wide digits are refused, or normalised on request."""
    assert parse_official_number(text, normalise=True) == ("县委发〔2023〕", 5)
    with pytest.raises(MalformedError, match="brackets or spaces differ"):
        parse_official_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "县委发〔2023〕05号",
        "县委发〔2023〕0号",
        "县委发〔2023〕第5号",
        "县委发〔23〕5号",
        "县委发〔2023〕5",
        "〔2023〕5号",
        "县委发2023-5号",
        "县委发〔2023〕5号\n县委发〔2023〕6号",
        "县委发〔2023〕5-6号",
    ],
)
def test_official_number_in_another_form_is_refused(text):
    """Leading zeros, 第, short years and ranges are refused, normalising or not."""
    with pytest.raises(MalformedError):
        parse_official_number(text)
    with pytest.raises(MalformedError):
        parse_official_number(text, normalise=True)


def test_text_is_trimmed_and_otherwise_kept():
    """Only white space around it and the way lines end may change."""
    assert parse_text("  第一行\r\n第二行\t末 ") == "第一行\n第二行\t末"


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\u202eb", "a\u2066b", "a\ud800b"])
def test_text_that_no_record_may_hold_is_refused(text):
    """Control characters and reversed text are named by their code point."""
    with pytest.raises(MalformedError, match=r"found the character U\+"):
        parse_text(text)


def test_messages_never_show_a_whole_cell():
    """A refusal shows 40 characters of what it found, not the content of a long cell."""
    with pytest.raises(MalformedError) as refused:
        parse_day("x" * 10_000)

    assert len(str(refused.value)) < 120
