"""Who did what with money 人员: signatures by level, submissions, payments and reversals, per officer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ledger.family import PAPER
from projections.projection import (
    FEN,
    INT,
    RECORD,
    SECONDS,
    TEXT,
    Asked,
    Part,
    Reading,
    Row,
    table_columns,
)
from projections.views.fund_oversight import moves
from projections.views.fund_oversight.chain import standing_links
from projections.views.fund_oversight.items import ITEMS
from projections.views.fund_oversight.links import ACTED, RETURNED, VOID
from projections.views.fund_oversight.moves import standing_moves
from projections.views.fund_oversight.waits import spread

# What is no level's signature stands before the levels, or after them.
_STEPS = {
    moves.SUBMITTED: (-1, "申报"),
    moves.PAID: (1 << 30, "付款"),
    moves.REVERSED: (1 << 30, "冲销"),
}

_COLUMNS = table_columns(
    ("signer", TEXT, "办理人", "officer"),
    ("level_name", TEXT, "环节", "level or step"),
    ("currency", TEXT, "币种", "currency"),
    ("signatures", INT, "办理数", "signatures or steps"),
    ("amount_fen", FEN, "金额", "amount"),
    ("returned", INT, "退回数", "returned"),
    ("void", INT, "已失效数", "void since"),
    ("delegated", INT, "代签数", "for another"),
    ("paper", INT, "补录数", "entered from paper"),
    ("median_waited_s", SECONDS, "中位时长", "median wait"),
    ("p90_waited_s", SECONDS, "九成以内", "nine in ten within"),
    ("longest_waited_s", SECONDS, "最长时长", "longest wait"),
    ("mean_waited_s", SECONDS, "平均时长", "mean wait"),
    ("officer", RECORD, "办理人编号", "officer's record"),
)
_BRIEF = tuple(column.name for column in _COLUMNS[:12])

_Key = tuple[str, str, tuple[int, str], str]


def officers(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield, for each officer, what they signed at each level, submitted, paid and reversed.

    Officers are told apart by their records; whoever was entered by name alone is the one officer of
    that name, where there is just one.
    """
    currencies = {item["record"]: item["currency"] for item in reading.find(ITEMS)}
    found: dict[_Key, tuple[list[Row], list[Row]]] = {}
    acted = [each for each in standing_links(reading, asked) if each["status"] in ACTED]
    moved = [each for each in standing_moves(reading, asked) if each["move"] in _STEPS]
    known = _known((*acted, *moved))
    for link in acted:
        officer: str = known.get(link["signer"]) or link["officer"]
        place = (link["level"], link["level_name"])
        key = (link["signer"], officer, place, currencies[link["record"]])
        found.setdefault(key, ([], []))[0].append(link)
    for move in moved:
        officer = known.get(move["signer"]) or move["officer"]
        key = (move["signer"], officer, _STEPS[move["move"]], move["currency"])
        found.setdefault(key, ([], []))[1].append(move)
    for (signer, officer, (_, name), currency), (links, steps) in sorted(found.items()):
        head = {"signer": signer, "officer": officer, "level_name": name, "currency": currency}
        yield {**head, **(_signing(links) if links else _taking(steps))}


def _known(rows: Iterable[Row]) -> dict[str, str]:
    """Return the record of each name that has just one."""
    records: dict[str, set[str]] = {}
    for row in rows:
        if row["officer"].startswith("officer/"):
            records.setdefault(row["signer"], set()).add(row["officer"])
    return {name: min(found) for name, found in records.items() if len(found) == 1}


def _signing(links: Sequence[Row]) -> Row:
    signed = [link for link in links if link["status"] != RETURNED]
    return {
        "signatures": len(signed), "amount_fen": sum(link["amount_fen"] or 0 for link in signed),
        "returned": len(links) - len(signed),
        "void": sum(link["status"] == VOID for link in signed),
        "delegated": sum(bool(link["principal"]) for link in links),
        "paper": sum(link["basis"] == PAPER for link in links), **spread(links),
    }  # fmt: skip


def _taking(steps: Sequence[Row]) -> Row:
    return {"signatures": len(steps), "amount_fen": sum(step["amount_fen"] for step in steps)}


OFFICERS = Part(
    "officers", "办理人", "officers", _COLUMNS, officers, as_of=True, brief=_BRIEF,
    summed=("signatures", "returned", "void", "delegated", "paper"),
)  # fmt: skip
