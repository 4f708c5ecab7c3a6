"""A throwaway PostgreSQL server for the tests that need one.

Each test process starts its own, on a Unix socket in a folder of its own, as an unprivileged user
(PostgreSQL refuses to run as root), and stops it at the end. Nothing listens on the network.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.needs import missing

# Most tests ask whether the right rows are there, not whether they survive a power cut.
RELAXED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
COMMON = (
    "listen_addresses=",
    "max_connections=100",
    "shared_buffers=64MB",
    "unix_socket_permissions=0777",
)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The URL of an empty database on this process's server, fast and forgetful."""
    with running_server(RELAXED) as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_durable_url() -> Iterator[str]:
    """The URL of an empty database on a server that writes through, for concurrency and faults."""
    with running_server(DURABLE) as url:
        yield url


@pytest.fixture
def postgresql_database(postgresql_url: str) -> Iterator[str]:
    """The URL of a fresh database, dropped after the test."""
    with fresh_database(postgresql_url) as url:
        yield url


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """Make an empty database on a running server; drop it at the end."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield server_url.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def running_server(options: tuple[str, ...]) -> Iterator[str]:
    """Start a server with these settings and yield the URL of its database `postgres`."""
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="qifeng-pg-"))
    owner = _unprivileged()
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    folder.chmod(0o755)
    try:
        _start(programs, folder, options)
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        _run(
            [f"{programs}/pg_ctl", "stop", "-D", f"{folder}/db", "-m", "immediate"], check=False
        )
        shutil.rmtree(folder, ignore_errors=True)


def clients_left(connection: psycopg.Connection[Any], *, tries: int = 100) -> int:
    """Return how many others are connected to this database, once those that hung up are gone.

    A server's process ends a moment after its client closed; it is waited for, 10 seconds at most.
    """
    left = 0
    for _ in range(tries):
        (left,) = connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        ).fetchone()
        if not left:
            break
        connection.execute("SELECT pg_sleep(0.1)")
    return left


def find_programs() -> Path:
    """Return the folder of initdb and pg_ctl, or leave the test."""
    on_path = shutil.which("pg_ctl")
    if on_path:
        return Path(on_path).resolve().parent
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"),
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
    )
    return (
        installed[-1].parent if installed else missing("PostgreSQL's server is not installed")
    )


def _start(programs: Path, folder: Path, options: tuple[str, ...]) -> None:
    """Lay out a database in the folder and wait until its server answers."""
    database, log = folder / "db", folder / "log"
    layout = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    _run([f"{programs}/initdb", "-D", f"{database}", *layout])
    settings = " ".join(f"-c {option}" for option in (*COMMON, *options))
    told = f"-k {folder} {settings}"
    _run([f"{programs}/pg_ctl", "start", "-w", "-D", f"{database}", "-l", f"{log}", "-o", told])


def _run(command: list[str], *, check: bool = True) -> None:
    """Run one of PostgreSQL's programs as an unprivileged user; show what it said if it fails."""
    owner = _unprivileged()
    done = subprocess.run(
        command,
        user=owner.pw_uid if owner else None,
        group=owner.pw_gid if owner else None,
        extra_groups=[] if owner else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 0 or not check, f"{command[0]}: {done.stderr}"


def _unprivileged() -> pwd.struct_passwd | None:
    """Return who runs the server: None is ourselves; root hands it to postgres or nobody."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]
