"""`securesystemslib` verifies our seals: they are DSSE envelopes like any other."""

from __future__ import annotations

import json

import pytest
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from ledger.log import tiles
from tests.office import FOUNDER


def officer_key(office, name):
    """An officer's key, as a stock verifier wants it."""
    signer = office.people[name].signer
    keyid = f"{signer.key_id}:ed25519"
    return SSlibKey(keyid, "ed25519", "ed25519", {"public": signer.public[0].hex()})


def verifies(envelope, key):
    """Tell whether the library accepts an envelope under a key."""
    try:
        Envelope.from_dict(json.loads(envelope)).verify([key], threshold=1)
    except VerificationError:
        return False
    return True


@pytest.fixture(scope="module")
def seals(busy):
    """The envelopes of a small office, as they stand in its tree of tiles."""
    _, tree = busy
    (path,) = (tree / "tile" / "seals").glob("000.p/*")
    return tiles.parse_seals(path.read_bytes())


def test_every_seal_holds_under_its_officer_s_key_and_no_other(busy, seals):
    """Each envelope verifies under the key that its act names, and under nobody else's."""
    office, _ = busy
    keys = {
        each.signer.key_id: officer_key(office, name) for name, each in office.people.items()
    }

    for envelope in seals:
        act = json.loads(Envelope.from_dict(json.loads(envelope)).payload)
        holding = [key for key, known in keys.items() if verifies(envelope, known)]
        assert holding == [act["key"]]


def test_a_changed_seal_is_refused(busy, seals):
    """One letter of the payload."""
    told = json.loads(seals[0])
    told["payload"] = told["payload"].replace("e", "f", 1)

    assert not verifies(json.dumps(told), officer_key(busy[0], FOUNDER))
