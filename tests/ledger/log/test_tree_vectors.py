"""The proof checks against the 518 published cases, 482 of them to be refused."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import ProofError
from ledger.log import tree

SHARED = Path(__file__).parents[4] / "shared" / "vectors" / "merkle"
CASES = sorted(path.relative_to(SHARED).as_posix() for path in SHARED.glob("*/**/*.json"))

# These three turn on size 0, from which by C2SP every tree may grow: they come out the other way.
ACCEPTED_BY_C2SP = {
    "consistency/additional/size1-is-zero-and-size2-is-not-zero.json",
    "consistency/additional/sizes-are-equal-zero-and-proof-is-empty.json",
    "consistency/additional/size1-is-zero-and-does-not-equal-size2.json",
}


def check_case(kind: str, case: dict[str, Any]) -> None:
    """Check the proof of a published case."""
    CHECKS[kind](case, [base64.b64decode(hash_) for hash_ in case["proof"] or []])


def _inclusion(case: dict[str, Any], proof: list[bytes]) -> None:
    tree.check_inclusion(
        index=case["leafIdx"],
        size=case["treeSize"],
        leaf=base64.b64decode(case["leafHash"]),
        proof=proof,
        root=base64.b64decode(case["root"]),
    )


def _consistency(case: dict[str, Any], proof: list[bytes]) -> None:
    tree.check_consistency(
        old_size=case["size1"],
        new_size=case["size2"],
        old_root=base64.b64decode(case["root1"]),
        new_root=base64.b64decode(case["root2"]),
        proof=proof,
    )


def _subtree_inclusion(case: dict[str, Any], proof: list[bytes]) -> None:
    tree.check_subtree_inclusion(
        index=case["leafIdx"],
        subtree=(case["start"], case["end"]),
        leaf=base64.b64decode(case["leafHash"]),
        proof=proof,
        root=base64.b64decode(case["root"]),
    )


def _subtree_consistency(case: dict[str, Any], proof: list[bytes]) -> None:
    tree.check_subtree_consistency(
        subtree=(case["start"], case["end"]),
        size=case["size"],
        subtree_root=base64.b64decode(case["root1"]),
        root=base64.b64decode(case["root2"]),
        proof=proof,
    )


CHECKS = {
    "inclusion": _inclusion,
    "consistency": _consistency,
    "subtreeinclusion": _subtree_inclusion,
    "subtreeconsistency": _subtree_consistency,
}


@pytest.mark.skipif(not CASES, reason="the published cases are not beside the project")
def test_all_published_cases_are_there() -> None:
    """518 cases, of which 482 must be refused."""
    refused = [json.loads((SHARED / name).read_text())["wantErr"] for name in CASES]

    assert (len(refused), sum(refused)) == (518, 482)
    assert set(CASES) >= ACCEPTED_BY_C2SP


@pytest.mark.skipif(not CASES, reason="the published cases are not beside the project")
@pytest.mark.parametrize("name", CASES or [""])
def test_published_case(name: str) -> None:
    """Each case is accepted or refused as published, but for the three that C2SP accepts."""
    case = json.loads((SHARED / name).read_text())
    kind = name.partition("/")[0]

    if case["wantErr"] and name not in ACCEPTED_BY_C2SP:
        with pytest.raises(ProofError):
            check_case(kind, case)
    else:
        check_case(kind, case)
