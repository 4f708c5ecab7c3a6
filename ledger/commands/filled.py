"""Options from a file: a verb with many of them reads what is not on the command line from TOML.

`qifeng policy adopt --from FILE.toml`. Every key is an option without its dashes, `budget_level` or
`budget-level`; a value is what the option takes, or a list of it where the option repeats; a part is a
table, and its own lists are lists. Amounts are yuan, as on the command line: `5000` or `"5,000.50元"`.
What the command line says counts before what the file says. Worked example:

    code = "会签"
    prior_approval_above = 5000

    [[levels]]
    level = 1
    name = "经办人"
    posts = ["经办人", "采购员"]
    meaning = "经办"
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args, get_origin

import click

from ledger.body import Field, asked_of, fields_of
from ledger.commands.options import (
    is_part,
    option_name,
    plain_kind,
    scalar_of,
)
from ledger.errors import LedgerError, MalformedError, UsageError
from ledger.family import Attachment, Happened, hidden_by

_MANY_OPTIONS = 12
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def is_long(cls: type[Happened]) -> bool:
    """Tell whether an event's command has so many options that a file may tell them."""
    asked = asked_of(cls)
    # A private field is better read from a file than from a line that others may see.
    return (
        bool(hidden_by(cls))
        or len(asked) >= _MANY_OPTIONS
        or any(is_part(inner) and inner is not Attachment for inner in map(_inner, asked))
    )


def from_option(cls: type[Happened]) -> click.Option:
    """Return the option that reads the others from a file."""

    def take(ctx: click.Context, param: click.Parameter, path: Path | None) -> None:
        del param
        if path is not None:
            ctx.default_map = {**(ctx.default_map or {}), **read_options(cls, path)}

    return click.Option(
        ["--from", "from_file"],
        type=FILE,
        callback=take,
        is_eager=True,
        expose_value=False,
        help="Read options not given here from a TOML file.",
    )


def read_options(cls: type[Happened], path: Path) -> dict[str, Any]:
    """Return the values that a file gives for an event's options, by parameter.

    Raises:
        MalformedError: it is no TOML, or a value is not what its option takes.
        UsageError: a key is no option of the command.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8"), parse_float=_digits)
    except (OSError, ValueError) as error:
        raise MalformedError(
            f"file {path.name}", expected="TOML in UTF-8", found=str(error)
        ) from error
    declared = {
        _key(field): field for field in asked_of(cls) if _inner(field) is not Attachment
    }
    return {
        field.name: _values(field, value, f"{path.name}: {key}")
        for key, value in told.items()
        for field in [_known(declared, key, path.name)]
    }


def _digits(text: str) -> str:
    """Return a number with a point as it stands there: an amount is never a float."""
    return text.replace("_", "")


def _key(field: Field) -> str:
    return option_name(field).removeprefix("--").replace("-", "_")


def _known(declared: dict[str, Field], key: str, where: str) -> Field:
    field = declared.get(key.replace("-", "_"))
    if field is None:
        raise UsageError(
            f"{where}: {key} is no option here", todo=f"write {', '.join(declared)}"
        )
    return field


def _inner(field: Field) -> Any:
    """Return the type of a field's values: of one of them where it repeats."""
    kind = plain_kind(field.kind)
    return get_args(kind)[0] if get_origin(kind) is tuple else kind


def _values(field: Field, told: Any, where: str) -> Any:
    if get_origin(plain_kind(field.kind)) is not tuple:
        return _value(field, told, where)
    if not isinstance(told, list):
        raise MalformedError(where, expected="a list", found=type(told).__name__)
    return [_value(field, each, f"{where} {n}") for n, each in enumerate(told, 1)]


def _value(field: Field, told: Any, where: str) -> Any:
    inner = _inner(field)
    if is_part(inner):
        return _part(inner, told, where)
    if inner is bool and isinstance(told, bool):
        return told
    if isinstance(told, (bool, dict, list, datetime)):
        raise MalformedError(
            where, expected=f"{field.term.en or field.name}", found=type(told).__name__
        )
    text = told.isoformat() if isinstance(told, date) else str(told)
    if field.term.choices and text not in field.term.choices:
        raise MalformedError(where, expected=", ".join(field.term.choices), found=text[:40])
    try:
        return scalar_of(field.name, inner)[1](text)
    except (LedgerError, ValueError) as error:
        raise UsageError(f"{where}: {error}") from error


def _part(cls: Any, told: Any, where: str) -> Any:
    """Return the part that a table tells."""
    if not isinstance(told, dict):
        raise MalformedError(where, expected="a table", found=type(told).__name__)
    declared = {field.name.removesuffix("_fen"): field for field in fields_of(cls)}
    given: dict[str, Any] = {}
    for key, value in told.items():
        field = _known(declared, key, where)
        read = _values(field, value, f"{where}: {key}")
        given[field.name] = tuple(read) if isinstance(read, list) else read
    missing = [
        key for key, each in declared.items() if each.required and each.name not in given
    ]
    if missing:
        raise MalformedError(where, expected=", ".join(missing), found="nothing")
    return cls(**given)
