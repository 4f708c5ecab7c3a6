"""The year and the commands on PostgreSQL: nothing is different but where the evidence lies."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from ledger.application.founding import Founding, found
from ledger.application.ledger import Ledger
from ledger.audit.verdict import INTACT, Pin
from ledger.audit.verify import verify
from ledger.clock import office_day, system_clock
from ledger.commands.session import Session
from ledger.export.check import check_bundle
from ledger.export.checked import Trust
from ledger.export.parts import PARTS
from ledger.export.scope import Wanted
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.store.open import open_store
from projections.checks import check_views
from projections.demo.cast import FOUNDER, at, enrol_cast
from projections.demo.plan import plan_year
from projections.demo.schedule import Played, ScriptedClock, play
from projections.runner import Runner, SchemaPlace
from projections.viewing import open_views, view_place
from projections.views import VIEWS
from tests.ledger.export.bundled import export
from tests.pg import fresh_database
from tests.stories.told import SHIM, shim_environment

ORIGIN = "county.example/office/0011223344556677"
PASSPHRASE = "a passphrase of one's own"
YEAR = office_day(system_clock(), "+08:00").year
SERIES = f"县委办发〔{YEAR}〕"
TITLE = "关于防汛值班的通知"
OTHER_TITLE = "关于抗旱值班的通知"


@dataclass(frozen=True)
class Year:
    """A ledger in which the whole plan was played."""

    ledger: Ledger
    log_key: LogKey
    founding: str
    played: Played


def signer_of(name: str) -> SeedSigner:
    """Return a person's key, the same in every run."""
    return SeedSigner(hashlib.sha256(f"seed of {name}".encode()).digest())


def play_year(url: str) -> Year:
    """Found a ledger at an address, enrol the cast, and play the demo's year."""
    clock = ScriptedClock(at("2022-01-04", 7))
    ledger = Ledger(open_store(url, create=True), clock=clock)
    log_key = LogKey(ORIGIN, signer_of("log"))
    founding = Founding("某县委办公室", ORIGIN, "+08:00", log_key.verifier, FOUNDER)
    founder, done = found(ledger, founding, signer_of(FOUNDER))
    cast = enrol_cast(ledger, clock, founder, signer_of)
    return Year(ledger, log_key, done.seal, play(ledger, clock, cast=cast, plan=plan_year()))


@pytest.fixture(scope="module")
def year(postgresql_url: str) -> Iterator[Year]:
    """The demo's year on PostgreSQL; nobody appends to it."""
    with fresh_database(postgresql_url) as url:
        played = play_year(url)
        yield played
        played.ledger.store.close()


@pytest.fixture
def session(year: Year, tmp_path: Path) -> Session:
    """A session whose store is the year's."""
    return Session(tmp_path / ".qifeng", tmp_path / "mine", store_url=year.ledger.store.url)


