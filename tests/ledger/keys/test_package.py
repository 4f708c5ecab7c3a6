"""The package as a whole: what it costs to import, and what its docstrings promise."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ledger.keys import agent, ed25519, keyfile, logkey, possession, suite

EXAMPLES = [
    (ed25519, "ed25519-accept", ["public", "message"]),
    (suite, "key-id", ["canonical", "key"]),
    (keyfile, "keyfile", ["sha256", "size"]),
    (possession, "possession", ["ledger", "officer", "sha256", "size"]),
    (logkey, "log-key", ["name", "verifier"]),
    (logkey, "log-key-of-two", ["name", "ml_dsa_begins"]),
    (keyfile, "log-keyfile", ["sha256", "size"]),
    (agent, "agent-sign", ["request"]),
]


@pytest.mark.parametrize(("module", "name", "members"), EXAMPLES)
def test_each_docstrings_worked_example_is_its_vector(vector, module, name, members):
    """The values a reader finds in the docstring are those of the vector."""
    case = vector(name)
    written = "".join(module.__doc__.split())

    for member in members:
        assert "".join(str(case[member]).split()) in written


def test_the_package_itself_is_light():
    """Importing the package loads no cryptography: `--help` stays quick."""
    program = "import sys, ledger.keys; print({'cryptography', 'nacl'} & set(sys.modules))"

    shown = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)

    assert shown.stdout.strip() == b"set()"
