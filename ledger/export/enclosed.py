"""Checking what a bundle encloses beside the log: each attached file and private field is the one that its event names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from ledger import canonical
from ledger.errors import MalformedError, ProofError
from ledger.export.checked import Checked, finding
from ledger.export.held import Held, chunks, lines
from ledger.export.parts.contents import CONTENT, LIST
from ledger.export.parts.private import DISCLOSURES
from ledger.findings import Finding
from ledger.store.disclosures import disclosure_digest, parse_disclosure

MAX_LINE_BYTES = 4096
MAX_DISCLOSED_BYTES = 400_000
_ATTACHED = frozenset({"digest", "name", "size_bytes"})
_DISCLOSED = frozenset({"digest", "disclosure", "field", "index", "text"})
_LISTED = frozenset({"digest", "index", "name", "path", "salt", "size_bytes"})
Named = tuple[str, str]
"""An attachment as an event names it: its digest; its name, its size, and the event's index in words."""


def attached_to(body: Any, index: int) -> Iterator[Named]:
    """Yield all attachments that the body of the event at an index names."""
    if isinstance(body, dict):
        if body.keys() == _ATTACHED:
            yield _named(index, body)
        for each in body.values():
            yield from attached_to(each, index)
    elif isinstance(body, list):
        for each in body:
            yield from attached_to(each, index)


def _named(index: object, told: Mapping[str, Any]) -> Named:
    return str(told["digest"]), f"{told['name']!r}, {told['size_bytes']!r} bytes at {index!r}"


def check_enclosed(held: Held, attached: set[Named], checked: Checked) -> None:
    """Check every file of the list against its digest, and list and files against what the events name."""
    if LIST not in held.paths and attached:
        _found(checked, "deleted", f"{LIST} is missing", LIST)
        return
    listed, paths = set[Named](), set[str]()
    if LIST in held.paths:
        with finding(checked, "bundle.content", "edited", place=LIST):
            for number, line in lines(held, LIST, MAX_LINE_BYTES):
                place = f"{LIST} line {number}"
                with finding(checked, "bundle.content", "edited", place=place):
                    told = canonical.members(canonical.parse(line, place), _LISTED, place)
                    listed.add(_named(told["index"], told))
                    paths.add(told["path"])
                    _check_file(held, told, place, checked)
    for digest, what in sorted(attached - listed):
        message = f"attached content {digest[:12]}… ({what[:80]}) is not listed"
        _found(checked, "deleted", message, LIST)
    for digest, what in sorted(listed - attached):
        message = f"content {digest[:12]}… ({what[:80]}) is attached to no event here"
        _found(checked, "inserted", message, LIST)
    # A file that the list passes over would lie here under the name of one that was attached.
    for path in sorted(each for each in held.paths - paths if each.startswith(CONTENT)):
        _found(checked, "inserted", f"{path} is not in {LIST}", path)


def _check_file(held: Held, told: dict[str, Any], place: str, checked: Checked) -> None:
    path, digest = told["path"], told["digest"]
    if not path:
        checked.not_checked.append(f"content {told['name']}: it was not in the store any more")
        return
    if path != f"{CONTENT}{digest}":
        raise MalformedError(place, expected=f"a path below {CONTENT}", found=str(path)[:60])
    if path not in held.paths:
        raise ProofError(path, "is missing")
    summed, size = hashlib.sha256(bytes.fromhex(told["salt"])), 0
    for chunk in chunks(held, path):
        summed.update(chunk)
        size += len(chunk)
    if (summed.hexdigest(), size) != (digest, told["size_bytes"]):
        raise ProofError(path, "is not what was attached")


def _found(checked: Checked, damage: str, message: str, record: str) -> None:
    checked.findings.append(Finding("bundle.content", damage, message, record=record))


def concealed_by(body: Any) -> Iterator[str]:
    """Yield the digests of all private fields that an event's body names."""
    told = body.get("private") if isinstance(body, dict) else None
    digests = told.get("_sd") if isinstance(told, dict) else None
    if isinstance(digests, list):
        yield from map(str, digests)


def check_disclosed(held: Held, concealed: set[tuple[str, int]], checked: Checked) -> None:
    """Check every private field that is disclosed against the digest that its event names."""
    if DISCLOSURES not in held.paths:
        return
    with finding(checked, "bundle.private", "edited", place=DISCLOSURES):
        for number, line in lines(held, DISCLOSURES, MAX_DISCLOSED_BYTES):
            place = f"{DISCLOSURES} line {number}"
            with finding(checked, "bundle.private", "edited", place=place):
                told = canonical.members(canonical.parse(line, place), _DISCLOSED, place)
                _, field, text = parse_disclosure(told["disclosure"])
                if disclosure_digest(told["disclosure"]) != told["digest"]:
                    raise ProofError(place, "the disclosure is not the one of its digest")
                named = (told["digest"], told["index"]) in concealed
                if not named or (field, text) != (told["field"], told["text"]):
                    raise ProofError(place, "no event here has this private field")
