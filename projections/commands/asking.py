"""What may be asked of a view on the command line: options, and the question that they make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import click

from ledger.application.ledger import Ledger
from ledger.application.naming import find_record
from ledger.errors import MalformedError, UsageError
from ledger.family import family_of
from projections.answer import Question, find_part
from projections.projection import RECORD
from projections.views import VIEWS

_OPTIONS = (
    click.argument("name", type=click.Choice([each.name for each in VIEWS])),
    click.option("--part", default="", help="A part or table of the view; 'list' names them."),
    click.option("--as-of", metavar="DATE", help="As things counted on a day (YYYY-MM-DD)."),
    click.option("--from", "since", metavar="DATE", help="What changed after that day."),
    click.option("--known-at", default="", metavar="TIME|INDEX", help="As it was known then."),
    click.option(
        "--where", multiple=True, metavar="COLUMN=VALUE", help="Only these rows; repeat."
    ),
)


def asking(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options by which a view is asked."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def question_of(ledger: Ledger, name: str, **asked: object) -> Question:
    """Return the question that the options make, its record named in full.

    Raises:
        UsageError, MalformedError: an option's value is none.
    """
    return _naming_records(ledger, _question(name, **asked))


def _question(name: str, **asked: object) -> Question:
    as_of, since = asked["as_of"], asked["since"]
    where = asked["where"]
    assert isinstance(where, tuple), "an option that repeats is a tuple"
    return Question(
        view=name,
        part=str(asked["part"]),
        as_of=_day("--as-of", str(as_of)) if as_of else None,
        since=_day("--from", str(since)) if since else None,
        known_at=str(asked["known_at"]),
        where=tuple(_condition(each) for each in where),
    )


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise MalformedError(option, expected="a day YYYY-MM-DD", found=text[:40]) from error


def _condition(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--where {text!r}", todo="write COLUMN=VALUE")
    return column.strip(), value.strip()


def _naming_records(ledger: Ledger, question: Question) -> Question:
    """Return the question with its record named in full, where it was named in short or by a title."""
    projection = next(each for each in VIEWS if each.name == question.view)
    part = find_part(projection, question.part)
    named = {
        name
        for each in part.columns
        if each.kind == RECORD and each.name == RECORD
        for name in (each.name, each.zh)
    }
    families = sorted({family_of(kind) for kind in projection.settles})
    if len(families) != 1:
        return question
    where = tuple(
        (name, find_record(ledger, families[0], value) if name in named and value else value)
        for name, value in question.where
    )
    return replace(question, where=where)
