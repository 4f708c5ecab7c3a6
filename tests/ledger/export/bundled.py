"""Bundles for tests: made from an office, damaged, and signed anew as who holds the log's key could."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from ledger import canonical
from ledger.export.bagit import (
    ALGORITHMS,
    DATA,
    Summed,
    format_manifest,
    manifest,
    tag_manifest,
)
from ledger.export.checked import Checked, Trust
from ledger.export.cover import COVER, NOTE, sign_bundle
from ledger.export.logged import log_part
from ledger.export.order import Made, Order, begin, make
from ledger.export.part import Part
from ledger.export.scope import Wanted
from ledger.keys.logkey import LogKey
from ledger.log.speaker import log_signer
from tests.office import ORIGIN, Office

PARTS: tuple[Part, ...] = (log_part,)
SPAN = "data/log/000000000000"


def export(office: Office, out: Path, *, parts: tuple[Part, ...] = PARTS, **ordered) -> Made:
    """Write a bundle of 丙's record, or of what is ordered, and put it in its place."""
    order = order_of(office, **ordered)
    with begin(office.ledger, order, out, lambda _: None) as draft:
        made = make(office.ledger, order, draft, parts=parts, key=office.log_key)
        draft.finish()
    return made


def order_of(office: Office, **ordered) -> Order:
    """An order for the county's auditors, of 丙's record where nothing else is wanted."""
    if "wanted" not in ordered:
        ordered["wanted"] = Wanted(records=(office.record_of("丙"),))
    told = {
        "size": office.ledger.store.head().size,
        "recipient": "某县审计局",
    }
    return Order(**(told | ordered))


def trust_of(office: Office) -> Trust:
    """What an auditor was given another way."""
    return Trust(office.log_key.verifier, office.founding.seal, "argument")


def codes(checked: Checked) -> set[str]:
    """The codes found."""
    return {each.code for each in checked.findings}


def relist(office: Office, folder: Path) -> None:
    """List and sign the folder anew as it stands, as a forger could who holds the log's key."""
    list_anew(folder, ORIGIN, office.log_key)


def put(path: Path, content: bytes) -> None:
    """Write a file in the place of another; what the other is a link to stays as it is."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def list_anew(folder: Path, origin: str, key: LogKey) -> None:
    """List the folder as it stands, and sign it by a key."""
    own = {*map(manifest, ALGORITHMS), *map(tag_manifest, ALGORITHMS), NOTE}
    paths = sorted(
        each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()
    )
    payload = [summed(folder, each) for each in paths if each.startswith(DATA)]
    for name in ALGORITHMS:
        put(folder / manifest(name), b"".join(format_manifest(payload, name)))
    tags = [
        summed(folder, each) for each in paths if not each.startswith(DATA) and each not in own
    ]
    tags = sorted([*tags, *(summed(folder, manifest(name)) for name in ALGORITHMS)])
    for name in ALGORITHMS:
        put(folder / tag_manifest(name), b"".join(format_manifest(tags, name)))
    outermost = (folder / tag_manifest("sha256")).read_bytes()
    put(folder / NOTE, sign_bundle(outermost, origin, [log_signer(key)]))


def recover(office: Office, folder: Path, change: Callable[[dict], object]) -> None:
    """Change the cover, and sign everything anew."""
    told = canonical.parse((folder / COVER).read_bytes()[:-1])
    change(told)
    (folder / COVER).write_bytes(canonical.encode(told) + b"\n")
    relist(office, folder)


def summed(folder: Path, path: str) -> Summed:
    """A file's line in the manifests."""
    held = (folder / path).read_bytes()
    digests = tuple(hashlib.new(name, held).hexdigest() for name in ALGORITHMS)
    return Summed(path, len(held), digests)
