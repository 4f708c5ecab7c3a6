"""Evidence that travels: what it shows without a store, and that nothing can be left out or added."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.application.inventory import read_inventory
from ledger.errors import LedgerError, MalformedError, NotFoundError, UsageError
from ledger.export.checked import Trust
from ledger.export.proofs import check_entry, check_evidence, proof_origin
from ledger.log import proof as tlog
from tests.ledger.export.proven import (
    checked,
    codes,
    entry_proof,
    evidence_of,
    record_proof,
    seal_inventory,
    signed,
    trust_of,
)
from tests.office import FOUNDER, make_busy_office, make_office

NOBODY = "rule/01GX0000000000000000000000"


@pytest.fixture(scope="module")
def office(proven):
    """Give the office whose proofs these are; nobody here adds to it."""
    return proven


def test_every_entry_is_shown_without_a_store(office):
    """For each index one file, which holds by the pin and names the entry."""
    for row in office.store.events():
        found = checked(office, entry_proof(office, row.index))

        assert found.findings == []
        assert found.shown == f"entry {row.index}: {row.kind} of {row.record}"
        assert found.scope == f"entry {row.index}"


def test_every_record_is_shown_whole(office):
    """For each record below the inventory: all its events, no more and no less."""
    size = office.store.last("inventory/main").index
    records = {row.record for row in office.store.events(0, size)}
    for record in records:
        found = checked(office, record_proof(office, record))
        count = len(office.store.history(record, size - 1))

        assert found.findings == []
        assert found.shown == f"{record}: all its {count} events in the log up to size {size}"
        assert found.scope == f"record {record}"


@pytest.mark.parametrize(
    "record", ["invoice/cn/1-1", "a/0", "zzz/9", NOBODY, "officer/ZZZZZZZZZZZZZZZZZZZZZZZZZZ"]
)
def test_a_record_that_is_not_there_is_shown_absent(office, record):
    """Between two neighbours, before the first, or after the last."""
    found = checked(office, record_proof(office, record))

    assert found.findings == []
    assert found.shown.startswith(f"{record}: no such record in the log up to size ")


def test_a_record_of_later_is_absent_from_the_inventory(office):
    """What was opened after the inventory is not in it, and the answer says up to where."""
    size = office.store.last("inventory/main").index
    found = checked(office, record_proof(office, "series/县委发〔2023〕"))

    assert found.findings == []
    assert found.shown.endswith(f"no such record in the log up to size {size}")


def test_what_is_not_shown_is_told(office, last, whole):
    """Later events, rules, other records' events; keys that no inventory closes; who sealed it."""
    told = checked(office, last).not_checked

    assert "business rules" in told
    assert "whether the record had further events after the one shown" in told
    (open_,) = [each for each in told if "revoked before it signed" in each]
    assert open_.count("key/") == 3
    assert any(
        "whether the inventory is true" in each for each in checked(office, whole).not_checked
    )


def test_a_key_that_an_inventory_closes_is_not_told_as_open(office):
    """An entry below the inventory: that its key was not revoked before is shown too."""
    index = office.store.last(office.record_of("丙")).index
    told = checked(office, entry_proof(office, index)).not_checked

    assert [each for each in told if "revoked before it signed" in each] == []


def test_without_a_pin_the_file_vouches_for_itself_and_says_so(last):
    """The keys are those of the founding act in the file: it holds, and proves less."""
    found = check_evidence(last, None)

    assert (found.findings, found.pin) == ([], "file")


def test_the_origin_is_read_before_a_pin_is_found(office, last):
    """Whose log it is stands in the checkpoint."""
    assert proof_origin(last) == office.ledger.origin


def test_another_pin_is_a_fork(office, last):
    """Another founding act, another log key, another second half."""
    trust = trust_of(office)
    other = make_office().log_key
    assert other.verifier == trust.log_key
    for changed in (
        replace(trust, founding="ab" * 32),
        replace(trust, log_key=trust.log_key_ml_dsa),
        replace(trust, log_key_ml_dsa=trust.log_key),
    ):
        assert "proof.pin" in codes(check_evidence(last, changed))


def test_a_pin_of_the_short_key_alone_is_enough(office, last):
    """The founding act, whose digest is pinned, names the long one."""
    found = check_evidence(last, replace(trust_of(office), log_key_ml_dsa=""))

    assert found.findings == []


def test_a_ledger_of_the_same_key_and_another_founding_is_refused(office):
    """Whoever holds the log key cannot pass off another ledger."""
    assert "proof.pin" in codes(checked(office, entry_proof(make_busy_office(), 3)))


