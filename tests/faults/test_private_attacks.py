"""Private fields, attacked with plain sqlite3: each attack names its event; a lawful purge names none."""

from __future__ import annotations

import pytest

from ledger.audit.verify import verify
from ledger.family import concealed_in
from tests.faults.scene import Scene, copy_of, told
from tests.office import FOUNDER, SECOND, make_office, pin_of
from tests.private import carried_out, purged, set_apart, telegram

TEXT = "电文：身份证110101199003078888"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A sound ledger's database with two telegrams whose texts are private; where the first stands."""
    path = tmp_path_factory.mktemp("private") / "ledger.db"
    office = make_office(str(path))
    set_apart(office, SECOND)
    first, _ = telegram(office, FOUNDER, TEXT), telegram(office, FOUNDER, "另一份")
    office.store.close()
    return path, pin_of(office), first.first_index


@pytest.fixture
def scene(original, tmp_path):
    """A copy of that database, to be attacked."""
    path, pin, _ = original
    return copy_of(path, tmp_path, pin)


def test_private_fields_are_looked_at(scene):
    """Sound ones are counted, without any key to read them, and nothing is found."""
    verdict = scene.verify()

    assert verdict.findings == ()
    assert {each.code: each.examined for each in verdict.checks}["private"] == 2


_FIRST = "event_index = (SELECT min(event_index) FROM disclosures)"
_OTHERS = "(SELECT disclosure FROM disclosures ORDER BY event_index DESC LIMIT 1)"
_LAST = "(SELECT max(event_index) FROM disclosures)"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (f"UPDATE disclosures SET disclosure = x'00' WHERE {_FIRST}", {("private.digest", "edited")}),
        (
            f"UPDATE disclosures SET disclosure = {_OTHERS} WHERE {_FIRST}",
            {("private.digest", "edited")},
        ),
        (f"DELETE FROM disclosures WHERE {_FIRST}", {("private.missing", "content missing")}),
        (
            f"UPDATE disclosures SET event_index = {_LAST} WHERE {_FIRST}",
            {("private.place", "edited"), ("private.loose", "inserted")},
        ),
        (
            f"UPDATE disclosures SET digest = substr(digest, 2) || '_' WHERE {_FIRST}",
            {("private.missing", "content missing"), ("private.loose", "inserted")},
        ),
        (
            "INSERT INTO disclosures VALUES ('A', 3, x'00')",
            {("private.loose", "inserted")},
        ),
        (
            "INSERT INTO disclosures VALUES ('A', 1000000, x'00')",
            {("private.loose", "inserted")},
        ),
    ],
)  # fmt: skip
def test_a_changed_table_of_disclosures_is_named(scene, original, sql, expected):
    """What was done, and at which event; nobody who verifies needs a key for it."""
    index = original[2]

    with scene.break_in() as shell:
        shell.execute(sql)

    found = scene.verify().findings
    assert {(each.code, each.damage) for each in found} == expected
    assert {each.index for each in found} <= {index, None}


def test_a_lawful_purge_is_no_loss_and_a_loss_is_no_lawful_purge(tmp_path):
    """Approved, it may be there or gone; gone without approval, it is missing; put back, it is named."""
    office = make_office(str(tmp_path / "ledger.db"))
    set_apart(office, SECOND)
    kept, gone = telegram(office, FOUNDER, TEXT), telegram(office, FOUNDER, TEXT)
    digests = tuple(digest for digest, _ in concealed_in(gone.changes[0].event).pairs)
    seal = office.store.seal(gone.act)
    approved = purged(office, gone.changes[0].record, digests, by=(FOUNDER, SECOND))
    row = office.store.disclosure(digests[0])
    assert verify(office.store, pin=pin_of(office), jobs=1).findings == ()

    carried_out(office, approved, by=FOUNDER)
    office.store.close()

    scene = Scene(tmp_path / "ledger.db", pin_of(office))
    assert scene.verify().findings == ()
    assert office.store.seal(gone.act) == seal
    with scene.break_in() as shell:
        shell.execute("INSERT INTO disclosures VALUES (?, ?, ?)", (digests[0], *row))
        shell.execute("DELETE FROM disclosures WHERE event_index = ?", (kept.first_index,))
    assert told(scene.verify()) == {
        ("private.kept", "inserted", gone.first_index),
        ("private.missing", "content missing", kept.first_index),
    }
