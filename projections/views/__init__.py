"""The views, in the order users see them. Adding one is one file and one line here."""

from __future__ import annotations

from projections.projection import Projection
from projections.views import number_register, regulation_status

VIEWS: tuple[Projection, ...] = (
    number_register.PROJECTION,
    regulation_status.PROJECTION,
)

__all__ = ["VIEWS"]
