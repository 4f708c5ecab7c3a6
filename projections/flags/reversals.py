"""The flag over reversals: F18 money that came back, and nobody says why."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.records.fund.events import Reversed
from projections.flags.flag import Hit, Parameters
from projections.flags.items import Evidence, told_amount


def without_reason(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield each reversal that tells no reason."""
    del parameters
    for item in evidence.items:
        for step in item.steps:
            if isinstance(step.happened, Reversed) and not step.happened.reason.strip():
                back = told_amount(step.happened.amount_fen, item.state.claim.currency)
                message = f"{back} came back on {step.day}; no reason is told"
                yield Hit(item=item, message=message, steps=(*item.first_payment(), step))
