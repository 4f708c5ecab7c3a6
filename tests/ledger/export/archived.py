"""Archive packages for tests: an office with filed papers, its package, and ways to damage one of its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ledger.application.ledger import new_content
from ledger.export.archive.layout import FOLDERS
from ledger.export.archive.package import archive_part
from ledger.export.fourfold.package import CONTINUITY, REGISTER
from ledger.export.fourfold.report import Report, run_test
from ledger.export.part import Making, table
from ledger.export.parts import PARTS
from ledger.export.scope import Wanted
from ledger.family import Attachment
from tests.ledger.export.bundled import export, trust_of
from tests.office import Office, make_office

AT = "2022-03-02T00:00:00.000000Z"
HOSTILE = '关于<b>"清理"</b>&amp;的通知 ]]><!ENTITY x "y">\n第二行'
FIRST = "0042-WS·2022-D30-BGS-0001"
SECOND = "0042-WS·2022-Y-BGS-0002"
SERIES = "县委发〔2022〕"
FAMILIES = ("document", "incoming", "telegram")


def filing_office() -> Office:
    """An office that filed two documents, lost a number in between, and has one more draft."""
    office = make_office()
    for name, post in (("丙", "文书"), ("丁", "办公室主任"), ("戊", "领导")):
        office.enrol(name, post)
    opened = {"code": "县委发", "year": 2022, "family": "document"}
    office.act("丁", ("series.open", "", opened))
    file_document(office, HOSTILE, FIRST, "定期30年")
    void_one(office, "误编的通知")
    file_document(
        office, "关于清理工作的通知", SECOND, "永久", content=b"%PDF-1.7\nstartxref\n9\n%%EOF\n"
    )
    draft(office, "未完的通知", b"\xe8\xae\xae\xe9\xa2\x98")
    return office


def draft(office: Office, title: str, content: bytes, name: str = "正文.txt") -> str:
    """Draft a notice with its text; returns the record."""
    held = new_content(content)
    attached = Attachment(name=name, size_bytes=len(content), digest=held.digest)
    told = {
        "title": title,
        "kind": "通知",
        "series": f"series/{SERIES}",
        "attachments": (attached,),
    }
    done = office.act("丙", ("document.draft", "", told), content=(held,))
    return done.changes[0].record


def taken(
    office: Office, record: str, *steps: tuple[str, str, dict], family: str = "document"
) -> str:
    """Take a paper through the steps; what was received as it was found."""
    basis = "direct" if family == "document" else "as-found"
    for who, verb, told in steps:
        office.act(who, (f"{family}.{verb}", record, told), basis=basis)
    return record


NUMBERED = (
    ("丁", "review", {}),
    ("戊", "issue", {}),
    ("丁", "recheck", {}),
    ("丙", "number", {}),
)


def file_document(
    office: Office,
    title: str,
    file_number: str,
    retention: str,
    content: bytes = "正文".encode(),
) -> str:
    """Take a document from draft to archive."""
    name = "正文.pdf" if content.startswith(b"%PDF") else "正文.txt"
    filed = {"file_number": file_number, "retention": retention}
    return taken(
        office, draft(office, title, content, name), *NUMBERED,
        ("丙", "print", {"place": "文印室", "copies": 3}), ("丙", "release", {}),
        ("丙", "archive", filed),
    )  # fmt: skip


def file_received(office: Office, file_number: str) -> None:
    """Enter an incoming paper and a telegram as they were found, and file both."""
    office.enrol("己", "机要员")
    opened = {"year": 2022, "registrars": ("文书", "机要员")}
    filed = {"file_number": file_number, "retention": "定期10年"}
    for family, code in (("incoming", "收文"), ("telegram", "收电")):
        office.act("丁", ("series.open", "", {"code": code, "family": family, **opened}))
    head = {
        "sender": "市委办公室",
        "title": "关于报送总结的通知",
        "sender_number": "市办发〔2022〕9号",
    }
    done = office.act("丙", ("incoming.receive", "", head), basis="as-found")
    taken(
        office, done.changes[0].record,
        ("丙", "register", {"series": "series/收文〔2022〕", "nature": "阅知性"}),
        ("丙", "archive", filed), family="incoming",
    )  # fmt: skip
    head = {"sender": "省委办公厅", "title": "关于汛期值守的通知", "urgency": "特急"}
    done = office.act(
        "己",
        ("telegram.register", "", head | {"series": "series/收电〔2022〕"}),
        basis="as-found",
    )
    record = next(each.record for each in done.changes if each.record.startswith("telegram/"))
    taken(office, record, ("己", "archive", filed), family="telegram")


def void_one(office: Office, title: str) -> None:
    """Number a document and void its number."""
    record = taken(office, draft(office, title, b"x"), *NUMBERED)
    taken(office, record, ("丁", "void-number", {"reason": "误编"}))


def registers(making: Making):
    """Write the registers of numbers as the view would: 1 and 3 given, 2 void."""
    del making
    rows = [
        {"series": SERIES, "n": n, "number": f"{SERIES}{n}号", "status": status}
        for n, status in ((1, "allocated"), (2, "voided"), (3, "allocated"))
    ]
    yield table(REGISTER, ("series", "n", "number", "status"), lambda: rows)
    yield table(CONTINUITY, ("series", "first"), lambda: [{"series": SERIES, "first": 1}])


def package(office: Office, out: Path, *, parts=(registers,)) -> Path:
    """Export the package of all papers."""
    whole = (*PARTS, *parts, archive_part("qifeng 0"))
    export(office, out, parts=whole, wanted=Wanted(families=FAMILIES), profile="archive-cn")
    return out


def examined(office: Office, folder: Path, **asked) -> Report:
    """Test a package."""
    told = {"tested_at": AT, "external": {}} | asked
    return run_test(folder, told.pop("trust", trust_of(office)), **told)


def results(report: Report) -> dict[str, str]:
    """The result of each item."""
    return {each.item.code: each.outcome.result for each in report.rows}


def evidence(report: Report, code: str) -> str:
    """What is told of an item."""
    (row,) = [each for each in report.rows if each.item.code == code]
    return "\n".join(row.outcome.evidence)


def of_first(name: str) -> str:
    """The path of a file of the first item."""
    return f"{FOLDERS}{FIRST}/{name}"


def replaced(path: str, old: str, new: str) -> Callable[[Path], None]:
    """A damage: a text in a file becomes another."""

    def damage(folder: Path) -> None:
        told = (folder / path).read_text(encoding="utf-8")
        assert old in told
        (folder / path).write_text(told.replace(old, new, 1), encoding="utf-8")

    return damage


def written(path: str, content: bytes) -> Callable[[Path], None]:
    """A damage: a file has other bytes, or is there at all."""
    return lambda folder: (folder / path).write_bytes(content) and None


def removed(path: str) -> Callable[[Path], None]:
    """A damage: a file is gone."""
    return lambda folder: (folder / path).unlink()
