"""Intakes 数据导入: a register taken into the ledger, whole or as far as it got, and never twice.

The record is `intake/<SHA-256 of the file>`, or with `-<sheet>` behind it. Every act of an import
holds one `Taken`, which names the rows that the act's other events were told by, in their order (of
an event log also the traces and places there): so each imported event has its provenance, and where
to go on is a matter of this record's own state.
"""

from __future__ import annotations

from typing import assert_never

from ledger.family import Context, Family, Happened, Rule, event, term
from ledger.frozen import frozen, replace


@event("intake.opened/1", "开始导入", "opened")
class Opened(Happened):
    """A file is about to be taken in, by a map."""

    file: str = term("文件名", "file name")
    sheet: str = term("工作表", "sheet")
    file_digest: str = term("文件摘要", "SHA-256 of the file")
    map: str = term("映射文件", "map")
    map_digest: str = term("映射摘要", "SHA-256 of the map")
    family: str = term("门类", "family")


@event("intake.taken/1", "导入行", "rows taken")
class Taken(Happened):
    """These rows told the other events of this act, in this order; `records` were done by then."""

    rows: tuple[int, ...] = term("行号", "rows")
    records: int = term("累计件数", "records taken so far")
    places: tuple[str, ...] = term(
        "轨迹内位置", "places in an event log, trace/event", default=()
    )


@event("intake.finished/1", "导入完成", "finished")
class Finished(Happened):
    """The whole file was taken; rows that tell no event, or are refused, are counted."""

    records: int = term("件数", "records")
    events: int = term("事件数", "events")
    rows_skipped: int = term("跳过行数", "rows skipped")
    records_known: int = term("已有件数", "records that an earlier file told")


@frozen
class Intake:
    """How far an import has come."""

    file: str = ""
    sheet: str = ""
    map_digest: str = ""
    records: int = 0
    events: int = 0
    finished: bool = False


def key(file_digest: str, sheet: str) -> str:
    """Return the record of a file's sheet; white space in a sheet's name becomes `_`."""
    return f"intake/{file_digest}" + ("-" + "_".join(sheet.split()) if sheet else "")


def evolve(state: Intake, happened: Opened | Taken | Finished) -> Intake:
    """Return the intake after the event."""
    match happened:
        case Opened():
            return replace(
                state, file=happened.file, sheet=happened.sheet, map_digest=happened.map_digest
            )
        case Taken():
            return replace(
                state, records=happened.records, events=state.events + len(happened.rows)
            )
        case Finished():
            return replace(state, finished=True)
        case _:
            assert_never(happened)


def _once(state: Intake, happened: Happened, context: Context) -> str | None:
    del happened, context
    return f"{state.file} was taken in already" if state.finished else None


FAMILY: Family[Intake] = Family(
    name="intake",
    zh="数据导入",
    en="intake of a register",
    events=(Opened, Taken, Finished),
    initial=Intake(),
    evolve=evolve,
    title=lambda state: state.file,
    rules=(Rule("I1", "DESIGN §8", "a file is taken once", (Opened, Taken, Finished), _once),),
)
