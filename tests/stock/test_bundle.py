"""The page inside a bundle, followed to the letter without our software: on a good one, and on damaged ones."""

from __future__ import annotations

import os
import shutil

import pytest

from ledger.commands.own import Pin, write_pin
from ledger.export.parts import PARTS
from ledger.export.scope import Wanted
from tests import needs
from tests.ledger.export.bundled import export, relist
from tests.ledger.export.test_parts import attach
from tests.office import SECOND, make_busy_office
from tests.private import reader_of, set_apart, telegram
from tests.stories.told import missing_lines, play, read_scenes

ENTRIES = "data/log/000000000000/entries.jsonl"


@pytest.fixture(scope="module")
def office():
    """A busy office with one document, and a telegram whose text is private."""
    office = make_busy_office()
    attach(office)
    set_apart(office, SECOND)
    telegram(office, "丙", "明日八时前报送")
    return office


@pytest.fixture(scope="module")
def given(office, auditor, tmp_path_factory):
    """What a receiver is given: the bundle, and by another way the pin. Go is there, by `auditor`."""
    assert auditor.program.exists()
    needs.program("openssl", package="openssl")
    folder = tmp_path_factory.mktemp("given")
    export(
        office, folder / "bundle", parts=PARTS, wanted=Wanted(), private=("contents",),
        disclose=reader_of(office, SECOND).disclosures,
    )  # fmt: skip
    key = office.log_key
    pin = Pin(office.ledger.origin, key.verifier, office.founding.seal, key.verifier_ml_dsa)
    write_pin(folder / "pin.json", pin)
    return folder


def follow(folder):
    """Follow the page in a bundle's folder; no `qifeng` is on the path."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "LC_ALL": "C.UTF-8"}
    scenes = read_scenes((folder / "VERIFY.md").read_text(encoding="utf-8"))
    return scenes, play(scenes, folder, environment)


def test_the_page_inside_is_followed_with_sha256sum_openssl_and_go(given):
    """Every block comes out as the page says."""
    scenes, outputs = follow(given / "bundle")

    for scene, output in zip(scenes, outputs, strict=True):
        assert missing_lines(scene, output) == [], output
    for output in outputs[-2:]:
        computed, told = output.splitlines()
        assert computed.split()[0] == told


@pytest.mark.parametrize(
    "damage", ["changed", "gone", "added", "unsigned", "forged", "unlisted"]
)
def test_the_page_inside_stops_at_a_damaged_bundle(office, given, tmp_path, damage):
    """A changed, missing or added file, a missing signature or list, and an entry forged by the key's holder."""
    shutil.copy(given / "pin.json", tmp_path)
    folder = shutil.copytree(given / "bundle", tmp_path / "bundle")
    match damage:
        case "changed":
            (folder / "data/trail.csv").write_text("nothing happened")
        case "gone":
            (folder / "data/keys.csv").unlink()
        case "added":
            (folder / "data/more.csv").write_text("more")
        case "unsigned":
            (folder / "bundle.note").unlink()
        case "unlisted":
            (folder / "tagmanifest-sha256.txt").unlink()
        case "forged":
            content = (folder / ENTRIES).read_bytes().replace("某事".encode(), "他事".encode())
            (folder / ENTRIES).write_bytes(content)
            relist(office, folder)

    with pytest.raises(AssertionError, match=r"exit \d"):
        follow(folder)
