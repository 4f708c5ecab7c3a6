"""The four-nature test 四性检测: a good package passes, each damage fails the item that it is of, by name."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from defusedxml import ElementTree

from ledger.errors import MalformedError, NotFoundError, UsageError
from ledger.export.archive.layout import CATALOGUE, FOLDERS, FORM, STATEMENT, TRANSFER_LIST
from ledger.export.archive.package import archive_part
from ledger.export.checked import Checked
from ledger.export.fourfold.authentic import fixed
from ledger.export.fourfold.items import ITEMS, UNKNOWN
from ledger.export.fourfold.outcome import FAILED, PASSED, UNCHECKED
from ledger.export.fourfold.package import REGISTER
from ledger.export.fourfold.report import (
    INCOMPLETE,
    format_html,
    format_xml,
    parse_external,
)
from ledger.export.parts import PARTS
from ledger.export.scope import Wanted
from ledger.export.vouched import STAMPS
from ledger.store.memory import MemoryReader
from tests.ledger.export.archived import (
    FIRST,
    HOSTILE,
    NUMBERED,
    SECOND,
    draft,
    evidence,
    examined,
    file_document,
    file_received,
    filing_office,
    of_first,
    package,
    removed,
    replaced,
    results,
    taken,
    written,
)
from tests.ledger.export.bundled import export
from tests.office import make_office

META = of_first("元数据.xml")
TEXT = of_first("01-正文.txt")
MACHINE = [each.code for each in ITEMS if each.check]
OTHERS = [each.code for each in ITEMS if not each.check]


@pytest.fixture(scope="module")
def office():
    """An office with two filed papers, a void number between them, and a draft."""
    return filing_office()


def test_of_a_good_package_every_item_that_a_program_can_see_passes(office, good):
    """Not one fails; what nobody looked at says so, and keeps the whole from being passed."""
    report = examined(office, good)

    assert {code: results(report)[code] for code in MACHINE} == dict.fromkeys(MACHINE, PASSED)
    assert {code: results(report)[code] for code in OTHERS} == dict.fromkeys(OTHERS, UNCHECKED)
    assert report.conclusion == INCOMPLETE
    assert all(
        each.outcome.evidence and each.item.object and each.item.basis for each in report.rows
    )


DAMAGES = {
    "1-1": (replaced("data/keys.csv", "ed25519", "ed25518"), False, "data/keys.csv"),
    "1-2": (replaced(META, "<文种>通知", f"<文种>{'通' * 21}"), True, "文种 has 21"),
    "1-3": (replaced(META, "<日期>2022-03-01", "<日期>二〇二二年"), True, "日期 is no day"),
    "1-4": (replaced(META, "<保管期限>定期30年", "<保管期限>定期31年"), True, "定期31年"),
    "1-5": (replaced(META, "<归档日期>2022-", "<归档日期>2021-"), True, "before its day"),
    "1-6": (replaced(META, "<题名>关于", "<题名>关\u202e于"), True, "U+202E"),
    "1-7": (replaced(META, f"<编码>{FIRST}", "<编码>WS-2022-1"), True, "WS-2022-1"),
    "1-8": (replaced(CATALOGUE, f"<档号>{SECOND}", f"<档号>{FIRST}"), True, FIRST),
    "1-10": (replaced(META, "<格式信息>TXT", "<格式信息>PDF"), True, "is TXT"),
    "1-11": (written(TEXT, "另一正文".encode()), True, "no event of the item"),
    "1-12": (written("data/archive/多余.txt", b"x"), True, "多余.txt has no place"),
    "1-13": (replaced(CATALOGUE, "<题名>关于清理", "<题名>关于整理"), True, "关于整理"),
    "1-14": (written(TEXT, b"x"), False, "01-正文.txt"),
    "2-1": (replaced(STATEMENT, "件数：2", "件数：3"), True, "3 stated"),
    "2-2": (replaced(STATEMENT, "字节数：", "字节数：9"), True, "字节数"),
    "2-3": (replaced(META, "    <归档日期>2022-03-01</归档日期>\n", ""), True, "归档日期 is missing"),
    "2-4": (replaced(META, "<文种>通知<", "<文种><"), True, "文种 is empty"),
    "2-5": (replaced(META, "document.issued/1", "document.reviewed/1"), True, "no step issued"),
    "2-6": (replaced(REGISTER, "县委发〔2022〕,2,县委发〔2022〕2号,voided\n", ""), True, "missing 2"),
    "2-7": (removed(TEXT), True, "正文.txt of event"),
    "2-9": (replaced(CATALOGUE, "<未归档>", "<其他>"), True, ""),
    "2-10": (replaced(STATEMENT, "接收单位：某县审计局\n", ""), True, "接收单位 is missing"),
    "2-11": (written(of_first("02-多余.txt"), b"x"), True, "1 files told, 2 here"),
    "3-1": (written(META, b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), True, "document type"),
    "3-2": (written(TRANSFER_LIST, b"a,b\n1,2,3\n"), True, "row 2 has 3 cells"),
    "3-3": (written(of_first("02-x.exe"), b"MZ\0\xff"), True, "UNKNOWN"),
    "3-4": (written(of_first("02-x.pdf"), b"%PDF-1.7 cut"), True, "no end"),
    "3-5": (replaced(META, "<信息系统描述>qifeng 0<", "<信息系统描述><"), True, "信息系统描述"),
    "3-8": (written(of_first("02-x.pdf"), b"%PDF-1.7 /Encrypt startxref %%EOF"), True, "encrypted"),
}  # fmt: skip


@pytest.mark.parametrize("code", DAMAGES)
def test_each_damage_fails_its_item_by_name(damaged, code):
    """Even where the forger holds the log's key and signs the bag anew."""
    change, sign, said = DAMAGES[code]

    report = damaged(change, sign=sign)

    assert results(report)[code] == FAILED
    assert said in evidence(report, code)
    assert report.conclusion == FAILED


