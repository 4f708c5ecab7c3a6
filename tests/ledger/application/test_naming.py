"""What a person writes means one record, or is refused with what it might mean."""

from __future__ import annotations

import pytest

from ledger.application.naming import find_any, find_record
from ledger.errors import AmbiguousError
from tests.office import make_busy_office


@pytest.fixture(scope="module")
def office():
    """An office with two rules of its own, whose ids begin alike."""
    made = make_busy_office()
    for title in ("会议管理办法", "公文处理办法"):
        made.act("丁", ("rule.plan", "", {"title": title}))
    return made


@pytest.mark.parametrize("written", ["丙", "officer/丙"])
def test_an_officer_is_named_with_or_without_the_family(office, written):
    """A name is as good as an id, also behind `officer/`."""
    assert find_record(office.ledger, "officer", written) == office.record_of("丙")
    assert find_any(office.ledger, written) == office.record_of("丙")


def test_a_short_id_that_fits_several_names_them(office):
    """Nobody acts on a record that was guessed: whoever wrote it is shown what it fits."""
    records = office.store.records("rule")
    alike = records[0].removeprefix("rule/")[:6]

    with pytest.raises(AmbiguousError) as refused:
        find_record(office.ledger, "rule", alike)

    assert refused.value.fits == tuple(records)
    assert str(refused.value) == (
        f"rule {alike!r}: fits 2 ({records[0]}, {records[1]}); write more of it"
    )
    assert refused.value.exit_code == 2
