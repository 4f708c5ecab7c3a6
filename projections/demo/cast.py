"""The cast of the demo year: invented officers, their posts, and the keys they act with."""

from __future__ import annotations

from collections.abc import Callable
from ledger.frozen import frozen

from datetime import datetime, timedelta

from ledger.application.acting import Acting
from ledger.application.ledger import Ledger
from ledger.clock import new_id
from ledger.commands.enrolment import confirm_keys, propose_key, request_key
from ledger.keys.signer import Signer
from ledger.records.office import ADMINISTRATOR, SECURITY
from projections.demo.schedule import ScriptedClock

FOUNDER = "陈立"
SECOND = "周敏"

CLERK, SECRETARY, DIRECTOR, LEADER = "文书", "秘书", "办公室主任", "领导"
HANDLER, SECTION, AUDITOR, FUND_LEADER = "经办人", "股长", "财务审核", "分管领导"
CASHIER, BOOKKEEPER, CUSTODIAN = "出纳", "会计", "机要员"


@frozen
class Member:
    """One of the cast: a name and the posts held."""

    name: str
    posts: tuple[str, ...]


MEMBERS: tuple[Member, ...] = (
    Member(SECOND, (ADMINISTRATOR, SECURITY)),
    Member("李书记", (LEADER,)),
    Member("赵副书记", (LEADER, FUND_LEADER)),
    Member("刘主任", (DIRECTOR,)),
    Member("吴文书", (CLERK,)),
    Member("孙秘书", (SECRETARY, HANDLER)),
    Member("钱秘书", (SECRETARY, HANDLER)),
    Member("何秘书", (SECRETARY, HANDLER)),
    Member("冯干事", (HANDLER,)),
    Member("郑股长", (SECTION,)),
    Member("马审核", (AUDITOR,)),
    Member("许出纳", (CASHIER,)),
    Member("曹会计", (BOOKKEEPER,)),
    Member("胡机要", (CUSTODIAN,)),
)


def enrol_cast(
    ledger: Ledger, clock: ScriptedClock, founder: Acting, make_signer: Callable[[str], Signer]
) -> dict[str, Acting]:
    """Enrol everyone, the founder proposing and the second administrator confirming.

    `make_signer` makes a key for a name and keeps it where its holder will find it.
    """
    cast = {FOUNDER: founder}
    for member in MEMBERS:
        clock.moment += timedelta(minutes=2)
        signer = make_signer(member.name)
        record = f"officer/{new_id(clock.moment)}"
        request = request_key(
            signer, ledger=ledger.origin, name=member.name, officer_record=record
        )
        propose_key(ledger, founder, request, posts=member.posts)
        clock.moment += timedelta(minutes=1)
        confirm_keys(ledger, cast.get(SECOND, founder), record)
        cast[member.name] = Acting(record, signer)
    return cast


def at(day: str, hour: int, minute: int = 0) -> datetime:
    """Return a moment of the office's day (+08:00)."""
    return datetime.fromisoformat(f"{day}T{hour:02d}:{minute:02d}:00+08:00")
