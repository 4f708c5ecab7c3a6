"""What we report: a finding is a value, collected while looking goes on.

Codes are `family.what` (`seal.signature`, `series.gap`, `rule.R3`); classes are the damage
classes of `CLASSES`. Nothing here stops anything; `ledger.errors` does that.
"""

from __future__ import annotations

from ledger.frozen import frozen

CLASSES: tuple[str, ...] = (
    "edited",
    "deleted",
    "truncated",
    "inserted",
    "reordered",
    "forked",
    "unwitnessed",
    "rolled back",
    "re-signed",
    "key misused",
    "rule broken",
    "view drifted",
    "content missing",
    "store changed",
    "unreadable",
)


@frozen
class Finding:
    """One thing that is wrong.

    `index` is the place in the log, from 0, or None where the finding has none; `record` names
    the record, or the place in other words (`table head`), or is empty.
    """

    code: str
    damage: str
    message: str
    index: int | None = None
    record: str = ""

    def __post_init__(self) -> None:
        """Refuse a class of damage that no reader has been told of."""
        assert self.damage in CLASSES, f"unknown damage class {self.damage!r}"

    def as_json(self) -> dict[str, object]:
        """Return the finding as it stands in `--json` output."""
        return {
            "code": self.code,
            "class": self.damage,
            "index": self.index,
            "record": self.record,
            "message": self.message,
        }