def test_every_item_that_is_looked_at_has_a_damage():
    """None passes whatever comes."""
    assert sorted(DAMAGES) == sorted(MACHINE)


def test_what_cannot_be_read_is_not_passed(damaged):
    """Metadata that do not parse leave the items that rest on them unchecked, not passed."""
    report = damaged(written(META, b"<x>"))

    assert results(report)["3-1"] == FAILED
    assert results(report)["1-2"] == UNCHECKED
    assert FIRST in evidence(report, "1-2")


def test_time_stamps_that_nobody_looked_at_are_not_passed():
    """Where a package holds some, openssl is named for them, and the item does not count as passed."""
    checked = Checked(pin="argument", not_checked=[STAMPS])

    told = fixed(SimpleNamespace(checked=checked))
    without = fixed(SimpleNamespace(checked=Checked(pin="argument", not_checked=[])))

    assert (told.result, without.result) == (UNCHECKED, PASSED)
    assert any("openssl ts" in each for each in told.evidence)


def test_without_a_pin_signatures_are_not_passed(office, good):
    """They hold by a key that came with the package: that proves less, and is said."""
    report = examined(office, good, trust=None)

    assert results(report)["1-1"] == UNCHECKED
    assert "--pin" in evidence(report, "1-1")


def test_numbers_run_on_from_the_first_that_was_stated(damaged, office, good, tmp_path):
    """A void number is no gap, a missing first one is; without a register nothing is passed."""
    assert "1 void" in evidence(examined(office, good), "2-6")

    cut = damaged(replaced(REGISTER, "县委发〔2022〕,1,县委发〔2022〕1号,allocated\n", ""))
    bare = examined(office, package(office, tmp_path / "bare", parts=()))

    assert "missing 1" in evidence(cut, "2-6")
    assert results(bare)["2-6"] == UNCHECKED


def test_a_void_number_is_nobody_s(damaged):
    """A filed paper whose number is void in the register is named."""
    report = damaged(replaced(REGISTER, "1号,allocated", "1号,voided"))

    assert f"{FIRST}: 县委发〔2022〕1号" in evidence(report, "2-6")


def test_a_format_with_no_reader_here_is_not_passed(damaged):
    """A film may be kept; whether it plays nobody looked."""
    report = damaged(written(of_first("02-片.mp4"), b"\0\0\0\x18ftypmp42\xff\xfe"))

    assert results(report)["3-3"] == PASSED
    assert results(report)["3-4"] == UNCHECKED


