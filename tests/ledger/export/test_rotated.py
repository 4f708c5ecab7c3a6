"""What was exported from a log whose key was rotated, checked by who pinned the old key or the new."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.errors import ProofError, UsageError
from ledger.export.check import check_bundle
from ledger.export.heads import check_growth, check_head
from ledger.export.proofs import check_entry, check_evidence, led_by
from ledger.export.scope import Wanted
from ledger.export.trees import check_tree
from ledger.log.consistency import ConsistencyProof, format_consistency
from ledger.log.proof import parse_proof
from ledger.log.tree import prove_consistency
from tests.ledger.export.bundled import export
from tests.ledger.export.proven import codes, entry_proof, signed, trust_of
from tests.office import FOUNDER, make_office
from tests.rotating import new_log_key, proposal, rotate, rotated
from tests.stock.trees import write_tree


def grow(office):
    """Record one more act."""
    office.act(FOUNDER, ("office.correct-clock", "office/main", {"reason": "校时"}))
    return office


@pytest.fixture(scope="module")
def before():
    """The office with its first key, whose head is signed before the rotation."""
    return make_office()


@pytest.fixture(scope="module")
def old_head(before):
    """The first key's head."""
    return signed(before)


@pytest.fixture(scope="module")
def office(before, old_head):
    """The same office after the rotation; it is asked for after `old_head`."""
    del old_head
    return grow(rotated(before))


@pytest.fixture
def trusts(before, office):
    """What a reader pinned: the old key, the new one, either with its short half alone."""
    both = [trust_of(before), trust_of(office)]
    return [*both, *(replace(each, log_key_ml_dsa="") for each in both)]


def bundle(office, out):
    """A bundle of the office's own record."""
    export(office, out, wanted=Wanted(records=("office/main",)))
    return out


def test_whatever_travels_leads_from_either_pin(office, trusts, tmp_path):
    """A proof, a tree and a bundle carry the office's history, which carries the handover."""
    proof = entry_proof(office, 2)
    tree, folder = write_tree(office, tmp_path), bundle(office, tmp_path / "bundle")

    for trust in (*trusts, None):
        assert codes(check_evidence(proof, trust)) == set()
        assert codes(check_tree(tree, trust)) == set()
        assert codes(check_bundle(folder, trust)) == set()


def test_what_a_stolen_old_key_signs_is_found(before, office, trusts, tmp_path):
    """Its holder signs a true proof, tree and bundle of after the rotation; none of them holds."""
    thief = replace(office, log_key=before.log_key)
    proof = entry_proof(thief, 2)
    tree, folder = write_tree(thief, tmp_path), bundle(thief, tmp_path / "bundle")

    for trust in (*trusts, None):
        assert codes(check_evidence(proof, trust)) == {"proof.checkpoint"}
        assert codes(check_tree(tree, trust)) == {"tree.checkpoint"}
        assert codes(check_bundle(folder, trust)) >= {"bundle.checkpoint", "bundle.note"}


def test_a_forged_rotation_is_found_wherever_it_travels(tmp_path):
    """Two administrators who lack the old key hand nothing over."""
    office = make_office()
    forged = new_log_key(office, "forged")
    rotate(office, proposal(forged, new_log_key(office)))
    thief = replace(office, log_key=new_log_key(office))
    trust = trust_of(office)

    told = [
        check_evidence(entry_proof(thief, 2), trust),
        check_tree(write_tree(thief, tmp_path), trust),
        check_bundle(bundle(thief, tmp_path / "bundle"), trust),
    ]

    assert [codes(each) for each in told] == [
        {"proof.key", "proof.checkpoint"},
        {"tree.key", "tree.checkpoint"},
        {"bundle.key", "bundle.pin", "bundle.founding", "bundle.note"},
    ]


def test_a_head_alone_needs_the_handover(before, office, old_head):
    """A checkpoint says nothing of the office: another key's is not known without a proof that leads there."""
    new_head = signed(office).note
    handed = entry_proof(office, office.store.head().size - 1)

    for trust in (trust_of(before), trust_of(office)):
        led = replace(trust, succession=led_by(handed, trust))
        assert codes(check_head(old_head.note, led)) == set()
        assert codes(check_head(new_head, led)) == set()
    assert codes(check_head(new_head, trust_of(before))) == {"proof.checkpoint"}
    assert codes(check_head(old_head.note, trust_of(office))) == {"proof.checkpoint"}


def test_growth_over_a_rotation_needs_the_handover(before, office, old_head):
    """That the log grew from the old key's head to the new key's shows only who knows both."""
    new = signed(office)
    sizes = old_head.checkpoint.size, new.checkpoint.size
    hashes = prove_consistency(*sizes, office.store.read_hashes)
    proof = format_consistency(ConsistencyProof(old_head.note, new.note, tuple(hashes)))
    trust = trust_of(before)
    led = replace(trust, succession=led_by(entry_proof(office, 2), trust))

    assert codes(check_growth(proof, led)) == set()
    assert codes(check_growth(proof, trust)) == {"proof.consistency"}


def test_a_proof_of_the_stock_form_needs_the_handover(before, office):
    """Without the office's history an entry's proof is judged by the keys that its reader knows."""
    proof = entry_proof(office, 2)
    entry = next(each for each in office.store.events() if each.index == 2)
    encoded = parse_proof(proof)
    assert encoded.index == entry.index
    trust = trust_of(before)
    led = replace(trust, succession=led_by(proof, trust))

    assert "proof.entry" in codes(check_entry(proof, b"", trust))
    assert [each.message for each in check_entry(proof, b"", led).findings] != [
        each.message for each in check_entry(proof, b"", trust).findings
    ]


def test_a_handover_that_does_not_hold_leads_nowhere(before, office):
    """A proof signed by the stolen old key, and one of another log, are refused with the first finding."""
    thief = replace(office, log_key=before.log_key)

    with pytest.raises(ProofError, match=r"proof\.checkpoint"):
        led_by(entry_proof(thief, 2), trust_of(before))
    with pytest.raises(ProofError, match=r"proof\.pin"):
        led_by(entry_proof(office, 2), replace(trust_of(before), founding="0" * 64))


def test_the_new_key_signs_no_size_at_which_the_old_one_spoke(office, old_head, tmp_path):
    """A bundle of what was known before the rotation would speak with the wrong key."""
    with pytest.raises(UsageError, match="another key of the log spoke"):
        export(
            office, tmp_path / "b", wanted=Wanted(records=("office/main",)),
            size=old_head.checkpoint.size,
        )  # fmt: skip

    assert list(tmp_path.iterdir()) == []
