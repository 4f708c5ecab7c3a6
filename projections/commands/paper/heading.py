"""What stands above and below a register, in whatever form it is written."""

from __future__ import annotations

from ledger.frozen import frozen
from projections.commands.paper.imprint import Imprint


@frozen
class Heading:
    """What stands above and below a register: whose it is, and what it was made from."""

    office: str
    utc_offset: str
    moment: str
    imprint: Imprint
