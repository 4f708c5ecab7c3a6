"""The attack matrix: whatever is done to a ledger, verifying names it by code, class and index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ledger.audit import chains
from ledger.audit import verify as verifying
from ledger.store.schema import TABLES
from tests.faults.attacks import ATTACKS, as_table
from tests.faults.prepared import SIZE
from tests.faults.scene import named

CLASSES = {
    "edited", "deleted", "truncated", "inserted", "reordered", "forked", "rolled back",
    "re-signed", "key misused", "view drifted", "content missing",
    "unwitnessed", "rule broken", "store changed", "unreadable",
}  # fmt: skip

BYTES = ("event", "seal", "log", "key")
HISTORIES = {"event.prev", "event.version", "event.order"}


@pytest.fixture
def scene(prepared_ledger, tmp_path):
    """A copy of the prepared ledger, to be attacked."""
    return prepared_ledger.copy(tmp_path)


def test_the_ledger_is_sound_before_it_is_attacked(scene):
    """What the attacks start from verifies with exit code 0, views and checkpoint included."""
    verdict = scene.verify(against=True)

    assert (verdict.verdict, verdict.exit_code, verdict.findings) == ("intact", 0, ())
    assert (verdict.size, verdict.not_checked) == (SIZE, ())
    assert scene.verify_view() == []


@pytest.mark.parametrize("attack", ATTACKS, ids=[each.name for each in ATTACKS])
def test_an_attack_is_named(scene, attack):
    """Code, class and index of the finding are told, and the exit code is that of damage."""
    attack.does(scene)

    if attack.view:
        found = scene.verify_view()
    else:
        verdict = scene.verify(against=attack.against)
        assert verdict.exit_code == 1
        found = verdict.findings

    assert attack.expected in named(found)


@pytest.mark.parametrize("span", [4, 4096])
@pytest.mark.parametrize(
    "attack",
    [each for each in ATTACKS if each.expected[0] in HISTORIES],
    ids=lambda attack: attack.name,
)
def test_a_broken_history_is_named_where_it_is_not_read(scene, attack, span, monkeypatch):
    """Where bytes alone are asked for, histories are proved by index; what is not is told as ever."""
    monkeypatch.setattr(verifying, "SPAN", span)
    monkeypatch.setattr(chains, "SELDOM", 1)
    attack.does(scene)

    assert attack.expected in named(scene.verify(only=BYTES).findings)


@pytest.mark.parametrize(
    "attack", [each for each in ATTACKS if each.against], ids=lambda each: each.name
)
def test_what_only_an_outsider_sees_is_not_claimed(scene, attack):
    """Without anything from outside, a log that was set back cleanly is a shorter, sound log."""
    attack.does(scene)

    assert (scene.verify().verdict, scene.verify(against=True).verdict) == ("intact", "damaged")


def test_there_are_at_least_sixty_attacks_with_names_of_their_own():
    """A name is one attack, and is fit to be typed after -k."""
    names = [each.name for each in ATTACKS]

    assert len(names) >= 60
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z-]+", name) for name in names)


def test_every_damage_class_is_the_outcome_of_an_attack():
    """Every class of damage that verifying claims to tell is told of something."""
    assert {each.expected[1] for each in ATTACKS} >= CLASSES


@pytest.mark.parametrize("table", TABLES,
                         ids=lambda table: table.name)  # fmt: skip
def test_every_column_of_evidence_is_attacked(table):
    """A column added to the evidence without an attack on it fails here."""
    names = {each.name.replace("-", "_") for each in ATTACKS}

    for column in table.columns:
        began = f"{table.name}_{column.name}_"
        assert any(name.startswith(began) for name in names), began


def test_every_expected_code_is_documented():
    """What an attack leads to can be looked up."""
    documented = Path("docs/findings.md").read_text(encoding="utf-8")

    for attack in ATTACKS:
        code, damage, _ = attack.expected
        shown = "rule.…" if code.startswith("rule.") else code
        (line,) = [each for each in documented.splitlines() if each.startswith(f"| `{shown}`")]
        assert damage in line


def test_the_table_is_printed():
    """One line an attack, under a heading."""
    assert as_table().count("\n") == len(ATTACKS) + 2


def test_a_partial_run_names_the_same_and_tells_what_it_left_out(scene):
    """Who asks for one check alone gets its findings, its scope, and what was not looked at."""
    (attack,) = (each for each in ATTACKS if each.name == "events-record-edited")
    attack.does(scene)

    verdict = scene.verify(only=("event",))

    assert verdict.scope == "event"
    assert "seal" in verdict.not_checked
    assert {each.code.partition(".")[0] for each in verdict.findings} == {"event"}
