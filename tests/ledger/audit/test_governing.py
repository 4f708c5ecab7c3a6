"""Which rule version governed an item: told by its policy or timetable, or by a rule that one names."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.audit.governing import governed
from ledger.errors import NotFoundError
from ledger.family import DIRECT, PAPER
from ledger.records.document import events as document
from ledger.records.fund import events as fund
from ledger.records.policy import Adopted, Amended, Level, terms_of
from ledger.records.rule import events as rule
from ledger.records.telegram import events as telegram
from ledger.records.timetable import Limit, Set
from tests.projections.histories import History

RULE, OTHER, POLICY, ITEM = "rule/a", "rule/b", "policy/会签", "fund/1"
LEVELS = (Level(level=1, name="经办", posts=("经办人",), meaning="经办"),)


@pytest.fixture
def history():
    """A log with a rule in force since 2020, changed from 2022-03-04 on, and a policy that rests on it."""
    made = History()
    made.tell(
        (RULE, rule.Adopted(title="财务管理制度", occurred_on=date(2020, 1, 1))),
        (RULE, rule.Published(occurred_on=date(2020, 1, 1))),
        (RULE, rule.Amended(occurred_on=date(2022, 3, 4))),
    )
    made.tell(
        (
            POLICY,
            Adopted(
                code="会签",
                name="会签制度",
                levels=LEVELS,
                citation="县委办发〔2020〕1号",
                rule=RULE,
            ),
        ),
        (POLICY, Amended(levels=LEVELS, citation="县委办发〔2022〕1号")),
    )
    return made


def submitted(version, **more):
    """A claim under a version of the policy."""
    return fund.Submitted(
        policy=POLICY,
        policy_version=version,
        terms=terms_of(Adopted(code="x", name="x", levels=LEVELS)),
        **more,
    )


def told(lines):
    """Return lines in short: the day, by what, and the rule as known then and now."""
    return [
        (
            line.day.isoformat(), line.ground.by, line.ground.version, line.ground.citation,
            *(
                (each.status, each.span.version) if each and each.span else None
                for each in (line.then, line.now)
            ),
        )
        for line in lines
    ]  # fmt: skip


def test_money_is_governed_by_the_policy_it_was_submitted_under(history):
    """The day is that of submission; the rule behind the policy is the one in force then."""
    history.tell((ITEM, submitted(1, basis=DIRECT)))

    assert told(governed(history.store, ITEM)) == [
        ("2022-03-04", POLICY, 1, "县委办发〔2020〕1号", ("现行有效", 2), ("现行有效", 2))
    ]


def test_each_submission_is_a_line(history):
    """Resubmitted under a later version, and corrected under it."""
    history.tell((ITEM, submitted(1, basis=DIRECT)))
    history.tell((ITEM, submitted(2, basis=DIRECT)))

    lines = governed(history.store, ITEM)

    assert [(line.kind, line.ground.version, line.ground.rule) for line in lines] == [
        ("fund.submitted/1", 1, RULE), ("fund.submitted/1", 2, "")
    ]  # fmt: skip
    assert (lines[1].then, lines[1].now) == (None, None)


@pytest.mark.parametrize(
    ("more", "day", "version"),
    [
        ({"basis": PAPER, "occurred_at": "2021-05-01"}, "2021-05-01", 1),
        ({"basis": PAPER, "occurred_at": "2021-05-01T20:00:00.000000Z"}, "2021-05-02", 1),
        ({"basis": PAPER, "occurred_at": "some day"}, "2022-03-04", 2),
        ({"basis": DIRECT, "occurred_at": "2021-05-01"}, "2022-03-04", 2),
    ],
)  # fmt: skip
def test_the_day_is_that_of_the_step(history, more, day, version):
    """As told where it was taken elsewhere, in the office's zone; of recording where it was not."""
    history.tell((ITEM, submitted(1, **more)))

    (line,) = governed(history.store, ITEM)

    assert (line.day.isoformat(), line.now.span.version) == (day, version)


def test_a_revocation_changes_what_is_known_now_and_not_what_was_known_then(history):
    """The item was judged rightly, as far as anybody knew."""
    history.tell((ITEM, submitted(1, basis=DIRECT)))
    index = history.tell(
        (RULE, rule.Revoked(occurred_on=date(2022, 3, 5), by="市委", reason="越权"))
    )

    (now,) = governed(history.store, ITEM)
    (before,) = governed(history.store, ITEM, known=index)

    assert (now.then.status, now.now.status) == ("现行有效", "撤销")
    assert before.now.status == "现行有效"


def test_a_telegram_tells_the_edition_of_its_limits(history):
    """The timetable says what it rests on."""
    limits = (Limit(urgency="特急", hours=24),)
    history.tell(
        (
            "timetable/telegram",
            Set(family="telegram", limits=limits, source="省规", rule=RULE, edition=1),
        )
    )
    history.tell(
        (
            "telegram/1",
            telegram.Registered(
                sender="市委",
                title="急电",
                urgency="特急",
                edition=1,
                occurred_on=date(2021, 1, 1),
            ),
        )
    )

    assert told(governed(history.store, "telegram/1")) == [
        ("2021-01-01", "timetable/telegram", 1, "省规", ("现行有效", 1), ("现行有效", 1))
    ]


def test_anything_is_held_against_a_rule_that_one_names(history):
    """By the day of its first event; a rule of which nothing is recorded is none."""
    history.tell(
        (
            "document/1",
            document.Drafted(title="通知", kind="通知", occurred_on=date(2021, 6, 1)),
        )
    )

    (line,) = governed(history.store, "document/1", rule=RULE)
    (none,) = governed(history.store, "document/1", rule=OTHER)

    assert (line.day.isoformat(), line.ground.by, line.now.span.version) == (
        "2021-06-01",
        "",
        1,
    )
    assert (none.then, none.now) == (None, None)
    assert line.as_json()["now"]["status"] == "现行有效"


def test_money_is_held_against_a_named_rule_at_each_submission(history):
    """What its own events tell is left aside."""
    history.tell((ITEM, submitted(1, basis=DIRECT)))
    history.tell((ITEM, fund.Withdrawn(reason="x")))
    history.tell((ITEM, submitted(2, basis=DIRECT)))

    lines = governed(history.store, ITEM, rule=RULE)

    assert [(line.day.isoformat(), line.ground.rule) for line in lines] == [
        ("2022-03-04", RULE), ("2022-03-06", RULE)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "happened",
    [
        fund.Submitted(title="x"),
        submitted(0),
        telegram.Registered(sender="x", title="x", urgency="特急"),
    ],
)
def test_what_tells_no_ground_is_refused(history, happened):
    """Without policy version or edition there is nothing to go by; the refusal says what to name."""
    record = ITEM if isinstance(happened, fund.Submitted) else "telegram/1"
    history.tell((record, happened))

    with pytest.raises(NotFoundError, match="name one with --rule"):
        governed(history.store, record)


@pytest.mark.parametrize(
    ("record", "happened"),
    [
        (ITEM, submitted(9, basis=DIRECT)),
        ("telegram/1", telegram.Registered(sender="x", title="x", urgency="特急", edition=9)),
    ],
)
def test_a_version_that_is_not_there_tells_no_source(history, record, happened):
    """An item of history may name a version or edition that was never recorded here."""
    limits = (Limit(urgency="特急", hours=24),)
    history.tell(
        ("timetable/telegram", Set(family="telegram", limits=limits, source="省规", edition=1))
    )
    history.tell((record, happened))

    (line,) = governed(history.store, record)

    assert (line.ground.version, line.ground.citation, line.ground.rule) == (9, "", "")
