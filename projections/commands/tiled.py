"""`qifeng verify --tiles`: a tree of tiles, with no store; by this machine's cores or by Dask's workers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec
from time import perf_counter

from ledger.audit.verdict import Findings, Pin, Tally, Verdict
from ledger.commands.check import Pins
from ledger.commands.session import Session
from ledger.errors import LedgerError, UsageError
from ledger.export.checked import Trust
from ledger.export.spans.hands import ALONE, Hands
from ledger.export.spans.processes import Processes
from ledger.export.trees import TreeCheck
from projections.commands.verify import Tiled

SCOPE = "tiles"
NOT_CHECKED = (
    "time", "authority", "rule", "series", "inventory", "content", "private", "store", "view",
)  # fmt: skip
# Below so many entries a worker takes longer to start than to help.
WORTH_WORKERS = 20_000
EXTRA = "qifeng[scale]"


def verify_tiles(
    session: Session, asked: Tiled, progress: Callable[[int, int], None] | None
) -> Verdict:
    """Verify a tree of tiles; a worker lost on the way leaves it unfinished, if nobody else did its part.

    Raises:
        UsageError: it is to be verified by Dask, which is not installed.
        UnavailableError: the checkpoint cannot be read, or the scheduler does not answer.
        MalformedError: there is no checkpoint, or the pin is none.
    """
    started = perf_counter()
    checking = TreeCheck(asked.folder, None)
    trust = Pins(session, asked.pin).find(lambda: checking.head.origin)
    checking = TreeCheck(asked.folder, trust)
    unfinished = ""
    with _hands(asked, checking.head.size) as hands:
        try:
            checking.run(hands, progress)
        except LedgerError as error:
            unfinished = str(error)
    return _verdict(checking, trust, unfinished, perf_counter() - started)


def _hands(asked: Tiled, size: int) -> AbstractContextManager[Hands]:
    if asked.dask is not None:
        if asked.jobs is not None:
            raise UsageError(
                "a Dask cluster has as many workers as it has", todo="give no --jobs"
            )
        if find_spec("distributed") is None:
            raise UsageError(
                "--dask needs Dask, which is not here", todo=f"pip install {EXTRA}"
            )
        # Dask takes a second to load; whoever does not ask for it does not wait.
        from ledger.export.spans.cluster import Cluster  # noqa: PLC0415

        return Cluster(asked.dask)
    jobs = asked.jobs or len(os.sched_getaffinity(0))
    if jobs > 1 and size >= WORTH_WORKERS:
        return Processes(jobs)
    return nullcontext(ALONE)


def _verdict(
    checking: TreeCheck, trust: Trust | None, unfinished: str, seconds: float
) -> Verdict:
    checked = checking.checked
    keys = trust or Trust("", "", checked.pin)
    found = Findings()
    found.extend(checked.findings)
    return Verdict(
        size=checked.size,
        root=checked.root,
        acts=checked.acts,
        pin=Pin(checking.head.origin, keys.log_key, keys.founding, keys.source, keys.log_key_ml_dsa),
        scope=SCOPE,
        not_checked=NOT_CHECKED,
        checks=tuple(_tallies(checking, found, pinned=trust is not None)),
        findings=tuple(found.named),
        seconds=seconds,
        unfinished=unfinished,
    )  # fmt: skip


def _tallies(checking: TreeCheck, found: Findings, *, pinned: bool) -> Iterator[Tally]:
    """Yield a line for each code, in the order of `docs/findings.md`."""
    checked, looked = checking.checked, checking.looked
    for what, examined in (
        ("pin", int(pinned)),
        ("checkpoint", 1),
        ("file", looked.files),
        ("entry", checked.entries),
        ("hashes", looked.hash_tiles),
        ("root", 1),
        ("chain", checked.entries),
        ("seal", checked.acts),
        ("key", looked.signatures),
        ("founding", 1),
    ):
        yield Tally(f"tree.{what}", examined, found.counts.get(f"tree.{what}", 0))