# --- bytes --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_one_byte_change_and_truncation_is_refused():
    """The smallest proof there is: no byte of it can be another, none can be missing."""
    office = make_office(staffed=False)
    encoded, trust = entry_proof(office, 1), trust_of(office)
    assert check_evidence(encoded, trust).findings == []
    for place in range(len(encoded)):
        changed = encoded[:place] + bytes([encoded[place] ^ 1]) + encoded[place + 1 :]
        assert not holds(changed, trust), place
        assert not holds(encoded[:place], trust), place


def test_changed_bytes_all_over_a_whole_record_are_refused(office, whole):
    """A bit here and there, some letters of the base64, all lines."""
    trust = trust_of(office)
    for place in range(0, len(whole), 173):
        for bit in (1, 2, 32):
            changed = whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]
            assert not holds(changed, trust)


def holds(encoded: bytes, trust: Trust) -> bool:
    """Tell whether a file is accepted."""
    try:
        return not check_evidence(encoded, trust).findings
    except LedgerError:
        return False


# --- proofs of others ---------------------------------------------------------------------------


def test_a_plain_proof_is_checked_with_the_entry_s_bytes(office, last):
    """A stock tlog-proof carries no entry: with it, inclusion is shown, and no more."""
    proof = tlog.parse_proof(last)
    plain = tlog.format_proof(replace(proof, extra=None))
    entry = evidence_of(last).entries[-1].encoded

    found = check_entry(plain, entry, trust_of(office))

    assert (found.findings, found.entries) == ([], 1)
    assert "who signed the entry" in found.not_checked
    with pytest.raises(UsageError, match="--entry"):
        check_evidence(plain, trust_of(office))
    assert codes(check_entry(plain, entry + b" ", trust_of(office))) == {"proof.entry"}


def test_extra_bytes_of_others_are_no_evidence(office, last):
    """What stands in the extra line is not ours: found, and nothing is believed."""
    proof = replace(tlog.parse_proof(last), extra=b"{}")

    assert codes(checked(office, tlog.format_proof(proof))) == {"proof.form"}


# --- gathering ----------------------------------------------------------------------------------


def test_what_is_not_in_the_log_is_not_proved(office):
    """An index beyond the head's size, or below 0."""
    for index in (-1, office.store.head().size):
        with pytest.raises(NotFoundError, match="the log holds 0 to"):
            entry_proof(office, index)


def test_a_whole_record_needs_an_inventory():
    """Without one nothing closes a history, and the answer says what to do."""
    with pytest.raises(UsageError, match="qifeng log inventory"):
        record_proof(make_office(), "office/main")


def test_a_false_inventory_closes_nothing():
    """Who proves works the inventory out again before resting on it; entries are proved all the same."""
    for lie in ({"root": "ab" * 32}, {"size": 1000}):
        office = make_busy_office()
        seal_inventory(office, **lie)

        with pytest.raises(UsageError, match="not that of this log"):
            record_proof(office, "office/main")
        assert evidence_of(entry_proof(office, 3)).closing is None
        assert checked(office, entry_proof(office, 3)).findings == []


def test_an_inventory_closes_no_key_of_later():
    """Sealed by a key younger than what it lists: that key's history stays open, and is told so."""
    office = make_busy_office()
    listed = read_inventory(office.store, office.store.head().size)
    size = office.store.head().size
    office.people[FOUNDER] = office.enrol_key(FOUNDER, "新密钥")
    seal_inventory(office, size=size, records=len(listed.leaves), root=listed.root.hex())

    found = checked(office, record_proof(office, office.record_of("丙")))

    assert found.findings == []
    assert f"up to size {size}" in found.shown
    (open_,) = [each for each in found.not_checked if "revoked before it signed" in each]
    assert f"key/{office.people[FOUNDER].signer.key_id[:12]}…" in open_


def test_the_newest_inventory_below_the_head_counts(office):
    """A head signed before the inventory knows nothing of it."""
    head = signed(office)
    office_after = make_busy_office()
    before = signed(office_after)
    seal_inventory(office_after, FOUNDER)
    from ledger.export.proving import prove_record

    assert head.checkpoint.size > 0
    with pytest.raises(UsageError, match="no inventory"):
        prove_record(office_after.store, before, "office/main")


def test_a_proof_that_would_be_too_long_is_not_written(office, monkeypatch):
    """It is refused with what to do instead."""
    monkeypatch.setattr("ledger.export.proving.MAX_PROOF_BYTES", 1000)

    with pytest.raises(MalformedError, match="export bundle"):
        entry_proof(office, 1)


def test_a_seal_that_is_missing_in_the_store_is_named(office, monkeypatch):
    """Nothing unsealed is proved."""
    monkeypatch.setattr(office.store, "seal", lambda _: None)

    with pytest.raises(NotFoundError, match="seal of act"):
        entry_proof(office, 1)
