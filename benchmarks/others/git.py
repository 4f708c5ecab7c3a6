"""A git repository of commits that are signed with an SSH key, one record a commit."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from benchmarks.others import Did, bytes_under, records

COMMITS = 100


def work(folder: Path) -> Did:
    """Commit record by record; then check every object and every signature."""
    run = _repository(folder)
    bodies = records(COMMITS)
    started = time.perf_counter()
    for index, body in enumerate(bodies):
        name = f"{index:06d}"
        (folder / "repository" / name).write_bytes(body)
        run("add", name)
        run("commit", "--quiet", "--gpg-sign", "--message", f"record {index}")
    committed = time.perf_counter()
    run("fsck", "--full", "--strict")
    good = run("log", "--format=%G?").split()
    checked = time.perf_counter()
    assert good == ["G"] * COMMITS
    size = bytes_under(folder / "repository" / ".git") / COMMITS
    return Did(COMMITS / (committed - started), None, COMMITS / (checked - committed), size)


def _repository(folder: Path):
    settings = {
        "PATH": os.environ["PATH"], "HOME": f"{folder}", "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "officer", "GIT_AUTHOR_EMAIL": "officer@office.example",
        "GIT_COMMITTER_NAME": "officer", "GIT_COMMITTER_EMAIL": "officer@office.example",
    }  # fmt: skip
    place = folder / "repository"
    place.mkdir()
    key = folder / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{key}"],
        check=True,
        env=settings,
    )
    public = key.with_suffix(".pub").read_text().split()
    allowed = folder / "allowed"
    allowed.write_text(f"officer@office.example {public[0]} {public[1]}\n")

    def run(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=place,
            env=settings,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    run("init", "--quiet")
    for name, told in (
        ("gpg.format", "ssh"), ("user.signingKey", f"{key}"), ("core.fsync", "all"),
        ("gpg.ssh.allowedSignersFile", f"{allowed}"), ("gc.auto", "0"),
    ):  # fmt: skip
        run("config", name, told)
    return run
