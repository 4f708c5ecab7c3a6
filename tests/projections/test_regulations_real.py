"""Real and made-up registers of rules: the view says of every day what a plain script over the CSV says."""

from __future__ import annotations

import ast
import csv
import io
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.commands.load import read_register
from ledger.importing.mapper import map_table
from ledger.importing.mapping import load_mapping
from ledger.importing.table import read_table
from ledger.importing.taking import build, group, take
from ledger.records.rule import FAMILY, spans, status_on
from ledger.records.rule.time import IN_FORCE
from projections.answer import Question, answer
from projections.runner import Runner, ScratchPlace
from projections.views import VIEWS
from tests.needs import REPOSITORY, shared
from tests.office import FOUNDER, make_office
from tests.projections import plain_regulations as plain
from tests.stories.told import shim_environment

VIEW = "regulation_status"
REGULATIONS = tuple(each for each in VIEWS if each.name == VIEW)
ACTIONS, TEXTS = "real-rules.toml", "real-rule-texts.toml"
EVENTS = {kind.KIND: kind for kind in FAMILY.events}
KINDS = ("adopted", "approved", "promulgated", "in-force", "amended", "revised")
A_DAY = timedelta(days=1)


def taken(register: Path, map_name: str) -> Runner:
    """Take a register in as found; returns the view over it."""
    office = make_office()
    reading = read_register(register, load_mapping(REPOSITORY / "examples" / "maps" / map_name))
    assert reading.report.problem_count == 0
    take(office.ledger, office.people[FOUNDER], reading.source, reading.mapped)
    runner = Runner(office.store, ScratchPlace(), REGULATIONS)
    runner.follow()
    return runner


def rows_on(runner: Runner, day: date):
    return answer(runner, Question(VIEW, as_of=day)).rows


def told_on(runner: Runner, day: date) -> dict[str, tuple[str, int]]:
    return {row["title"]: (row["status"], row["version"]) for row in rows_on(runner, day)}


def boundary_days(told: set[date]) -> list[date]:
    """Return 200 days: 100 of those told, spread over all of them, and the day before each."""
    apart = sorted(day for day in told if day - A_DAY not in told)
    chosen = [apart[round(n * (len(apart) - 1) / 99)] for n in range(100)]
    return sorted([*chosen, *(day - A_DAY for day in chosen)])


@pytest.fixture(scope="module")
def actions():
    """The real register of dated actions."""
    return shared("data", "real-rules-actions.csv")


@pytest.fixture(scope="module")
def real(actions):
    """The view over 3,215 real actions of 1,310 rules."""
    runner = taken(actions, ACTIONS)
    with closing(runner.place):
        yield runner


@pytest.fixture(scope="module")
def days(actions):
    """200 days, each of a boundary or before one."""
    return boundary_days({day for lines in plain.read(actions).values() for day, _ in lines})


def test_the_script_is_plain():
    """It knows csv and datetime, and nothing of ours."""
    source = Path(plain.__file__).read_text(encoding="utf-8")
    imported = {
        name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
        )
    }

    assert imported == {"__future__", "csv", "datetime", "sys"}


def test_the_days_are_boundaries_of_every_kind_from_1949_to_2025(actions, days):
    """Adoption, publication, commencement, change: days of each, with the day before."""
    lines = [line for told in plain.read(actions).values() for line in told]

    assert (len(days), days[0].year, days[-1].year) == (200, 1949, 2025)
    assert all(day in days or day - A_DAY in days or day + A_DAY in days for day in days)
    for kind in KINDS:
        assert sum((day, kind) in lines and day - A_DAY in days for day in days) >= 5, kind


@pytest.mark.slow
def test_real_rules_are_as_a_plain_script_says_on_200_days(actions, real, days):
    """Of 1,310 real rules both say the same: whether each exists, its status, and in which text."""
    expected = plain.answers(actions, days)

    assert len(told_on(real, date(2025, 12, 31))) == 1_300
    for day in days:
        assert told_on(real, day) == expected[day], day


@pytest.mark.slow
def test_the_text_in_force_is_as_a_plain_script_says_on_200_days(days):
    """Of 1,429 titles with 1,507 stored texts both name the same text, by its digest."""
    register = shared("data", "real-rules-versions.csv")
    runner = taken(register, TEXTS)
    expected = plain.texts_in_force(register, days)

    with closing(runner.place):
        assert len(answer(runner, Question(VIEW, part="regulations")).rows) == 1_429
        for day in days:
            found = {
                row["title"]: row["text"]
                for row in rows_on(runner, day)
                if row["status"] == IN_FORCE
            }
            assert found == expected[day], day