@pytest.mark.slow
@pytest.mark.postgresql
class TestYear:
    """The demo's whole plan, recorded in PostgreSQL."""

    def test_is_what_it_is_on_sqlite(self, year, tmp_path):
        """The same plan makes a log of the same size, acts and refusals on SQLite."""
        other = play_year(str(tmp_path / "ledger.db"))

        assert year.ledger.store.head().size == other.ledger.store.head().size
        assert year.played.acts == other.played.acts
        assert [step for step, _ in year.played.refusals] == [
            step for step, _ in other.played.refusals
        ]
        other.ledger.store.close()

    def test_verifies_in_one_process_and_in_several(self, year):
        """All evidence is looked at and holds, whoever reads it."""
        pin = Pin(ORIGIN, year.log_key.verifier, year.founding, "argument")

        for jobs in (1, 2):
            verdict = verify(year.ledger.store, pin=pin, jobs=jobs)
            assert (verdict.verdict, verdict.findings) == (INTACT, ())
            assert verdict.size == year.ledger.store.head().size

    def test_its_views_followed_are_its_views_rebuilt(self, year, session):
        """Views followed in steps hold, row by row, what one rebuild from nothing gives."""
        store = year.ledger.store
        runner = Runner(store, view_place(session), VIEWS)
        assert isinstance(runner.place, SchemaPlace)
        size = store.head().size
        for until in (size // 3, 2 * size // 3, size):
            runner.follow(until)
        followed = rows_of(runner)

        assert all(found == [] for _, found in check_views(runner.place, store))
        runner.rebuild()
        assert rows_of(runner) == followed
        assert all(each.lag == 0 and not each.parked for each in runner.standing().values())
        runner.place.close()
        later = open_views(session, store)
        assert later.follow() == 0
        later.place.close()

    def test_its_funds_go_to_an_auditor(self, year, tmp_path):
        """A bundle of the year's money holds on its own."""
        families = ("fund", "budget", "invoice", "policy")
        made = export(year, tmp_path / "bundle", parts=PARTS, wanted=Wanted(families=families))

        trust = Trust(year.log_key.verifier, year.founding, "argument")
        checked = check_bundle(tmp_path / "bundle", trust)
        assert checked.findings == []
        assert checked.entries > dict(made.cover.counts)["records"] > 100


def rows_of(runner: Runner) -> dict[str, list[dict[str, object]]]:
    """Return all rows of all views, by table."""
    with runner.reading() as stored:
        return {
            table.name: [dict(row) for row in stored.find(table)]
            for projection in runner.projections
            for table in projection.tables
        }


@dataclass(frozen=True)
class Desk:
    """A folder in which the real command is called on a store."""

    folder: Path
    environment: dict[str, str]

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Call `qifeng`; whatever comes of it."""
        qifeng = shutil.which("qifeng", path=self.environment["PATH"])
        assert qifeng, "told.py puts it on the path"
        return subprocess.run(
            [qifeng, *arguments],
            cwd=self.folder, env=self.environment, text=True, timeout=120, check=False,
            capture_output=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def does(self, *arguments: str) -> str:
        """Call `qifeng`, which succeeds; returns what it says."""
        done = self(*arguments)
        assert done.returncode == 0, f"{arguments}: exit {done.returncode}\n{done.stderr}"
        return done.stdout


@pytest.fixture
def desk(tmp_path: Path, warm: str) -> Desk:
    """An empty folder, a new user, a passphrase, and a command line that is warm."""
    return new_desk(tmp_path, warm)


def new_desk(tmp_path: Path, command: str = SHIM) -> Desk:
    """Return an empty folder, a new user, and a passphrase."""
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n")
    (tmp_path / "desk").mkdir()
    given = {"QIFENG_PASSPHRASE_FILE": str(tmp_path / "passphrase")}
    return Desk(tmp_path / "desk", shim_environment(tmp_path, command) | given)


def start_office(desk: Desk, url: str) -> None:
    """Found a ledger on PostgreSQL and enrol a few; from then on its home knows the store."""
    desk.does("--store", url, "init", "--origin", "county.example/office", "--founder", "陈立")
    posts = {
        "周敏": ("安全保密员", "办公室主任"),
        "孙梅": ("秘书",),
        "吴文": ("文书",),
        "李正": ("领导",),
    }
    for name, held in posts.items():
        given = [each for post in held for each in ("--post", post)]
        desk.does("--as", "陈立", "officer", "enrol", name, *given)
        confirming = "陈立" if name == "周敏" else "周敏"
        desk.does("--as", confirming, "officer", "confirm", name)


def number_a_document(desk: Desk) -> None:
    """Take one document from its draft to its number."""
    desk.does("--as", "周敏", "series", "open", "--code", "县委办发", "--year", str(YEAR),
              "--family", "document", "--registrars", "文书", "--reviewers", "办公室主任",
              "--leaders", "领导", "--approvers", "办公室主任")  # fmt: skip
    desk.does("--as", "孙梅", "document", "draft", "--title", TITLE, "--kind", "通知",
              "--series", SERIES, "--recipients", "各乡镇党委")  # fmt: skip
    desk.does("--as", "周敏", "document", "review", TITLE, "--opinion", "同意")
    desk.does("--as", "李正", "document", "issue", TITLE, "--opinion", "同意印发")
    desk.does("--as", "周敏", "document", "recheck", TITLE)
    desk.does("--as", "吴文", "document", "number", TITLE, "--copies", "30")


def edit_as_superuser(url: str) -> int:
    """Change the document's title past all triggers; returns the index of the edited event."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE events DISABLE TRIGGER ALL")
        edited = connection.execute(
            "UPDATE events SET event = convert_to("
            " replace(convert_from(event, 'UTF8'), %s, %s), 'UTF8')"
            " WHERE kind LIKE 'document.drafted/%%' RETURNING \"index\"",
            (TITLE, OTHER_TITLE),
        ).fetchall()
        connection.execute("ALTER TABLE events ENABLE TRIGGER ALL")
    ((index,),) = edited
    return int(index)


@pytest.mark.slow
@pytest.mark.postgresql
class TestCommands:
    """The real command, called as an officer calls it, on a store in PostgreSQL."""

    def test_an_office_is_kept_and_a_superuser_s_edit_is_named(self, desk, postgresql_database):
        """From `init` to a numbered document, and the index of what was changed behind it."""
        start_office(desk, postgresql_database)
        number_a_document(desk)

        assert "verdict: intact" in desk.does("verify")
        assert f"{SERIES}1号" in desk.does("view", "number_register")
        assert "lag 0" in desk.does("status")
        assert "verdict: intact" in desk.does("verify")

        index = edit_as_superuser(postgresql_database)
        done = desk("verify", "--json")
        assert done.returncode == 1
        found = [each for each in json.loads(done.stdout)["findings"] if each["index"] == index]
        assert "edited" in {each["class"] for each in found}
        assert f"index {index} " in desk("verify").stdout

    def test_the_demo_runs_once_in_a_database(self, tmp_path, postgresql_database):
        """The demo's folder knows its store; a second demo is refused before it writes anything."""
        desk = new_desk(tmp_path)
        told = desk.does("--store", postgresql_database, "demo", "year")
        assert "verdict intact" in told
        assert "the bundle holds" in told
        year = Desk(desk.folder / "year", desk.environment | {
            "QIFENG_CONFIG": str(desk.folder / "year" / "user"),
            "QIFENG_PASSPHRASE_FILE": str(desk.folder / "year" / "passphrase"),
        })  # fmt: skip
        assert "verdict: intact" in year.does("verify")
        assert "lag 0" in year.does("status")
        assert "县委发〔2022〕5号" in year.does("audit", "trail", "县委发〔2022〕5号")

        again = desk("--store", postgresql_database, "demo", "another")
        assert (again.returncode, again.stdout) == (2, "")
        (line,) = again.stderr.splitlines()
        assert line.startswith("error: store test_")
        assert "holds a ledger already" in line
        assert not (desk.folder / "another").exists()

    def test_who_is_refused_may_try_again(self, desk, postgresql_database):
        """A store that cannot be had, or is taken, leaves no key behind that would stop the next."""
        given = ("init", "--origin", "county.example/office", "--founder", "陈立")
        absent = desk("--store", postgresql_database.replace("test_", "none_"), *given)
        assert absent.returncode == 3
        assert len(absent.stderr.splitlines()) == 1, absent.stderr

        desk.does("--store", postgresql_database, *given)
        elsewhere = ("--home", "elsewhere", "--config", "other")
        taken = desk("--store", postgresql_database, *elsewhere, *given)
        assert taken.returncode == 2
        assert "holds a ledger already" in taken.stderr
        assert not (desk.folder / "elsewhere").exists()
        assert not (desk.folder / "other").exists()
