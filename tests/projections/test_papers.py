"""Given what happened to numbers, documents and telegrams, their registers have these rows."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.records.correspondent import Range, Received, Reconciled
from ledger.records.document import events as document
from ledger.records.incoming import events as incoming
from ledger.records.rule import events as rule
from ledger.records.series import events as series
from ledger.records.telegram import events as telegram
from ledger.records.timetable import Limit
from tests.projections.conftest import only

SERIES = "series/县委发〔2022〕"


def test_a_number_is_registered_with_its_record_and_day(history, ask):
    """The register shows what has which number, since when, given by whom."""
    history.tell((SERIES, series.Opened(code="县委发", year=2022, family="document")))
    given = series.Allocated(n=1, record="document/1", occurred_on=date(2022, 3, 4))
    index = history.tell((SERIES, given), actor="officer/B")

    (row,) = ask("number_register")

    assert (row["number"], row["status"], row["record"]) == (
        "县委发〔2022〕1号",
        "allocated",
        "document/1",
    )
    assert (row["given_on"], row["registrar"], row["index"]) == (
        "2022-03-04",
        "officer/B",
        index,
    )


def test_a_voided_number_stays_in_the_register(history, ask):
    """A number that died is there, with the reason, who approved and the day."""
    history.tell(
        (SERIES, series.Allocated(n=1, record="document/1", occurred_on=date(2022, 3, 4)))
    )
    history.tell(
        (SERIES, series.Voided(n=1, record="document/1", reason="撤稿", approver="officer/C"))
    )

    (row,) = ask("number_register")

    assert (row["status"], row["reason"], row["approver"]) == ("voided", "撤稿", "officer/C")
    assert row["voided_on"] == "2022-03-03"


def test_gaps_and_doubles_of_an_old_register_are_named(history, ask):
    """Continuity says which numbers are missing and which stand twice."""
    found = [
        series.Found(n=n, record=f"document/{place}") for place, n in enumerate((1, 2, 2, 5))
    ]
    history.tell_all((SERIES, each) for each in found)

    (row,) = ask("number_register", "continuity")

    assert (row["count"], row["last"], row["missing"], row["doubles"]) == (4, 5, "3-4", "2")
    assert row["continuous"] is False


def test_a_series_that_ends_is_closed_and_names_its_successor(history, ask):
    """Next year another series goes on."""
    history.tell((SERIES, series.Opened(code="县委发", year=2022, family="document")))
    history.tell((SERIES, series.Succeeded(by="series/县委发〔2023〕")))
    history.tell((SERIES, series.Closed(reason="年终")))

    (row,) = ask("number_register", "number_series")

    assert (row["closed"], row["successor"]) == (True, "series/县委发〔2023〕")


def test_a_document_stands_at_its_step_with_its_days(history, ask):
    """What went out is told with number, step and the day of each step."""
    history.tell(
        ("document/1", document.Drafted(title="通知", kind="通知", recipients=("各乡镇",)))
    )
    history.tell(("document/1", document.Issued(occurred_on=date(2022, 3, 5))))
    numbered = document.Numbered(series=SERIES, n=1, number="县委发〔2022〕1号")
    history.tell(("document/1", numbered))

    row = only(ask("document_register"), record="document/1")
    steps = ask("document_register", "document_steps")

    assert (row["direction"], row["number"], row["stage"]) == (
        "发文",
        "县委发〔2022〕1号",
        "已登记",
    )
    assert (row["begun_on"], row["issued_on"]) == ("2022-03-02", "2022-03-05")
    assert row["recipients"] == "各乡镇"
    assert [step["step"] for step in steps] == ["起草", "签发", "登记"]


def test_an_incoming_document_past_its_deadline_is_overdue(history, ask):
    """Totals count what is late, as of today."""
    history.tell(("incoming/1", incoming.Received(sender="市委", title="来文", urgency="特急")))
    history.tell(("incoming/1", incoming.Assigned(lead="文书科", deadline=date(2022, 3, 4))))

    on_time = ask("document_register", "totals")
    history.tell(("document/9", document.Drafted(title="t", kind="通知")))
    history.tell(("document/9", document.Printed(place="p", copies=1)))
    late = ask("document_register", "totals")

    assert only(on_time, direction="收文")["overdue"] == 0
    assert only(late, direction="收文")["overdue"] == 1
    assert only(ask("document_register"), direction="收文")["lead"] == "文书科"


def plain(**changed):
    """Return a telegram's head, due 24 hours after receipt."""
    told = {
        "sender": "省办", "title": "明传", "urgency": "特提", "direction": "收",
        "received_at": "2022-03-02T00:00:00.000000Z", "due_at": "2022-03-03T00:00:00.000000Z",
        "limits": (Limit(urgency="特提", hours=24), Limit(urgency="特提", leg="送阅", hours=2)),
    }  # fmt: skip
    return telegram.Registered(**(told | changed))


