"""Events, acts, seals and entries: one spelling each, and every change of a byte is refused."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from ledger import act as acts
from ledger import canonical
from ledger.errors import LedgerError, MalformedError, SignatureError
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import component_keyids, verify_suite

VECTORS = Path(__file__).parents[1] / "vectors" / "act"
SIGNER = SeedSigner(bytes(range(32)))
EVENT = acts.Event(
    kind="fund.countersigned/1",
    record="fund/01HM0000000000000000000000",
    version=3,
    prev="ab" * 32,
    salt="AAECAwQFBgcICQoLDA0ODw",
    body={"amount_fen": 123_450, "level": 2, "opinion": "同意"},
)
EVENT_BYTES = acts.format_event(EVENT)
ACT = acts.Act(
    act="01HM0000000000000000000001",
    actor="officer/01HM0000000000000000000002",
    at="2022-03-01T02:03:04.000005Z",
    basis="direct",
    events=(canonical.digest(EVENT_BYTES),),
    key=SIGNER.key_id,
    ledger="county.example/office/0011223344556677",
    on_behalf_of=None,
    reads=(("key/" + SIGNER.key_id, 1), ("officer/01HM0000000000000000000002", 7)),
    request="cd" * 32,
    seen=(41, "ef" * 32),
)
MESSAGE = acts.signed_bytes(acts.format_act(ACT))
ENVELOPE = acts.seal(ACT, component_keyids(SIGNER.key_id, SIGNER.suite), SIGNER.sign(MESSAGE))
ENTRY = acts.format_entry(
    EVENT_BYTES, "2022-03-01T02:03:05.000000Z", canonical.digest(ENVELOPE)
)


def _open_and_verify(envelope: bytes) -> acts.Act:
    opened = acts.open_seal(envelope)
    verify_suite(SIGNER.suite, SIGNER.public, opened.signed, opened.signatures)
    return opened.act


def test_the_worked_example_is_the_vector():
    """The bytes of event, act, envelope and entry are as released."""
    for name, encoded in (
        ("event.json", EVENT_BYTES),
        ("act.json", acts.format_act(ACT)),
        ("seal.json", ENVELOPE),
        ("entry.json", ENTRY),
    ):
        assert (VECTORS / name).read_bytes() == encoded


def test_each_is_read_back_the_same():
    """Reading is the inverse of writing for all four."""
    assert acts.parse_event(EVENT_BYTES) == EVENT
    assert acts.parse_act(acts.format_act(ACT)) == ACT
    assert _open_and_verify(ENVELOPE) == ACT
    entry = acts.parse_entry(ENTRY)
    assert (entry.event, entry.event_bytes) == (EVENT, EVENT_BYTES)
    assert (entry.recorded_at, entry.seal) == (
        "2022-03-01T02:03:05.000000Z",
        canonical.digest(ENVELOPE),
    )


@pytest.mark.slow
@pytest.mark.parametrize("encoded", [EVENT_BYTES, ENTRY], ids=["event", "entry"])
def test_every_one_byte_change_gives_another_digest_or_is_refused(encoded):
    """Nothing that differs by a byte passes for the same event or entry."""
    parse = acts.parse_event if encoded is EVENT_BYTES else acts.parse_entry
    whole = parse(encoded)
    for place in range(len(encoded)):
        for change in range(1, 256):
            changed = encoded[:place] + bytes([encoded[place] ^ change]) + encoded[place + 1 :]
            try:
                assert parse(changed) != whole
            except MalformedError:
                continue


@pytest.mark.slow
def test_every_one_byte_change_of_a_seal_is_refused():
    """A changed envelope does not open, or its signature does not hold, or only its keyid differs.

    The keyid never decides trust; that it is not the one signed is seen by the seal's digest.
    """
    for place in range(len(ENVELOPE)):
        for change in range(1, 256):
            changed = (
                ENVELOPE[:place] + bytes([ENVELOPE[place] ^ change]) + ENVELOPE[place + 1 :]
            )
            try:
                opened = acts.open_seal(changed)
                verify_suite(SIGNER.suite, SIGNER.public, opened.signed, opened.signatures)
            except LedgerError:
                continue
            assert opened.keyids != component_keyids(SIGNER.key_id, SIGNER.suite)


@pytest.mark.parametrize(
    "encoded", [EVENT_BYTES, ENTRY, ENVELOPE], ids=["event", "entry", "seal"]
)
def test_every_truncation_and_addition_is_refused(encoded):
    """Parsers take all of their input and nothing less."""
    parse = {EVENT_BYTES: acts.parse_event, ENTRY: acts.parse_entry}.get(
        encoded, acts.open_seal
    )
    for end in range(len(encoded)):
        with pytest.raises(MalformedError):
            parse(encoded[:end])
    for tail in (b"\n", b" ", b"{}", b"\0"):
        with pytest.raises(MalformedError):
            parse(encoded + tail)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "fund.countersigned"},
        {"kind": "Fund.countersigned/1"},
        {"kind": "fund.countersigned/0"},
        {"kind": "document.drafted/1"},
        {"record": "fund"},
        {"record": "fund/"},
        {"record": "fund/a b"},
        {"record": "fund/" + "x" * 201},
        {"version": 0},
        {"version": True},
        {"version": 1},
        {"prev": "0" * 64},
        {"prev": "AB" * 32},
        {"salt": "short"},
        {"salt": "AAECAwQFBgcICQoLDA0ODx"},
        {"body": []},
        {"body": {"a": 1.5}},
        {"body": {"text": "长" * 22_000}},
        {"body": {"a": [[[[[[[[[[[1]]]]]]]]]]]}},
    ],
    ids=str,
)
def test_an_event_out_of_form_is_not_written(changes):
    """Each member has its form, and version 1 alone follows zeros."""
    with pytest.raises(MalformedError):
        acts.format_event(replace(EVENT, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"act": "x"},
        {"actor": "nobody"},
        {"at": "2022-03-01"},
        {"basis": "because"},
        {"events": ()},
        {"events": ("ab" * 32,) * 2},
        {"events": tuple(f"{n:064x}" for n in range(257))},
        {"events": ("x",)},
        {"key": "short"},
        {"ledger": ""},
        {"on_behalf_of": "x"},
        {"reads": (("key/b", 1), ("key/a", 1))},
        {"reads": (("key/a", 1), ("key/a", 1))},
        {"reads": (("key/a", -1),)},
        {"reads": tuple((f"key/{n:03}", 1) for n in range(65))},
        {"request": ""},
        {"seen": (-1, "ef" * 32)},
        {"seen": (1, "")},
    ],
    ids=str,
)
def test_an_act_out_of_form_is_not_written(changes):
    """Each member has its form; lists are sorted, unique and bounded."""
    with pytest.raises(MalformedError):
        acts.format_act(replace(ACT, **changes))


def test_256_events_fit_and_64_reads():
    """The bounds themselves are allowed."""
    full = replace(
        ACT,
        events=tuple(f"{n:064x}" for n in range(256)),
        reads=tuple((f"key/{n:03}", 1) for n in range(64)),
    )

    assert acts.parse_act(acts.format_act(full)) == full


@pytest.mark.parametrize(
    ("member", "told", "problem"),
    [
        ("events", {}, "lists of events and reads"),
        ("reads", "x", "lists of events and reads"),
        ("reads", [["key/a"]], r"reads.*\[record, version\]"),
        ("reads", ["ab"], r"reads.*\[record, version\]"),
    ],
)
def test_an_act_of_another_shape_is_refused(member, told, problem):
    """What somebody else's program signed is read as strictly as our own."""
    encoded = canonical.encode(canonical.parse(acts.format_act(ACT)) | {member: told})

    with pytest.raises(MalformedError, match=problem):
        acts.parse_act(encoded)


