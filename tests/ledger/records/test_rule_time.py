"""A rule in time: the same question, asked of another day or with another knowledge."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.records.rule import FAMILY, edges, spans, status_on, texts
from ledger.records.rule import events as told
from ledger.records.rule.duties import duties
from tests.ledger.records.histories import any_event

D1 = date(2020, 1, 1)
D2 = date(2021, 1, 1)
D3 = date(2022, 1, 1)
D4 = date(2023, 1, 1)
D5 = date(2024, 1, 1)
EVE = timedelta(days=-1)
LIVING = ("部分生效", "现行有效", "暂停执行")

ADOPTED = told.Adopted(occurred_on=D1, title="办法", text_digest="1" * 64)
PUBLISHED = told.Published(occurred_on=D2, number="县委发〔2021〕1号")
AMENDED = told.Amended(occurred_on=D3, text_digest="2" * 64)
FOUND = told.Adopted(occurred_on=D1, title="法", source_line="1月1日 通过")
BEFORE = (ADOPTED, PUBLISHED)


def on(day: date, *happened: Any) -> tuple[str, int] | None:
    """Return status and version on a day."""
    span = status_on(spans(happened), day)
    return (span.status, span.version) if span else None


COMING: list[tuple[str, tuple[Any, ...], list[tuple[date, Any]]]] = [
    ("nothing yet", (), [(D5, None)]),
    ("only planned", (told.Planned(occurred_on=D1, title="x"),), [(D5, None)]),
    ("adopted is not published", (ADOPTED,), [(D1 + EVE, None), (D1, ("待公布", 1)), (D5, ("待公布", 1))]),
    ("published counts at once", BEFORE, [(D2 + EVE, ("待公布", 1)), (D2, ("现行有效", 1))]),
    ("publication is not commencement", (ADOPTED, told.Published(occurred_on=D2, effective_on=D3)),
     [(D2, ("尚未生效", 1)), (D3 + EVE, ("尚未生效", 1)), (D3, ("现行有效", 1))]),
    ("commencement told apart", (*BEFORE, told.Commenced(occurred_on=D3)),
     [(D2, ("尚未生效", 1)), (D3, ("现行有效", 1))]),
    ("commencement awaited", (ADOPTED, told.Published(occurred_on=D2, awaits_commencement=True)),
     [(D5, ("尚未生效", 1))]),
    ("awaited, then told",
     (ADOPTED, told.Published(occurred_on=D2, awaits_commencement=True), told.Commenced(occurred_on=D4)),
     [(D4 + EVE, ("尚未生效", 1)), (D4, ("现行有效", 1))]),
    ("approved and published", (told.Approved(occurred_on=D1), PUBLISHED),
     [(D1, ("待公布", 1)), (D2, ("现行有效", 1))]),
    ("only its commencement is known", (told.Commenced(occurred_on=D2),),
     [(D2 + EVE, None), (D2, ("现行有效", 1))]),
    ("found, its adoption alone told", (FOUND,), [(D1 + EVE, None), (D1, ("现行有效", 1))]),
    ("two organs settle one text", (ADOPTED, told.Adopted(occurred_on=D1 + timedelta(40)), PUBLISHED),
     [(D2, ("现行有效", 1))]),
    ("found: two organs within a year",
     (FOUND, told.Adopted(occurred_on=D1 + timedelta(40), source_line="通过"), PUBLISHED),
     [(D2 + EVE, ("待公布", 1)), (D2, ("现行有效", 1))]),
    ("found: adopted anew years later",
     (FOUND, told.Adopted(occurred_on=D4, source_line="通过"), told.Commenced(occurred_on=D5)),
     [(D4, ("现行有效", 1)), (D5, ("现行有效", 2))]),
    ("found: adopted anew within a year, nothing after",
     (FOUND, told.Adopted(occurred_on=D1 + timedelta(40), source_line="通过")),
     [(D1, ("现行有效", 1)), (D2, ("现行有效", 2))]),
]  # fmt: skip

CHANGING: list[tuple[str, tuple[Any, ...], list[tuple[date, Any]]]] = [
    ("amended at once", (*BEFORE, AMENDED), [(D3 + EVE, ("现行有效", 1)), (D3, ("现行有效", 2))]),
    ("amended from a later day", (*BEFORE, told.Amended(occurred_on=D3, effective_on=D4)),
     [(D3, ("现行有效", 1)), (D4, ("现行有效", 2))]),
    ("amended, published and commenced",
     (*BEFORE, AMENDED, told.Published(occurred_on=D4), told.Commenced(occurred_on=D5)),
     [(D4, ("现行有效", 1)), (D5, ("现行有效", 2))]),
    ("a second commencement does not move a named day",
     (ADOPTED, told.Published(occurred_on=D2, effective_on=D3), told.Commenced(occurred_on=D4)),
     [(D3, ("现行有效", 1))]),
    ("a commencement names its text",
     (*BEFORE, AMENDED, told.Commenced(occurred_on=D4, text_of=D2)),
     [(D3, ("尚未生效", 1)), (D4, ("现行有效", 2))]),
    ("a commencement names no text we know",
     (*BEFORE, AMENDED, told.Commenced(occurred_on=D4, text_of=D5)),
     [(D3, ("现行有效", 1)), (D4, ("现行有效", 2))]),
    ("another text published is another version",
     (*BEFORE, told.Published(occurred_on=D4, text_digest="4" * 64)),
     [(D3, ("现行有效", 1)), (D4, ("现行有效", 2))]),
    ("published again without another text", (*BEFORE, told.Published(occurred_on=D4)),
     [(D3, ("现行有效", 1)), (D5, ("现行有效", 1))]),
    ("several decisions of one day are one version", (*BEFORE, AMENDED, told.Amended(occurred_on=D3)),
     [(D3, ("现行有效", 2))]),
    ("adopted anew, the old text holds until publication",
     (*BEFORE, told.Adopted(occurred_on=D3), told.Published(occurred_on=D4)),
     [(D3, ("现行有效", 1)), (D4, ("现行有效", 2))]),
    ("suspended and resumed",
     (*BEFORE, told.Suspended(occurred_on=D3), told.Resumed(occurred_on=D4)),
     [(D3 + EVE, ("现行有效", 1)), (D3, ("暂停执行", 1)), (D4, ("现行有效", 1))]),
    ("suspended until a last day", (*BEFORE, told.Suspended(occurred_on=D3, until=D4)),
     [(D4, ("暂停执行", 1)), (D4 - EVE, ("现行有效", 1))]),
    ("suspended from a later day", (*BEFORE, told.Suspended(occurred_on=D3, effective_on=D4)),
     [(D3, ("现行有效", 1)), (D4, ("暂停执行", 1))]),
    ("confirmed changes nothing", (*BEFORE, told.Confirmed(occurred_on=D3)), [(D3, ("现行有效", 1))]),
    ("a line that tells nothing", (*BEFORE, told.Noted(occurred_on=D3)), [(D3, ("现行有效", 1))]),
]  # fmt: skip

ENDING: list[tuple[str, tuple[Any, ...], list[tuple[date, Any]]]] = [
    ("废止 from a day on", (*BEFORE, told.Abolished(occurred_on=D4)),
     [(D2 + EVE, ("待公布", 1)), (D3, ("现行有效", 1)), (D4, ("废止", 1))]),
    ("撤销 from the start", (*BEFORE, told.Revoked(occurred_on=D4)),
     [(D1 + EVE, None), (D2 + EVE, ("撤销", 1)), (D3, ("撤销", 1)), (D4, ("撤销", 1))]),
    ("废止 from a later day", (*BEFORE, told.Abolished(occurred_on=D3, effective_on=D4)),
     [(D3, ("现行有效", 1)), (D4, ("废止", 1))]),
    ("失效 declared for an earlier day", (*BEFORE, told.Lapsed(occurred_on=D4, effective_on=D3)),
     [(D3 + EVE, ("现行有效", 1)), (D3, ("失效", 1))]),
    ("expired after its last day", (ADOPTED, told.Published(occurred_on=D2, valid_until=D3)),
     [(D3, ("现行有效", 1)), (D3 - EVE, ("失效", 1))]),
    ("extended in time",
     (ADOPTED, told.Published(occurred_on=D2, valid_until=D4), told.Extended(occurred_on=D3, valid_until=D5)),
     [(D4 - EVE, ("现行有效", 1)), (D5 - EVE, ("失效", 1))]),
    ("extended too late",
     (ADOPTED, told.Published(occurred_on=D2, valid_until=D3), told.Extended(occurred_on=D4, valid_until=D5)),
     [(D4, ("失效", 1)), (D5, ("失效", 1))]),
    ("published anew after its last day",
     (ADOPTED, told.Published(occurred_on=D2, valid_until=D3), told.Adopted(occurred_on=D4),
      told.Published(occurred_on=D4)),
     [(D4 + EVE, ("失效", 1)), (D4, ("现行有效", 2)), (D5, ("现行有效", 2))]),
    ("valid for ever", (ADOPTED, told.Published(occurred_on=D2, valid_until=date.max)),
     [(date.max, ("现行有效", 1))]),
    ("an amendment brings nothing back",
     (*BEFORE, told.Abolished(occurred_on=D3), told.Amended(occurred_on=D4)), [(D5, ("废止", 2))]),
    ("adopted anew after 废止",
     (*BEFORE, told.Abolished(occurred_on=D3), told.Adopted(occurred_on=D4), told.Published(occurred_on=D5)),
     [(D4, ("废止", 1)), (D5, ("现行有效", 2))]),
    ("the new text counts on the day the old one is abolished",
     (*BEFORE, told.Adopted(occurred_on=D3), told.Published(occurred_on=D3), told.Abolished(occurred_on=D3)),
     [(D3, ("现行有效", 2))]),
    ("撤销 of what was 废止 already",
     (*BEFORE, told.Abolished(occurred_on=D3), told.Revoked(occurred_on=D4)), [(D3, ("撤销", 1))]),
    ("撤销, then adopted anew",
     (*BEFORE, told.Revoked(occurred_on=D3), told.Adopted(occurred_on=D4), told.Published(occurred_on=D5)),
     [(D3, ("撤销", 1)), (D4, ("待公布", 2)), (D5, ("现行有效", 2))]),
    ("撤销, then an amendment is void too",
     (*BEFORE, told.Revoked(occurred_on=D3), told.Amended(occurred_on=D4)), [(D5, ("撤销", 1))]),
    ("abolished while suspended",
     (*BEFORE, told.Suspended(occurred_on=D3), told.Abolished(occurred_on=D4)), [(D4, ("废止", 1))]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "happened", "answers"), COMING + CHANGING + ENDING)
def test_what_held_on_a_day(what: str, happened: Any, answers: Any) -> None:
    """Each history gives these answers for these days."""
    assert [(day, on(day, *happened)) for day, _ in answers] == answers, what


REVOKED = told.Revoked(occurred_on=D5, by="市委", reason="越权")
ABOLISHED = told.Abolished(occurred_on=D5)
# (what is recorded by then, asked about D3 = before D5, asked about D5)
KNOWN = [
    (BEFORE, ("现行有效", 1), ("现行有效", 1)),
    ((*BEFORE, ABOLISHED), ("现行有效", 1), ("废止", 1)),
    ((*BEFORE, REVOKED), ("撤销", 1), ("撤销", 1)),
    # Recorded late: an amendment of D3 that nobody knew of when the question was first asked.
    ((*BEFORE, ABOLISHED, AMENDED), ("现行有效", 2), ("废止", 2)),
    ((*BEFORE, ABOLISHED, AMENDED, REVOKED), ("撤销", 2), ("撤销", 2)),
]


@pytest.mark.parametrize(("known", "then", "now"), KNOWN)
def test_both_axes_of_time(known: Any, then: Any, now: Any) -> None:
    """For one day D the answer differs with what was known: 撤销 reaches back, 废止 does not."""
    assert (on(D3, *known), on(D5, *known)) == (then, now)


def test_a_revoked_span_tells_the_day_it_was_revoked() -> None:
    """Void from the first day on; the day of the decision is kept beside it."""
    (span,) = spans((*BEFORE, told.Revoked(occurred_on=D5)))

    assert (span.valid_from, span.void_on) == (D1, D5)


def test_what_never_happened_changes_nothing() -> None:
    """An abolition entered for the wrong rule is as if it had never been entered, once corrected."""
    wrong = told.Abolished(occurred_on=D3)
    never = told.Corrected(action="abolished", of_day=D3, never=True, reason="误录")

    assert on(D4, *BEFORE, wrong) == ("废止", 1)
    assert spans((*BEFORE, wrong, never)) == spans(BEFORE)
    assert spans(
        (*BEFORE, wrong, told.Corrected(action="abolished", of_day=D4, never=True, reason=""))
    ) == (spans((*BEFORE, wrong)))


def test_only_the_outcome_that_never_happened_is_taken_back() -> None:
    """What the rule carried out of another clean-up before stays carried out, and so does what came after."""
    first = told.Confirmed(occurred_on=D2, campaign="cleanup/1")
    wrong = told.Abolished(occurred_on=D3, campaign="cleanup/2")
    later = told.Confirmed(occurred_on=D4, campaign="cleanup/3")
    never = told.Corrected(action="abolished", of_day=D3, never=True, reason="误录")
    state = FAMILY.initial
    for happened in (*BEFORE, first, wrong, later, never):
        state = FAMILY.evolve(state, happened)

    assert [campaign for campaign, _ in state.dispositions] == ["cleanup/1", "cleanup/3"]


def test_to_be_amended_is_a_flag_until_it_is() -> None:
    """需适时修改 stays on 现行有效, and goes when a new version counts."""
    happened = (
        *BEFORE,
        told.Confirmed(occurred_on=D3, needs_amendment=True),
        told.Amended(occurred_on=D4),
    )

    found = [(span.valid_from, span.status, span.needs_amendment) for span in spans(happened)]

    assert found[1:] == [
        (D2, "现行有效", False),
        (D3, "现行有效", True),
        (D4, "现行有效", False),
    ]


def test_a_later_confirmation_takes_the_flag_away() -> None:
    """Confirmed again without the flag: nothing is to be amended any more."""
    flagged = told.Confirmed(occurred_on=D3, needs_amendment=True)

    found = spans((*BEFORE, flagged, told.Confirmed(occurred_on=D4)))

    assert [span.needs_amendment for span in found[1:]] == [False, True, False]


def test_a_span_carries_its_text_name_number_and_proof() -> None:
    """The answer names the text in force and the events that prove it."""
    renamed = told.Amended(
        occurred_on=D3, title="新办法", text_digest="2" * 64, number="县委发〔2022〕9号"
    )

    first, second = spans((*BEFORE, renamed, told.Abolished(occurred_on=D4)))[1:3]

    assert (first.title, first.text, first.number, first.proof) == (
        "办法",
        "1" * 64,
        "县委发〔2021〕1号",
        (1, 2),
    )
    assert (second.title, second.text, second.number) == (
        "新办法",
        "2" * 64,
        "县委发〔2022〕9号",
    )
    assert spans((*BEFORE, renamed, told.Abolished(occurred_on=D4)))[-1].proof == (3, 4)


def test_what_nobody_told_is_said_to_be_assumed() -> None:
    """A day counted from adoption alone, or from a publication found, is assumed."""
    assert spans((FOUND,))[0].assumed
    assert spans((told.Published(occurred_on=D1, source_line="公布"),))[0].assumed
    assert not spans((*BEFORE,))[-1].assumed
    assert not spans((FOUND, told.Commenced(occurred_on=D2, source_line="施行")))[-1].assumed


def test_history_told_twice_counts_once() -> None:
    """The same actions told again by another stored text change no answer."""
    history = (
        FOUND,
        told.Amended(occurred_on=D3, source_line="修正"),
        told.Published(occurred_on=D3),
    )

    once, twice = spans(history), spans(history + history)

    assert [(s.valid_from, s.valid_to, s.status, s.version) for s in once] == [
        (s.valid_from, s.valid_to, s.status, s.version) for s in twice
    ]
    assert len(texts(history + history)) == 2


def test_a_corrected_day_moves_the_answer() -> None:
    """A publication entered for the wrong day counts from the right one, once corrected."""
    correction = told.Corrected(
        action="published", of_day=D2, right_day=D3, effective_on=D4, reason="笔误"
    )
    beside = told.Corrected(action="amended", of_day=D2, right_day=D3, reason="笔误")

    assert on(D3, *BEFORE) == ("现行有效", 1)
    assert on(D3, *BEFORE, correction) == ("尚未生效", 1)
    assert on(D4, *BEFORE, correction) == ("现行有效", 1)
    assert spans((*BEFORE, beside)) == spans(BEFORE)
    assert spans(
        (FOUND, told.Corrected(action="adopted", of_day=D1, effective_on=D2, reason="笔误"))
    ) == (spans((FOUND,)))


def test_what_has_no_day_is_placed_nowhere() -> None:
    """History found without a day stands in the record and answers for nothing."""
    assert spans((told.Adopted(title="x"), told.Published(number="1"))) == []


@given(st.lists(any_event(FAMILY.events), max_size=14))
def test_any_history_has_ordered_spans_and_a_state(happened: list[Any]) -> None:
    """No order of events is too odd: folding and reckoning never raise, and time has no holes."""
    state = FAMILY.initial
    for each in happened:
        state = FAMILY.evolve(state, each)
    found = spans(happened)

    assert isinstance(FAMILY.title(state), str)
    assert FAMILY.waits is not None
    assert all(each.note for each in FAMILY.waits(state))
    assert [span.valid_to for span in found[:-1]] == [span.valid_from for span in found[1:]]
    assert [span.valid_to for span in found[-1:]] in ([], [None])
    assert all(span.valid_to is None or span.valid_from < span.valid_to for span in found)
    assert all(1 <= place <= len(happened) for span in found for place in span.proof)
    assert all(bool(span.layers) == (span.status in LIVING) for span in found)
    assert all(duty.done is None or duty.since <= duty.done for duty in duties(happened))
    assert all(edge.source or edge.by for edge in edges("rule/r", happened))


@given(st.lists(any_event(FAMILY.events), max_size=10), st.dates())
def test_every_day_has_at_most_one_answer(happened: list[Any], day: date) -> None:
    """Spans do not overlap: a day lies in one of them, or before them all."""
    found = spans(happened)

    holding = [
        span for span in found
        if span.valid_from <= day and (span.valid_to is None or day < span.valid_to)
    ]  # fmt: skip

    assert len(holding) == (1 if found and found[0].valid_from <= day else 0)
