"""What others vouch for in a bundle: witnesses under the log's heads, and authorities that stamped them.

Whom to believe is the reader's to say: a policy of witnesses (C2SP tlog-policy), root certificates of
time-stamping authorities. Without them nothing is concluded, and what was not judged is named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ledger.errors import LedgerError, MalformedError, ProofError, SignatureError
from ledger.export.checked import Checked, finding
from ledger.export.held import Held, read_capped
from ledger.export.logged import LOG, WITNESSED
from ledger.findings import Finding
from ledger.frozen import frozen
from ledger.log.checkpoint import open_checkpoint
from ledger.log.cosigned import know, quorum_problem
from ledger.log.note import Verifier, open_note, parse_note
from ledger.log.policy import Policy
from ledger.log.timestamp import (
    Roots,
    check_stamp,
    is_over,
    parse_stamp,
    renewed_bytes,
)

MAX_NOTE_BYTES = 1 << 16
MAX_STAMP_BYTES = 1 << 20
NO_WITNESS = "whether others were shown another log: no witness cosigned a checkpoint"
WITNESS = (
    "whose the witnesses' signatures under data/log/witnessed.consistency are (use --policy)"
)
STAMPS = (
    "the time stamps (use --tsa-roots, or 'openssl ts -verify -data data/log/stamped/SIZE"
    " -in STAMP -CAfile ROOTS')"
)
_STAMP = re.compile(rf"{LOG}stamps/([0-9]{{1,20}})-([0-9a-f]{{64}})\.tsr\Z")


@frozen
class Believed:
    """Whom a reader believes besides the log: a policy of witnesses, roots of authorities, and the time.

    What is left out names nobody; `now_seconds` is POSIX time, after which no witness can have signed.
    """

    policy: Policy | None = None
    roots: Roots = ()
    now_seconds: int = 0


NOBODY = Believed()


@frozen
class Head:
    """The head that a bundle is under, and whoever speaks for its log."""

    origin: str
    size: int
    root: str
    verifiers: Sequence[Verifier]


def check_quorum(cosigned: bytes, believed: Believed, checked: Checked) -> None:
    """Hold if the witnesses of the policy that signed this checkpoint are its quorum.

    `cosigned` is empty where no witness signed any. A signature of a witness of the policy that does not
    hold is named as well as one too few.
    """
    if believed.policy is None:
        checked.not_checked.append(WITNESS if cosigned else NO_WITNESS)
        return
    policy = believed.policy
    known = know(policy, believed.now_seconds)
    names: set[str] = set()
    for line in parse_note(cosigned).signatures if cosigned else ():
        witness = known.lines.get((line.name, line.key_id))
        if witness is None:
            continue
        with finding(checked, "bundle.cosignature", "edited", place=WITNESSED):
            open_note(
                cosigned, [each for each in known.verifiers if each.key_id == line.key_id]
            )
            names.add(witness.name)
    message = quorum_problem(policy, names)
    if message:
        checked.findings.append(
            Finding("bundle.quorum", "unwitnessed", message, record=WITNESSED)
        )


def check_stamps(held: Held, head: Head, believed: Believed, checked: Checked) -> None:
    """Hold if each time stamp is over a checkpoint of this log, or renews one that is."""
    found: dict[int, list[str]] = {}
    for path in sorted(held.paths):
        told = _STAMP.match(path)
        if told:
            found.setdefault(int(told[1]), []).append(path)
    if found and not believed.roots:
        checked.not_checked.append(STAMPS)
        return
    for size, paths in found.items():
        place = f"{LOG}stamped/{size}"
        with finding(checked, "bundle.stamp", "edited", place=place):
            if place not in held.paths:
                raise MalformedError(
                    place, expected="the checkpoint that was stamped", found="none"
                )
            note = read_capped(held, place, MAX_NOTE_BYTES)
            _check_stamped(note, size, head)
            _check_chain(held, paths, note, roots=believed.roots, checked=checked)


def _check_stamped(note: bytes, size: int, head: Head) -> None:
    """Hold if what was stamped is a head of this log."""
    told = open_checkpoint(note, head.origin, head.verifiers)
    if told.size != size:
        raise MalformedError(
            "stamped checkpoint", expected=f"size {size}", found=f"{told.size}"
        )
    if size == head.size and told.root.hex() != head.root:
        raise ProofError("stamped checkpoint", "it is of another root than the bundle's")


def _check_chain(
    held: Held, paths: Sequence[str], note: bytes, *, roots: Roots, checked: Checked
) -> None:
    """Follow stamps from the checkpoint on: the first is over it, each renewal over the one before."""
    left = {path: read_capped(held, path, MAX_STAMP_BYTES) for path in paths}
    waiting = [note]
    while waiting:
        stamped = waiting.pop()
        for path, stamp in list(left.items()):
            with finding(checked, "bundle.stamp", "edited", place=path):
                if not _over(stamp, stamped):
                    continue
                del left[path]
                check_stamp(stamp, stamped, roots)
                waiting.append(renewed_bytes(stamp, stamped))
    for path, stamp in left.items():
        with finding(checked, "bundle.stamp", "edited", place=path):
            parse_stamp(stamp)
            raise SignatureError("time stamp", "it is over nothing that is here")


def _over(stamp: bytes, stamped: bytes) -> bool:
    try:
        return is_over(parse_stamp(stamp), stamped)
    except LedgerError:
        return False
