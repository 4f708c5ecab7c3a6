r"""Evidence that travels in one file: an entry or a whole record, with all that makes it good.

The file *is* a C2SP tlog-proof (`ledger.log.proof`), so that stock readers check index, hashes and
checkpoint; what only we can judge stands in its `extra` line, which nobody signed and nobody has to: each
part is held against the tree, a seal or the pinned founding act. The extra is canonical JSON, exactly::

    {"entries":[{"entry":{…},"hashes":["<base64>",…],"index":0},…],
     "evidence":1,
     "inventory":{"index":41,"leaves":[{"hashes":["<base64>",…],"index":5,"leaf":{…}},…]},
     "record":null,
     "seals":[{…},…]}

* `entries`, by index, each once: the entry itself as in the log, and its inclusion proof under the
  checkpoint. One of them is that of the tlog-proof, with the same hashes.
* `seals`, in order of their acts' first index, each once: the envelopes that those entries name.
* `record` is null where the file is about the entry of the tlog-proof. Then the entries are that one and
  the *authority* of all entries here: of each act's key `key/…`, actor and principal `officer/…` all
  events, and of the office, up to the checkpoint; the office's founding act stands at index 0.
* `record` is a name where the file is about *all events of that record*. Then the tlog-proof is that
  of the sealed inventory (`ledger.records.inventory`), and the entries hold the record's events below
  its size as well.
* `inventory` is null or names the entry of an inventory, and its leaves (`ledger.log.inventory`, each
  with its place and inclusion proof) for the records whose histories it closes: up to its size there
  are no other events of them. For a record without events stand the leaves beside its place.

So three things are shown: that an entry stands in the log; whose signature it bears, and by whose word
that key was good; and, as far as an inventory goes, that nothing of a history was left out.
"""

from __future__ import annotations

from typing import Any

from ledger import canonical
from ledger.act import Entry, parse_entry
from ledger.errors import MalformedError
from ledger.frozen import frozen
from ledger.log.inventory import Placed, format_leaf, parse_leaf
from ledger.log.spelling import format_base64, parse_hash

SUFFIX = ".tlog-proof"
_MEMBERS = frozenset({"entries", "evidence", "inventory", "record", "seals"})
_ENTRY = frozenset({"entry", "hashes", "index"})
_INVENTORY = frozenset({"index", "leaves"})
_LEAF = frozenset({"hashes", "index", "leaf"})


@frozen
class Shown:
    """An entry at its index, with the hashes that lead to the checkpoint's root."""

    index: int
    encoded: bytes
    hashes: tuple[bytes, ...]

    @property
    def entry(self) -> Entry:
        """The entry, opened."""
        return parse_entry(self.encoded)


@frozen
class Closing:
    """Where an inventory was sealed, and the leaves of it that close histories."""

    index: int
    leaves: tuple[Placed, ...]


@frozen
class Evidence:
    """What stands in the extra line: entries, seals, what closes histories, what it is about."""

    entries: tuple[Shown, ...]
    seals: tuple[bytes, ...]
    closing: Closing | None = None
    record: str | None = None


def format_evidence(evidence: Evidence) -> bytes:
    """Return the bytes of the extra line."""
    closing = evidence.closing
    return canonical.encode(
        {
            "entries": [
                {
                    "entry": canonical.parse(each.encoded, "entry"),
                    "hashes": [format_base64(hash_) for hash_ in each.hashes],
                    "index": each.index,
                }
                for each in evidence.entries
            ],
            "evidence": 1,
            "inventory": None if closing is None else _closing_members(closing),
            "record": evidence.record,
            "seals": [canonical.parse(each, "seal") for each in evidence.seals],
        }
    )


def parse_evidence(encoded: bytes) -> Evidence:
    """Return the evidence of an extra line; nothing of it is checked yet.

    Raises:
        MalformedError: the bytes are not exactly one piece of evidence.
    """
    told = canonical.members(canonical.parse(encoded, "evidence"), _MEMBERS, "evidence")
    if told["evidence"] != 1 or type(told["evidence"]) is not int:
        raise MalformedError(
            "evidence", expected="evidence 1", found=str(told["evidence"])[:20]
        )
    if told["record"] is not None and type(told["record"]) is not str:
        raise MalformedError(
            "evidence: record", expected="a name or null", found="another type"
        )
    entries = tuple(_shown(each) for each in _list(told["entries"], "entries"))
    indexes = [each.index for each in entries]
    if indexes != sorted(set(indexes)):
        raise MalformedError(
            "evidence: entries", expected="each once, by index", found="not so"
        )
    seals = tuple(canonical.encode(each) for each in _list(told["seals"], "seals"))
    if len(set(seals)) != len(seals):
        raise MalformedError("evidence: seals", expected="each once", found="one twice")
    closing = None if told["inventory"] is None else _closing(told["inventory"])
    return Evidence(entries, seals, closing, told["record"])


def _closing_members(closing: Closing) -> dict[str, Any]:
    return {
        "index": closing.index,
        "leaves": [
            {
                "hashes": [format_base64(hash_) for hash_ in each.hashes],
                "index": each.index,
                "leaf": canonical.parse(format_leaf(each.leaf), "leaf"),
            }
            for each in closing.leaves
        ],
    }


def _shown(told: Any) -> Shown:
    members = canonical.members(told, _ENTRY, "evidence: entry")
    encoded = canonical.encode(members["entry"])
    parse_entry(encoded)
    return Shown(_index(members["index"]), encoded, _hashes(members["hashes"]))


def _closing(told: Any) -> Closing:
    members = canonical.members(told, _INVENTORY, "evidence: inventory")
    leaves = tuple(_placed(each) for each in _list(members["leaves"], "leaves"))
    places = [each.index for each in leaves]
    if places != sorted(set(places)):
        raise MalformedError("evidence: leaves", expected="each once, by index", found="not so")
    return Closing(_index(members["index"]), leaves)


def _placed(told: Any) -> Placed:
    members = canonical.members(told, _LEAF, "evidence: leaf")
    leaf = parse_leaf(members["leaf"])
    return Placed(leaf, _index(members["index"]), _hashes(members["hashes"]))


def _hashes(told: Any) -> tuple[bytes, ...]:
    hashes = _list(told, "hashes")
    if len(hashes) > 64 or not all(type(each) is str for each in hashes):
        raise MalformedError("evidence: hashes", expected="up to 64 texts", found="others")
    return tuple(parse_hash(each, "evidence: hash") for each in hashes)


def _index(told: Any) -> int:
    if type(told) is not int or told < 0:
        raise MalformedError("evidence: index", expected="0 or more", found=str(told)[:20])
    return told


def _list(told: Any, what: str) -> list[Any]:
    if type(told) is not list:
        raise MalformedError(f"evidence: {what}", expected="a list", found=type(told).__name__)
    return told
