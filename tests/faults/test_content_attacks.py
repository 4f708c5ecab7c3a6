"""Attached content, attacked with plain sqlite3: each attack names the event that carries it."""

from __future__ import annotations

import pytest

from ledger.application.attached import attaching_kinds, attachments
from ledger.application.ledger import new_content
from ledger.audit.authority import KINDS
from ledger.family import Attachment
from tests.faults.attacks import copy_of, told
from tests.office import make_busy_office, pin_of

SCAN = "骑缝章的扫描件".encode()
INDEX = 25


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A sound ledger's database in which event 25 carries a scan."""
    path = tmp_path_factory.mktemp("content") / "ledger.db"
    office = make_busy_office(str(path))
    content = new_content(SCAN)
    scan = Attachment(name="来文.pdf", size_bytes=len(SCAN), digest=content.digest)
    received = {"sender": "市委办公室", "title": "通知", "attachments": (scan,)}
    done = office.act(
        "丙", ("incoming.receive", "", received), content=(content,), basis="as-found"
    )
    assert done.first_index == INDEX
    office.store.close()
    return path, pin_of(office)


@pytest.fixture
def scene(original, tmp_path):
    """A copy of that database, to be attacked."""
    path, pin = original
    return copy_of(path, tmp_path, pin)


def test_attached_content_is_looked_at(scene):
    """Sound content is counted and nothing is found."""
    verdict = scene.verify()

    assert verdict.findings == ()
    assert {each.code: each.examined for each in verdict.checks}["content"] == 1


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE content SET bytes = x'00'", ("content.digest", "edited", INDEX)),
        ("UPDATE content SET salt = zeroblob(16)", ("content.digest", "edited", INDEX)),
        (
            "UPDATE content SET digest = substr(digest, 2) || 'x'",
            ("content.missing", "content missing", INDEX),
        ),
        ("DELETE FROM content", ("content.missing", "content missing", INDEX)),
    ],
)
def test_attacked_content_is_named(scene, sql, expected):
    """Each column of content, edited or gone, is named at the event that carries it."""
    with scene.break_in() as connection:
        connection.execute(sql)

    verdict = scene.verify()

    assert (verdict.exit_code, told(verdict)) == (1, {expected})


def test_which_kinds_carry_attachments_is_read_from_their_fields():
    """Only kinds that can carry content are decoded for it."""
    kinds = attaching_kinds(KINDS)

    assert "incoming.received/1" in kinds
    assert "office.founded/1" not in kinds


def test_attachments_in_parts_are_found():
    """An attachment is found however deep it stands."""
    scan = Attachment(name="a", size_bytes=1, digest="0" * 64)

    assert list(attachments(((scan, ()), (), scan))) == [scan, scan]
