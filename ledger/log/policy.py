"""Whom a reader of a log trusts: its keys, its witnesses, and how many of these must have cosigned.

A policy file (C2SP tlog-policy) is lines of items parted by spaces and tabs, in the bytes 09, 0A, 20–7E
and 80–FF; empty lines and lines that begin with `#` say nothing. At most 64 KiB.

    log VKEY [URL]
    witness NAME VKEY [URL]
    group NAME all|any|K MEMBER…        1 ≤ K ≤ members; K of them make the group
    quorum NAME|none                    exactly one line

Names are opaque, of one space for witnesses and groups, defined before they are used; `none` is no
name. A name is a member of one group at most. A public key stands once in a file, whatever its name.

Worked example: of two archives one is enough, and the auditor must always have seen it.

    log ledger.office.example/main+6369b136+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4
    witness archive witness.archive.example/w1+60e3cae6+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X
    …
    group archives any archive other
    group both all archives auditor
    quorum both
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from ledger.errors import MalformedError
from ledger.frozen import frozen
from ledger.log.note import LOG_KINDS, WITNESS_KINDS, VerifierKey, format_vkey, parse_vkey

MAX_BYTES = 64 * 1024
NONE = "none"
_REFUSED = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_COUNT = re.compile(r"[1-9][0-9]{0,4}\Z")


@frozen
class LogLine:
    """A log by one of its keys, and where it is served (or an empty text)."""

    key: VerifierKey
    url: str = ""


@frozen
class WitnessLine:
    """A witness: the name it has in this file, its key, where it answers (or an empty text)."""

    name: str
    key: VerifierKey
    url: str = ""


@frozen
class Group:
    """So many of these members make the group."""

    name: str
    threshold: int
    members: tuple[str, ...]


@frozen
class Policy:
    """Logs, witnesses, groups in the order they are built on each other, and the quorum's name."""

    logs: tuple[LogLine, ...] = ()
    witnesses: tuple[WitnessLine, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = NONE

    def met_by(self, cosigned: Collection[str]) -> bool:
        """Tell whether witnesses of these names make the quorum; `none` is met by nobody's word."""
        met = set(cosigned) & {each.name for each in self.witnesses} | {NONE}
        for group in self.groups:
            if len(met & {*group.members}) >= group.threshold:
                met.add(group.name)
        return self.quorum in met


@dataclass
class _Reading:
    logs: list[LogLine] = field(default_factory=list)
    witnesses: list[WitnessLine] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorums: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)


def format_policy(policy: Policy) -> bytes:
    """Return the bytes of a policy: logs, witnesses, groups, quorum.

    Raises:
        MalformedError: no policy can say this.
    """
    lines: list[tuple[str, ...]] = [
        *(("log", format_vkey(each.key), each.url) for each in policy.logs),
        *(("witness", each.name, format_vkey(each.key), each.url) for each in policy.witnesses),
        *(("group", each.name, str(each.threshold), *each.members) for each in policy.groups),
        ("quorum", policy.quorum),
    ]
    text = "".join(" ".join(filter(None, line)) + "\n" for line in lines)
    encoded = text.encode("utf-8", "surrogateescape")
    if parse_policy(encoded) != policy:
        raise MalformedError("policy", expected="what reads back the same", found="another")
    return encoded


def parse_policy(encoded: bytes) -> Policy:
    """Return the policy of a file.

    Raises:
        MalformedError: it is none; the message names the line.
    """
    refused = _REFUSED.search(encoded)
    if refused or len(encoded) > MAX_BYTES:
        where = f"byte {refused.start()}" if refused else f"byte {MAX_BYTES}"
        raise MalformedError(
            "policy", expected="a policy's bytes", found="another", where=where
        )
    reading = _Reading()
    for number, line in enumerate(encoded.decode("utf-8", "surrogateescape").split("\n"), 1):
        items = re.split(r"[ \t]+", line.strip(" \t"))
        if items == [""] or line.startswith("#"):
            continue
        read = _LINES.get(items[0])
        if read is None:
            raise _wrong(f"line {number}", "log, witness, group or quorum", items[0])
        read(reading, items[1:], f"line {number}")
    if len(reading.quorums) != 1:
        raise _wrong("end", "one quorum line", str(len(reading.quorums)))
    return Policy(
        tuple(reading.logs), tuple(reading.witnesses), tuple(reading.groups), reading.quorums[0]
    )


def _log(reading: _Reading, items: list[str], where: str) -> None:
    _check_count(items, (1, 2), where)
    key = _key(reading, items[0], LOG_KINDS, where=where)
    reading.logs.append(LogLine(key, *items[1:]))


def _witness(reading: _Reading, items: list[str], where: str) -> None:
    _check_count(items, (2, 3), where)
    _define(reading, items[0], where)
    key = _key(reading, items[1], WITNESS_KINDS, where=where)
    reading.witnesses.append(WitnessLine(items[0], key, *items[2:]))


def _group(reading: _Reading, items: list[str], where: str) -> None:
    _check_count(items, (3, MAX_BYTES), where)
    name, told, *members = items
    for member in members:
        if member not in reading.names:
            raise _wrong(where, "a member defined before", member)
        if member in reading.members:
            raise _wrong(where, "each name a member once", member)
        reading.members.add(member)
    count = {"all": len(members), "any": 1}.get(told)
    if count is None:
        count = int(told) if _COUNT.match(told) else 0
    if not 1 <= count <= len(members):
        raise _wrong(where, f"all, any, or 1 to {len(members)}", told)
    _define(reading, name, where)
    reading.groups.append(Group(name, count, tuple(members)))


def _quorum(reading: _Reading, items: list[str], where: str) -> None:
    _check_count(items, (1, 1), where)
    if items[0] not in {*reading.names, NONE}:
        raise _wrong(where, "a name defined before, or none", items[0])
    reading.quorums.append(items[0])


_LINES: dict[str, Callable[[_Reading, list[str], str], None]] = {
    "log": _log,
    "witness": _witness,
    "group": _group,
    "quorum": _quorum,
}


def _check_count(items: list[str], bounds: tuple[int, int], where: str) -> None:
    least, most = bounds
    if not least <= len(items) <= most:
        raise _wrong(where, f"{least} or more items, none too many", str(len(items)))


def _define(reading: _Reading, name: str, where: str) -> None:
    if name == NONE or name in reading.names:
        raise _wrong(where, "a new name, not none", name)
    reading.names.add(name)


def _key(reading: _Reading, text: str, kinds: frozenset[int], *, where: str) -> VerifierKey:
    key = parse_vkey(text, kinds=kinds)
    if key.public in reading.keys:
        raise _wrong(where, "each public key once", "one that stands above")
    reading.keys.add(key.public)
    return key


def _wrong(where: str, expected: str, found: str) -> MalformedError:
    shown = found[:60].encode("utf-8", "replace").decode()
    return MalformedError("policy", expected=expected, found=repr(shown), where=where)
