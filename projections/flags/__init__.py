"""The red flags of money, in the order users see them. Adding one is one small question and one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.errors import NotFoundError, UsageError
from ledger.store.contract import LogReader
from projections.flags import chain, money, persons
from projections.flags.asking import policy_levels, raised
from projections.flags.flag import SEVERITIES, Asking, Flag, FlagRow

FLAGS: tuple[Flag, ...] = tuple(
    sorted((*chain.FLAGS, *persons.FLAGS, *money.FLAGS), key=lambda flag: flag.code)
)


def flags(
    log: LogReader,
    *,
    codes: Sequence[str] = (),
    policy: str = "",
    asking: Asking | None = None,
    upto_index: int | None = None,
) -> Iterator[FlagRow]:
    """Yield the flags raised over all items of money, or those of some codes.

    `policy` names a policy's record: items are then judged by the levels it asks for now, matched by
    name, whatever they were submitted under; else each by its own terms. `asking` holds parameters.

    Raises:
        UsageError: a code is none of the flags'.
        NotFoundError: the policy has no levels.
    """
    unknown = set(codes) - {flag.code for flag in FLAGS}
    if unknown:
        known = ", ".join(flag.code for flag in FLAGS)
        raise UsageError(f"no flag {', '.join(sorted(unknown))}", todo=f"flags are: {known}")
    asking = asking or Asking()
    if policy:
        levels = policy_levels(log, policy)
        if not levels:
            raise NotFoundError("policy", policy, todo="name an adopted policy")
        asking = Asking(levels, asking.lines, asking.fast_minutes, asking.near_days)
    chosen = [flag for flag in FLAGS if not codes or flag.code in codes]
    yield from raised(log, chosen, asking=asking, upto_index=upto_index)


__all__ = ["FLAGS", "SEVERITIES", "Asking", "Flag", "FlagRow", "flags"]
