"""The demo year's bundles, each damaged in ten ways: every checker names what it is said to find."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import bagit
import pytest

import cli
from ledger.export.page import INDEX
from tests import needs
from tests.once import made_once
from tests.stock.closing import DAMAGES, FAMILY, hand_over, handed_from
from tests.stock.conftest import GOCODE
from tests.stories.told import missing_lines, play, read_scenes

DOCUMENT = needs.REPOSITORY / "docs" / "without-us.md"
_ROW = re.compile(r"^\| `(\w+)` \|.*?\| (\S+) \| (\S+) \| (\S+) \| (\S+) \|$", re.MULTILINE)
GO = {"GO111MODULE": "off", "GOPATH": str(GOCODE)}
CHECKERS = ("check", "bagit", "steps", "page")
FOUND = {
    name: [each == "yes" for each in marks]
    for name, *marks in _ROW.findall(DOCUMENT.read_text())
}
UNSEEN = [each for each in DAMAGES if not FOUND[each.__name__][CHECKERS.index("bagit")]]
every_bundle = pytest.mark.parametrize("name", FAMILY)
every_damage = pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: each.__name__)
pytestmark = pytest.mark.slow


def finds(checker):
    """Name the damages that a checker is said to find."""
    said = [each for each in DAMAGES if FOUND[each.__name__][CHECKERS.index(checker)]]
    return pytest.mark.parametrize("damage", said, ids=lambda each: each.__name__)


@pytest.fixture(scope="session")
def handed(demo_year, tmp_path_factory):
    """Hand over the audit bundle, the archive package and the public journal, once a run."""
    return handed_from(
        made_once(tmp_path_factory, "handed", lambda into: hand_over(demo_year, into))
    )


@pytest.fixture
def check(monkeypatch, capfd):
    """Run `qifeng check` with the pin that lies beside a bundle; returns its code and what it said."""

    def do(given):
        pin = str(given.handed.pin)
        monkeypatch.setattr(sys, "argv", ["qifeng", "check", str(given.folder), "--pin", pin])
        capfd.readouterr()
        return cli.main(), capfd.readouterr().out

    return do


@pytest.fixture(scope="session")
def compiled(auditor, handed, tmp_path_factory):
    """Give a folder with a `go` that hands out the bundles' own caller, built once, and nothing else."""
    assert auditor.program.exists()
    source, folder = handed.folder / "funds" / "verify.go", tmp_path_factory.mktemp("built")
    environment = {**os.environ, **GO, "GOCACHE": str(folder / "cache")}
    subprocess.run(
        ["go", "build", "-o", folder / "verify", source], env=environment, check=True
    )
    tool = folder / "go"
    tool.write_text(f'#!/bin/sh\ncmp verify.go {source} && cp {folder / "verify"} "$3"\n')
    tool.chmod(0o755)
    return folder


def follow(given, *tools):
    """Follow VERIFY.md in a bundle's folder, where no `qifeng` is on the path; returns scenes and outputs."""
    path = os.pathsep.join([*map(str, tools), os.environ["PATH"]])
    environment = {"PATH": path, "HOME": str(given.folder.parent), "LC_ALL": "C.UTF-8"}
    scenes = read_scenes(given.text("VERIFY.md"))
    return scenes, play(scenes, given.folder, environment)


def test_the_table_of_who_finds_what_names_every_damage():
    """docs/without-us.md has a row for each, and `qifeng check` finds all of them."""
    assert list(FOUND) == [each.__name__ for each in DAMAGES]
    assert all(found[0] for found in FOUND.values())


@every_bundle
def test_what_was_handed_over_holds_for_every_checker(handed, check, browser, tmp_path, name):
    """`qifeng check`, the stock `bagit`, each step of VERIFY.md, and the page in a browser."""
    given = handed.copy(name, tmp_path)

    code, said = check(given)
    assert (code, "holds 相符" in said) == (0, True)
    assert bagit.Bag(str(given.folder)).validate()
    for scene, output in zip(*follow(given), strict=True):
        assert missing_lines(scene, output) == [], output
    shown = browser.show(given.folder / INDEX)
    assert (shown.verdict, shown.findings, shown.red) == ("holds", [], [])


@every_bundle
@every_damage
def test_check_names_every_damage(handed, check, tmp_path, name, damage):
    """The file, the record or the index."""
    given = handed.copy(name, tmp_path)
    done = damage(given)

    code, said = check(given)

    assert code == 1
    assert [each for each in done.check if each not in said] == []


@every_bundle
@finds("bagit")
def test_bagit_names_the_file(handed, tmp_path, name, damage):
    """Whatever happens to listed files, and to others beside them."""
    given = handed.copy(name, tmp_path)
    done = damage(given)

    with pytest.raises(bagit.BagValidationError, match=re.escape(done.bagit)):
        bagit.Bag(str(given.folder)).validate()


@pytest.mark.parametrize("damage", UNSEEN, ids=lambda each: each.__name__)
def test_bagit_asks_nobody_who_signed(handed, tmp_path, damage):
    """What is listed anew holds for it."""
    given = handed.copy("journal", tmp_path)
    damage(given)

    assert bagit.Bag(str(given.folder)).validate()


@every_bundle
@finds("steps")
def test_the_plain_steps_stop_at_what_is_damaged(handed, compiled, tmp_path, name, damage):
    """And say at what."""
    given = handed.copy(name, tmp_path)
    done = damage(given)

    with pytest.raises(AssertionError, match=re.escape(done.steps)):
        follow(given, compiled)


@every_bundle
@finds("page")
def test_the_page_shows_the_damage_in_red(handed, browser, tmp_path, name, damage):
    """The table by its path, the event by its record and index."""
    given = handed.copy(name, tmp_path)
    done = damage(given)

    shown = browser.show(given.folder / INDEX)

    assert shown.verdict == "damaged"
    assert any(done.page in each for each in shown.findings), shown.findings
    assert done.page.partition(" #")[0] in shown.red


def test_the_page_sees_only_what_stands_in_it(handed, browser, tmp_path):
    """Files beside it may be gone or changed, all of them at once; that is for the others to find."""
    given = handed.copy("journal", tmp_path)
    for damage in DAMAGES:
        if not FOUND[damage.__name__][CHECKERS.index("page")]:
            damage(given)

    assert browser.show(given.folder / INDEX).verdict == "holds"
