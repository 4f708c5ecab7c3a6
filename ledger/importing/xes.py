"""XES event logs (IEEE 1849-2016, `.xes` and `.xes.gz`): each event a row, its attributes the cells.

    <log xmlns="http://www.xes-standard.org/">
      <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
      <global scope="event"><string key="org:role" value="UNKNOWN"/></global>
      <trace>
        <string key="concept:name" value="报销7号"/>
        <event>
          <string key="concept:name" value="申报"/>
          <date key="time:timestamp" value="2023-05-08T10:30:00.000+08:00"/>
        </event>
      </trace>
    </log>

gives the columns `case:concept:name`, `concept:name`, `time:timestamp`, `org:role` and one row.
A trace's attributes stand behind `case:`, an attribute within another as `outer/inner`, a list as
its values joined by `; `. What an event or trace leaves out is taken from the log's globals. Keys
of the extensions concept, time, org and lifecycle have these prefixes, whatever the log calls them.
Classifiers and attributes of the log as a whole are passed over.

The file is read twice, for its columns and for its rows; one trace is in memory at a time. What is
wrong with an event or trace is that event's problem, and those of the trace's events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ledger.errors import MalformedError
from ledger.frozen import frozen
from ledger.importing.attributes import SCALARS, parse_scalar
from ledger.importing.delimited import digest_of_file
from ledger.importing.markup import Mark, read_marks
from ledger.importing.values import normal

MAX_KEYS = 1_000
MAX_TRACE_EVENTS = 100_000
MAX_LIST_CHARS = 32_767

CASE = "case:"
BETWEEN = "; "
NESTED = "/"

_COMPOUND = ("list", "container")
_EXTENSIONS = ("concept", "time", "org", "lifecycle")
_BOTH = {"trace": CASE, "event": ""}


@frozen
class LoggedEvent:
    """One event: its trace and its place there, from 1, and its cells or what is wrong with it.

    `trace` is 0 for an event outside of any, which is always a problem.
    """

    trace: int
    place: int
    cells: tuple[str, ...]
    column: str = ""
    problem: str = ""


@frozen
class OpenedLog:
    """An event log: SHA-256 of the file, its columns, and its events in the order of the file."""

    digest: str
    header: tuple[str, ...]
    events: Iterator[LoggedEvent]


def open_log(path: Path) -> OpenedLog:
    """Return the event log in a file; all of it has been read once, for its columns.

    Raises:
        MalformedError: no event log, damaged, or beyond a bound; also while events are read.
        UnavailableError: the file cannot be read.
    """
    what = f"event log {path.name}"
    digest = digest_of_file(path)
    columns: dict[str, None] = {}
    for found in _read(path, what):
        columns.update(dict.fromkeys(found.told.cells))
        if len(columns) > MAX_KEYS:
            expected = f"at most {MAX_KEYS} different keys"
            raise MalformedError(what, expected=expected, found="more")
    if not columns:
        raise MalformedError(what, expected="events with attributes", found="none")
    header = tuple(columns)
    return OpenedLog(digest, header, _events(path, what, header=header, digest=digest))


def _events(
    path: Path, what: str, *, header: tuple[str, ...], digest: str
) -> Iterator[LoggedEvent]:
    for found in _read(path, what):
        told = found.told
        cells = tuple(told.cells.get(column, "") for column in header)
        yield LoggedEvent(found.trace, found.place, cells, told.column, told.problem)
    if digest_of_file(path) != digest:
        raise MalformedError(what, expected="one file", found="a file that changed meanwhile")


def _read(path: Path, what: str) -> Iterator[_Found]:
    return _Reader(what).read(read_marks(path, what=what))


@dataclass(slots=True)
class _Told:
    """Attributes as they gather, by column, and the first flaw among them."""

    prefix: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    column: str = ""
    problem: str = ""

    def flaw(self, column: str, problem: str) -> None:
        if not self.problem:
            self.column, self.problem = column, problem

    def put(self, column: str, text: str) -> None:
        if column in self.cells:
            self.flaw(column, "expected each key once, found it twice")
        elif len(self.cells) >= MAX_KEYS:
            self.flaw(column, f"expected at most {MAX_KEYS} attributes, found more")
        else:
            self.cells[column] = text

    def add(self, column: str, text: str) -> None:
        held = self.cells.get(column, "")
        if len(held) + len(text) > MAX_LIST_CHARS:
            self.flaw(column, f"expected a list of at most {MAX_LIST_CHARS} characters")
        else:
            self.cells[column] = held + BETWEEN + text if held else text


@frozen
class _Found:
    trace: int
    place: int
    told: _Told


@frozen
class _Frame:
    """An open element: what it is here, whose attributes it tells, and in which column."""

    kind: str
    told: _Told | None = None
    column: str = ""


class _Reader:
    """Where in a log we are: open elements, the trace so far, the log's globals and prefixes."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._frames: list[_Frame] = []
        self._globals = {scope: _Told(prefix) for scope, prefix in _BOTH.items()}
        self._prefixes: dict[str, str] = {}
        self._traces = 0
        self._loose = 0
        self._gathered: list[_Told] = []

    def read(self, marks: Iterable[Mark]) -> Iterator[_Found]:
        for name, attributes in marks:
            if attributes is not None:
                self._frames.append(self._open(name, attributes))
                continue
            frame = self._frames.pop()
            if frame.kind == "event":
                yield from self._event_ends(frame)
            elif frame.kind == "trace":
                yield from self._trace_ends(frame)
            elif frame.kind == "global" and frame.told is not None and frame.told.problem:
                column, problem = frame.told.column, frame.told.problem
                raise MalformedError(
                    self._what, expected="globals that hold", found=f"{column}: {problem}"
                )

    def _open(self, name: str, attributes: dict[str, str]) -> _Frame:
        outer = self._frames[-1] if self._frames else _Frame("file")
        if outer.kind == "ignored":
            return outer
        if outer.kind in ("file", "log"):
            return self._in_log(name, attributes) if self._frames else self._root(name)
        assert outer.told is not None, "whatever is not ignored tells attributes"
        if name == "event" and outer.kind == "trace":
            return self._event_begins()
        if name == "values" and outer.kind == "list":
            return outer
        if name in SCALARS or name in _COMPOUND:
            return self._attribute(outer, outer.told, name=name, attributes=attributes)
        outer.told.flaw("", f"expected attributes, found <{name[:40]}>")
        return _Frame("ignored")

    def _root(self, name: str) -> _Frame:
        if name != "log":
            raise MalformedError(self._what, expected="an event log (XES)", found=name[:40])
        return _Frame("log")

    def _in_log(self, name: str, attributes: dict[str, str]) -> _Frame:
        if name == "trace":
            self._traces += 1
            return _Frame("trace", _Told(CASE))
        if name == "event":
            return self._event_begins()
        if name == "global" and not self._traces:
            scope = attributes.get("scope", "event")
            return _Frame("global", self._globals.get(scope, _Told()))
        if name == "extension":
            self._extension(attributes)
        elif name not in ("classifier", *SCALARS, *_COMPOUND):
            found = f"<{name[:40]}>" + (" behind a trace" if name == "global" else "")
            raise MalformedError(self._what, expected="elements of a log", found=found)
        return _Frame("ignored")

    def _extension(self, attributes: dict[str, str]) -> None:
        """Learn which prefix the log has for one of the extensions that we know by their file."""
        known = attributes.get("uri", "").rpartition("/")[2].removesuffix(".xesext")
        prefix = attributes.get("prefix", "")
        if known in _EXTENSIONS and prefix:
            self._prefixes[prefix] = known

    def _attribute(
        self, outer: _Frame, told: _Told, *, name: str, attributes: dict[str, str]
    ) -> _Frame:
        key = self._key(attributes.get("key", ""))
        column = outer.column or told.prefix + key
        if outer.kind in ("attribute", "container"):
            column += NESTED + key
        if not key:
            told.flaw(column, f"expected a key, found <{name}> without one")
            return _Frame("ignored")
        if name in SCALARS:
            self._scalar(outer, told, column=column, given=(name, attributes.get("value")))
        elif name == "list" and outer.kind != "list":
            told.put(column, "")
        inner = "list" if "list" in (outer.kind, name) else name
        return _Frame(inner if inner in _COMPOUND else "attribute", told, column)

    def _scalar(
        self, outer: _Frame, told: _Told, *, column: str, given: tuple[str, str | None]
    ) -> None:
        kind, value = given
        if value is None:
            told.flaw(column, "expected a value, found none")
            return
        try:
            text = parse_scalar(kind, value)
        except MalformedError as error:
            told.flaw(column, str(error))
            return
        if outer.kind == "list":
            told.add(column, text)
        else:
            told.put(column, text)

    def _key(self, key: str) -> str:
        prefix, colon, name = normal(key).partition(":")
        return self._prefixes.get(prefix, prefix) + colon + name if colon else prefix

    def _event_begins(self) -> _Frame:
        if len(self._gathered) >= MAX_TRACE_EVENTS:
            expected = f"traces of at most {MAX_TRACE_EVENTS} events"
            where = f"trace {self._traces}"
            raise MalformedError(self._what, expected=expected, found="more", where=where)
        return _Frame("event", _Told())

    def _event_ends(self, frame: _Frame) -> Iterator[_Found]:
        assert frame.told is not None, "an event tells attributes"
        if self._frames[-1].kind == "trace":
            self._gathered.append(frame.told)
            return
        self._loose += 1
        frame.told.flaw("", "expected an event within a trace, found one outside")
        yield _Found(0, self._loose, frame.told)

    def _trace_ends(self, frame: _Frame) -> Iterator[_Found]:
        assert frame.told is not None, "a trace tells attributes"
        trace = self._globals["trace"].cells | frame.told.cells
        for place, told in enumerate(self._gathered, start=1):
            told.cells = trace | self._globals["event"].cells | told.cells
            if frame.told.problem:
                told.flaw(frame.told.column, frame.told.problem)
            yield _Found(self._traces, place, told)
        self._gathered = []
