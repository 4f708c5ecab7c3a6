"""Whose key it was, and good from which index to which: by the log's own order alone."""

from __future__ import annotations

import base64

import pytest

from ledger.errors import KeyNotTrustedError, MalformedError
from ledger.keys.ring import Ring

PUBLIC = base64.b64encode(bytes(32)).decode()
PROOF = base64.b64encode(bytes(64)).decode()
BODY = {"officer": "officer/A", "suite": "ed25519", "public": [PUBLIC], "possession": [PROOF]}


def ring(*told):
    """Return a ring that has learned the founder's key, and (kind, key, index) in this order."""
    made = Ring()
    for kind, key, index in (("enrolled", "founder", 2), *told):
        made.learn(kind=f"key.{kind}/1", record=f"key/{key}", body=BODY, index=index)
    return made


def good_at(made, key, last):
    """Return the indexes up to `last` at which the key signs."""
    found = []
    for index in range(last + 1):
        try:
            made.good(key, index)
        except KeyNotTrustedError:
            continue
        found.append(index)
    return found


def test_a_key_signs_after_its_enrolment():
    """Not in the act that enrols it, and not before."""
    assert good_at(ring(("enrolled", "k", 5)), "k", 8) == [6, 7, 8]


def test_a_key_signs_no_more_after_its_revocation():
    """Its own last act may be the one that revokes it; nothing behind that."""
    assert good_at(ring(("enrolled", "k", 3), ("revoked", "k", 5)), "k", 8) == [4, 5]


def test_a_compromised_key_counts_no_more_from_an_index_on():
    """Signatures from there on are nobody's, though made before it was known; those below stand."""
    made = ring(("enrolled", "k", 3))
    made.learn(
        kind="key.revoked/1",
        record="key/k",
        body={"reason": "", "compromised_since": 6},
        index=9,
    )

    assert good_at(made, "k", 12) == [4, 5]


def test_the_founder_s_key_signs_the_act_that_enrols_it():
    """Index 0 is the one exception: before it there is nobody to enrol."""
    founding = ring(("enrolled", "k", 5))

    assert good_at(founding, "founder", 4) == [0, 3, 4]
    with pytest.raises(KeyNotTrustedError, match="is enrolled at 5, not before 0"):
        founding.good("k", 0)


def test_a_life_holds_what_the_enrolment_told():
    """Officer, suite, public key and proof, as bytes."""
    life = ring(("enrolled", "k", 3)).lives["k"]

    assert (life.key, life.officer, life.suite) == ("k", "officer/A", "ed25519")
    assert (life.public, life.possession) == ((bytes(32),), (bytes(64),))
    assert (life.enrolled, life.revoked) == (3, None)


def test_a_second_enrolment_changes_nothing():
    """Nobody enrols a revoked key anew, or another's key for themselves."""
    made = ring(("enrolled", "k", 3), ("revoked", "k", 4), ("enrolled", "k", 6))
    made.learn(
        kind="key.enrolled/1", record="key/k", body={**BODY, "officer": "officer/B"}, index=7
    )

    assert (made.lives["k"].enrolled, made.lives["k"].revoked) == (3, 4)
    assert made.lives["k"].officer == "officer/A"
    assert good_at(made, "k", 9) == [4]


def test_the_first_revocation_counts():
    """A later one moves nothing."""
    assert ring(("enrolled", "k", 2), ("revoked", "k", 4), ("revoked", "k", 9)).lives[
        "k"
    ].revoked == 4  # fmt: skip


def test_what_was_never_enrolled_never_signs():
    """A revocation or a proposal makes no key."""
    made = ring(("proposed", "k", 1), ("revoked", "k", 2), ("revocation_proposed", "k", 3))

    assert set(made.lives) == {"founder"}
    with pytest.raises(KeyNotTrustedError, match="was never enrolled"):
        made.good("k", 5)


def test_refusals_name_both_places():
    """Enrolled where, used where; revoked where, used where."""
    made = ring(("enrolled", "k", 5), ("revoked", "k", 7))

    with pytest.raises(KeyNotTrustedError, match="is enrolled at 5, not before 5"):
        made.good("k", 5)
    with pytest.raises(KeyNotTrustedError, match="was revoked at 7, used at 8"):
        made.good("k", 8)


def test_one_key_s_life_says_nothing_of_another_s():
    """Keys of one officer live and end on their own."""
    made = ring(("enrolled", "a", 3), ("enrolled", "b", 4), ("revoked", "a", 5))

    assert good_at(made, "a", 7) == [4, 5]
    assert good_at(made, "b", 7) == [5, 6, 7]


@pytest.mark.parametrize("public", [None, 7, [7], ["not base64!"], ["AAA"], [None]], ids=repr)
@pytest.mark.parametrize("member", ["public", "possession"])
def test_an_enrolment_without_a_readable_key_is_refused(member, public):
    """Verification never trusts what it verifies: any body may come."""
    made = Ring()

    with pytest.raises(MalformedError, match="expected base64 components"):
        made.learn(
            kind="key.enrolled/1", record="key/k", body={**BODY, member: public}, index=1
        )
    assert made.lives == {}


def test_a_text_in_a_list_s_place_is_no_key():
    """A string is iterable too; its letters are not components."""
    with pytest.raises(MalformedError):
        Ring().learn(
            kind="key.enrolled/1", record="key/k", body={**BODY, "public": PUBLIC}, index=1
        )
