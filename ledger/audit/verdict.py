"""What verifying comes to: the pin it stands on, what each check looked at, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from ledger.findings import Finding
from ledger.frozen import frozen

INTACT: Literal["intact"] = "intact"
DAMAGED: Literal["damaged"] = "damaged"
UNFINISHED: Literal["unfinished"] = "unfinished"
EXIT_CODES = {INTACT: 0, DAMAGED: 1, UNFINISHED: 3}

# So many findings of one code are named one by one; the rest are counted.
NAMED_PER_CODE = 10_000


@frozen
class Pin:
    """The root of trust and where it came from: `argument`, `user` or `home` (not independent)."""

    origin: str
    log_key: str
    founding: str
    source: str
    log_key_ml_dsa: str = ""


@dataclass
class Tally:
    """One check's line: what it looked at, what it found, what it knows was entered as found."""

    code: str
    examined: int = 0
    findings: int = 0
    as_found: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the check as it stands in `--json` output."""
        told: dict[str, Any] = {
            "code": self.code,
            "examined": self.examined,
            "findings": self.findings,
        }
        if self.as_found:
            told["as_found"] = self.as_found
        return told


@dataclass
class Findings:
    """Findings as they come in: all counted, named up to a bound, by code."""

    named: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Take in one finding."""
        self.counts[finding.code] = self.counts.get(finding.code, 0) + 1
        if self.counts[finding.code] <= NAMED_PER_CODE:
            self.named.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Take in several."""
        for finding in findings:
            self.add(finding)

    def merge(self, other: Findings) -> None:
        """Take in what another collection holds, what it only counted included."""
        for finding in other.named:
            self.add(finding)
        for code, count in other.counts.items():
            unnamed = count - min(count, NAMED_PER_CODE)
            self.counts[code] = self.counts.get(code, 0) + unnamed


@dataclass
class Verdict:
    """What verifying found. `scope` is `all` or what was asked for.

    `as_found` names the breaches in history entered as found, where they were asked for: they are
    told, and are no damage. `verifier` is what judged the signatures (`ledger.keys.batch`).
    """

    size: int
    root: str
    acts: int
    pin: Pin
    scope: str
    not_checked: tuple[str, ...]
    checks: tuple[Tally, ...]
    findings: tuple[Finding, ...]
    seconds: float
    unfinished: str = ""
    as_found: tuple[Finding, ...] | None = None
    verifier: str = ""

    @property
    def verdict(self) -> Literal["intact", "damaged", "unfinished"]:
        """Say `intact` only where all that was asked for was looked at and nothing was found."""
        if self.findings:
            return DAMAGED
        return UNFINISHED if self.unfinished else INTACT

    @property
    def exit_code(self) -> int:
        """Return the command's exit code: 0 holds, 1 findings, 3 could not finish."""
        return EXIT_CODES[self.verdict]

    def as_json(self) -> dict[str, Any]:
        """Return the object of `--json`."""
        told: dict[str, Any] = {
            "verdict": self.verdict,
            "size": self.size,
            "root": self.root,
            "acts": self.acts,
            "pin": {"source": self.pin.source},
            "scope": self.scope,
            "not_checked": list(self.not_checked),
            "checks": [each.as_json() for each in self.checks],
            "findings": [each.as_json() for each in self.findings],
            "seconds": round(self.seconds, 3),
            "verifier": self.verifier,
        }
        if self.as_found is not None:
            told["as_found"] = [each.as_json() for each in self.as_found]
        if self.unfinished:
            told["unfinished"] = self.unfinished
        return told
