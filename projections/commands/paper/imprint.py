"""The imprint of a register 登记簿: what it was made from, in a code that can be checked.

One line of canonical JSON, exactly

    {"as_of":"<day>","asked_at":"…Z","format":"qifeng.register/1","origin":"<of the log>",
     "part":"…","root":"<64 hex>","rows":"<64 hex>","since":"<day>","size":41,"view":"…",
     "where":[["column","value"],…]}

(without white space). `size` and `root` are the head of the log that was known; `rows` is the SHA-256
of canonical `{"columns":[names],"rows":[[values],…]}`, amounts in fen. Days are empty where none was
asked about. Whoever holds the log can ask the same question of it again; whoever holds a checkpoint of
that size can hold the root against it. It is on paper as a QR code, and beside each file as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from ledger import canonical
from ledger.clock import format_time, parse_time
from ledger.errors import MalformedError
from ledger.frozen import frozen
from projections.answer import Answer, Question
from projections.projection import column_names

FORMAT = "qifeng.register/1"
MAX_BYTES = 16_384
_TEXTS = ("as_of", "asked_at", "format", "origin", "part", "root", "rows", "since", "view")
_MEMBERS = frozenset({*_TEXTS, "size", "where"})


@frozen
class Imprint:
    """A question, of which head of which log, and the digest of the answer's rows; it says when it was asked."""

    origin: str
    size: int
    root: str
    question: Question
    rows: str

    @property
    def asked_at(self) -> datetime:
        """When it was asked."""
        assert self.question.asked_at is not None, "a register's question has its moment"
        return self.question.asked_at

    @property
    def short(self) -> str:
        """What stands on every page: enough to find the whole of it by, and to tell two apart."""
        return f"{self.size - 1} · {self.root[:16]} · {self.rows[:16]}"


def imprint_of(told: Answer, question: Question, *, origin: str, root: bytes) -> Imprint:
    """Return the imprint of an answer to a question that says when it was asked."""
    asked = replace(question, view=told.view, part=told.part, known_at=str(told.position - 1))
    return Imprint(origin, told.position, root.hex(), asked, rows_digest(told))


def rows_digest(told: Answer) -> str:
    """Return the digest of an answer's rows, as the module says it."""
    names = column_names(told.columns)
    rows = [[row[name] for name in names] for row in told.rows]
    return canonical.digest(canonical.encode({"columns": list(names), "rows": rows}))


def format_imprint(imprint: Imprint) -> bytes:
    """Return the code: one line, with its newline."""
    asked = imprint.question
    members = {
        "as_of": asked.as_of.isoformat() if asked.as_of else "",
        "asked_at": format_time(imprint.asked_at),
        "format": FORMAT,
        "origin": imprint.origin,
        "part": asked.part,
        "root": imprint.root,
        "rows": imprint.rows,
        "since": asked.since.isoformat() if asked.since else "",
        "size": imprint.size,
        "view": asked.view,
        "where": [list(each) for each in asked.where],
    }
    return canonical.encode(members) + b"\n"


def parse_imprint(encoded: bytes) -> Imprint:
    """Return what a code says; the newline at its end may be missing, as a reader of QR codes leaves it.

    Raises:
        MalformedError: it is none.
    """
    told = canonical.members(
        canonical.parse(encoded.removesuffix(b"\n"), "register code"), _MEMBERS, "register code"
    )
    texts = {name: told[name] for name in _TEXTS}
    size = told["size"]
    if not all(isinstance(each, str) for each in texts.values()) or type(size) is not int:
        raise MalformedError(
            "register code", expected="text members and a size", found="others"
        )
    for name, expected in (("root", True), ("rows", True)):
        if canonical.is_digest(texts[name]) is not expected:
            raise MalformedError(f"register code {name}", expected="64 hex digits", found="not")
    if texts["format"] != FORMAT or size < 1:
        raise MalformedError("register code", expected=FORMAT, found=texts["format"][:40])
    question = Question(
        texts["view"], texts["part"], _day(texts["as_of"]), str(size - 1),
        _pairs(told["where"]), _day(texts["since"]), parse_time(texts["asked_at"]),
    )  # fmt: skip
    return Imprint(texts["origin"], size, texts["root"], question, texts["rows"])


def is_imprint(encoded: bytes) -> bool:
    """Tell whether these bytes claim to be a code."""
    return encoded.startswith(b'{"as_of":') and b'"format":"qifeng.register/' in encoded


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise MalformedError("register code", expected="a day", found=text[:40]) from error


def _pairs(told: object) -> tuple[tuple[str, str], ...]:
    pairs: Sequence[object] = told if isinstance(told, list) else [None]
    found = []
    for pair in pairs:
        if not (
            isinstance(pair, list) and len(pair) == 2 and all(isinstance(x, str) for x in pair)
        ):
            raise MalformedError(
                "register code where", expected="pairs of text", found="others"
            )
        found.append((pair[0], pair[1]))
    return tuple(found)
