"""What checking something exported comes to: whom the reader trusts, what was found, what was not looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from ledger.errors import LedgerError, NotJudgedError
from ledger.findings import Finding
from ledger.frozen import frozen
from ledger.log.note import Verifier
from ledger.log.speaker import log_verifiers
from ledger.log.succession import LogKeys, Succession

NOT_CHECKED = (
    "whether a record had further events after the last one shown",
    "business rules",
    "events of the same acts that concern other records",
)


@frozen
class Trust:
    """What the reader pinned: the log's keys and the founding act's digest, and from where.

    `succession` is where a handover that the reader was given leads from there.
    """

    log_key: str
    founding: str
    source: str
    log_key_ml_dsa: str = ""
    succession: Succession | None = None

    @property
    def keys(self) -> LogKeys:
        """The log's keys as pinned."""
        return LogKeys(self.log_key, self.log_key_ml_dsa)

    def verifiers(self) -> list[Verifier]:
        """Return whoever knows the log by the keys pinned, or by all that they lead to.

        Raises:
            MalformedError: a key may not be trusted.
        """
        if self.succession is not None:
            return self.succession.verifiers()
        return log_verifiers(*self.keys.told)


@dataclass
class Checked:
    """What checking found; filled while it goes on. `shown` is what holds if nothing was found.

    `succession` holds the log's keys, where its office's history was there to follow them by.
    """

    size: int = 0
    root: str = ""
    entries: int = 0
    acts: int = 0
    pin: str = "bundle"
    scope: str = "bundle"
    shown: str = ""
    succession: Succession | None = None
    findings: list[Finding] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=lambda: list(NOT_CHECKED))

    @property
    def verdict(self) -> Literal["intact", "damaged"]:
        """Say `intact` only where nothing was found."""
        return "damaged" if self.findings else "intact"

    def as_json(self) -> dict[str, Any]:
        """Return the object of `--json`."""
        told: dict[str, Any] = {
            "verdict": self.verdict,
            "size": self.size,
            "root": self.root,
            "acts": self.acts,
            "entries": self.entries,
            "pin": {"source": self.pin},
            "scope": self.scope,
            "not_checked": self.not_checked,
            "findings": [each.as_json() for each in self.findings],
        }
        if self.shown and not self.findings:
            told["shown"] = self.shown
        return told


class finding:  # noqa: N801 -- reads as a word where it is used
    """Turn a refusal inside the block into a finding, and go on.

    What cannot be judged on this machine is none: the check ends with it.
    """

    def __init__(
        self,
        checked: Checked,
        code: str,
        damage: str,
        *,
        index: int | None = None,
        place: str = "",
    ) -> None:
        self.checked = checked
        self.told: Callable[[str], Finding] = lambda message: Finding(
            code, damage, message, index=index, record=place
        )

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> bool:
        if isinstance(error, NotJudgedError):
            return False
        if isinstance(error, (LedgerError, ValueError, TypeError, KeyError)):
            self.checked.findings.append(self.told(str(error)))
            return True
        return False
