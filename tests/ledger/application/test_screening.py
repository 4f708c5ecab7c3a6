"""Content is looked through for classification marks before it is taken in; other files pass."""

from __future__ import annotations

import io
import zipfile

import pytest

from ledger.application.acting import Request, Step
from ledger.application.ledger import new_content
from ledger.application.screening import is_marked
from ledger.clock import new_id
from ledger.errors import RefusedError
from ledger.family import AS_FOUND, Attachment
from ledger.records import FAMILIES
from ledger.records.marks import CODE
from tests.office import FOUNDER, VERBS, make_office

MARK = "机密★1年"


def package(part: str, text: str, *, name: str = "word/document.xml") -> bytes:
    """Return a ZIP with one XML part, as OFD and Office files are."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, part.format(text))
    return held.getvalue()


WORD = "<w:p><w:r><w:t>{}</w:t></w:r></w:p><w:p><w:r><w:t>关于值守的通知</w:t></w:r></w:p>"
SPLIT = "<w:p><w:r><w:t>机密</w:t></w:r><w:r><w:t>{}</w:t></w:r></w:p>"
OFD = "<ofd:TextObject><ofd:TextCode>{}</ofd:TextCode></ofd:TextObject>"


@pytest.mark.parametrize(
    "content",
    [
        f"{MARK}\n关于…的通知".encode(),
        f"{MARK}\n关于…的通知".encode("gb18030"),
        "绝密\n正文".encode("utf-16"),
        "密级：秘密\n正文".encode(),
        package(WORD, MARK),
        package(WORD, "秘 密"),
        package(SPLIT, "★1年"),
        package(OFD, "绝密★30年", name="Doc_0/Pages/Page_0/Content.xml"),
        b"\xd0\xcf\x11\xe0\x00\x00" + MARK.encode("utf-16-le"),
        f"%PDF-1.7\x00 /Title ({MARK})".encode(),
    ],
    ids=["utf-8", "gb18030", "utf-16", "level line", "word", "spaced", "split", "ofd", "doc", "pdf"],
)  # fmt: skip
def test_a_mark_that_can_be_read_is_found(content):
    """In plain text of any usual encoding, in OFD and Office files, and as bytes in others."""
    assert is_marked(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        "关于做好保守国家秘密工作的通知".encode(),
        "机密文件的保管办法".encode("gb18030"),
        package(WORD, "关于机密文件保管的通知"),
        b"PK\x03\x04 no package after all",
        package("{}", MARK, name="picture.png"),
        b"\xff\x81 neither of the encodings \xff",
        bytes(range(256)) * 10,
        "\ufeff<p>平件</p>".encode(),
    ],
)
def test_what_carries_no_mark_passes(content):
    """The word alone is no mark; what is damaged or no text says nothing."""
    assert not is_marked(content)


@pytest.mark.parametrize("basis", ["direct", AS_FOUND])
def test_marked_content_is_refused_by_name_and_nothing_is_written(basis):
    """S1 names the file, repeats nothing of it, and holds for what is found too."""
    office = make_office()
    size = office.store.head().size
    content = new_content(f"{MARK}\n甲乙丙丁".encode())
    scan = Attachment(name="来文.txt", size_bytes=len(content.content), digest=content.digest)
    verb = VERBS["incoming.receive"]
    draft = verb.event(sender="市委办公室", title="通知", attachments=(scan,))
    step = Step(verb, f"incoming/{new_id(office.clock())}", draft)

    with pytest.raises(RefusedError, match=r"S1: 来文\.txt") as refused:
        office.ledger.act(
            office.people[FOUNDER], Request(new_id(office.clock()), (step,), basis, (content,))
        )

    assert "甲乙丙丁" not in str(refused.value)
    assert office.store.head().size == size


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_no_event_of_any_family_takes_a_mark(family):
    """S1 guards every kind there is, declared by its family or not."""
    guarded = {
        kind for rule in family.rules if rule.code == CODE and rule.guard for kind in rule.kinds
    }

    assert guarded >= set(family.events)
