"""`qifeng export acknowledge`: what the receiver signed comes back, and is held against what was handed over."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from pathlib import Path

import click

from ledger.application.acting import Content, Request, Step
from ledger.application.ledger import new_content
from ledger.application.naming import find_record
from ledger.clock import new_id
from ledger.commands.desk import open_acting, open_ledger
from ledger.commands.options import Typed
from ledger.commands.own import read_file
from ledger.commands.session import Session
from ledger.commands.telling import tell_done
from ledger.errors import MalformedError, UsageError
from ledger.family import Attachment
from ledger.importing.values import parse_day
from ledger.keys import ed25519
from ledger.records import handover

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
# SubjectPublicKeyInfo of an Ed25519 key, up to its 32 bytes (RFC 8410 §4).
SPKI = bytes.fromhex("302a300506032b6570032100")
_HEAD, _FOOT = "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"


@click.command("acknowledge")
@click.argument("name")
@click.option("--receiver", required=True, help="签收人 Who received it.")
@click.option(
    "--on",
    "received_on",
    type=Typed("day", parse_day),
    required=True,
    help="签收日期 Day received.",
)
@click.option("--digest", required=True, help="摘要 The digest that the receiver wrote down.")
@click.option("--form", "forms", type=FILE, multiple=True, help="回执 The signed form; repeat.")
@click.option("--signature", type=FILE, help="The receiver's Ed25519 signature, 64 bytes.")
@click.option("--key", "key_path", type=FILE, help="The receiver's public key, in PEM.")
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def acknowledge(  # noqa: PLR0913 -- one parameter an option
    session: Session,
    /,
    name: str,
    *,
    receiver: str,
    received_on: date,
    digest: str,
    forms: tuple[Path, ...],
    signature: Path | None,
    key_path: Path | None,
    as_json_: bool,
) -> int:
    """Record that the receiver acknowledged hand-over NAME: by a signed form, or by their own key.

    A key signs four lines: qifeng-acknowledgement/1, digest, receiver, day. With openssl:
    openssl pkeyutl -sign -inkey KEY.pem -rawin -in LINES -out SIGNATURE.
    """
    ledger = open_ledger(session)
    record = find_record(ledger, "handover", name)
    public, signed = _signed_by(
        handover.acknowledged_bytes(digest, receiver, received_on), signature, key_path
    )
    content = [new_content(read_file(path)) for path in forms]
    told = handover.Acknowledged(
        receiver=receiver, received_on=received_on, digest=digest,
        forms=tuple(map(_attached, forms, content)), public_key=public, signature=signed,
    )  # fmt: skip
    request = Request(
        new_id(ledger.clock()),
        (Step(handover.ACKNOWLEDGE, record, told),),
        content=tuple(content),
    )
    acting = open_acting(session, ledger)
    return tell_done(ledger, ledger.act(acting, request), machine=as_json_)


def parse_public(pem: bytes) -> bytes:
    """Return the Ed25519 public key of a PEM file (RFC 8410).

    Raises:
        MalformedError: it is none, or its key may not be trusted.
    """
    lines = pem.decode("ascii", "replace").split()
    body = (
        "".join(lines).removeprefix(_HEAD.replace(" ", "")).removesuffix(_FOOT.replace(" ", ""))
    )
    try:
        der = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError("public key", expected="PEM", found="something else") from error
    if len(der) != len(SPKI) + ed25519.PUBLIC_BYTES or not der.startswith(SPKI):
        raise MalformedError("public key", expected="an Ed25519 key", found="another")
    ed25519.check_public(der[len(SPKI) :])
    return der[len(SPKI) :]


def _signed_by(message: bytes, signature: Path | None, key: Path | None) -> tuple[str, str]:
    """Return key and signature in base64, once they hold; two empty texts where there are none.

    Raises:
        UsageError: one is given without the other. SignatureError: the signature does not hold.
    """
    if signature is None and key is None:
        return "", ""
    if signature is None or key is None:
        raise UsageError("a signature needs its key", todo="give --signature and --key")
    public, signed = parse_public(read_file(key)), read_file(signature)
    ed25519.verify(public, message, signed, what="the receiver's acknowledgement")
    return base64.b64encode(public).decode(), base64.b64encode(signed).decode()


def _attached(path: Path, content: Content) -> Attachment:
    return Attachment(name=path.name, size_bytes=len(content.content), digest=content.digest)