def test_an_event_over_the_bound_is_not_even_parsed():
    """Its bytes are counted first."""
    with pytest.raises(MalformedError, match="at most 65000 bytes, found 65001"):
        acts.parse_event(b"x" * (acts.MAX_EVENT_BYTES + 1))


def test_a_signature_of_another_key_is_refused():
    """Somebody else's valid signature is none."""
    other = SeedSigner(bytes(32))
    forged = acts.seal(ACT, component_keyids(SIGNER.key_id, SIGNER.suite), other.sign(MESSAGE))

    with pytest.raises(SignatureError):
        _open_and_verify(forged)


@pytest.mark.parametrize("signatures", [[], ["x"] * 5])
def test_a_seal_has_one_to_four_signatures(signatures):
    """An envelope with none, or too many, does not open."""
    told = canonical.parse(ENVELOPE)
    told["signatures"] = [{"keyid": "k", "sig": "eA=="} for _ in signatures]

    with pytest.raises(MalformedError):
        acts.open_seal(canonical.encode(told))


def test_a_seal_of_another_type_is_refused():
    """The payload type is ours, or it is no seal."""
    told = canonical.parse(ENVELOPE) | {"payloadType": "text/plain"}

    with pytest.raises(MalformedError, match="payloadType"):
        acts.open_seal(canonical.encode(told))


@pytest.mark.parametrize("payload", ["", "e", "e30=\n", "e31=", "{}"])
def test_base64_has_one_spelling(payload):
    """White space, missing padding and loose bits are refused."""
    told = canonical.parse(ENVELOPE) | {"payload": payload}

    with pytest.raises(MalformedError):
        acts.open_seal(canonical.encode(told))


def test_what_is_signed_is_dsse():
    """The pre-authentication encoding counts bytes (DSSE 1.0.2)."""
    payload = acts.format_act(ACT)
    kind = acts.PAYLOAD_TYPE.encode()

    assert acts.signed_bytes(payload) == b"DSSEv1 %d %s %d %s" % (
        len(kind), kind, len(payload), payload
    )  # fmt: skip
    assert base64.b64decode(canonical.parse(ENVELOPE)["payload"]) == payload
