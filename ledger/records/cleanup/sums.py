"""The sums of a clean-up campaign, from the top down: what must be equal, what is, and in words.

    甄别 → 列入清理 → 清理意见 → 集体决定 → 公布 → 确认落实

Each line says in Chinese and in English how many were expected and how many were found: `9 existing
rules, 42 dispositions = 8 + 25 + 9, 43 in force afterwards`. A number that nobody told is not 0: such a
line cannot be told to close.
"""

from __future__ import annotations

from ledger.frozen import frozen
from ledger.records.cleanup import events as told
from ledger.records.cleanup.state import Cleanup

SCREENED, EXISTING, IN_SCOPE = "甄别", "现有制度", "列入清理"
DECIDED, PUBLISHED, CARRIED_OUT = "集体决定", "公布", "确认落实"


@frozen
class FunnelLine:
    """One sum of the funnel: so many expected, so many found; None where nobody told it."""

    step: str
    expected: int | None
    found: int | None
    zh: str
    en: str
    at_most: bool = False

    @property
    def leaks(self) -> bool:
        """Tell whether it does not close, or cannot be told to."""
        if self.expected is None or self.found is None:
            return True
        return self.found > self.expected if self.at_most else self.found != self.expected


def funnel(state: Cleanup, *, ending: bool = False) -> list[FunnelLine]:
    """Return the sums of a campaign as far as it has come.

    `ending` asks for all of them, as closing does: what was never decided or published counts as 0.
    """
    lines = []
    if state.in_scope is not None:
        lines.append(_screened(state))
    if state.existing is not None:
        lines.append(_disposed(state, EXISTING, state.existing, ("现有制度", "existing rules")))
    if state.existing is None or state.in_scope is not None:
        after = state.existing is None
        words = ("列入清理", "rules in scope")
        lines.append(_disposed(state, IN_SCOPE, state.in_scope, words, after=after))
    if state.collective or (ending and state.dispositions):
        lines.append(_decided(state))
        if state.published or ending:
            lines.append(_published(state))
        lines.append(_carried_out(state))
    return lines


def leaks(state: Cleanup, *, ending: bool = False) -> tuple[str, ...]:
    """Return the sums that do not close, in words."""
    return tuple(line.en for line in funnel(state, ending=ending) if line.leaks)


def sum_of(state: Cleanup) -> tuple[str, str]:
    """Return the outcomes as a sum, in Chinese and English, where there is more than one: 8 + 25 + 9."""
    parts = [str(state.count(each)) for each in told.OUTCOMES if state.count(each)]
    if len(parts) < 2:
        return "", ""
    return f"（{'＋'.join(parts)}）", f" = {' + '.join(parts)}"


def _screened(state: Cleanup) -> FunnelLine:
    files, in_scope = state.files, state.in_scope
    return FunnelLine(
        SCREENED, files, in_scope,
        f"{_zh('甄别', files, '件')}，{_zh('列入清理', in_scope, '件')}",
        f"{_en(files)} files screened, {_en(in_scope)} in scope",
        at_most=True,
    )  # fmt: skip


def _disposed(
    state: Cleanup,
    step: str,
    expected: int | None,
    words: tuple[str, str],
    *,
    after: bool = True,
) -> FunnelLine:
    found = state.dispositions
    zh, en = sum_of(state)
    if after and found:
        zh += f"，清理后有效{state.in_force_after}项"
        en += f", {state.in_force_after} in force afterwards"
    return FunnelLine(
        step, expected, found,
        f"{_zh(words[0], expected, '项')}，处理意见{found}项{zh}",
        f"{_en(expected)} {words[1]}, {found} dispositions{en}",
    )  # fmt: skip


def _decided(state: Cleanup) -> FunnelLine:
    expected, found = state.dispositions, state.decided_total
    return FunnelLine(
        DECIDED, expected, found,
        f"处理意见{expected}项，集体决定{found}项",
        f"{expected} dispositions, {found} decided together",
    )  # fmt: skip


def _published(state: Cleanup) -> FunnelLine:
    expected = state.decided_total
    found = expected if state.published else 0
    return FunnelLine(
        PUBLISHED, expected, found,
        f"集体决定{expected}项，公布{found}项",
        f"{expected} decided together, {found} published",
    )  # fmt: skip


def _carried_out(state: Cleanup) -> FunnelLine:
    expected, found = len(state.decided), state.done
    return FunnelLine(
        CARRIED_OUT, expected, found,
        f"对在册制度作出决定{expected}项，已确认落实{found}项",
        f"{expected} decided for recorded rules, {found} followed up as carried out",
    )  # fmt: skip


def _zh(what: str, count: int | None, unit: str) -> str:
    return f"{what}{unit}数未报" if count is None else f"{what}{count}{unit}"


def _en(count: int | None) -> str:
    return "an untold number of" if count is None else str(count)
