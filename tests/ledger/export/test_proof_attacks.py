"""Attacks on evidence: what was left out, added, swapped or signed by the wrong key is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.export.evidence import Closing
from ledger.export.proofs import check_evidence
from ledger.log import proof as tlog
from ledger.log.inventory import Leaf
from tests.ledger.export.proven import (
    checked,
    codes,
    entry_proof,
    evidence_of,
    record_proof,
    seal_inventory,
    series,
    with_evidence,
)
from tests.office import SECOND, make_busy_office

NOBODY = "rule/01GX0000000000000000000000"


@pytest.fixture(scope="module")
def office(proven):
    """Give the office whose proofs these are; nobody here adds to it."""
    return proven


def test_every_entry_left_out_is_missed(office, whole, last):
    """The record's own, and each that its signatures rest on."""
    for encoded in (whole, last):
        evidence = evidence_of(encoded)
        for left_out in evidence.entries:
            rest = tuple(each for each in evidence.entries if each is not left_out)
            found = checked(office, with_evidence(encoded, replace(evidence, entries=rest)))
            assert found.findings != [], left_out.index


def test_a_history_cut_at_its_end_is_missed(office, whole):
    """The inventory says how many events there are: the last ones cannot be kept back."""
    evidence = evidence_of(whole)
    record = office.record_of("丙")
    mine = [each for each in evidence.entries if each.entry.event.record == record]
    for kept in range(1, len(mine)):
        rest = tuple(each for each in evidence.entries if each not in mine[kept:])
        found = checked(office, with_evidence(whole, replace(evidence, entries=rest)))
        assert "proof.inventory" in codes(found)


def test_every_seal_left_out_is_missed(office, whole, last):
    """No entry counts without the signature over it."""
    for encoded in (whole, last):
        evidence = evidence_of(encoded)
        for left_out in evidence.seals:
            rest = tuple(each for each in evidence.seals if each is not left_out)
            found = checked(office, with_evidence(encoded, replace(evidence, seals=rest)))
            assert found.findings != []


def test_every_leaf_left_out_leaves_something_open(office, whole):
    """The record's own leaf is missed; without a key's leaf that key is told as open."""
    evidence = evidence_of(whole)
    for left_out in evidence.closing.leaves:
        rest = tuple(each for each in evidence.closing.leaves if each is not left_out)
        closing = replace(evidence.closing, leaves=rest)
        found = checked(office, with_evidence(whole, replace(evidence, closing=closing)))
        family = left_out.leaf.record.partition("/")[0]
        if left_out.leaf.record == office.record_of("丙"):
            assert "proof.inventory" in codes(found)
        elif family == "key":
            assert any(left_out.leaf.record[:16] in each for each in found.not_checked)


def test_an_added_entry_is_refused(office, whole, last):
    """A true entry of the log that nothing here rests on does not belong here."""
    for encoded, extra in (
        (whole, last),
        (last, entry_proof(office, office.store.head().size - 2)),
    ):
        evidence, other = evidence_of(encoded), evidence_of(extra)
        known = {each.index for each in evidence.entries}
        entries = sorted(
            [*evidence.entries, *(each for each in other.entries if each.index not in known)],
            key=lambda each: each.index,
        )
        seals = tuple(dict.fromkeys([*evidence.seals, *other.seals]))
        added = replace(evidence, entries=tuple(entries), seals=seals)
        assert "proof.scope" in codes(checked(office, with_evidence(encoded, added)))


def test_an_added_seal_is_refused(office, whole, last):
    """A seal that covers nothing here."""
    extra = evidence_of(last).seals[-1]
    evidence = evidence_of(whole)

    found = checked(
        office, with_evidence(whole, replace(evidence, seals=(*evidence.seals, extra)))
    )

    assert "proof.seal" in codes(found)


def test_an_added_leaf_is_refused(office, whole):
    """A leaf of a record that nothing here rests on."""
    absent = evidence_of(record_proof(office, "zzz/9"))
    evidence = evidence_of(whole)
    leaves = {each.index: each for each in (*evidence.closing.leaves, *absent.closing.leaves)}
    closing = replace(evidence.closing, leaves=tuple(leaves[at] for at in sorted(leaves)))

    found = checked(office, with_evidence(whole, replace(evidence, closing=closing)))

    assert "proof.inventory" in codes(found)


