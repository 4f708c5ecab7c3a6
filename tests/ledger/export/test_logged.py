"""The inclusion proofs of a bundle, written block by block, are those of the tree one by one."""

from __future__ import annotations

import base64
import json

import pytest

from ledger.export.logged import BLOCK, proof_lines
from ledger.log.tree import append_all, prove_inclusion
from ledger.store.contract import EventRow


class Log:
    """The hashes of a log of so many leaves."""

    def __init__(self, size):
        """Grow it."""
        leaves = [index.to_bytes(32, "big") for index in range(size)]
        _, self.nodes = append_all(0, (), leaves)

    def read_hashes(self, places):
        """Return the hashes of complete subtrees."""
        return [
            self.nodes[((position + 1) << level) - 1][32 * level : 32 * level + 32]
            for level, position in places
        ]


@pytest.mark.parametrize("size", [1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 4 * BLOCK + 70])
def test_each_line_is_the_tree_s_own_proof(size):
    """For every leaf, in a whole block, in the last one that is cut off, and where some are left out."""
    log = Log(size)
    indexes = [index for index in range(size) if index % 7 or index == size - 1]
    rows = (EventRow(each, "", 1, "", b"", "", "", b"") for each in indexes)

    lines = list(proof_lines(rows, log, size))

    assert [json.loads(line) for line in lines] == [
        {"hashes": [base64.b64encode(each).decode() for each in proof], "index": index}
        for index in indexes
        for proof in [prove_inclusion(index, size, log.read_hashes)]
    ]
    assert all(line.endswith(b"}\n") and b" " not in line for line in lines)
