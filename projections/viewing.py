"""Opening the views of a session: where they lie, and bringing them up to date."""

from __future__ import annotations

from pathlib import Path

from ledger.commands.desk import store_url
from ledger.commands.session import Session
from ledger.store.contract import LogStore
from projections.runner import FilePlace, Place, Runner, SchemaPlace
from projections.views import VIEWS

VIEWS_URL = "views.url"


def view_place(session: Session) -> Place:
    """Return where the session's views lie: beside an SQLite ledger, or in PostgreSQL schemas.

    The file `views.url` in the home names another address for views: a database role of their own,
    which may read the evidence and nothing more.
    """
    kept = session.home / VIEWS_URL
    url = kept.read_text(encoding="utf-8").strip() if kept.exists() else store_url(session)
    if url.startswith("postgresql"):
        return SchemaPlace(url)
    return FilePlace(Path(url.removeprefix("sqlite:///")).parent)


def open_views(session: Session, store: LogStore) -> Runner:
    """Return the session's views, brought up to the log's end.

    Raises:
        UnavailableError: they cannot be read or written, or stand beyond the log.
    """
    runner = Runner(store, view_place(session), VIEWS)
    runner.follow()
    return runner
