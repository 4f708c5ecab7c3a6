"""Enrolment by proof of possession: what a new key says of itself, as a file or in one go.

The request file is one line of canonical JSON and a final newline:
`{"ledger":"<origin>","name":"…","officer":"officer/<id>","possession":["<base64>"],
"public":["<base64>"],"signature":["<base64>"],"suite":"ed25519"}`. `possession` is the new key's
signature over ledger, officer and key (`ledger.keys.possession`), so that a request for one ledger
or officer is of no use for another; it is recorded with the key. `signature` is the new key's over
the canonical bytes of all other members and `"purpose":"qifeng.key-request/1"`, so that no byte of
the file, the name included, can be changed on the way. Worked example: vector `keys/request`.
"""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ledger import canonical
from ledger.application.acting import Acting, Done, Request, Step
from ledger.application.certifying import check_shown, find_authority
from ledger.application.ledger import Ledger
from ledger.clock import new_id
from ledger.commands.own import key_path
from ledger.errors import MalformedError, SignatureError, UnavailableError, UsageError
from ledger.family import Happened, Verb
from ledger.frozen import frozen
from ledger.keys.keyfile import seal_secret
from ledger.keys.keystore import write_keyfile
from ledger.keys.possession import (
    check_possession,
    check_rotation,
    format_rotation,
    prove_possession,
)
from ledger.keys.ring import KeyLife
from ledger.keys.signer import SeedSigner, Signer
from ledger.keys.suite import ED25519, key_id, new_secret, verify_suite
from ledger.log.spelling import format_base64, parse_base64
from ledger.records import key, officer
from ledger.records.office import OFFICE

_TEXTS = ("ledger", "name", "officer", "suite")
_LISTS = ("possession", "public", "signature")
_MEMBERS = frozenset({*_TEXTS, *_LISTS})
_OFFICER = re.compile("officer/[0-9A-Z]{26}")
_PURPOSE = "qifeng.key-request/1"

PROPOSE = Verb("propose", "拟登记", "Propose an officer.", officer.Proposed, officer.propose)
CONFIRM = Verb("confirm", "登记", "Confirm an officer.", officer.Enrolled, officer.confirm)
PROPOSE_KEY = Verb("propose", "拟登记密钥", "Propose a key.", key.Proposed, key.propose)
CONFIRM_KEY = Verb("confirm", "登记密钥", "Confirm a key.", key.Enrolled, key.confirm)


@frozen
class KeyRequest:
    """A new key asking to be enrolled for an officer of a ledger."""

    ledger: str
    name: str
    officer: str
    suite: str
    public: tuple[str, ...]
    possession: tuple[str, ...]
    signature: tuple[str, ...] = ()

    @property
    def key_record(self) -> str:
        """The record name of the key."""
        return f"key/{key_id(self.suite, _raw(self.public))}"


