"""What is known of a log at one size: the records folded so far, good until the log grows.

While nobody else appends, an officer's next act rests on what the last one left, and reads nothing
again. It may never hold less than the log of its size tells; that it holds more does no harm,
because the append looks at every version once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger import canonical
from ledger.application.mapper import Folded
from ledger.family import Family, family_of

MAX_KNOWN = 4096

Fold = Callable[[str], Folded]


@dataclass(slots=True)
class Known:
    """Records as they stand in the log of this size, `fold` asked for those not yet known."""

    size: int
    fold: Fold
    records: dict[str, Folded] = field(default_factory=dict)

    def folded(self, record: str) -> Folded:
        """Return a record, folded once."""
        found = self.records.get(record)
        if found is None:
            found = self.records[record] = self.fold(record)
        return found

    def learn_new(self, records: Iterable[str], families: Mapping[str, Family[Any]]) -> None:
        """Know of these records that they have no events yet."""
        for record in records:
            self.records[record] = unwritten(record, families)

    def grown(self, size: int, changed: Mapping[str, Folded]) -> Known:
        """Return what is known after these changes alone made the log this size."""
        records = self.records if len(self.records) + len(changed) <= MAX_KNOWN else {}
        records.update(changed)
        return Known(size, self.fold, records)


def unwritten(record: str, families: Mapping[str, Family[Any]]) -> Folded:
    """Return a record that has no events."""
    return Folded(0, canonical.ZERO_DIGEST, families[family_of(record)].initial)
