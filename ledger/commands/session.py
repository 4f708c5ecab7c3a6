"""What every command is told by the command line: which ledger, whose settings, who acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOME_NAME = ".qifeng"


@dataclass(frozen=True, slots=True)
class Session:
    """One call of the command line, as given; nothing in it has been opened or checked.

    `home` is the ledger's folder, which need not exist; `config` the user's own folder, outside
    every ledger; `agent_socket` where ssh-agent listens; `store_url` None means SQLite in `home`;
    `actor` is a name, an id or a unique prefix.
    """

    home: Path
    config: Path
    agent_socket: str | None = None
    store_url: str | None = None
    actor: str | None = None
    passphrase_file: Path | None = None


def find_home(here: Path) -> Path:
    """Return the nearest ledger's folder from `here` upwards, or where one would be made here."""
    homes = (folder / HOME_NAME for folder in (here, *here.parents))
    return next((home for home in homes if home.is_dir()), here / HOME_NAME)


def find_config(environment: Mapping[str, str]) -> Path:
    """Return the user's own folder, by the XDG base directory rules."""
    base = environment.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "qifeng"
