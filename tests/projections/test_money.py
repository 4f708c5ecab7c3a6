"""Given what happened to items of money and budget lines, the oversight and the queue have these rows."""

from __future__ import annotations

from datetime import date

from ledger.family import AS_FOUND
from ledger.records import budget
from ledger.records.fund import events as fund
from ledger.records.policy import Level, Terms
from tests.projections.conftest import only

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
OTHER = "budget/2022-差旅费"


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
        "B",
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

    assert [(link["round"], link["level"], link["status"]) for link in links] == [
        (1, 1, "void"),
        (1, 2, "returned"),
        (2, 1, "waiting"),
        (2, 2, "pending"),
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
    history.tell((LINE, budget.AdjustedOut(to=OTHER, amount_fen=5_000, decision="d")))

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