def test_a_packed_file_and_a_broken_ofd_are_named(damaged):
    """By their bytes, whatever they are called."""
    report = damaged(
        lambda folder: (
            (folder / of_first("02-a.txt")).write_bytes(b"PK\x03\x04x"),
            (folder / of_first("03-b.ofd")).write_bytes(b"PK\x03\x04x"),
        )
    )

    assert "02-a.txt: is packed, ZIP" in evidence(report, "3-8")
    assert "03-b.ofd: the OFD does not open" in evidence(report, "3-4")


def test_hostile_titles_stay_text(good):
    """Tags, entities and line ends in a title come back as they were, by a parser that expands nothing."""
    parsed = ElementTree.parse(good / META, forbid_dtd=True)
    listed = ElementTree.parse(good / CATALOGUE, forbid_dtd=True)

    assert parsed.findtext(".//题名") == HOSTILE
    assert HOSTILE in {each.text for each in listed.iter("题名")}
    assert (
        re.search(
            r"^日期|^0042", (good / TRANSFER_LIST).read_text(encoding="utf-8"), re.MULTILINE
        )
        is None
    )


def test_preservation_events_have_agents(good):
    """PREMIS: each event names an agent that is there, and the file its digest."""
    spaced = "{http://www.loc.gov/premis/v3}"
    root = ElementTree.parse(good / of_first("premis.xml"), forbid_dtd=True).getroot()
    agents = {each.text for each in root.iter(f"{spaced}agentIdentifierValue")}

    assert root.tag == f"{spaced}premis"
    assert len(root.findall(f"{spaced}event")) == 10
    assert {each.text for each in root.iter(f"{spaced}linkingAgentIdentifierValue")} <= agents
    assert [len(each.text) for each in root.iter(f"{spaced}messageDigest")] == [64]


def test_the_report_is_xml_and_a_page_the_same_every_time(office, good):
    """A row an item with object, basis, result and evidence; the page shows the same."""
    report = examined(office, good)
    root = ElementTree.fromstring(format_xml(report), forbid_dtd=True)
    rows = root.findall("检测项")

    assert [each.findtext("编码") for each in rows] == [each.code for each in ITEMS]
    assert all(
        each.findtext(name)
        for each in rows
        for name in ("检测对象", "检测依据", "检测结果", "检测说明")
    )
    assert format_xml(report) == format_xml(examined(office, good))
    assert format_html(report).decode().count("<tr>") == 1 + len(ITEMS) + len(report.above)


def test_hostile_names_stay_text_in_the_report(damaged):
    """A file's name with tags in it changes neither form."""
    report = damaged(written(of_first("02-&quot'x.txt"), b"x"))
    page = format_html(report).decode()

    assert "&amp;quot&#x27;x.txt" in page or "02-&quot" not in page
    assert ElementTree.fromstring(format_xml(report), forbid_dtd=True) is not None


def test_an_examiner_s_results_stand_in_the_report(office, good):
    """Of what no program sees; the standard's unknown items may be told too."""
    told = "item,result,evidence\n4-2,通过,某杀毒软件 2022 版\n4-5,不通过,光盘划伤\n".encode()
    report = examined(office, good, external=parse_external(told, "e.csv"))

    assert (results(report)["4-2"], results(report)["4-5"]) == (PASSED, FAILED)
    assert "某杀毒软件" in evidence(report, "4-2")
    assert UNKNOWN in evidence(report, "1-9")
    assert report.conclusion == FAILED


@pytest.mark.parametrize(
    "told",
    [
        b"item,result,evidence\n1-1,\xe9\x80\x9a\xe8\xbf\x87,x\n", b"\xff", b"a,b\n1,2\n",
        "item,result,evidence\n4-2,好,x\n".encode(), "item,result,evidence\n4-2,通过,\n".encode(),
        "item,result,evidence\n4-2,通过,x\n4-2,通过,x\n".encode(),
    ],
)  # fmt: skip
def test_an_examiner_cannot_pass_what_is_looked_at_here(told):
    """Nor tell an item twice, another result, or none of the evidence."""
    with pytest.raises(MalformedError):
        parse_external(told, "e.csv")


