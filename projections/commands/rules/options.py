"""The options that questions about rules share: the day, the point of knowing, the form."""

from __future__ import annotations

import click

from ledger.commands.options import Typed
from ledger.importing.values import parse_day
from projections.commands.writers import FORMATS

DAY = Typed("day", parse_day)

AS_OF = click.option("--as-of", type=DAY, help="The day asked about; else today.")
KNOWN_AT = click.option(
    "--known-at", default="", metavar="TIME|INDEX", help="As it was known then; else now."
)
FORM = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", help="How to write it."
)
WIDE = click.option("--wide", is_flag=True, help="All columns and whole ids in a table.")
JSON = click.option("--json", "form", flag_value="json", help="The same as --format json.")
AS_JSON = click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
