"""A package that its maker broke, or made to trip who examines it: the test ends in a report all the same."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from ledger.export.archive.layout import CATALOGUE, STATEMENT
from ledger.export.bagit import ABOUT
from ledger.export.fourfold import package as reading
from ledger.export.fourfold.outcome import FAILED, PASSED, UNCHECKED
from ledger.export.fourfold.package import REGISTER
from ledger.export.parts.contents import LIST
from tests.ledger.export.archived import (
    FIRST,
    evidence,
    examined,
    filing_office,
    of_first,
    removed,
    replaced,
    results,
    written,
)
from tests.ledger.export.bundled import SPAN

META = of_first("元数据.xml")
PREMIS = of_first("premis.xml")
ENTRIES = f"{SPAN}/entries.jsonl"
RECORDS = "data/log/records.jsonl"
HEAD = "series,n,number,status\n"


def appended(path, line):
    """A damage: a file has one more line."""

    def damage(folder):
        (folder / path).write_bytes((folder / path).read_bytes() + line + b"\n")

    return damage


def both(*changes):
    """Two damages at once."""
    return lambda folder: [change(folder) for change in changes]


def zipped(*names):
    """The bytes of a zip with files of these names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


@pytest.fixture(scope="module")
def office():
    """An office with two filed papers, a void number between them, and a draft."""
    return filing_office()


TRIPPING = {
    "an entry that is a number": appended(ENTRIES, b'{"entry":5,"index":999}'),
    "an entry without an event": appended(ENTRIES, b'{"entry":{},"index":999}'),
    "an event of a list": appended(
        ENTRIES, b'{"entry":{"event":{"kind":"x/1","record":[]}},"index":999}'
    ),
    "an entry at no index": appended(
        ENTRIES, b'{"entry":{"event":{"kind":"x/1","record":"a/b"}}}'
    ),
    "a hidden entry": appended(ENTRIES, b'{"hidden":"00","index":999}'),
    "a line that is none": appended(ENTRIES, b"{"),
    "a record that is a list": appended(RECORDS, b'{"events":1,"hidden":0,"record":[]}'),
    "a record that is a number": appended(RECORDS, b'{"events":1,"hidden":0,"record":7}'),
    "content at an index that is a list": appended(LIST, b'{"digest":"x","index":[]}'),
}


@pytest.mark.parametrize("what", TRIPPING)
def test_what_stands_wrong_in_the_log_s_files_is_a_finding_and_no_crash(damaged, what):
    """The examiner gets every item of the report; the log's own check names the line."""
    report = damaged(TRIPPING[what])

    assert results(report)["1-1"] == FAILED
    assert results(report)["1-2"] == PASSED


REGISTERS = {
    "no series": (b"n,status\n1,allocated\n", FAILED, "does not stand in the register"),
    "rows cut short": (b"n,status,number,series\n1,allocated\n2,void,x,y\n", FAILED, FIRST),
    "numbers a world apart": (
        f"{HEAD}a,1,x,allocated\na,99999999999999999,y,allocated\n".encode(),
        FAILED, "missing 2, 3, 4, 5, 6, 7, 8, 9, 10, 11",
    ),
    "a number that is none": (f"{HEAD}a,Ⅷ,x,allocated\n".encode(), FAILED, "0 series"),
    "other bytes than UTF-8": (b"\xff\n", UNCHECKED, "no register of numbers"),
    "a quote that never ends": (f'{HEAD}a,"1'.encode(), UNCHECKED, "no register"),
}  # fmt: skip


@pytest.mark.parametrize("what", REGISTERS)
def test_a_register_that_is_none_passes_no_numbers(damaged, what):
    """Nor does a gap as wide as its maker likes take the examiner's time or memory."""
    content, result, said = REGISTERS[what]

    report = damaged(written(REGISTER, content))

    assert results(report)["2-6"] == result
    assert said in evidence(report, "2-6")


