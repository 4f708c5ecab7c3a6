"""What was done first is always listed, with the day it was to be confirmed by (R15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.projections.oversight import kept as k

TERMS = replace(k.TERMS, emergency_days=5, emergency_posts=("分管领导",))
FIRST = {"emergency": True, "terms": TERMS, "policy_day": date(2022, 3, 1)}
DUE = date(2022, 3, 6)


def listed(*more, as_of):
    """Return what is listed on a day of one emergency and one ordinary item."""
    flood = k.history([k.submitted("2022-03-01", **FIRST), *more], "fund/flood")
    usual = k.history([k.submitted("2022-03-01")], "fund/usual")
    return k.kept({"fund/flood": flood, "fund/usual": usual}).ask("emergencies", as_of=as_of)


def test_an_emergency_is_listed_before_and_after_it_is_confirmed():
    """Whoever looks sees it on every day from the first; what was done in the usual way is not here."""
    signatures = [k.signed(f"2022-03-0{n + 1}", n) for n in (1, 2, 3)]

    rows = [listed(*signatures, as_of=day) for day in (date(2022, 3, 2), date(2022, 12, 1))]

    told = [
        [(row["record"], row["waiting_level"], row["complete"]) for row in each]
        for each in rows
    ]
    assert told == [[("fund/flood", "财务审核", False)], [("fund/flood", None, True)]]


def test_what_is_not_confirmed_in_its_days_is_overdue():
    """On its day it is not yet; a day later it is one day late, paid or not."""
    paid = k.paid(date(2022, 3, 1))

    late = [listed(paid, as_of=day)[0]["overdue_days"] for day in (DUE, date(2022, 3, 7))]

    assert late == [None, 1]
    assert listed(paid, as_of=DUE)[0]["waiting_level"] == "经办"
    assert listed(paid, as_of=DUE)[0]["confirm_by"] == "2022-03-06"
