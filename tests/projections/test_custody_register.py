"""The custody register: what is archived, filed, held, due and gone, as a clerk lists it."""

from __future__ import annotations

from datetime import date

from ledger.records import custody
from ledger.records.document.events import Archived

OF = "document/01HM0000000000000000000000"
KEPT = custody.key(OF)
FILED = custody.Filed(
    of=OF, schedule="schedule/文书档案", period="定期10年", closed_on=date(2011, 5, 1),
    ends_on=date(2021, 12, 31), keepers=("档案员",),
)  # fmt: skip
HELD = custody.Held(of=OF, matter="巡察", citation="通知1号")
LIFTED = custody.HoldLifted(of=OF, matter="巡察", citation="通知2号")
APPRAISED = custody.Appraised(
    of=OF, opinion="销毁", appraisers=("officer/A", "officer/B"), reason="期满"
)
CLEARED = custody.Cleared(of=OF, purge="purge/1")
DESTROYED = custody.Destroyed(of=OF, purge="purge/1", escorts=("甲", "乙"))
VIEW = "custody_register"


def test_what_was_archived_waits_to_be_filed(history, ask):
    """The class told when it was archived stands there, until a schedule says until when."""
    archived = Archived(file_number="D-1", retention="定期10年", occurred_on=date(2011, 5, 2))
    history.tell((OF, archived))

    (row,) = ask(VIEW)
    assert (row["status"], row["period"], row["file_number"]) == ("已归档", "定期10年", "D-1")
    assert (row["closed_on"], row["ends_on"]) == ("2011-05-02", None)
    history.tell((KEPT, FILED))

    (row,) = ask(VIEW)
    assert (row["status"], row["file_number"], row["ends_on"]) == (
        "保管中",
        "D-1",
        "2021-12-31",
    )


def test_what_has_run_out_is_due_and_shows_its_holds(history, ask):
    """Due from the day after its last; a hold stands beside it, and takes nothing off the list."""
    history.tell((KEPT, FILED))
    history.tell((KEPT, HELD))

    (row,) = ask(VIEW, part="due", as_of=date(2022, 1, 1))
    assert (row["record"], row["holds"], row["matters"]) == (OF, 1, "巡察")
    assert ask(VIEW, part="due", as_of=date(2021, 12, 31)) == []
    assert [each["record"] for each in ask(VIEW, part="held")] == [OF]
    history.tell((KEPT, LIFTED))

    assert ask(VIEW, part="held") == []


def test_kept_longer_is_due_later(history, ask):
    """An appraisal puts the day off, or says for ever."""
    history.tell((KEPT, FILED))
    longer = custody.Appraised(
        of=OF, opinion="续存", appraisers=("officer/A", "officer/B"), reason="有价值",
        until=date(2031, 12, 31),
    )  # fmt: skip
    history.tell((KEPT, longer))

    assert ask(VIEW, part="due", as_of=date(2030, 1, 1)) == []
    assert len(ask(VIEW, part="due", as_of=date(2032, 1, 1))) == 1


def test_the_register_of_what_was_destroyed_says_all(history, ask):
    """The class, the appraisal, the purge, the day and the escorts; it is due no more."""
    for each in (FILED, APPRAISED, CLEARED, DESTROYED):
        history.tell((KEPT, each))

    (row,) = ask(VIEW, part="destroyed")

    assert (row["status"], row["opinion"], row["purge"]) == ("已销毁", "销毁", "purge/1")
    assert (row["escorts"], row["appraisers"]) == ("甲；乙", "officer/A；officer/B")
    assert row["ended_on"]
    assert ask(VIEW, part="due", as_of=date(2030, 1, 1)) == []


def test_what_was_handed_over_is_due_no_more(history, ask):
    """The archive that took it is named."""
    history.tell((KEPT, FILED))
    history.tell((KEPT, custody.HandedOver(of=OF, receiver="县档案馆", citation="移交清册1号")))

    (row,) = ask(VIEW)
    assert (row["status"], row["receiver"]) == ("已移交", "县档案馆")
    assert ask(VIEW, part="due", as_of=date(2030, 1, 1)) == []
