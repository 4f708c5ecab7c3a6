"""Consultations 查阅登记: who from outside looks into the ledger, why, and every question they asked.

An auditor or inspector comes with a letter (审计法 Art. 34-36; 档案法实施条例 Art. 39: use is recorded). While a
consultation is open, each question asked under it is an event, recorded *before* it is answered: what was looked for
is known afterwards, whatever was found. The record is `consultation/<id>`.
"""

from __future__ import annotations

from typing import assert_never

from ledger.family import Context, Family, Happened, Rule, Verb, event, simply, term
from ledger.frozen import frozen, replace

_ARTICLE = "档案法实施条例 Art. 39"
_MAX_WORDS = 200


@event("consultation.opened/1", "查阅登记", "opened")
class Opened(Happened):
    """Somebody comes to look into the records, with a letter."""

    reader: str = term("查阅人", "who looks")
    unit: str = term("查阅单位", "where they come from")
    purpose: str = term("查阅事由", "why")
    letter: str = term("介绍信文号", "letter that they bring")


@event("consultation.asked/1", "查询", "asked")
class Asked(Happened):
    """A question, in the words of the command, of the log as it stood at a size."""

    question: tuple[str, ...] = term("查询内容", "question")
    size: int = term("日志条数", "size of the log")


@event("consultation.closed/1", "查阅结束", "closed")
class Closed(Happened):
    """They have seen what they came for."""

    note: str = term("备注", "note", default="")


ConsultationEvent = Opened | Asked | Closed


@frozen
class Consultation:
    """A consultation as it stands."""

    reader: str = ""
    unit: str = ""
    purpose: str = ""
    questions: int = 0
    closed: bool = False


def evolve(state: Consultation, happened: ConsultationEvent) -> Consultation:
    """Return the consultation after the event."""
    match happened:
        case Opened():
            return replace(
                state, reader=happened.reader, unit=happened.unit, purpose=happened.purpose
            )
        case Asked():
            return replace(state, questions=state.questions + 1)
        case Closed():
            return replace(state, closed=True)
        case _:
            assert_never(happened)


def _told_whole(state: Consultation, happened: Opened, context: Context) -> str | None:
    del context
    if state.reader:
        return "it is open already"
    words = (happened.reader, happened.unit, happened.purpose, happened.letter)
    return (
        None if all(each.strip() for each in words) else "who, from where, why, by which letter"
    )


def _while_open(state: Consultation, happened: Asked | Closed, context: Context) -> str | None:
    del happened, context
    if not state.reader:
        return "it was never opened"
    return "it is closed" if state.closed else None


def _a_question(state: Consultation, happened: Asked, context: Context) -> str | None:
    del state, context
    return None if 0 < len(happened.question) <= _MAX_WORDS else "it asks nothing, or too much"


# Recorded by `qifeng audit --under`; nobody types one.
ASK = Verb("ask", "查询", "Record a question.", Asked, simply)

FAMILY: Family[Consultation] = Family(
    name="consultation",
    zh="查阅登记",
    en="consultation",
    events=(Opened, Asked, Closed),
    initial=Consultation(),
    evolve=evolve,
    title=lambda state: f"{state.unit} {state.reader}".strip(),
    verbs=(
        Verb("open", "查阅登记", "Record who comes to look, and why.", Opened, simply, opens=True),
        Verb("close", "查阅结束", "End a consultation.", Closed, simply),
    ),
    rules=(
        Rule("CO1", _ARTICLE, "a consultation tells who, from where, why, by which letter", (Opened,), _told_whole),
        Rule("CO2", _ARTICLE, "questions are asked while it is open", (Asked, Closed), _while_open),
        Rule("CO3", _ARTICLE, "a question has words", (Asked,), _a_question),
    ),
)  # fmt: skip
