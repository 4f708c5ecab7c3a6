"""XML of archive packages and reports: written the same bytes every time, read with no entity and no document type.

Written are elements with text or with children, never both, in UTF-8 with a declaration; a character that XML 1.0
§2.2 has no place for is written U+FFFD. What is read is a stranger's: a document type is refused outright, and with
it every entity that could grow or reach out; depth and size are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from ledger.errors import MalformedError
from ledger.frozen import frozen

MAX_BYTES = 64 << 20
MAX_DEPTH = 32
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Attributes = tuple[tuple[str, str], ...]
_MARKED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})


@frozen
class Node:
    """An element: its name, its text or its children, its attributes in the order given."""

    name: str
    text: str = ""
    children: tuple[Node, ...] = ()
    attributes: Attributes = ()

    def every(self, *path: str) -> Iterator[Node]:
        """Yield the elements at the end of a path of names, in order."""
        if not path:
            yield self
            return
        for each in self.children:
            if each.name == path[0]:
                yield from each.every(*path[1:])

    def value(self, *path: str) -> str:
        """Return the text of the first element at the end of a path, or nothing."""
        return next((each.text for each in self.every(*path)), "")


def leaves(*told: tuple[str, str]) -> tuple[Node, ...]:
    """Return an element for each (name, text) that has a text."""
    return tuple(Node(name, text) for name, text in told if text)


def format_document(root: Node) -> bytes:
    """Return the bytes of a document."""
    return (_DECLARATION + format_node(root)).encode()


def format_node(node: Node, indent: str = "") -> str:
    """Return the lines of an element."""
    marked = _marked(node.attributes)
    if not node.children:
        return f"{indent}<{node.name}{marked}>{_escaped(node.text)}</{node.name}>\n"
    inner = "".join(format_node(each, indent + "  ") for each in node.children)
    return f"{indent}<{node.name}{marked}>\n{inner}{indent}</{node.name}>\n"


def opening(name: str, attributes: Attributes = ()) -> bytes:
    """Return the beginning of a document whose children follow one by one."""
    return f"{_DECLARATION}<{name}{_marked(attributes)}>\n".encode()


def closing(name: str) -> bytes:
    """Return the end of it."""
    return f"</{name}>\n".encode()


def parse_document(encoded: bytes, what: str) -> Node:
    """Return the root of a document.

    Raises:
        MalformedError: it is not well-formed, too deep or large, or declares a document type.
    """
    if len(encoded) > MAX_BYTES:
        raise MalformedError(what, expected=f"at most {MAX_BYTES} bytes", found="more")
    return _Reading(what).read(encoded)


@dataclass(slots=True)
class _Open:
    name: str
    attributes: tuple[tuple[str, str], ...]
    text: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    def closed(self) -> Node:
        text = "" if self.children else "".join(self.text)
        return Node(self.name, text, tuple(self.children), self.attributes)


class _Reading:
    """One document under reading."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._open: list[_Open] = [_Open("", ())]
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.ordered_attributes = True
        self._expat.StartDoctypeDeclHandler = self._refuse_doctype
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._text

    def read(self, encoded: bytes) -> Node:
        try:
            self._expat.Parse(encoded, True)  # noqa: FBT003 -- expat takes no names
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise MalformedError(
                self._what, expected="well-formed XML", found=str(error)[:80]
            ) from error
        return self._open[0].children[0]

    def _start(self, name: str, attributes: list[str]) -> None:
        if len(self._open) > MAX_DEPTH:
            raise MalformedError(
                self._what, expected=f"depth {MAX_DEPTH} at most", found="more"
            )
        pairs = tuple(zip(attributes[::2], attributes[1::2], strict=True))
        self._open.append(_Open(name, pairs))

    def _end(self, _: str) -> None:
        node = self._open.pop().closed()
        self._open[-1].children.append(node)

    def _text(self, text: str) -> None:
        self._open[-1].text.append(text)

    def _refuse_doctype(self, *_: object) -> None:
        raise MalformedError(
            self._what, expected="XML without a document type", found="<!DOCTYPE"
        )


def _escaped(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text).translate(_MARKED)


def _marked(attributes: Attributes) -> str:
    return "".join(f' {name}="{_escaped(value)}"' for name, value in attributes)
