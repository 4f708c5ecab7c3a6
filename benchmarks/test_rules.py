"""How soon the status of 1,507 real rules as of a day is told: inside the process, and as a command."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from benchmarks.offices import BenchOffice, make_bench_office
from benchmarks.report import Row, at_most
from benchmarks.sides import measure
from ledger.commands.load import read_register
from ledger.importing.mapping import parse_mapping
from ledger.importing.taking import take
from projections.answer import Question, answer
from projections.runner import FilePlace, Runner
from projections.views import VIEWS
from tests.needs import REPOSITORY, shared
from tests.projections import plain_regulations

DAY = date(2024, 6, 30)
SECONDS = 0.3
ROUNDS = 9
QIFENG = [sys.executable, "-c", "import sys, cli; sys.exit(cli.main())"]
SPANS = "SELECT * FROM regulation_spans WHERE valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)"


@pytest.fixture(scope="module")
def register() -> Path:
    """The register of stored texts."""
    return shared("data", "real-rules-versions.csv")


@pytest.fixture(scope="module")
def office(register, tmp_path_factory) -> BenchOffice:
    """A ledger of 1,507 rules: each stored text taken as a rule of its own."""
    office = make_bench_office(tmp_path_factory.mktemp("rules"))
    text = (REPOSITORY / "examples" / "maps" / "real-rule-texts.toml").read_text("utf-8")
    each = text.replace('record = ["title"]', 'record = ["title", "text_sha256"]')
    reading = read_register(register, parse_mapping(each.encode(), name="each text"))
    assert take(office.ledger, office.acting, reading.source, reading.mapped).records == 1_507
    return office


def test_status_inside_the_process(benchmark, publish, office):
    """The view's answer, from its stored rows, beside fetching the same rows by sqlite3."""
    place = FilePlace(office.folder)
    runner = Runner(office.store, place, VIEWS)
    runner.follow()
    (stored,) = office.folder.glob("views-*.db")
    connection = sqlite3.connect(stored)
    day = DAY.isoformat()

    sides = measure(
        benchmark,
        lambda _: answer(runner, Question("regulation_status", as_of=DAY)),
        lambda _: connection.execute(SPANS, (day, day)).fetchall(),
        rounds=ROUNDS,
    )

    connection.close()
    place.close()
    publish(
        Row(
            f"status of 1,507 rules as of {DAY}, inside the process",
            f"{sides.ours * 1000:.1f} ms",
            f"{sides.baseline * 1000:.1f} ms, the same rows by sqlite3",
            sides.ratio,
            sides.noise,
            f"< {SECONDS} s",
            met=at_most(sides.ours, SECONDS, noise=sides.spread),
        )
    )


def test_status_as_a_command(benchmark, publish, office, register):
    """`qifeng view regulation_status --as-of`, table and all, beside the plain script over the CSV."""
    settings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY)}
    home = str(office.folder)
    view = [*QIFENG, "--home", home, "view", "regulation_status", "--as-of", str(DAY)]
    script = [sys.executable, plain_regulations.__file__, str(register), str(DAY), "--texts"]

    def run(arguments):
        subprocess.run(arguments, env=settings, stdout=subprocess.DEVNULL, check=True)

    sides = measure(benchmark, lambda _: run(view), lambda _: run(script), rounds=ROUNDS)

    publish(
        Row(
            f"qifeng view regulation_status --as-of {DAY}, 1,507 rules, whole process",
            f"{sides.ours:.3f} s",
            f"{sides.baseline:.3f} s, a plain script over the CSV",
            sides.ratio,
            sides.noise,
            "< 0.5 s",
            met=at_most(sides.ours, 0.5, noise=sides.spread),
        )
    )
