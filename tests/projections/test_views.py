"""Given what happened, each view has these rows."""

from __future__ import annotations

from contextlib import closing
from datetime import date

import pytest

from ledger.family import AS_FOUND
from ledger.records import budget
from ledger.records.correspondent import Range, Received, Reconciled
from ledger.records.document import events as document
from ledger.records.fund import events as fund
from ledger.records.incoming import events as incoming
from ledger.records.policy import Level, Terms
from ledger.records.rule import events as rule
from ledger.records.series import events as series
from ledger.records.telegram import events as telegram
from ledger.records.timetable import Limit
from projections.answer import Question, answer
from projections.runner import Runner, ScratchPlace
from projections.views import VIEWS
from tests.projections.histories import History

SERIES = "series/县委发〔2022〕"


@pytest.fixture
def history():
    """A log with its founding; acts are a day apart, the first on 2022-03-02 (office time)."""
    return History()


@pytest.fixture
def ask(history):
    """Ask a view of the log as it is then."""
    with closing(ScratchPlace()) as place:
        runner = Runner(history.store, place, VIEWS)

        def do(view, part="", **asked):
            runner.follow()
            question = Question(view, part=part, **asked)
            return list(answer(runner, question, clock=lambda: history.moment).rows)

        yield do


def only(rows, **wanted):
    """Return the one row with these values, and those columns of the others asked for."""
    (row,) = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return row


# --- numbers ----------------------------------------------------------------------------------


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


# --- documents --------------------------------------------------------------------------------


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


# --- telegrams --------------------------------------------------------------------------------


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


# --- money ------------------------------------------------------------------------------------

LEVELS = (
    Level(level=1, name="股室审核", posts=("股长",)),
    Level(level=2, name="领导审批", posts=("领导",), meaning="审批"),
)
TERMS = Terms(
    levels=LEVELS, budget_level=2, payers=("出纳",), bookkeepers=("会计",), prior_approvers=(),
    prior_approval_above_fen=None, prior_approval_categories=(), minute_takers=(),
    collective_above_fen=None,
)  # fmt: skip
ITEM = "fund/1"
LINE = "budget/2022-办公费"


def submitted(**changed):
    """Return a submission of 100 yuan."""
    told = {
        "title": "办公用品", "category": "办公费", "amount_fen": 10_000, "payee": "文具店",
        "budget": LINE, "policy": "policy/P", "policy_version": 1, "terms": TERMS,
        "item_digest": "d", "signer": "officer/A", "signer_name": "冯", "basis": "direct",
    }  # fmt: skip
    return fund.Submitted(**(told | changed))


def signed(level, signer, **changed):
    """Return a level's signature."""
    told = {
        "level": level, "level_name": LEVELS[level - 1].name, "meaning": LEVELS[level - 1].meaning,
        "signer": signer, "signer_name": signer[-1], "post": LEVELS[level - 1].posts[0],
        "item_digest": "d", "amount_fen": 10_000, "basis": "direct",
    }  # fmt: skip
    return fund.Countersigned(**(told | changed))


def paid(**changed):
    """Return the payment."""
    told = {
        "amount_fen": 10_000,
        "budget": LINE,
        "spends_fen": 10_000,
        "signer": "officer/D",
        "basis": "direct",
    }
    return fund.Paid(**(told | changed))


def test_an_item_shows_the_level_it_waits_for_and_since_when(history, ask):
    """After the first signature the second level has it, since that day."""
    history.tell((ITEM, submitted()))
    history.tell((ITEM, signed(1, "officer/B")))

    (row,) = ask("fund_oversight")

    assert (row["stage"], row["waiting_level"], row["waiting_since"]) == (
        "会签中",
        "领导审批",
        "2022-03-03",
    )
    assert (row["handler"], row["amount_fen"], row["complete"]) == ("冯", 10_000, False)


def test_the_chain_tells_officer_post_key_and_wait(history, ask):
    """Each signature stands with who gave it and how long the level had the item."""
    history.tell((ITEM, submitted()))
    index = history.tell((ITEM, signed(1, "officer/B")), actor="officer/B")

    first, second = ask("fund_oversight", "chain")

    assert (first["signer"], first["post"], first["status"]) == ("B", "股长", "signed")
    assert (first["waited_s"], first["recorder"], first["index"]) == (
        86_400,
        "officer/B",
        index,
    )
    assert len(first["key"]) == 64
    assert (second["level_name"], second["status"], second["signer"]) == (
        "领导审批",
        "waiting",
        None,
    )


