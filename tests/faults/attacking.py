"""What an attack is: its name, what the attacker needs, what is done, and the finding that names it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.prepared import Copy
from tests.faults.scene import Told

DATABASE = "write access to the database"
VIEWS = "write access to the views"
FILES = "the machine's files, and an old copy"
OTHER = "write access to the database, another ledger"
PROGRAM = "write access to the database, our program"
OFFICER = "write access to the database, our program, an officer's key"
REVOKED = "write access to the database, our program, a revoked key"
STOLEN = "an officer's key"
LOG_KEY = "write access to the database, our program, the log's key"
ALL_KEYS = "write access to the database, our program, the log's key, an officer's key"


@dataclass(frozen=True)
class Attack:
    """One attack on a copy of the prepared ledger.

    `expected` is a finding that must be told, as (code, class, index). `against` says that only who
    brings along a checkpoint that was handed out sees it; `view`, that it is a view that is verified.
    """

    name: str
    needs: str
    expected: Told
    does: Callable[[Copy], None]
    against: bool = False
    view: bool = False


def by_sql(*statements: str, leave_triggers: bool = False) -> Callable[[Copy], None]:
    """Return what attacks with these statements, the guards off."""

    def does(scene: Copy) -> None:
        with scene.break_in(leave_triggers=leave_triggers) as connection:
            for each in statements:
                connection.execute(each)

    return does


def row(name: str, code: str, damage: str, index: int | None, *statements: str) -> Attack:
    """Return an attack on rows of evidence with the sqlite3 shell."""
    return Attack(name, DATABASE, (code, damage, index), by_sql(*statements))
