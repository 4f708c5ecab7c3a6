"""A stolen key: what it signed from an index on counts no more, what it signed before stands."""

from __future__ import annotations

from ledger.audit.verify import verify
from tests.office import SECOND, make_office, pin_of


def stolen(office, *, since):
    """Revoke the key of 丙 as compromised since an index."""
    record = f"key/{office.people['丙'].signer.key_id}"
    told = {"reason": "被盗", "compromised_since": since}
    office.act("丁", ("key.propose-revocation", record, told))
    office.act(SECOND, ("key.revoke", record, {}))


def test_signatures_from_the_theft_on_are_findings():
    """Of two acts the later one was the thief's: it is named, with the index; the earlier one stands."""
    office = make_office()
    for name in ("丙", "丁"):
        office.enrol(name, "文书")
    office.act("丙", ("rule.plan", "", {"title": "自己的"}))
    theirs = office.act("丙", ("rule.plan", "", {"title": "别人的"}))
    assert verify(office.store, pin=pin_of(office), jobs=1).verdict == "intact"
    stolen(office, since=theirs.first_index)

    verdict = verify(office.store, pin=pin_of(office), jobs=1)

    assert [(each.code, each.damage, each.index) for each in verdict.findings] == [
        ("key.not_good", "key misused", theirs.first_index)
    ]
    assert f"is compromised since {theirs.first_index}" in verdict.findings[0].message


def test_a_theft_noticed_in_time_spoils_nothing():
    """Where nothing was signed since, nothing is found."""
    office = make_office()
    for name in ("丙", "丁"):
        office.enrol(name, "文书")
    mine = office.act("丙", ("rule.plan", "", {"title": "自己的"}))
    stolen(office, since=mine.first_index + 1)

    assert verify(office.store, pin=pin_of(office), jobs=1).verdict == "intact"
