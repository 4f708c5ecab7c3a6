"""The machine a run was made on, named so that its numbers mean something."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import time
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("SQLAlchemy", "eventsourcing", "PyNaCl", "cryptography")


def describe(folder: Path) -> str:
    """Return the machine and what runs on it; the disk is the one that holds `folder`."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB, {platform.system()}"
        f" {platform.machine()}; a durable write of 4 KiB takes {_sync_seconds(folder) * 1e6:.0f} µs"
        f" (median fdatasync). Python {platform.python_version()}, SQLite"
        f" {sqlite3.sqlite_version}, {libraries}."
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unnamed processor"


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _sync_seconds(folder: Path) -> float:
    path = folder / "sync"
    took = []
    with path.open("wb") as file:
        for _ in range(200):
            file.seek(0)
            file.write(bytes(4096))
            file.flush()
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - started)
    path.unlink()
    return statistics.median(took)
