"""Keys held in a token: a smart card or security module that signs and never gives its key out.

The key is Ed25519, made inside the token (PKCS#11 v3.0 §6.3: `CKK_EC_EDWARDS`, `CKM_EDDSA`), not to
be extracted. In the user's folder lies a *token file*, which holds no secret: one line of canonical
JSON and a newline, exactly

    {"format":"qifeng.token/1","key":"<key id>","label":"<the key's label in the token>",
     "module":"<path of the token's PKCS#11 library>","public":["<32 bytes, std base64>"],
     "suite":"ed25519","token":"<the token's label>"}

(without white space). What the token signs is verified by the public key of the file before it is
used: a token exchanged for another is noticed at once. The PIN is asked for like a passphrase.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import PKCS11Error
from typing_extensions import override

from ledger import canonical
from ledger.errors import MalformedError, SignatureError, UnavailableError, UsageError
from ledger.frozen import frozen
from ledger.keys import ed25519
from ledger.keys.signer import TECHNICAL
from ledger.keys.suite import ED25519, key_id

FORMAT = "qifeng.token/1"
_ED25519_OID = bytes.fromhex("06032b6570")
_OCTET_STRING = bytes([4, ed25519.PUBLIC_BYTES])
_MEMBERS = frozenset({"format", "key", "label", "module", "public", "suite", "token"})


@frozen
class Place:
    """Where a key lies: the token's library, the token, and the key's label in it."""

    module: str
    token: str
    label: str


@frozen
class TokenFile:
    """A key in a token: where it lies, and its public key."""

    place: Place
    public: bytes

    @property
    def key(self) -> str:
        """The key's id."""
        return key_id(ED25519, (self.public,))


class TokenSigner:
    """A key in a token; each signature opens a session of its own."""

    __slots__ = ("_file", "_pin", "grade", "key_id", "public", "suite")

    def __init__(self, file: TokenFile, pin: str) -> None:
        self._file = file
        self._pin = pin
        self.suite = ED25519
        self.public: tuple[bytes, ...] = (file.public,)
        self.key_id = file.key
        self.grade = TECHNICAL

    def sign(self, message: bytes) -> tuple[bytes, ...]:
        """Return the one signature, held against the public key.

        Raises:
            UnavailableError: the token is not there, refuses the PIN, or signs with another key.
        """
        place = self._file.place
        with _session(place, self._pin) as session:
            key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=place.label)
            signature = bytes(key.sign(message, mechanism=Mechanism.EDDSA))
        try:
            ed25519.verify(self._file.public, message, signature)
        except SignatureError as error:
            reason = f"its key {place.label!r} is not {self.key_id[:12]}…"
            raise _refused(place, reason) from error
        return (signature,)

    @override
    def __repr__(self) -> str:
        return f"TokenSigner({self.key_id[:12]}…)"


def make_in_token(place: Place, pin: str) -> TokenFile:
    """Make a key inside a token, never to leave it.

    Raises:
        UsageError: the token holds a key of that label.
        UnavailableError: the token is not there, refuses the PIN, or cannot make such keys.
    """
    with _session(place, pin, writing=True) as session:
        if list(session.get_objects({Attribute.LABEL: place.label})):
            raise UsageError(
                f"token {place.token}: holds a key {place.label!r}",
                todo="choose another --label",
            )
        curve = session.create_domain_parameters(
            KeyType.EC_EDWARDS, {Attribute.EC_PARAMS: _ED25519_OID}, local=True
        )
        public, _ = curve.generate_keypair(
            mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
            store=True,
            label=place.label,
            private_template={Attribute.EXTRACTABLE: False, Attribute.SENSITIVE: True},
        )
        point = bytes(public[Attribute.EC_POINT])
    return TokenFile(place, point.removeprefix(_OCTET_STRING))


def format_token_file(file: TokenFile) -> bytes:
    """Return the bytes of a token file."""
    members = {
        "format": FORMAT,
        "key": file.key,
        "label": file.place.label,
        "module": file.place.module,
        "public": [base64.b64encode(file.public).decode()],
        "suite": ED25519,
        "token": file.place.token,
    }
    return canonical.encode(members) + b"\n"


def parse_token_file(encoded: bytes) -> TokenFile:
    """Return the parts of a token file.

    Raises:
        MalformedError: the bytes are not exactly one.
    """
    if not encoded.endswith(b"\n"):
        raise MalformedError("token file", expected="one line", found="no newline")
    told = canonical.members(
        canonical.parse(encoded[:-1], "token file"), _MEMBERS, "token file"
    )
    texts = {name: told[name] for name in _MEMBERS - {"public"}}
    if not all(type(each) is str for each in texts.values()):
        raise MalformedError("token file", expected="text members", found="other types")
    file = TokenFile(
        Place(texts["module"], texts["token"], texts["label"]), _public(told["public"])
    )
    for name, expected in (("format", FORMAT), ("suite", ED25519), ("key", file.key)):
        if texts[name] != expected:
            raise MalformedError(
                f"token file {name}", expected=expected, found=repr(texts[name])[:80]
            )
    return file


def _public(told: object) -> bytes:
    try:
        only = told[0] if isinstance(told, list) and len(told) == 1 else None
        public = base64.b64decode(only, validate=True) if isinstance(only, str) else b""
    except (binascii.Error, ValueError):
        public = b""
    if len(public) != ed25519.PUBLIC_BYTES or [base64.b64encode(public).decode()] != told:
        raise MalformedError(
            "token file public", expected="one key of 32 bytes in base64", found="another value"
        )
    return public


@contextmanager
def _session(place: Place, pin: str, *, writing: bool = False) -> Iterator[Any]:
    """Yield a session with a token; what the token says against it is told in our words."""
    try:
        if not Path(place.module).is_file():
            raise _refused(place, f"its library {Path(place.module).name} is not here")
        # Two paths of one library are one library: a second start of it is refused.
        module = str(Path(place.module).resolve())
        token = pkcs11.lib(module).get_token(token_label=place.token)
        with token.open(rw=writing, user_pin=pin) as session:
            yield session
    except PKCS11Error as error:
        # Its text may say more than a user should see; its name says which refusal it is.
        raise _refused(place, type(error).__name__) from error


def _refused(place: Place, reason: str) -> UnavailableError:
    return UnavailableError(
        f"token {place.token}", reason, todo="insert the token and give its PIN"
    )
