"""One Parquet file: the one door to Arrow, which writes it a row group at a time and reads what it says of itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.errors import MalformedError
from ledger.export.parquet.columns import (
    COLUMNS,
    DAY,
    DIGEST,
    INDEX,
    NUMBER,
    TEXT,
    TIME,
    WORD,
    Row,
)
from ledger.frozen import frozen

ROW_GROUP = 65_536
_TYPES = {
    INDEX: pa.int64(),
    NUMBER: pa.int32(),
    TEXT: pa.string(),
    WORD: pa.string(),
    TIME: pa.timestamp("us", tz="UTC"),
    DAY: pa.date32(),
    DIGEST: pa.binary(32),
}
_SCHEMA = pa.schema(
    [
        pa.field(each.name, _TYPES[each.type], metadata={"zh": each.zh, "en": each.en})
        for each in COLUMNS
    ]
)
_WORDS = [each.name for each in COLUMNS if each.type == WORD]
_PREFIX = "qifeng."


@frozen
class About:
    """What a file says of itself: which log, from which index up to which size, and the root there."""

    origin: str
    first: int
    size: int
    root: str


class ParquetDraft:
    """A file that is being written; it says what it is when its rows are all there."""

    def __init__(self, path: Path) -> None:
        """Begin it, over whatever is there."""
        self._path = path
        self._writer = pq.ParquetWriter(
            path, _SCHEMA, compression="zstd", use_dictionary=_WORDS, write_statistics=True
        )

    def write(self, rows: Iterable[Row]) -> Iterator[int]:
        """Write rows, a row group in memory at a time; yields how many were written, as it goes."""
        rows = iter(rows)
        while group := list(islice(rows, ROW_GROUP)):
            columns = [
                pa.array(column, field.type)
                for column, field in zip(zip(*group, strict=True), _SCHEMA, strict=True)
            ]
            self._writer.write_table(pa.Table.from_arrays(columns, schema=_SCHEMA))
            yield len(group)

    def finish(self, about: About, program: str) -> None:
        """Say what it is, and see that it is on the disk."""
        told = {
            "origin": about.origin,
            "first": str(about.first),
            "size": str(about.size),
            "root": about.root,
            "columns": json.dumps(
                [[each.name, each.zh, each.en] for each in COLUMNS], ensure_ascii=False
            ),
            "program": program,
        }
        self._writer.add_key_value_metadata(
            {_PREFIX + name: value for name, value in told.items()}
        )
        self._writer.close()
        with self._path.open("rb") as file:
            os.fsync(file.fileno())

    def drop(self) -> None:
        """Let go of it, finished or not."""
        self._writer.close()


def read_about(path: Path) -> About:
    """Return what a file says of itself.

    Raises:
        MalformedError: it is no Parquet file of this export.
    """
    try:
        told = pq.read_metadata(path).metadata or {}
        origin, first, size, root = (
            told[f"{_PREFIX}{name}".encode()].decode()
            for name in ("origin", "first", "size", "root")
        )
        return About(origin, int(first), int(size), root)
    except (KeyError, ValueError, OSError) as error:
        raise MalformedError(
            path.name, expected="a Parquet file of this export", found=str(error)[:80]
        ) from error
