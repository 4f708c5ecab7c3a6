"""The checks of evidence, in the order users see them. Views have theirs (`projections`)."""

from __future__ import annotations

from ledger.errors import UsageError
from ledger.findings import Finding
from ledger.frozen import frozen


@frozen
class Check:
    """One family of checks: its findings' codes begin with its code and a point."""

    code: str
    zh: str
    says: str


CHECKS: tuple[Check, ...] = (
    Check(
        "event",
        "事件",
        "each event's bytes are canonical, its columns say the same, versions follow",
    ),
    Check(
        "seal", "封缄", "each event is covered by one act, signed, whole, in order, on this log"
    ),
    Check(
        "log", "日志树", "positions have no gap; leaves, nodes, root and size are as computed"
    ),
    Check(
        "checkpoint",
        "检查点",
        "heads signed by the log's key are this log's, kept or brought along",
    ),
    Check(
        "time",
        "时间",
        "recorded times run forwards, one for each act; time stamps bear them out",
    ),
    Check(
        "key",
        "密钥",
        "each key was enrolled, held by its officer, good at the index, not revoked",
    ),
    Check(
        "authority", "权限", "actors were enrolled, delegations stood, what acts rest on was so"
    ),
    Check("rule", "业务规则", "business rules, replayed at the index of each act"),
    Check("series", "编号连续", "numbers follow one another without gap or double"),
    Check("inventory", "清册", "each sealed inventory lists every record as it stood"),
    Check(
        "content",
        "附件内容",
        "attached content is there, as it was attached, or lawfully purged",
    ),
    Check(
        "private", "私密字段", "private fields are there, sealed as signed, or lawfully purged"
    ),
    Check("store", "存储", "tables, indexes and triggers are as released"),
)
CODES = tuple(check.code for check in CHECKS)


@frozen
class Scope:
    """What of the checks is asked for: families, and codes within them; nothing means all."""

    only: tuple[str, ...] = ()

    @property
    def families(self) -> frozenset[str]:
        """The families of which something is asked for."""
        return frozenset(each.partition(".")[0] for each in self.only) or frozenset(CODES)

    @property
    def words(self) -> str:
        """`all`, or what was asked for."""
        return ", ".join(self.only) or "all"

    @property
    def not_checked(self) -> tuple[str, ...]:
        """The families that are left out, in order."""
        return tuple(code for code in CODES if code not in self.families)

    def wants(self, finding: Finding) -> bool:
        """Tell whether a finding is asked for."""
        family = finding.code.partition(".")[0]
        return not self.only or family in self.only or finding.code in self.only


def scope_of(only: tuple[str, ...]) -> Scope:
    """Return the scope of these codes; with none, everything.

    Raises:
        UsageError: a code is of no check.
    """
    for code in only:
        if code.partition(".")[0] not in CODES:
            raise UsageError(f"no check {code!r}", todo=f"choose from {', '.join(CODES)}")
    return Scope(tuple(only))
