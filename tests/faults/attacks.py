"""The attack matrix: every attack that we know, by name. `python -m tests.faults.attacks` prints it.

Run one:  pytest tests/faults/test_matrix.py -k events-record-edited
"""

from __future__ import annotations

import sys

from tests.faults.attacking import Attack
from tests.faults.forgeries import FORGERIES
from tests.faults.rows import ROWS
from tests.faults.wholes import WHOLES

ATTACKS: tuple[Attack, ...] = (*ROWS, *FORGERIES, *WHOLES)


def as_table(attacks: tuple[Attack, ...] = ATTACKS) -> str:
    """Return the attacks as a Markdown table: name, what the attacker needs, code, class, index, who sees it."""
    lines = [
        "| Attack | The attacker needs | Code | Class | Index | Seen by |",
        "|---|---|---|---|---|---|",
    ]
    for each in attacks:
        code, damage, index = each.expected
        seen = "verify --against" if each.against else "verify"
        place = "" if index is None else str(index)
        lines.append(
            f"| `{each.name}` | {each.needs} | `{code}` | {damage} | {place} | `{seen}` |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_table())
