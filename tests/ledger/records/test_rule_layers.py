"""Partial commencement, numbers and names: what counts of which text of a rule, on which day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.records.rule import events as told
from ledger.records.rule import spans, status_on

D1 = date(2020, 1, 1)
D2 = date(2021, 1, 1)
D3 = date(2022, 1, 1)
D4 = date(2023, 1, 1)
D5 = date(2024, 1, 1)

ADOPTED = told.Adopted(occurred_on=D1, title="办法", text_digest="1" * 64)
PUBLISHED = told.Published(occurred_on=D2, number="县委发〔2021〕1号")
AMENDED = told.Amended(occurred_on=D3, text_digest="2" * 64)
FOUND = told.Adopted(occurred_on=D1, title="法", source_line="1月1日 通过")
BEFORE = (ADOPTED, PUBLISHED)


def test_parts_may_count_before_the_whole() -> None:
    """Partial commencement names what counts, until the rest does too."""
    happened = (
        ADOPTED,
        told.Published(occurred_on=D2, effective_on=D5),
        told.Commenced(occurred_on=D3, provisions=("第一章", "第九条")),
        told.Commenced(occurred_on=D4, provisions=("第二章",)),
    )

    found = [(span.valid_from, span.status, span.provisions) for span in spans(happened)]

    assert found == [
        (D1, "待公布", ()),
        (D2, "尚未生效", ()),
        (D3, "部分生效", ("第一章", "第九条")),
        (D4, "部分生效", ("第一章", "第九条", "第二章")),
        (D5, "现行有效", ()),
    ]


LAYERS: list[tuple[str, tuple[Any, ...], list[tuple[date, str, list[tuple[int, tuple[str, ...], tuple[str, ...]]]]]]] = [
    ("some provisions come later than the rest",
     (ADOPTED, told.Published(occurred_on=D2), told.Commenced(occurred_on=D4, provisions=("第九条",))),
     [(D2, "部分生效", [(1, (), ("第九条",))]), (D4, "现行有效", [(1, (), ())])]),
    ("the old text holds where the new one does not count yet",
     (*BEFORE, told.Amended(occurred_on=D3, effective_on=D5),
      told.Commenced(occurred_on=D4, provisions=("第九条",))),
     [(D3, "现行有效", [(1, (), ())]), (D4, "现行有效", [(2, ("第九条",), ()), (1, (), ())]),
      (D5, "现行有效", [(2, (), ())])]),
    ("and where a provision of the new one comes later",
     (*BEFORE, AMENDED, told.Commenced(occurred_on=D5, provisions=("第九条",))),
     [(D3, "现行有效", [(2, (), ("第九条",)), (1, (), ())]), (D5, "现行有效", [(2, (), ())])]),
    ("three texts at once",
     (*BEFORE, told.Amended(occurred_on=D3, effective_on=D5),
      told.Commenced(occurred_on=D3, provisions=("第一条",), text_of=D3),
      told.Amended(occurred_on=D4, effective_on=D5), told.Commenced(occurred_on=D4, provisions=("第二条",))),
     [(D4, "现行有效", [(3, ("第二条",), ()), (2, ("第一条",), ()), (1, (), ())])]),
    ("a provision told of twice counts from the earlier day",
     (ADOPTED, told.Published(occurred_on=D2, effective_on=D5),
      told.Commenced(occurred_on=D4, provisions=("第九条",)),
      told.Commenced(occurred_on=D3, provisions=("第九条",))),
     [(D3, "部分生效", [(1, ("第九条",), ())])]),
    ("what was abolished does not fill the gaps of what was made anew",
     (*BEFORE, told.Abolished(occurred_on=D3), told.Adopted(occurred_on=D4),
      told.Published(occurred_on=D4, effective_on=D5),
      told.Commenced(occurred_on=D4, provisions=("第九条",))),
     [(D3, "废止", []), (D4, "部分生效", [(2, ("第九条",), ())]), (D5, "现行有效", [(2, (), ())])]),
    ("nothing is assumed of the rest in what was found told",
     (FOUND, told.Commenced(occurred_on=D2, provisions=("第九条",))),
     [(D1, "待公布", []), (D2, "部分生效", [(1, ("第九条",), ())])]),
    ("suspended as it stood",
     (ADOPTED, told.Published(occurred_on=D2), told.Commenced(occurred_on=D5, provisions=("第九条",)),
      told.Suspended(occurred_on=D3)),
     [(D3, "暂停执行", [(1, (), ("第九条",))])]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "happened", "answers"), LAYERS)
def test_what_counts_of_which_text(what: str, happened: Any, answers: Any) -> None:
    """Partial commencement: the newest text that counts, and the older ones where it does not."""
    found = spans(happened)

    told_layers = [
        (
            day,
            span.status,
            [(each.version, each.provisions, each.pending) for each in span.layers],
        )
        for day, _, _ in answers
        if (span := status_on(found, day)) is not None
    ]

    assert told_layers == answers, what


def test_another_number_counts_from_its_day() -> None:
    """变更文号: before that day the rule goes by its old number, whatever came later."""
    renumbered = told.Renumbered(occurred_on=D3, number="县委发〔2022〕8号")
    amended = told.Amended(occurred_on=D4, number="县委发〔2023〕2号")

    found = spans((*BEFORE, renumbered, amended))

    assert [(span.valid_from, span.number, span.proof) for span in found[1:]] == [
        (D2, "县委发〔2021〕1号", (1, 2)),
        (D3, "县委发〔2022〕8号", (1, 2, 3)),
        (D4, "县委发〔2023〕2号", (4,)),
    ]


def test_a_number_given_before_an_amendment_stays() -> None:
    """An amendment that tells no number leaves the one that the rule had."""
    renumbered = told.Renumbered(occurred_on=D3, number="县委发〔2022〕8号")

    found = spans((*BEFORE, renumbered, told.Amended(occurred_on=D4)))

    assert [span.number for span in found[1:]] == [
        "县委发〔2021〕1号", "县委发〔2022〕8号", "县委发〔2022〕8号"
    ]  # fmt: skip


def test_whose_a_rule_is_and_what_about_follows_its_texts() -> None:
    """Made anew by another organ, it is that organ's from then on, and the old one's before."""
    first = told.Adopted(
        occurred_on=D1, title="办法", issuer="县委办", topic="财务", kind="办法", level="县级"
    )
    anew = told.Adopted(occurred_on=D3, issuer="县委", source_line="通过")

    found = spans((first, PUBLISHED, anew, told.Published(occurred_on=D4)))

    assert [(s.about.issuer, s.about.topic, s.about.kind, s.about.level) for s in found[1:]] == [
        ("县委办", "财务", "办法", "县级"), ("县委", "财务", "办法", "县级")
    ]  # fmt: skip
