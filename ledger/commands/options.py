"""Options made from an event's fields: what a family declares is what the command line asks for.

`title: str` becomes `--title TEXT`; `amount_fen: int` becomes `--amount YUAN`; `on: date` takes a day in
any of the forms people write; a tuple repeats; a part is written `member=value,member=value`;
`attachments` becomes `--attach FILE`. Derived fields are not asked for.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Union, get_args, get_origin

import click
from typing_extensions import override

from ledger.body import Field, asked_of, fields_of
from ledger.errors import LedgerError, UsageError
from ledger.family import Attachment, Happened, Part
from ledger.importing.values import parse_amount_fen, parse_day

Resolve = Callable[[str, str], str]


class Typed(click.ParamType[Any]):
    """A click type around one of our parsers; its errors are ours."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        """Show this name in help, and parse by this function."""
        self.name = name
        self.parse = parse

    @override
    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        """Return the parsed value, or fail as wrong usage."""
        if not isinstance(value, str):
            return value
        try:
            return self.parse(value)
        except (LedgerError, ValueError) as error:
            self.fail(str(error), param, ctx)


def options_of(cls: type[Happened]) -> list[click.Option]:
    """Return the options of an event's command, in the order of its fields."""
    return [_option(field) for field in asked_of(cls)]


def draft_of(cls: type[Happened], asked: Mapping[str, Any], resolve: Resolve) -> Happened:
    """Return the event as far as it was asked for; record names are resolved.

    `asked` is by parameter name; attachments are passed in as `Attachment`s already.
    """
    given: dict[str, Any] = {}
    for field in fields_of(cls):
        if field.term.derived or asked.get(field.name) in (None, ()):
            continue
        given[field.name] = _resolved(field, asked[field.name], resolve)
    return cls(**given)


def option_name(field: Field) -> str:
    """Return the option's name: `amount_fen` is asked for as `--amount`, in yuan."""
    if plain_kind(field.kind) == tuple[Attachment, ...]:
        return "--attach"
    return "--" + field.name.removesuffix("_fen").replace("_", "-")


def _option(field: Field) -> click.Option:
    kind = plain_kind(field.kind)
    many = get_origin(kind) is tuple
    inner = get_args(kind)[0] if many else kind
    told = f"{field.term.zh} {field.term.en}"
    if inner is bool:
        return click.Option([f"{option_name(field)}/--no-{field.name.replace('_', '-')}", field.name],
                            default=None, help=told)  # fmt: skip
    return click.Option(
        [option_name(field), field.name],
        type=_type(field, inner),
        multiple=many,
        required=field.required,
        metavar=_metavar(field, inner),
        help=told
        + (f" ({_members(inner)})" if is_part(inner) and inner is not Attachment else ""),
    )


def _type(field: Field, inner: Any) -> click.ParamType[Any]:
    if inner is Attachment:
        return click.Path(exists=True, dir_okay=False, path_type=Path)
    if field.term.choices:
        return click.Choice(field.term.choices)
    if is_part(inner):
        return Typed("part", lambda text: parse_part(inner, text))
    return Typed(*scalar_of(field.name, inner))


def scalar_of(name: str, inner: Any) -> tuple[str, Callable[[str], Any]]:
    """Return how a field of that name and type is called, and read from text."""
    if inner is date:
        return "day", parse_day
    if inner is int and name.endswith("_fen"):
        return "yuan", parse_amount_fen
    return ("number", int) if inner is int else ("text", str)


def parse_part(cls: type[Part], text: str) -> Part:
    """Return a part written `member=value,member=value`; a tuple's values are parted by `+`.

    Raises:
        UsageError: a member is unknown, missing, or not readable.
    """
    declared = {field.name.removesuffix("_fen"): field for field in fields_of(cls)}
    given: dict[str, Any] = {}
    for each in text.split(","):
        name, mark, value = each.partition("=")
        field = declared.get(name.strip().replace("-", "_"))
        if not mark or field is None:
            raise UsageError(f"{each!r} is no member of it", todo=f"write {_members(cls)}")
        given[field.name] = _part_value(field, value.strip())
    try:
        return cls(**given)
    except TypeError as error:
        raise UsageError(f"{text!r} is incomplete", todo=f"write {_members(cls)}") from error


def _part_value(field: Field, text: str) -> Any:
    kind = plain_kind(field.kind)
    if get_origin(kind) is tuple:
        return tuple(each for each in text.split("+") if each)
    if kind is bool:
        return text.lower() in ("yes", "true", "1", "是")
    return scalar_of(field.name, kind)[1](text)


def _members(cls: Any) -> str:
    return ",".join(f"{field.name.removesuffix('_fen')}=…" for field in fields_of(cls))


def _metavar(field: Field, inner: Any) -> str | None:
    if field.term.choices:
        return None
    if field.term.refers:
        return field.term.refers.upper()
    return "PART" if is_part(inner) and inner is not Attachment else None


def _resolved(field: Field, value: Any, resolve: Resolve) -> Any:
    if not field.term.refers:
        return value
    if isinstance(value, tuple):
        return tuple(resolve(field.term.refers, each) for each in value)
    return resolve(field.term.refers, value)


def plain_kind(kind: Any) -> Any:
    """Return the type without `| None`."""
    if get_origin(kind) in (Union, types.UnionType):
        return next(each for each in get_args(kind) if each is not types.NoneType)
    return kind


def is_part(inner: Any) -> bool:
    """Tell whether a field's type is a part."""
    return isinstance(inner, type) and issubclass(inner, Part)
