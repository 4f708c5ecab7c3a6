"""The page of plain instructions, followed to the letter on a machine without our software."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ledger.commands.own import Pin, write_pin
from ledger.log.consistency import ConsistencyProof, format_consistency
from ledger.log.tree import prove_consistency
from tests import needs
from tests.ledger.export.proven import entry_proof
from tests.office import make_busy_office
from tests.stock.conftest import SOURCE
from tests.stock.trees import fill, head_of, write_tree
from tests.stories.told import missing_lines, play, read_scenes

PAGE = Path(__file__).parents[2] / "docs" / "without-us.md"


def hand_over(folder: Path) -> None:
    """Put into a folder what somebody elsewhere is given."""
    office = make_busy_office()
    old = head_of(office)
    fill(office, 300)
    key, new = office.log_key, head_of(office)
    hashes = prove_consistency(old.checkpoint.size, 300, office.store.read_hashes)
    growth = ConsistencyProof(old.note, new.note, tuple(hashes))
    write_pin(
        folder / "pin.json",
        Pin(office.ledger.origin, key.verifier, office.founding.seal, key.verifier_ml_dsa),
    )
    write_tree(office, folder)
    (folder / "plan.tlog-proof").write_bytes(entry_proof(office, 270))
    (folder / "growth.consistency").write_bytes(format_consistency(growth))
    shutil.copy(SOURCE, folder / "audit.go")


def test_the_page_is_followed_with_go_and_openssl_alone(auditor, tmp_path):
    """Every block comes out as the page says, and no `qifeng` is on the path."""
    assert auditor.program.exists()
    needs.program("openssl", package="openssl")
    hand_over(tmp_path)
    scenes = read_scenes(PAGE.read_text())

    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    outputs = play(scenes, tmp_path, environment)

    for scene, output in zip(scenes, outputs, strict=True):
        assert missing_lines(scene, output) == [], output
