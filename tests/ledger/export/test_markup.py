"""XML as it is read from strangers: well-formed, bounded, and with nothing in it that could grow."""

from __future__ import annotations

import pytest

from ledger.errors import MalformedError
from ledger.export import markup
from ledger.export.markup import (
    MAX_DEPTH,
    Node,
    format_document,
    format_node,
    leaves,
    parse_document,
)


def nested(depth):
    """A document so many elements deep."""
    return b"<a>" * depth + b"</a>" * depth


def test_what_is_written_is_read_back_the_same():
    """Marks, line ends and attributes included."""
    root = Node("根", children=leaves(("a", '<&>"\r\n骑缝')), attributes=(("b", '"<'),))

    read = parse_document(format_document(root), "x")

    assert (read.name, read.attributes, read.value("a")) == (
        "根",
        (("b", '"<'),),
        '<&>"\r\n骑缝',
    )
    assert format_node(read) == format_node(root)


def test_depth_is_bounded():
    """As deep as allowed is read, one deeper is refused."""
    assert parse_document(nested(MAX_DEPTH), "x").name == "a"

    with pytest.raises(MalformedError, match=f"depth {MAX_DEPTH} at most"):
        parse_document(nested(MAX_DEPTH + 1), "x")


def test_size_is_bounded(monkeypatch):
    """Before the parser sees a byte."""
    monkeypatch.setattr(markup, "MAX_BYTES", 10)

    assert parse_document(b"<a></a>   ", "x") == Node("a")
    with pytest.raises(MalformedError, match="at most 10 bytes"):
        parse_document(b"<a></a>    ", "x")


@pytest.mark.parametrize(
    "encoded",
    [
        b"", b"\xff", b"<a>", b"<a/><a/>", b"<a b='1' b='2'/>", b"<a>&b;</a>", b"<a>\0</a>",
        b"<?xml version='1.0' encoding='nonsense'?><a/>", b"<!DOCTYPE a><a/>",
    ],
)  # fmt: skip
def test_what_is_no_plain_xml_is_refused(encoded):
    """With one error, and no document type even where it names nothing."""
    with pytest.raises(MalformedError):
        parse_document(encoded, "x")