def test_an_ordinary_bundle_is_no_archive_package(office, tmp_path):
    """It is told how to make one; and where nothing is filed there is none."""
    export(office, tmp_path / "b", wanted=Wanted(families=("series",)))

    with pytest.raises(UsageError, match="--profile archive-cn"):
        examined(office, tmp_path / "b")
    with pytest.raises(UsageError, match="归档"):
        package_of_series(office, tmp_path / "c")


def package_of_series(office, out):
    """Ask for a package of what is never filed."""
    export(office, out, parts=(*PARTS, archive_part("x")), wanted=Wanted(families=("series",)))


def test_two_papers_with_one_file_number_are_both_there(tmp_path):
    """In folders of their own, and the check names them."""
    office = filing_office()
    file_document(office, "又一份通知", FIRST, "定期30年")
    report = examined(office, package(office, tmp_path / "p", parts=()))

    assert results(report)["2-1"] == PASSED
    assert "档号" in evidence(report, "1-8")


def test_received_papers_are_filed_beside_our_own(tmp_path):
    """Under the sender's number where it has one, else our own; a file number of an older form is told as it is."""
    office, old = make_office(), "WS-2022-7"
    for name, post in (("丙", "文书"), ("丁", "办公室主任")):
        office.enrol(name, post)
    file_received(office, old)

    folder = package(office, tmp_path / "p", parts=())
    report = examined(office, folder)

    told = {
        tuple(each.findtext(name) for name in ("文件编号", "责任者", "日期"))
        for each in ElementTree.parse(folder / CATALOGUE, forbid_dtd=True).iter("件")
    }
    assert told == {
        ("市办发〔2022〕9号", "市委办公室", "2022-03-01"), ("收电〔2022〕1号", "省委办公厅", "2022-03-01"),
    }  # fmt: skip
    assert f"档号 {old} is not" in evidence(report, "1-7")
    assert "年度：2022\n" in (folder / STATEMENT).read_text(encoding="utf-8")
    assert results(report)["2-5"] == PASSED


def test_an_act_of_two_steps_has_one_signature(tmp_path):
    """Its events are told each, its signature once."""
    office = filing_office()
    record = taken(office, draft(office, "两步的通知", b"x"), *NUMBERED, ("丙", "print", {"place": "文印室", "copies": 3}))  # fmt: skip
    filed = {"file_number": "0042-WS·2022-Y-BGS-0009", "retention": "永久"}
    office.act("丙", ("document.release", record, {}), ("document.archive", record, filed))

    folder = package(office, tmp_path / "p", parts=())

    told = ElementTree.parse(
        folder / f"{FOLDERS}0042-WS·2022-Y-BGS-0009/元数据.xml", forbid_dtd=True
    )
    assert (len(told.findall("业务实体")), len(told.findall(".//电子签名"))) == (8, 7)
    assert results(examined(office, folder))["1-1"] == PASSED


def test_a_paper_whose_seal_is_gone_is_not_packed(office, tmp_path, monkeypatch):
    """By whom it was filed cannot be told."""
    monkeypatch.setattr(MemoryReader, "seal", lambda *_: None)

    with pytest.raises(NotFoundError, match="seal of act"):
        export(office, tmp_path / "p", parts=(archive_part("x"),), wanted=Wanted(families=("document",)))  # fmt: skip


def test_content_that_goes_away_while_it_is_packed_is_told(office, tmp_path, monkeypatch):
    """Purged by somebody else meanwhile: the package is not finished, and is asked for again."""
    whole, asked = MemoryReader.content, []
    # Statement, catalogue, transfer list and metadata were told of it; then it is copied.

    def going(reader, digest):
        asked.append(digest)
        return whole(reader, digest) if asked.count(digest) < 5 else None

    monkeypatch.setattr(MemoryReader, "content", going)

    with pytest.raises(NotFoundError, match="export again"):
        export(office, tmp_path / "p", parts=(archive_part("x"),), wanted=Wanted(families=("document",)))  # fmt: skip
    assert not (tmp_path / "p").exists()


def test_the_form_has_room_for_both_sides(good):
    """登记表 and 说明文件 tell the same counts."""
    assert "件数：2\n" in (good / FORM).read_text(encoding="utf-8")
    assert "接收人（签字）" in (good / FORM).read_text(encoding="utf-8")
