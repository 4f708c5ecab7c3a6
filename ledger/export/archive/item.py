"""An item of an archive package: a filed record, read from the log: what it is, what was done to it, its files."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from ledger.act import Act, open_seal
from ledger.application.attached import attachments
from ledger.application.mapper import open_event
from ledger.clock import office_day, parse_time
from ledger.errors import NotFoundError, UsageError
from ledger.export.archive.layout import FAMILIES, safe_name
from ledger.export.bagit import folded as spelled
from ledger.export.folded import folded, named
from ledger.export.formats import format_of, look_at
from ledger.export.part import Making
from ledger.family import Attachment, Happened, family_of
from ledger.frozen import frozen
from ledger.records.document import events as document
from ledger.records.incoming import events as incoming
from ledger.records.office import OFFICE
from ledger.records.telegram import events as telegram
from ledger.store.contract import EventRow

ARCHIVED = (document.Archived, incoming.Archived, telegram.Archived)


@frozen
class Step:
    """An event of the item, whose act it was of, and by what signatures."""

    row: EventRow
    happened: Happened
    act: Act
    signatures: tuple[str, ...]
    actor_name: str


@frozen(kw_only=True)
class Enclosed:
    """A file of the item: as it was attached and as it lies here; where it is gone, its `name` is empty."""

    attached: Attachment
    index: int
    final: bool
    name: str = ""
    format: str = ""
    digest: str = ""


@frozen(kw_only=True)
class Item:
    """A filed record with all that its metadata tells."""

    record: str
    family: str
    folder: str
    file_number: str
    retention: str
    filed_on: str
    told: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    files: tuple[Enclosed, ...]

    @property
    def here(self) -> tuple[Enclosed, ...]:
        """The files that are in the package."""
        return tuple(each for each in self.files if each.name)

    @property
    def size_bytes(self) -> int:
        """What the files come to."""
        return sum(each.attached.size_bytes for each in self.here)

    def value(self, name: str) -> str:
        """Return what is told under a name of DA/T 46, or nothing."""
        return dict(self.told).get(name, "")


@frozen
class Filing:
    """Where an item stands: its record, the folder it gets."""

    record: str
    folder: str


def filings(making: Making) -> tuple[tuple[Filing, ...], tuple[tuple[str, str], ...]]:
    """Return the filed records of the scope by file number, and (record, why not) of the others.

    Raises:
        UsageError: none is filed.
    """
    filed: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for each in folded(making):
        if each.family.name not in FAMILIES:
            others.append((each.record, "不属文书档案 no document, incoming paper or telegram"))
        elif archived := _archived(making, each.record):
            filed.append((archived.file_number, each.record))
        else:
            others.append((each.record, f"未归档 not filed: {each.state.stage}"))
    if not filed:
        raise UsageError(
            "no record of the scope is filed 归档",
            todo="file them first: qifeng document archive, incoming archive, telegram archive",
        )
    taken: set[str] = set()
    return tuple(_filing(*each, taken) for each in sorted(filed)), tuple(others)


def _filing(file_number: str, record: str, taken: set[str]) -> Filing:
    folder = safe_name(file_number)
    if spelled(folder) in taken:
        # Two records bear one file number: both are here, and the check names them.
        folder = f"{folder}_{record.rpartition('/')[2]}"
    taken.add(spelled(folder))
    return Filing(record, folder)


def _archived(making: Making, record: str) -> Any:
    found = None
    for row in making.log.history(record, making.cover.size - 1):
        if row.kind.partition("/")[0].endswith(".archived"):
            found = open_event(row.event, making.kinds)[1]
    return found


def read_item(making: Making, filing: Filing) -> Item:
    """Return an item with its steps and files."""
    steps = tuple(_steps(making, filing.record))
    archived: Any = next(
        each.happened for each in reversed(steps) if isinstance(each.happened, ARCHIVED)
    )
    filed = next(each for each in steps if each.happened is archived)
    family = making.families[family_of(filing.record)]
    state = family.initial
    for each in steps:
        state = family.evolve(state, each.happened)
    return Item(
        record=filing.record, family=family.name, folder=filing.folder,
        file_number=archived.file_number, retention=archived.retention,
        filed_on=str(archived.occurred_on or _day(making, filed.row)),
        told=_TOLD[family.name](state, named(making, OFFICE), _day(making, steps[0].row)),
        steps=steps, files=tuple(_files(making, steps)),
    )  # fmt: skip


def _steps(making: Making, record: str) -> Iterator[Step]:
    names: dict[str, str] = {}
    for row in making.log.history(record, making.cover.size - 1):
        stored = making.log.seal(row.act)
        if stored is None:
            raise NotFoundError("seal of act", row.act, todo="run: qifeng verify")
        seal = open_seal(stored.envelope)
        actor = seal.act.actor
        names[actor] = names.get(actor) or named(making, actor)
        happened = open_event(row.event, making.kinds)[1]
        signatures = tuple(base64.b64encode(each).decode() for each in seal.signatures)
        yield Step(row, happened, seal.act, signatures, names[actor])


def _files(making: Making, steps: tuple[Step, ...]) -> Iterator[Enclosed]:
    attaching = [each for each in steps if any(attachments(each.happened))]
    number = 0
    for step in attaching:
        for attached in attachments(step.happened):
            number += 1
            held = making.log.content(attached.digest)
            final = step is attaching[-1]
            plain = Enclosed(attached=attached, index=step.row.index, final=final)
            yield plain if held is None else _here(plain, number, held[1])


def _here(plain: Enclosed, number: int, content: bytes) -> Enclosed:
    look = look_at(content)
    name = f"{number:02d}-{safe_name(plain.attached.name)}"
    return Enclosed(
        attached=plain.attached, index=plain.index, final=plain.final, name=name,
        format=format_of(look, name), digest=look.digest,
    )  # fmt: skip


def _day(making: Making, row: EventRow) -> str:
    return str(office_day(parse_time(row.recorded_at), making.utc_offset))


def _of_document(state: Any, office: str, day: str) -> tuple[tuple[str, str], ...]:
    return (
        ("题名", state.title), ("文件编号", state.number), ("责任者", office),
        ("日期", str(state.issued_on or state.numbered_on or day)), ("文种", state.kind),
        ("紧急程度", state.urgency), ("主送", "；".join(state.recipients)),
        ("抄送", "；".join(state.copies_to)), ("签发人", state.signer),
    )  # fmt: skip


def _of_incoming(state: Any, office: str, day: str) -> tuple[tuple[str, str], ...]:
    return (
        ("题名", state.title), ("文件编号", state.sender_number or state.number),
        ("责任者", state.sender), ("日期", state.received_at[:10] or day), ("文种", "收文"),
        ("紧急程度", state.urgency), ("主送", office), ("收文号", state.number),
    )  # fmt: skip


def _of_telegram(state: Any, office: str, day: str) -> tuple[tuple[str, str], ...]:
    return (
        ("题名", state.title), ("文件编号", state.sender_number or state.number),
        ("责任者", state.sender), ("日期", state.received_at[:10] or day), ("文种", "明传电报"),
        ("紧急程度", state.urgency), ("主送", office), ("收文号", state.number),
    )  # fmt: skip


_TOLD = {"document": _of_document, "incoming": _of_incoming, "telegram": _of_telegram}
