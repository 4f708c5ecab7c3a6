"""The prepared ledger in which commands are called, as for the commands of evidence."""

from __future__ import annotations

from tests.ledger.commands.conftest import call, prepared, quick, room

__all__ = ["call", "prepared", "quick", "room"]
