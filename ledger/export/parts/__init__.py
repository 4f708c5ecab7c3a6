"""The parts of a bundle that need no view, in the order they are written. Adding one is a function and a line here."""

from __future__ import annotations

from ledger.export.logged import log_part
from ledger.export.part import Part
from ledger.export.parts.contents import content_part
from ledger.export.parts.covering import cover_part
from ledger.export.parts.disclosed import disclosed_part
from ledger.export.parts.guides import guide_part
from ledger.export.parts.keys import key_part
from ledger.export.parts.private import private_part
from ledger.export.parts.tables import (
    governing_part,
    lost_part,
    record_part,
    schema_part,
    trail_part,
)

PARTS: tuple[Part, ...] = (
    cover_part, guide_part, log_part, record_part, trail_part, content_part, key_part, governing_part,
    schema_part, lost_part, disclosed_part, private_part,
)  # fmt: skip

__all__ = ["PARTS"]
