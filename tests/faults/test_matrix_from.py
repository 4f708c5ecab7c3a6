"""The attack matrix, seen by `verify --from`: on what is new it names as much as a whole run."""

from __future__ import annotations

import pytest

from tests.faults.attacks import ATTACKS
from tests.faults.prepared import KEPT
from tests.faults.scene import named, told

BY_NAME = {each.name: each for each in ATTACKS}
ON_WHAT_IS_NEW = [
    each
    for each in ATTACKS
    if not (each.view or each.against)
    and each.expected[2] is not None
    and each.expected[2] >= KEPT
]


def test_what_is_new_is_sound_before_it_is_attacked(scene, head):
    """Nothing is found, and the scope says that it was a part."""
    verdict = scene.verify(since=head)

    assert (verdict.findings, verdict.scope) == ((), f"all from {KEPT}")
    assert verdict.not_checked[0] == f"events below {KEPT}"


@pytest.mark.parametrize("attack", ON_WHAT_IS_NEW, ids=[each.name for each in ON_WHAT_IS_NEW])
def test_an_attack_on_what_is_new_is_named(scene, head, attack):
    """Code, class and index are those that a whole run tells."""
    attack.does(scene)

    verdict = scene.verify(since=head)

    assert verdict.exit_code == 1
    assert attack.expected in told(verdict)


def test_a_revocation_hidden_below_the_head_is_left_to_a_whole_run(scene, head):
    """What we do not claim: an old row that was renamed away is not missed by who reads only what is new."""
    BY_NAME["signed-by-a-revoked-key"].does(scene)
    with scene.break_in() as connection:
        connection.execute(
            "UPDATE events SET record = 'key/x', version = 1 WHERE kind = 'key.revoked/1'"
        )

    part, whole = scene.verify(since=head), scene.verify()

    assert (part.findings, part.not_checked[0]) == ((), f"events below {KEPT}")
    assert ("event.column", "edited", 22) in named(whole.findings)
