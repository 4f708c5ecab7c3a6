"""What every command is told by the command line: which ledger, whose settings, who acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ledger.errors import UsageError
from ledger.frozen import frozen

HOME_NAME = ".qifeng"
ACTOR = "--as"
OWN_ACTOR = "import"


@frozen
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


def new_session(
    options: Mapping[str, Any], environment: Mapping[str, str], *, here: Path
) -> Session:
    """Return the session of the options given; the environment says what they leave open."""
    found = {
        "home": options["home"] or find_home(here),
        "config": options["config"] or find_config(environment),
    }
    return Session(agent_socket=environment.get("SSH_AUTH_SOCK"), **{**options, **found})


def take_actor(arguments: Sequence[str], actor: str | None) -> tuple[str | None, list[str]]:
    """Return who acts, and a command's arguments without the `--as NAME` written among them.

    `arguments` begin with the command's name; what stands behind `--` is left alone, and so is
    the whole of `import`, which has an `--as` of its own.

    Raises:
        UsageError: two officers are named.
    """
    if not arguments or arguments[0] == OWN_ACTOR:
        return actor, list(arguments)
    named = [actor] if actor else []
    left: list[str] = []
    rest = list(arguments)
    while rest and rest[0] != "--":
        each = rest.pop(0)
        if each == ACTOR and rest:
            named.append(rest.pop(0))
        elif each.startswith(f"{ACTOR}="):
            named.append(each.removeprefix(f"{ACTOR}="))
        else:
            left.append(each)
    if len(set(named)) > 1:
        raise UsageError(f"{' and '.join(named)} cannot both act", todo=f"give one {ACTOR}")
    return (named[0] if named else None), left + rest
