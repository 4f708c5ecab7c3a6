"""The views, in the order users see them. Adding one is one file and one line here."""

from __future__ import annotations

from projections.projection import Projection
from projections.views import (
    cleanup_campaigns,
    custody_register,
    document_register,
    fund_oversight,
    number_register,
    queue,
    regulation_status,
    telegram_register,
)

VIEWS: tuple[Projection, ...] = (
    document_register.PROJECTION,
    number_register.PROJECTION,
    telegram_register.PROJECTION,
    fund_oversight.PROJECTION,
    regulation_status.PROJECTION,
    cleanup_campaigns.PROJECTION,
    custody_register.PROJECTION,
    queue.PROJECTION,
)

__all__ = ["VIEWS"]