def test_a_telegram_that_was_held_too_long_is_counted(history, ask):
    """A leg past its limit, and the whole way past its own, are held; open legs are missed."""
    leg = telegram.LegPassed(leg="送阅", to="领导", at="2022-03-02T05:00:00.000000Z")
    history.tell(("telegram/1", plain()), ("telegram/1", leg))
    history.tell(("telegram/2", plain(received_at="", due_at="")))
    history.tell(("telegram/3", telegram.Stubbed(unit="机要局", month="2022-03", count=4)))

    row = only(ask("telegram_register"), record="telegram/1")
    assert ask("telegram_register", where=(("record", "telegram/1"),)) == [row]
    total = only(ask("telegram_register", "totals"), direction="收")

    assert (row["legs"], row["held"], row["mishandled"]) == ("送阅", 2, 0)
    assert row["missed"] > 0
    assert (total["count"], total["open"], total["verdict"]) == (2, 2, "no recorded miss")
    assert only(ask("telegram_register", "telegrams"), record="telegram/3")["count"] == 4


def test_a_telegram_is_judged_at_the_moment_asked_about(history, ask):
    """Before its time was up, it was neither held nor missed."""
    index = history.tell(("telegram/1", plain(limits=(), due_at="2022-03-20T00:00:00.000000Z")))
    for n in range(30):
        history.tell(("rule/1", rule.Planned(title=str(n))))

    then = only(ask("telegram_register", known_at=str(index)), record="telegram/1")
    now = only(ask("telegram_register"), record="telegram/1")

    assert (then["held"], then["missed"]) == (0, 0)
    assert now["held"] == 1


@pytest.mark.parametrize(
    ("sent", "verdict", "missed"), [((1, 1), "reconciled", 0), ((1, 3), "missing numbers", 2)]
)
def test_only_a_reconciled_sender_shows_that_none_was_missed(
    history, ask, sent, verdict, missed
):
    """The sender's list held against the register decides what can be said."""
    sender = "correspondent/省办明电〔2022〕"
    gaps = (Range(first=2, last=3),) if missed else ()
    closed = telegram.Closed(at="2022-03-02T01:00:00.000000Z")
    told = plain(limits=(), nature="阅知性")
    leg = telegram.LegPassed(leg="送阅", to="领导", at="2022-03-02T00:30:00.000000Z")
    history.tell(*(("telegram/1", each) for each in (told, leg, closed)))
    history.tell((sender, Received(n=1, telegram="telegram/1", sender="省办")))
    list_ = Reconciled(
        until_day=date(2022, 3, 31),
        sent=(Range(first=sent[0], last=sent[1]),),
        source="s",
        missing=gaps,
    )
    history.tell((sender, list_))

    total = only(ask("telegram_register", "totals"), direction="收")

    assert (total["verdict"], total["missed"]) == (verdict, missed)
    assert total["reconciled"] is (missed == 0)
