"""The chain 会签链 of each item: who signed which level, in which post, for whom, after how long.

Each signature stands with the grade of its key: `technical` or `certified` as the key was enrolled
(电子签名法 Art. 13: only a reliable one counts like ink), or `paper scan` where paper was entered. What
was found in history has no grade: it gives nobody a signature.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from ledger.clock import parse_time
from ledger.family import DIRECT, PAPER
from ledger.records import key
from projections.projection import (
    DIGEST,
    INT,
    RECORD,
    TEXT,
    Asked,
    Part,
    Reading,
    Recorded,
    Row,
    Rows,
    Table,
    table_columns,
)
from projections.views.fund_oversight.items import ITEMS
from projections.views.fund_oversight.links import LINK, LINKS, UNREACHED, WAITING, link_as_of

PAPER_SCAN = "paper scan"

KEYS = Table(
    "signing_keys", "签名密钥", "signing keys",
    columns=table_columns(
        ("key", DIGEST, "密钥", "key"),
        ("officer", RECORD, "所有人", "officer"),
        ("grade", TEXT, "签名等级", "grade"),
        ("index", INT, "日志序", "index"),
    ),
    key=("key",),
)  # fmt: skip

_POST = next(place for place, (name, *_) in enumerate(LINK, 1) if name == "post")
_COLUMNS = table_columns(
    *LINK[:1],
    ("title", TEXT, "事项", "title"),
    *LINK[1:_POST],
    ("grade", TEXT, "签名等级", "grade"),
    *LINK[_POST:],
    ("currency", TEXT, "币种", "currency"),
)
_BRIEF = (
    "record", "title", "round", "level_name", "status", "signer", "principal", "post", "grade",
    "signed_at", "waited_s", "amount_fen", "currency",
)  # fmt: skip


def enrol(recorded: Recorded, rows: Rows) -> None:
    """Put a key with its grade."""
    enrolled: key.Enrolled = recorded.happened
    row = {"officer": enrolled.officer, "grade": enrolled.grade, "index": recorded.index}
    rows.put(KEYS, {"key": recorded.record.partition("/")[2], **row})


def chain_links(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield the links of every chain as they stand, or as they stood on the day asked about."""
    record = asked.where.get("record")
    where = {"record": record} if record else {}
    items = {item["record"]: item for item in reading.find(ITEMS, where)}
    grades = {row["key"]: row["grade"] for row in reading.find(KEYS)}
    for link in standing_links(reading, asked, where):
        item = items[link["record"]]
        told = {
            "title": item["title"],
            "currency": item["currency"],
            "grade": _grade(link, grades),
        }
        if link["status"] == WAITING:
            told["waited_s"] = _waiting(link, asked.moment)
        yield {**link, **told}


def standing_links(
    reading: Reading, asked: Asked, where: Mapping[str, object] | None = None
) -> Iterator[Row]:
    """Yield the links that are shown now, or were on the day asked about."""
    for link in reading.find(LINKS, where):
        row = link if asked.as_of is None else link_as_of(link, asked.as_of.isoformat())
        if row is not None and row["status"] != UNREACHED:
            yield row


def _grade(link: Row, grades: Mapping[str, str]) -> str | None:
    """Return what a signature is worth: its key's grade, or that it was scanned from paper."""
    if link["basis"] == DIRECT:
        return grades.get(link["key"])
    return PAPER_SCAN if link["basis"] == PAPER else None


def _waiting(link: Row, moment: datetime) -> int | None:
    """Return for how long a level has been waiting, where the moment is known since when."""
    at: str = link["began_at"]
    return int((moment - parse_time(at)).total_seconds()) if at.endswith("Z") else None


CHAIN = Part("chain", "会签链", "chain", _COLUMNS, chain_links, as_of=True, brief=_BRIEF)
