"""Questions about many rules, asked of the view: in force, changed, due, dangling."""

from __future__ import annotations

from datetime import date

import click

from ledger.commands.desk import open_ledger
from ledger.commands.session import Session
from projections.answer import Question, answer
from projections.commands import writers
from projections.commands.rules.options import AS_OF, DAY, FORM, JSON, KNOWN_AT, WIDE
from projections.viewing import open_views

VIEW = "regulation_status"


@click.command("in-force")
@AS_OF
@click.option("--issuer", default="", help="制定机关: only this organ's.")
@click.option("--topic", default="", help="主题: only on this topic.")
@click.option("--kind", default="", help="制度类别: only of this kind.")
@click.option("--level", default="", help="效力级别: only of this level.")
@KNOWN_AT
@FORM
@WIDE
@JSON
@click.pass_obj
def in_force(
    session: Session,
    /,
    *,
    as_of: date | None,
    known_at: str,
    form: str,
    wide: bool,
    **narrowed: str,
) -> None:
    """List the rules in force on a day 现行有效, by organ and topic."""
    where = tuple((name, value) for name, value in narrowed.items() if value)
    tell(session, Question(VIEW, "in_force", as_of, known_at, where), form, wide=wide)


@click.command("changes")
@click.option("--from", "since", type=DAY, help="What changed after this day; else ever.")
@click.option("--to", "as_of", type=DAY, help="And until this one; else today.")
@KNOWN_AT
@FORM
@WIDE
@JSON
@click.pass_obj
def changes(
    session: Session, /, *, known_at: str, form: str, wide: bool, **days: date | None
) -> None:
    """List what changed between two days 期间变化: commencement, amendment, suspension, end."""
    since, as_of = days["since"], days["as_of"]
    tell(session, Question(VIEW, "changes", as_of, known_at, since=since), form, wide=wide)


@click.command("due")
@AS_OF
@KNOWN_AT
@FORM
@WIDE
@JSON
@click.pass_obj
def due(
    session: Session, /, *, as_of: date | None, known_at: str, form: str, wide: bool
) -> None:
    """List what is due 待办期限: filing, expiry, ordered changes, reviews, with their source."""
    tell(session, Question(VIEW, "due", as_of, known_at), form, wide=wide)


@click.command("dangling")
@AS_OF
@KNOWN_AT
@FORM
@WIDE
@JSON
@click.pass_obj
def dangling(
    session: Session, /, *, as_of: date | None, known_at: str, form: str, wide: bool
) -> None:
    """List rules in force that rest on rules no longer in force 依据失效."""
    tell(session, Question(VIEW, "dangling", as_of, known_at), form, wide=wide)


def tell(session: Session, question: Question, form: str, *, wide: bool) -> None:
    """Ask the view, brought up to date, and write its answer."""
    ledger = open_ledger(session)
    told = answer(open_views(session, ledger.store), question, clock=ledger.clock)
    writers.tell(told, form, wide=wide)
