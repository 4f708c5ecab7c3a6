"""R16 to R18 and what is found: whose signature it is, on what basis, and what it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.family import AS_FOUND, PAPER
from ledger.records.fund import FAMILY
from ledger.records.fund import events as told
from tests.ledger.records import spending as s

PAY = {"amount_fen": 115_280}


def test_a_signature_names_what_it_is_for():
    """R16: there is no blanket signature, and none on nothing."""
    office = s.office()
    item = s.submitted(office)

    assert s.forged(office, "fund.countersign", item, {}, item_digest="") == ["R1", "R16"]


PAPER_ASKED: dict[str, Any] = {
    "signer": "冯同志", "post": "部门负责人", "occurred_at": "2022-02-28", "attachments": s.SCAN,
}  # fmt: skip


def test_what_was_signed_on_paper_is_entered_by_another_with_its_scan():
    """R17: who signed, when, the scan; it counts, and is told from what was signed here."""
    office = s.office()
    item = s.signed(office, upto=1)
    s.as_(office, "王").basis = PAPER

    office.when("fund.countersign", item, **PAPER_ASKED)

    signature = office.state(item).signatures[-1]
    assert (str(signature.persons[0]), signature.basis) == ("冯同志", PAPER)
    assert office.events[item][-1].recorder_name == "王同志"


@pytest.mark.parametrize(
    "instead", [{"attachments": ()}, {"signer": ""}, {"occurred_at": ""}, {"signer": "王同志"},
                {"occurred_at": "9999-01-01"}, {"signer": "officer/王"}]
)  # fmt: skip
def test_a_paper_signature_without_its_proof_is_refused(instead):
    """R17: no scan, no signer, no day, a day to come, or entered by who signed it."""
    office = s.office()
    item = s.signed(office, upto=1)
    s.as_(office, "王").basis = PAPER

    assert office.refused("fund.countersign", item, **{**PAPER_ASKED, **instead}) == ["R17"]


def test_nobody_signs_here_in_another_name():
    """R17: a direct signature is the actor's own."""
    office = s.office()
    item = s.signed(office, upto=1)

    assert s.as_(office, "冯").refused("fund.countersign", item, signer="officer/王") == ["R17"]


def test_what_is_found_carries_no_basis_and_gives_nobody_a_signature():
    """R17: history found does not complete a chain here."""
    office = s.office()
    item = s.submitted(office)
    office.basis = AS_FOUND
    for level, name in enumerate(s.SIGNERS, start=1):
        office.given(
            item,
            told.Countersigned(
                level=level, signer=name, item_digest=office.state(item).item_digest
            ),
        )
    assert s.forged(office, "fund.countersign", item, {}, basis="direct")[-1] == "R17"
    office.basis = "direct"

    assert office.state(item).waiting_level.level == 1
    assert s.as_(office, "钱").refused("fund.pay", item, **PAY) == ["R14", "B15"]


def test_a_moment_told_is_a_moment():
    """R17: a day, or a moment in UTC; nothing else."""
    office = s.office()
    item = s.submitted(office)

    assert office.refused("fund.countersign", item, occurred_at="2022-02-31") == ["R17"]
    assert office.refused("fund.countersign", item, occurred_at="2022-02-28 09:30") == []


def test_a_signature_says_what_it_means():
    """R18: 经办, 证明, 审核, 审批 …; each level's own where none is told."""
    office = s.office()
    item = s.submitted(office)

    assert office.refused("fund.countersign", item, meaning="同意") == ["R18"]
    assert office.refused("fund.countersign", item, meaning="审批") == ["R18"]
    office.when("fund.countersign", item)
    assert office.state(item).signatures[-1].meaning == "经办"


def test_history_found_under_a_known_policy_is_held_against_it():
    """What was found is reported where it breaks the terms it names: order, post and payment."""
    office = s.office()
    item = s.submitted(office)
    office.basis = AS_FOUND
    wrong = {"level": 2, "signer": "冯同志", "post": "出纳"}

    assert office.refused("fund.countersign", item, **wrong) == ["R2", "R5"]
    assert office.refused("fund.pay", item, **PAY) == ["R14"]
    office.given(item, told.Countersigned(level_name="经办人"), told.Countersigned(level=2))
    assert office.state(item).first_unsigned(found_too=True).level == 3


def test_what_is_found_writes_no_other_record():
    """A step found reserves, spends and claims nothing."""
    office = s.office()
    office.basis = AS_FOUND

    changes, broken = office.attempt("fund.submit", **s.ASKED, invoices=(s.INVOICE,))

    assert [each.record.partition("/")[0] for each in changes] == ["fund"]
    assert broken == []


@pytest.mark.parametrize(
    "instead", [{"basis": "direct"}, {"reserves_fen": 1}, {"basis": "paper", "reserves_fen": 1}]
)
def test_history_never_says_that_it_was_done_here(instead):
    """R17: a guard keeps it out, however it was written: found, it signs and moves nothing."""
    office = s.office()
    item = s.submitted(office)
    office.basis = AS_FOUND
    (changes, _), guards = (
        office.attempt("fund.countersign", item),
        [r for r in FAMILY.rules if r.guard],
    )

    event = replace(changes[0].event, **instead)

    assert [rule.code for rule in guards] == ["R17"]
    assert guards[0].broken(None, event, office) is not None
    assert guards[0].broken(None, changes[0].event, office) is None


def test_a_return_found_sets_nothing_free():
    """R17: what an item holds of its line stays held, until it is done here."""
    office = s.office()
    item = s.signed(office, upto=3)
    office.basis = AS_FOUND

    office.when("fund.reject", item, signer="刘同志")

    assert office.state(s.LINE).reserved_for(item) == office.state(item).reserved_fen == 115_280
    office.basis = "direct"
    s.as_(office, "何").when("fund.resubmit", item)
    for name in s.SIGNERS:
        s.as_(office, name).when("fund.countersign", item)
    assert office.state(s.LINE).reserved_for(item) == 115_280
