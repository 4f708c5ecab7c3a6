"""The attack matrix: every attack that we know, by name. `python -m tests.faults.attacks` prints it.

With `--into FILE` it is put between the marks of that page (docs/threats.md).

Run one:  pytest tests/faults/test_matrix.py -k events-record-edited
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.faults.attacking import Attack
from tests.faults.forgeries import FORGERIES
from tests.faults.rows import ROWS
from tests.faults.wholes import WHOLES

BEGIN, END = "<!-- attacks -->", "<!-- /attacks -->"
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


def put_into(page: str) -> str:
    """Return a page with the matrix between its marks."""
    before, mark, rest = page.partition(BEGIN)
    assert mark, "the page has a place for the matrix"
    return f"{before}{BEGIN}\n{as_table()}{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--into", name]:
            path = Path(name)
            path.write_text(put_into(path.read_text(encoding="utf-8")), encoding="utf-8")
        case _:
            sys.stdout.write(as_table())