@pytest.mark.slow
def test_the_command_says_what_the_script_prints(actions, tmp_path):
    """The real command, asked for CSV, beside the script run as one."""
    environment = shim_environment(tmp_path)
    (tmp_path / "word").write_text("骑缝")
    (tmp_path / "word").chmod(0o600)
    environment |= {"QIFENG_PASSPHRASE_FILE": str(tmp_path / "word")}
    run = partial(
        subprocess.run,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    a_map = REPOSITORY / "examples" / "maps" / ACTIONS
    run(["qifeng", "init", "--origin", "county.example/office", "--founder", "陈立"])
    run(["qifeng", "import", actions, "--as", "rule", "--map", a_map, "--as-found"])

    asked = ["1979-12-31", "1997-10-01", "2018-03-11"]
    told = []
    for day in asked:
        shown = run(["qifeng", "view", VIEW, "--as-of", day, "--format", "csv"]).stdout
        told += [
            f"{day} {row['title']} {row['status']} {row['version']}"
            for row in csv.DictReader(io.StringIO(shown))
        ]

    printed = run([sys.executable, plain.__file__, actions, *asked]).stdout
    assert sorted(told) == sorted(printed.splitlines())
    assert len(told) > 1_000


# --- registers that nobody has seen yet -----------------------------------------------------------

TITLES = st.text(
    "（）()【】〔〕《》[]<>{}「」·—、，制度办法试行二aZ9é★", min_size=1, max_size=9
)
# Few days near each other, so that they coincide; a year and a day apart; and far away.
NEAR = date(1990, 1, 1)
OFFSETS = st.sampled_from([*range(6), 30, 364, 365, 366, 367, 368, 400, 9_000, 12_500])
DAYS = OFFSETS.map(lambda later: (NEAR + timedelta(days=later)).isoformat())
SOME_DAY = st.one_of(DAYS, DAYS, DAYS, st.just(""))


@st.composite
def registers(draw):
    """Draw the rows of a register: few titles, lines in any order, doubles, days left out."""
    titles = draw(st.lists(TITLES, min_size=1, max_size=3, unique=True))
    row = st.tuples(
        st.sampled_from(titles), SOME_DAY, SOME_DAY, st.sampled_from((*KINDS, "other"))
    )
    rows = draw(st.lists(row, min_size=1, max_size=14))
    again = draw(st.lists(st.sampled_from(rows), max_size=3))
    return [*rows, *again]


def written(path: Path, rows) -> list[date]:
    """Write a register; returns every day of its lines, with the days beside it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("title", "published", "date", "action", "line"))
        writer.writerows((*told, f"第{n}行：{told[3]}") for n, told in enumerate(rows))
    told = {date.fromisoformat(day) for _, _, day, _ in rows if day}
    return sorted({near for day in told for near in (day - A_DAY, day, day + A_DAY)})


TWICE = [
    ("办法", "", "1990-01-01", "adopted"), ("办法", "1990-01-03", "1990-01-02", "adopted"),
    ("办法", "1995-01-03", "1990-01-02", "adopted"), ("办法", "", "1990-01-02", "promulgated"),
]  # fmt: skip


@settings(max_examples=300)
@example(TWICE)
@given(registers())
def test_histories_that_nobody_has_seen_are_as_the_plain_script_says(tmp_path_factory, rows):
    """Odd titles, doubles, several actions of one day, days left out: on every boundary the same."""
    path = tmp_path_factory.mktemp("made") / "register.csv"
    days = written(path, rows)
    mapping = load_mapping(REPOSITORY / "examples" / "maps" / ACTIONS)

    groups, _ = group(list(map_table(mapping, read_table(path))))  # type: ignore[arg-type]
    reckoned = {
        each[0].key[0]: spans([build(EVENTS[one.kind], one.fields) for one in each])
        for each in groups
    }

    for day, expected in plain.answers(path, days).items():
        found = {title: status_on(each, day) for title, each in reckoned.items()}
        assert {title: (on.status, on.version) for title, on in found.items() if on} == expected


@settings(max_examples=25)
@given(registers())
def test_registers_that_nobody_has_seen_load_and_answer(tmp_path_factory, rows):
    """The same through the door: taken in, followed, nothing parked, asked as of every boundary."""
    path = tmp_path_factory.mktemp("made") / "register.csv"
    days = written(path, rows)

    runner = taken(path, ACTIONS)

    with closing(runner.place):
        assert {day: told_on(runner, day) for day in days} == plain.answers(path, days)
        assert runner.parked(VIEW) == []
