"""Time stamps kept beside the log are exchanged: each must be the one recorded, over what it was recorded for.

Without roots to judge by, what can be seen is seen all the same; with roots, nothing less.
"""

from __future__ import annotations

import pytest

from ledger import canonical
from ledger.log.timestamp import format_request
from tests.faults.forgeries import like
from tests.faults.prepared import KEPT, SIZE, STAMPED
from tests.faults.scene import Scene
from tests.tsa import Authority

UNSTAMPED = 20


@pytest.fixture
def scene(prepared_ledger, tmp_path):
    """A copy of the prepared ledger, to be attacked."""
    return prepared_ledger.copy(tmp_path)


def found(scene):
    """Return what is said of stamps, without roots and with them."""
    verdicts = (Scene(scene.path, scene.pin).verify(), scene.verify())
    return [
        [(each.index, each.message) for each in verdict.findings if each.code == "time.stamp"]
        for verdict in verdicts
    ]


def note_of(scene):
    """Return the checkpoint that was stamped."""
    with scene.break_in() as file:
        return file.execute("SELECT note FROM checkpoints WHERE size = ?", (KEPT,)).fetchone()[
            0
        ]


def test_another_stamp_over_the_same_is_not_the_one_recorded(scene):
    """As genuine as the first, and from the same authority, but nobody recorded it."""
    authority = Authority(scene.prepared.folder / "tsa")
    other = authority.answer(format_request(note_of(scene), "sha256"))
    with scene.break_in() as file:
        file.execute("UPDATE timestamps SET token = ?", (other,))

    told = found(scene)

    assert told == [[(STAMPED, "the stamp is not the one recorded")]] * 2


def test_a_stamp_over_another_checkpoint_is_seen_without_roots(scene):
    """An officer records the stamp over 26 as one over a checkpoint that was never stamped."""
    note = note_of(scene).replace(b"\n26\n", b"\n20\n")
    with scene.break_in() as file:
        file.execute("INSERT INTO checkpoints VALUES (?, ?)", (UNSTAMPED, note))
    like(STAMPED, size=UNSTAMPED, checkpoint=canonical.digest(note))(scene)

    without, judged = found(scene)

    assert (SIZE, "the stamp is over something else") in without
    assert SIZE in {index for index, _ in judged}