def test_a_return_voids_the_signatures_of_its_round(history, ask):
    """The chain starts again, and shows what was signed before as void."""
    history.tell((ITEM, submitted(round=1)))
    history.tell((ITEM, signed(1, "officer/B")))
    history.tell(
        (ITEM, fund.Rejected(reason="发票不全", level=2, level_name="领导审批", basis="direct"))
    )
    history.tell((ITEM, submitted(round=2)))

    links = ask("fund_oversight", "chain")

    assert [(link["round"], link["status"]) for link in links] == [
        (1, "void"),
        (2, "waiting"),
        (2, "waiting"),
    ]


def test_as_of_a_day_an_item_stands_as_it_stood_then(history, ask):
    """Paid today, in sign-off yesterday, and not there before it was submitted."""
    history.tell((ITEM, submitted()))
    history.tell((ITEM, signed(1, "officer/B")), (ITEM, signed(2, "officer/C")))
    history.tell((ITEM, paid(paid_on=date(2022, 3, 10))))

    stages = {
        day: [row["stage"] for row in ask("fund_oversight", as_of=date(2022, 3, day))]
        for day in (1, 2, 3, 9, 10)
    }

    assert stages == {1: [], 2: ["会签中"], 3: ["待付款"], 9: ["待付款"], 10: ["已付款"]}
    assert ask("fund_oversight")[0]["stage"] == "已付款"


def test_a_budget_line_is_reckoned_to_the_fen(history, ask):
    """Approved, in sign-off, reserved, spent, reversed and left, now and as of a day."""
    approved = budget.Approved(year=2022, code="办公费", name="办公费", amount_fen=50_000)
    history.tell((LINE, approved))
    history.tell((ITEM, submitted()))
    history.tell((LINE, budget.Reserved(item=ITEM, category="办公费", amount_fen=10_000)))
    history.tell((LINE, budget.Spent(item=ITEM, amount_fen=10_000)))
    history.tell((LINE, budget.Restored(item=ITEM, amount_fen=1_000)))
    history.tell((LINE, budget.Adjusted(delta_fen=-5_000, decision="d", reason="r")))

    (row,) = ask("fund_oversight", "budget")
    (then,) = ask("fund_oversight", "budget", as_of=date(2022, 3, 4))

    assert (row["approved_fen"], row["adjusted_fen"], row["spent_fen"]) == (
        50_000,
        -5_000,
        10_000,
    )
    assert (row["restored_fen"], row["reserved_fen"], row["left_fen"]) == (1_000, 0, 36_000)
    assert row["in_sign_off_fen"] == 10_000
    assert (then["reserved_fen"], then["left_fen"]) == (10_000, 40_000)


def test_a_line_that_is_released_and_closed_says_so(history, ask):
    """What was set aside is free again; a closed line is closed."""
    history.tell(
        (LINE, budget.Approved(year=2022, code="办公费", name="办公费", amount_fen=500))
    )
    history.tell((LINE, budget.Reserved(item=ITEM, category="办公费", amount_fen=100)))
    history.tell((LINE, budget.Released(item=ITEM, amount_fen=100, step="退回")))
    history.tell((LINE, budget.Closed()))

    (row,) = ask("fund_oversight", "budget_lines")

    assert (row["reserved_fen"], row["left_fen"], row["closed"]) == (0, 500, True)


def test_officers_are_told_with_what_they_signed_and_how_long_it_waited(history, ask):
    """One line for each officer and level."""
    history.tell((ITEM, submitted()))
    history.tell((ITEM, signed(1, "officer/B")))
    history.tell(("fund/2", submitted(item_digest="d")))
    history.tell((ITEM, signed(2, "officer/C")), ("fund/2", signed(1, "officer/B")))

    rows = ask("fund_oversight", "officers")

    assert only(rows, signer="B")["signatures"] == 2
    assert only(rows, signer="B")["mean_waited_s"] == 86_400
    assert only(rows, signer="C")["longest_waited_s"] == 2 * 86_400


def test_history_found_is_shown_with_what_is_known_of_it(history, ask):
    """An item without policy has the signatures that were found, dated as they were."""
    told = (
        submitted(
            terms=None,
            policy=None,
            budget=None,
            basis="",
            occurred_at="2018-01-02T20:00:00.000000Z",
        ),
        fund.Countersigned(level_name="FINAL", occurred_at="2018-01-03T20:00:00.000000Z"),
        fund.Paid(amount_fen=10_000, occurred_at="2018-01-05"),
        fund.Reversed(amount_fen=10_000, reversed_on=date(2018, 2, 1)),
    )
    history.tell(*((ITEM, each) for each in told), basis=AS_FOUND)

    (row,) = ask("fund_oversight")
    (link,) = ask("fund_oversight", "chain")

    assert (row["submitted_on"], row["paid_on"], row["stage"]) == (
        "2018-01-03",
        "2018-01-05",
        "已冲销",
    )
    assert (link["level_name"], link["basis"], link["waited_s"]) == (
        "FINAL",
        "as-found",
        86_400,
    )


