"""Naming records: by full name, official number, a person's name, a title, a natural key, or a short id.

Whatever a person writes resolves to exactly one record, or is refused with what it might mean.
"""

from __future__ import annotations

from typing import Any

from ledger.application.ledger import Ledger
from ledger.application.mapper import open_event
from ledger.errors import AmbiguousError, NotFoundError, UsageError
from ledger.family import ANY, family_of
from ledger.records.series import parse_number

MIN_PREFIX = 3
TITLES_LOOKED_AT = 5_000
_MANY = 6


def find_record(ledger: Ledger, family: str, name: str) -> str:
    """Return the record of that family which the name means.

    Raises:
        NotFoundError: no record fits. AmbiguousError: several do.
        UsageError: the name is of another family.
    """
    if "/" in name and family_of(name) in ledger.families:
        return _exact(ledger, family, name)
    whole = f"{family}/{name}"
    if ledger.store.versions([whole])[whole]:
        return whole
    numbered = _by_number(ledger, family, name)
    if numbered:
        return numbered
    if family == "officer":
        return find_officer(ledger, name)
    titled = _by_title(ledger, family, name)
    return _only(family, name, titled) if titled else _by_prefix(ledger, family, name)


def find_officer(ledger: Ledger, name: str) -> str:
    """Return the officer's record, by full name or by id.

    Raises:
        NotFoundError: no officer fits. AmbiguousError: several do.
    """
    records = ledger.store.records("officer", limit=100_000)
    fits = [each for each in records if ledger.state(each).name == name]
    if not fits:
        return _by_prefix(ledger, "officer", name.removeprefix("officer/"))
    return _only("officer", name, fits)


def find_any(ledger: Ledger, name: str) -> str:
    """Return the one record of any family that the name means.

    Raises:
        NotFoundError: none fits. AmbiguousError: several do.
    """
    if "/" in name and family_of(name) in ledger.families:
        return _exact(ledger, family_of(name), name)
    fits: list[str] = []
    for family in ledger.families:
        try:
            fits.append(find_record(ledger, family, name))
        except NotFoundError:
            continue
    if not fits:
        raise NotFoundError("record", name, todo="list records with 'qifeng audit search'")
    return _only("record", name, fits)


def find_named(ledger: Ledger, family: str, name: str) -> str:
    """Return the record that a field refers to: of its family, or of any (`ANY`).

    Raises:
        NotFoundError, AmbiguousError, UsageError: as `find_record` and `find_any`.
    """
    return find_any(ledger, name) if family == ANY else find_record(ledger, family, name)


def title_of(ledger: Ledger, record: str) -> str:
    """Return the record's title for people, or its name where it has none."""
    return ledger.families[family_of(record)].title(ledger.state(record)) or record


def _exact(ledger: Ledger, family: str, name: str) -> str:
    if family_of(name) != family:
        raise UsageError(f"{name} is a {family_of(name)}", todo=f"name a {family}")
    if ledger.store.versions([name])[name]:
        return name
    if family == "officer":
        return find_officer(ledger, name.partition("/")[2])
    return _by_prefix(ledger, family, name.partition("/")[2])


def _by_number(ledger: Ledger, family: str, name: str) -> str | None:
    parsed = parse_number(name)
    if parsed is None:
        return None
    series, number = parsed
    for row in ledger.store.history(f"series/{series}"):
        told: Any = open_event(row.event, ledger.kinds)[1]
        if getattr(told, "n", None) == number:
            record = getattr(told, "record", "")
            if record and family_of(record) == family:
                return str(record)
    return None


def _by_title(ledger: Ledger, family: str, name: str) -> list[str]:
    """Return the records whose title this is, or how it begins; only so many are looked at."""
    if name.isascii() and " " not in name:
        return []
    titles = {
        record: title_of(ledger, record)
        for record in ledger.store.records(family, limit=TITLES_LOOKED_AT)
    }
    exact = [record for record, title in titles.items() if title == name]
    return exact or [record for record, title in titles.items() if title.startswith(f"{name} ")]


def _by_prefix(ledger: Ledger, family: str, name: str) -> str:
    short = name.upper() if name.isascii() else name
    if len(short) < MIN_PREFIX:
        raise NotFoundError(
            family, name, todo=f"write its name, or {MIN_PREFIX} or more of its id"
        )
    # Ids are upper case and may be written small; digests of keys and files are lower case.
    exact = ledger.store.records(family, prefix=name, limit=_MANY)
    return _only(family, name, exact or ledger.store.records(family, prefix=short, limit=_MANY))


def _only(what: str, name: str, fits: list[str]) -> str:
    if not fits:
        raise NotFoundError(what, name, todo=f"list them with 'qifeng {what} list'")
    if len(fits) > 1:
        raise AmbiguousError(what, name, tuple(fits))
    return fits[0]