def test_an_event_of_another_ledger_is_refused(office, whole):
    """The same office's twin: another log, other salts, other signatures."""
    twin = make_busy_office()
    seal_inventory(twin)
    other = evidence_of(record_proof(twin, twin.record_of("丙")))
    evidence = evidence_of(whole)

    swapped = replace(evidence, entries=other.entries, seals=other.seals)

    assert "proof.entry" in codes(checked(office, with_evidence(whole, swapped)))


def test_a_changed_leaf_is_refused(office, whole):
    """Another version or digest than the inventory's root covers."""
    evidence = evidence_of(whole)
    for at, placed in enumerate(evidence.closing.leaves):
        for leaf in (
            replace(placed.leaf, version=placed.leaf.version + 1),
            replace(placed.leaf, last="ab" * 32),
            Leaf("officer/other", placed.leaf.version, placed.leaf.last),
        ):
            leaves = list(evidence.closing.leaves)
            leaves[at] = replace(placed, leaf=leaf)
            closing = replace(evidence.closing, leaves=tuple(leaves))
            found = checked(office, with_evidence(whole, replace(evidence, closing=closing)))
            assert "proof.inventory" in codes(found)


def test_a_record_that_is_there_cannot_be_called_absent(office):
    """Neither by leaving its leaf out, nor by neighbours that do not stand side by side."""
    record = office.record_of("丁")
    encoded = record_proof(office, NOBODY)
    evidence = evidence_of(encoded)

    found = checked(office, with_evidence(encoded, replace(evidence, record=record)))

    assert "proof.inventory" in codes(found)


def test_a_record_called_whole_without_an_inventory_is_refused(office, whole):
    """No closing, or one that stands elsewhere than the proof says."""
    evidence = evidence_of(whole)
    for closing in (
        None,
        replace(evidence.closing, index=3),
        replace(evidence.closing, index=99),
    ):
        found = checked(office, with_evidence(whole, replace(evidence, closing=closing)))
        assert "proof.inventory" in codes(found)


def test_a_file_about_another_entry_is_refused(office, last):
    """Index and hashes of the proof are those of an entry that is here."""
    proof = tlog.parse_proof(last)
    for changed in (replace(proof, index=0), replace(proof, hashes=proof.hashes[:-1])):
        found = checked(office, tlog.format_proof(changed))
        assert "proof.entry" in codes(found)


def test_seals_in_another_order_are_refused(office, last):
    """One file, one spelling."""
    evidence = evidence_of(last)

    found = checked(office, with_evidence(last, replace(evidence, seals=evidence.seals[::-1])))

    assert "proof.seal" in codes(found)


# --- keys ---------------------------------------------------------------------------------------


def test_a_stolen_key_s_acts_are_found_by_a_later_word():
    """An act signed before the revocation, from the index on that the revocation names."""
    office = make_busy_office()
    spare = office.enrol_key("丙", "丙的另一把密钥")
    done = office.act(spare, ("series.open", "", series(2022)))
    key = f"key/{spare.signer.key_id}"
    lost = {"reason": "被盗", "compromised_since": done.first_index}
    office.act("丁", ("key.propose-revocation", key, lost))
    office.act(SECOND, ("key.revoke", key, {}))

    found = checked(office, entry_proof(office, done.first_index))

    assert "proof.key" in codes(found)


@pytest.mark.parametrize("lie", [{"size": 1000}, {"root": "ab" * 32}, {"records": 3}], ids=str)
def test_a_false_inventory_closes_nothing_though_it_is_sealed(lie):
    """An officer signed it and the log holds it: whoever checks by it is told."""
    office = make_busy_office()
    seal_inventory(office)
    leaves = evidence_of(record_proof(office, "office/main")).closing.leaves
    done = seal_inventory(office, **lie)
    encoded = entry_proof(office, done.first_index)
    evidence = evidence_of(encoded)
    assert evidence.closing is None

    lying = replace(evidence, closing=Closing(done.first_index, leaves))

    assert "proof.inventory" in codes(checked(office, with_evidence(encoded, lying)))


def test_a_file_without_its_founding_act_has_no_key_to_be_checked_by(last):
    """Neither a pin nor a first entry: nobody can say who signed the checkpoint."""
    evidence = evidence_of(last)
    rest = with_evidence(last, replace(evidence, entries=evidence.entries[1:]))

    assert "proof.checkpoint" in codes(check_evidence(rest, None))
