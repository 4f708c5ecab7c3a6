"""Questions asked under a consultation 查阅: recorded, signed, before they are answered."""

from __future__ import annotations

import click
from typing_extensions import override

from ledger.application.acting import Request, Step
from ledger.application.naming import find_record
from ledger.clock import new_id
from ledger.commands.desk import open_acting, open_ledger
from ledger.commands.later import LaterGroup
from ledger.commands.session import Session
from ledger.records.consultation import ASK, Asked

WORDS = "qifeng.words"
UNDER = click.option(
    "--under", default="", metavar="CONSULTATION",
    help="查阅登记: record the question under this consultation, then answer it.",
)  # fmt: skip


class AskedGroup(LaterGroup):
    """A group of commands that keeps the words by which it was called."""

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the words, and read them as any group."""
        ctx.meta[WORDS] = [str(ctx.info_name), *args]
        return super().parse_args(ctx, args)


def record_question(ctx: click.Context, under: str) -> None:
    """Record the words of this call under a consultation.

    Raises:
        NotFoundError, AmbiguousError: the name means no consultation, or several.
        RefusedError: it is closed.
    """
    session: Session = ctx.obj
    ledger = open_ledger(session)
    acting = open_acting(session, ledger)
    record = find_record(ledger, "consultation", under)
    asked = Asked(question=tuple(ctx.meta[WORDS]), size=ledger.store.head().size)
    ledger.act(acting, Request(new_id(ledger.clock()), (Step(ASK, record, asked),)))