def make_key(config: Path, name: str, word: str, *, suite: str = ED25519) -> SeedSigner:
    """Make a key of a suite and write its file; a file that is there is never touched.

    Raises:
        UsageError: there is a key file of that name.
        UnavailableError: it cannot be written, or the suite cannot be used on this machine.
    """
    path = key_path(config, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = new_secret(suite)
    write_keyfile(path, seal_secret(secret, word, suite=suite))
    return SeedSigner(secret, suite)


def request_key(signer: Signer, *, ledger: str, name: str, officer_record: str) -> KeyRequest:
    """Return the request of a key, with its proof of possession."""
    proof = prove_possession(signer, ledger=ledger, officer=officer_record)
    unsigned = KeyRequest(
        ledger=ledger,
        name=name,
        officer=officer_record,
        suite=signer.suite,
        public=_told(signer.public),
        possession=_told(proof),
    )
    return replace(unsigned, signature=_told(signer.sign(_signed_bytes(unsigned))))


def format_key_request(request: KeyRequest) -> bytes:
    """Return the bytes of a request file."""
    return canonical.encode(_members(request)) + b"\n"


def parse_key_request(encoded: bytes) -> KeyRequest:
    """Return the request of a file's bytes, its possession not yet checked.

    Raises:
        MalformedError: the bytes are not exactly one request.
    """
    if not encoded.endswith(b"\n"):
        raise MalformedError("key request", expected="one line", found="a cut one")
    told = canonical.members(
        canonical.parse(encoded[:-1], "key request"), _MEMBERS, "key request"
    )
    for name in _LISTS:
        if type(told[name]) is not list or not all(type(each) is str for each in told[name]):
            raise MalformedError(
                f"key request: {name}", expected="a list of text", found="not so"
            )
        told[name] = tuple(told[name])
    if not all(type(told[name]) is str for name in _TEXTS):
        raise MalformedError("key request", expected="text members", found="other types")
    if not _OFFICER.fullmatch(told["officer"]):
        raise MalformedError("key request: officer", expected="officer/<id>", found="not so")
    return KeyRequest(**told)


def check_key_request(request: KeyRequest, origin: str) -> None:
    """Check that the key asks for this ledger and that whoever asks holds it.

    Raises:
        UsageError: the request is for another ledger.
        MalformedError: the key may not be enrolled.
        SignatureError: the proof does not hold, or the request was changed.
    """
    if request.ledger != origin:
        raise UsageError(
            f"the request is for {request.ledger}", todo="make one for this ledger"
        )
    check_possession(
        request.suite,
        _raw(request.public),
        ledger=request.ledger,
        officer=request.officer,
        proof=_raw(request.possession),
    )
    signatures = _raw(request.signature)
    try:
        verify_suite(request.suite, _raw(request.public), _signed_bytes(request), signatures)
    except SignatureError as error:
        raise SignatureError(f"key request of {request.name}", str(error)) from error


def propose_key(
    ledger: Ledger,
    acting: Acting,
    request: KeyRequest,
    *,
    posts: tuple[str, ...],
    chain: tuple[bytes, ...] = (),
) -> Done:
    """Record the proposal of a key, and of its officer where they are new.

    `chain` is the key's certificate and those above it, in DER; without one its grade is technical.

    Raises:
        MalformedError, SignatureError, UsageError: the request or a certificate does not hold, or its
            name is not the officer's. RefusedError: the proposer may not, or the key was enrolled before.
    """
    check_key_request(request, ledger.origin)
    _check_name(ledger, request)
    steps = [
        Step(
            PROPOSE_KEY,
            request.key_record,
            _draft(ledger, request, chain),
        )
    ]
    if ledger.state(request.officer).name:
        if posts:
            raise UsageError(
                f"{request.name} is enrolled", todo="propose posts with 'officer propose-post'"
            )
    else:
        steps.insert(
            0, Step(PROPOSE, request.officer, officer.Proposed(name=request.name, posts=posts))
        )
    return ledger.act(acting, Request(new_id(ledger.clock()), tuple(steps)))


def propose_rotation(
    ledger: Ledger, acting: Acting, request: KeyRequest, *, chain: tuple[bytes, ...] = ()
) -> Done:
    """Record that an officer wants a new key in place of the one they act with, which signs it.

    Raises:
        MalformedError, SignatureError, UsageError: the request does not hold, or is another officer's.
        RefusedError: the key was enrolled before.
    """
    check_key_request(request, ledger.origin)
    if request.officer != acting.officer:
        raise UsageError(
            f"the request is for {request.name}, not for who acts",
            todo="each officer rotates their own key",
        )
    message = format_rotation(
        key_id(request.suite, _raw(request.public)), acting.signer.key_id,
        ledger=ledger.origin, officer=acting.officer,
    )  # fmt: skip
    draft = replace(
        _draft(ledger, request, chain),
        replaces=f"key/{acting.signer.key_id}",
        handover=_told(acting.signer.sign(message)),
    )
    step = Step(PROPOSE_KEY, request.key_record, draft)
    return ledger.act(acting, Request(new_id(ledger.clock()), (step,)))


def confirm_keys(ledger: Ledger, acting: Acting, officer_record: str) -> Done:
    """Record the confirmation of what is proposed for an officer: enrolment, keys and posts.

    Raises:
        UsageError: nothing is proposed. RefusedError: the same officer proposed it.
    """
    steps: list[Step] = []
    state: officer.Officer = ledger.state(officer_record)
    if not state.enrolled:
        steps.append(Step(CONFIRM, officer_record, officer.Enrolled()))
    else:
        steps += [
            _step("give-post", officer_record, officer.PostGiven(post=post))
            for post, _ in state.proposed_posts
        ]
    for record in _open_keys(ledger, officer_record):
        held: key.Key = ledger.state(record)
        replaced: key.Key = ledger.state(held.replaces) if held.replaces else held
        _check_proposed(held, replaced, record, origin=ledger.origin)
        if held.certificates:
            check_shown(held, ledger.state(OFFICE), moment=ledger.clock())
        steps.append(Step(CONFIRM_KEY, record, key.Enrolled()))
    if not steps:
        raise UsageError(f"nothing is proposed for {state.name}", todo="propose it first")
    return ledger.act(acting, Request(new_id(ledger.clock()), tuple(steps)))


def read_key_request(path: Path) -> KeyRequest:
    """Return the request of a file.

    Raises:
        UnavailableError: it cannot be read. MalformedError: it is no request.
    """
    try:
        return parse_key_request(path.read_bytes())
    except OSError as error:
        raise UnavailableError(f"file {path.name}", str(error)) from error


def _draft(ledger: Ledger, request: KeyRequest, chain: tuple[bytes, ...]) -> key.Proposed:
    """Return what is proposed of a key, with its certificates where there are some."""
    draft = key.Proposed(
        officer=request.officer,
        suite=request.suite,
        public=request.public,
        possession=request.possession,
    )
    if not chain:
        return draft
    authority = find_authority(
        chain, ledger.state(OFFICE), suite=request.suite, public=_raw(request.public),
        moment=ledger.clock(),
    )  # fmt: skip
    return replace(draft, authority=authority, certificates=_told(chain))


def _open_keys(ledger: Ledger, officer_record: str) -> list[str]:
    """Return what is proposed of an officer's keys and can be confirmed.

    A key is replaced once: of several that are to take its place the one proposed last counts, as the
    officer's last word. The others, and any in place of a key that is good no more, wait for ever.
    """
    found: list[str] = []
    rotations: dict[str, list[tuple[int, str]]] = {}
    for record in ledger.store.records("key", limit=100_000):
        held: key.Key = ledger.state(record)
        if held.officer != officer_record or held.enrolled:
            continue
        if not held.replaces:
            found.append(record)
        elif ledger.state(held.replaces).good:
            proposed = ledger.store.history(record)[-1].index
            rotations.setdefault(held.replaces, []).append((proposed, record))
    return found + [max(each)[1] for each in rotations.values()]


def _check_proposed(held: key.Key, replaced: key.Key, record: str, *, origin: str) -> None:
    """Check what a key proposed says of itself, and the key whose place it is to take."""
    check_possession(
        held.suite, _raw(held.public), ledger=origin, officer=held.officer,
        proof=_raw(held.possession),
    )  # fmt: skip
    if held.replaces:
        check_rotation(
            KeyLife(
                held.replaces.partition("/")[2], replaced.officer, replaced.suite,
                _raw(replaced.public), (), 0,
            ),
            record.partition("/")[2], ledger=origin, officer=held.officer, handover=_raw(held.handover),
        )  # fmt: skip


def _check_name(ledger: Ledger, request: KeyRequest) -> None:
    """A request that goes by another's name would get a key enrolled for whom nobody meant."""
    for record in {request.officer, *ledger.store.records("officer", limit=100_000)}:
        known = ledger.state(record).name
        if known and (record == request.officer) != (known == request.name):
            raise UsageError(
                f"the request is for {request.name} as {request.officer}, but {record} is {known}",
                todo="ask whoever made it; two officers of one name need an addition to it",
            )


def _step(verb_name: str, record: str, draft: Happened) -> Step:
    verb = next(each for each in officer.FAMILY.verbs if each.name == verb_name)
    return Step(verb, record, draft)


def _signed_bytes(request: KeyRequest) -> bytes:
    members = _members(request)
    del members["signature"]
    return canonical.encode({**members, "purpose": _PURPOSE})


def _members(request: KeyRequest) -> dict[str, Any]:
    return {name: list(v) if name in _LISTS else v for name, v in asdict(request).items()}


def _told(raw: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(format_base64(each) for each in raw)


def _raw(told: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(parse_base64(each, "key request") for each in told)
