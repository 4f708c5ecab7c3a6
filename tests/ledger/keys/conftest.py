"""What the tests of keys share: their vectors, and a quick stand-in for Argon2id."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

VECTORS = Path(__file__).parents[2] / "vectors" / "keys"


@pytest.fixture(scope="session")
def vector():
    """Read one vector by its name."""

    def read(name):
        return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))

    return read


@pytest.fixture(scope="session")
def quick():
    """Derive a key in no time, from all that Argon2id takes: what is tested is around it."""

    def derive(passphrase, kdf):
        return hashlib.sha256(repr((passphrase, kdf)).encode()).digest()

    return derive
