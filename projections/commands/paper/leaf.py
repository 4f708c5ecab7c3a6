"""The sheet that pages are set on: A4 across, a Chinese font embedded, numbered outside as GB/T 9704-2012 7.5 has it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align
from fpdf.errors import FPDFException

from ledger.errors import UnavailableError

RED = (200, 0, 0)
BLACK = (0, 0, 0)
GREY = (235, 235, 235)
FONT = "body"
_MARGIN_MM = 14.0


class Leaf(FPDF):
    """A document of such sheets; the same bytes for the same moment."""

    def __init__(self, made_at: datetime, font: Path, *, foot_mm: float) -> None:
        """Begin one that leaves so much room at the foot.

        Raises:
            UnavailableError: the font cannot be embedded.
        """
        super().__init__(orientation="landscape", unit="mm", format="A4")
        self.set_creation_date(made_at)
        self.set_producer("qifeng")
        self.set_lang("zh-CN")
        self.set_margins(_MARGIN_MM, _MARGIN_MM)
        self.set_auto_page_break(True, margin=foot_mm)
        try:
            self.add_font(FONT, fname=font)
        except (FPDFException, OSError, ValueError, NotImplementedError) as error:
            raise UnavailableError(
                f"font {font.name}", f"cannot be embedded: {error}"
            ) from error

    def number(self, points: float) -> None:
        """Write the page's number between dashes, on the right of this line."""
        self.set_font(FONT, size=points)
        self.cell(w=self.epw, text=f"— {self.page_no()} / {{nb}} —", h=8, align=Align.R)