# --- regulations ------------------------------------------------------------------------------

RULE = "rule/1"


def adopted(history):
    """Adopt and publish a rule in 2020, in force from 2020-03-01."""
    history.tell(
        (RULE, rule.Adopted(title="管理办法", issuer="县委办", topic="财务", occurred_on=date(2020, 1, 10))),
        (RULE, rule.Published(number="县委办发〔2020〕1号", occurred_on=date(2020, 2, 1), effective_on=date(2020, 3, 1),
                              files_to="市委办", valid_until=date(2022, 4, 30))),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "status"),
    [(date(2020, 1, 9), None), (date(2020, 1, 10), "待公布"), (date(2020, 2, 28), "尚未生效"),
     (date(2020, 3, 1), "现行有效"), (date(2022, 5, 1), "失效")],
)  # fmt: skip
def test_status_on_a_day(history, ask, day, status):
    """What was in force on a day follows from the events, and publication is not commencement."""
    adopted(history)

    rows = ask("regulation_status", as_of=day)

    assert [row["status"] for row in rows] == ([status] if status else [])


def test_revoked_is_void_from_the_start_but_was_known_otherwise(history, ask):
    """撤销 rewrites what held in 2021; who asks what was known before it learns the old answer."""
    adopted(history)
    before = history.store.head().size - 1
    history.tell((RULE, rule.Revoked(reason="越权", occurred_on=date(2022, 3, 1))))

    now = ask("regulation_status", as_of=date(2021, 1, 1))
    then = ask("regulation_status", as_of=date(2021, 1, 1), known_at=str(before))

    assert [row["status"] for row in now] == ["撤销"]
    assert [row["status"] for row in then] == ["现行有效"]


def test_rules_in_force_can_be_asked_by_topic(history, ask):
    """The list of what is in force is narrowed by any column, by either name."""
    adopted(history)
    history.tell(("rule/2", rule.Planned(title="另一")))

    found = ask(
        "regulation_status", "in_force", as_of=date(2021, 1, 1), where=(("主题", "财务"),)
    )
    none = ask(
        "regulation_status", "in_force", as_of=date(2021, 1, 1), where=(("topic", "人事"),)
    )

    assert [row["title"] for row in found] == ["管理办法"]
    assert none == []


def test_what_is_due_is_filing_expiry_and_amendment(history, ask):
    """30 days to file, six months before it expires, and what a clean-up ordered."""
    adopted(history)
    history.tell(
        (
            RULE,
            rule.Confirmed(
                needs_amendment=True, amend_by=date(2022, 6, 1), occurred_on=date(2022, 3, 2)
            ),
        )
    )

    due = {
        row["what"]: (row["due_on"], row["overdue"]) for row in ask("regulation_status", "due")
    }

    assert due == {
        "file with 市委办": ("2020-03-02", True),
        "extend, replace or let lapse": ("2022-04-30", False),
        "amend": ("2022-06-01", False),
    }


def test_who_acts_on_whom_is_told_as_edges(history, ask):
    """A replacement is an edge from the rule that acts, with its event."""
    adopted(history)
    index = history.tell(
        (
            RULE,
            rule.Abolished(
                by_rule="rule/9", replaced_by="rule/9", occurred_on=date(2022, 3, 1)
            ),
        )
    )

    edges = ask("regulation_status", "regulation_edges")

    assert {(e["source"], e["edge"], e["target"], e["index"]) for e in edges} == {
        ("rule/9", "abolishes", RULE, index), ("rule/9", "replaces", RULE, index)
    }  # fmt: skip


# --- queue ------------------------------------------------------------------------------------


def test_the_queue_names_what_waits_for_whom_since_which_event(history, ask):
    """Each step waited for stands with its posts and the event it waits since."""
    history.tell((ITEM, submitted()))
    index = history.tell((ITEM, signed(1, "officer/B")))
    history.tell(
        (
            ITEM,
            fund.CollectiveDecided(
                decision="纪要", decided_on=date(2022, 3, 3), ceiling_fen=1, basis="direct"
            ),
        )
    )

    (row,) = ask("queue")

    assert (row["record"], row["verb"], row["posts"], row["since"]) == (
        ITEM,
        "countersign",
        "领导",
        index,
    )
    assert row["since_on"] == "2022-03-03"


def test_what_is_answered_leaves_the_queue(history, ask):
    """A settled item waits for nothing."""
    history.tell((ITEM, submitted()))
    before = len(ask("queue"))
    history.tell((ITEM, fund.Withdrawn(reason="r", basis="direct")))

    assert before == 1
    assert [row["verb"] for row in ask("queue")] in ([], ["resubmit"])