FAILING = {
    "files told in words": (replaced(META, "<文件数>1<", "<文件数>一<"), "1-3", "is no number: 一"),
    "filed after the handover": (
        replaced(STATEMENT, "移交日期：2022-", "移交日期：2021-"), "1-5", "after it was handed over",
    ),
    "a digest that no event has": (
        replaced(META, "<日志摘要>", "<日志摘要>0"), "1-11", "no event of the item",
    ),
    "a salt that is none": (replaced(LIST, '"salt":"', '"salt":"zz'), "1-11", "no event of"),
    "another document": (
        both(replaced(META, "<电子文件元数据", "<别的"), replaced(META, "</电子文件元数据", "</别的")),
        "1-13", "is no 电子文件元数据",
    ),
    "a statement that is gone": (removed(STATEMENT), "2-1", "— stated"),
    "a statement of other bytes": (written(STATEMENT, b"\xff\n"), "2-1", "— stated"),
    "bag-info.txt of no labels": (written(ABOUT, b"nonsense\n"), "2-10", "lines of 'Label"),
    "bag-info.txt without end": (
        written(ABOUT, b"a: b\n" * 100_000), "2-10", "Payload-Oxum is missing",
    ),
    "PREMIS that is gone": (removed(PREMIS), "1-12", "premis.xml is missing"),
    "PREMIS that is cut": (written(PREMIS, b"<premis>"), "3-1", "well-formed XML"),
    "a table of other bytes": (written("data/trail.csv", b"a\n\xff\n"), "3-2", "trail.csv: 'utf-8'"),
    "a table that is empty": (written("data/trail.csv", b""), "3-2", "trail.csv: it is empty"),
    "an OFD that holds none": (
        written(of_first("02-x.ofd"), zipped("a")), "3-4", "an OFD without OFD.xml",
    ),
    "no catalogue": (removed(CATALOGUE), "3-1", "目录文件.xml is missing"),
    "XML that is cut": (written(of_first("02-x.xml"), b"<?xml version='1.0'?><a>"), "3-4", "XML"),
}  # fmt: skip


@pytest.mark.parametrize("what", FAILING)
def test_what_is_wrong_fails_its_item(damaged, what):
    """By name, as whoever reads the report looks for it."""
    change, code, said = FAILING[what]

    report = damaged(change)

    assert results(report)[code] == FAILED
    assert said in evidence(report, code)


def test_events_that_stand_elsewhere_than_in_the_log_are_none(good, damaged):
    """A file of the log's name beside it adds no step to a paper's handling."""
    step = "<业务实体><行为描述>document.lost/1</行为描述><日志序>998</日志序></业务实体>"
    told = (good / META).read_text(encoding="utf-8")
    record = re.search("<电子文件号>(.+)</电子文件号>", told)[1]
    entry = (
        f'{{"entry":{{"event":{{"kind":"document.lost/1","record":"{record}"}}}},"index":998}}'
    )
    claimed = replaced(META, "</电子文件元数据", f"{step}</电子文件元数据")

    report = damaged(both(claimed, written("data/entries.jsonl", f"{entry}\n".encode())))

    assert "document.lost/1 at index 998 is not in the log" in evidence(report, "2-5")


def test_papers_without_an_official_number_are_not_each_other_s_double(damaged):
    """An empty 文件编号 is nobody's number."""
    bare = replaced(
        CATALOGUE, "<文件编号>县委发〔2022〕1号</文件编号>", "<文件编号></文件编号>"
    )
    again = replaced(
        CATALOGUE, "<文件编号>县委发〔2022〕3号</文件编号>", "<文件编号></文件编号>"
    )

    report = damaged(both(bare, again))

    assert results(report)["1-8"] == PASSED


def test_a_zip_of_too_many_files_is_not_opened(damaged, monkeypatch):
    """Its directory says how many; what is whole and small enough opens."""
    ofd = both(
        written(of_first("02-x.ofd"), zipped("OFD.xml")),
        written(of_first("03-y.ofd"), zipped("OFD.xml", "a", "b")),
    )
    monkeypatch.setattr(reading, "MAX_INNER_FILES", 2)

    told = evidence(damaged(ofd), "3-4")

    assert "03-y.ofd: more than 2 files inside" in told
    assert "02-x.ofd" not in told


def test_a_file_whose_bytes_do_not_unpack_has_no_format(office, good, tmp_path):
    """A package in a zip with a broken member: the file is named, the rest is looked at."""
    packed = tmp_path / "p.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for each in sorted(good.rglob("*")):
            archive.write(each, f"p/{each.relative_to(good).as_posix()}")
    whole = packed.read_bytes()
    packed.write_bytes(whole.replace("正文".encode() + b"PK", b"\0" * 6 + b"PK", 1))

    report = examined(office, packed)

    assert "bytes that unpack" in evidence(report, "3-4")
    assert "01-正文.txt: no event of the item" in evidence(report, "1-11")
    assert results(report)["1-2"] == PASSED


def test_the_report_is_told_to_programs_too(office, good):
    """`--json`: every item with its result and evidence, and what they come to."""
    report = examined(office, good)

    told = report.as_json()

    assert {each["item"]: each["result"] for each in told["items"]} == results(report)
    assert sum(told["counts"].values()) == len(told["items"])
    assert (told["conclusion"], told["pin"]) == (report.conclusion, {"source": "argument"})
