"""`qifeng log witness`: have the log's heads cosigned by others, or cosign those of others."""

from __future__ import annotations

import click

from ledger.commands.cosigning import accept, ask, request
from ledger.commands.witnesses import add, list_witnesses
from ledger.commands.witnessing import answer, new_key, serve


@click.group("witness")
def witness() -> None:
    """Have the log's heads cosigned by others, or cosign those of others."""


for command in (add, list_witnesses, ask, request, accept, new_key, serve, answer):
    witness.add_command(command)
