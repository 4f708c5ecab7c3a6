"""Certified keys: whom the office trusts, a certificate shown at enrolment, and what trails say of it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from ledger.commands.enrolment import read_key_request
from ledger.keys import certificate
from tests.ca import root
from tests.ledger.commands.room import SECOND

NAME = "某省电子认证中心"
TRUST = ("--as", SECOND, "key", "trust-authority", NAME)
LICENCE = ("--citation", "电子政务电子认证服务许可证 第1号")


@pytest.fixture
def authority():
    """A licensed authority."""
    return root(NAME)


@pytest.fixture
def trusting(room, authority, tmp_path):
    """The office, which trusts it."""
    path = authority.write(tmp_path / "root.pem")
    assert room(*TRUST, path, *LICENCE).code == 0
    return room


def asked(room, tmp_path, name="王芳", **how):
    """Make a key, and have it certified; returns the request's and the certificate's file."""
    request = tmp_path / f"{name}.json"
    assert room("key", "new", name, "--out", request).code == 0
    public = base64.b64decode(read_key_request(request).public[0])
    issuer = how.pop("issuer")
    path = tmp_path / f"{name}.der"
    path.write_bytes(issuer.over(public, name, **how))
    return request, path


def enrol(room, request, *more):
    """Propose and confirm; returns what was said at each."""
    proposed = room(
        "--as", "陈立", "officer", "enrol", "--request", request, "--post", "领导", *more
    )
    return proposed, room("--as", SECOND, "officer", "confirm", "王芳")


def test_a_certified_key_says_so_wherever_it_signed(trusting, authority, tmp_path):
    """In trails with the certificate, in the list of keys, and all of it verifies."""
    request, path = asked(trusting, tmp_path, issuer=authority)
    for told in enrol(trusting, request, "--certificate", path):
        assert told.code == 0, told.err
    trusting("--as", "王芳", "rule", "plan", "--title", "会议管理办法")

    told = trusting("audit", "trail", "会议管理办法").out
    assert f"认证签名（{NAME}）" in told
    assert f"CN=王芳；{NAME} 颁发；序列号 " in told
    (line,) = trusting.say("audit", "trail", "会议管理办法")["lines"]
    assert line["certificate"].startswith("CN=王芳；")
    titles = [each["title"] for each in trusting.say("key", "list")["records"]]
    assert sum(each.endswith(f", certified by {NAME}") for each in titles) == 1
    assert sum(each.endswith(", technical") for each in titles) == 4
    acts = trusting.say("audit", "acts")["lines"]
    assert acts[-1]["certificate"] == line["certificate"]
    assert trusting.verify().verdict == "intact"


def test_without_a_certificate_a_key_is_technical(trusting):
    """A key of the office's own making says so, and no certificate stands in its trail."""
    trusting("--as", "孙梅", "rule", "plan", "--title", "办法")

    told = trusting.say("audit", "trail", "办法")["lines"][0]

    assert (told["grade"], told["certificate"]) == ("技术签名", "")


def test_a_certificate_that_does_not_hold_proposes_nothing(trusting, authority, tmp_path):
    """Over another key, of an authority that nobody trusts, or expired: refused, nothing recorded."""
    request, mine = asked(trusting, tmp_path, issuer=authority)
    stranger = tmp_path / "stranger.der"
    public = base64.b64decode(read_key_request(request).public[0])
    stranger.write_bytes(root("路人").over(public))
    expired = tmp_path / "expired.der"
    expired.write_bytes(authority.over(public, until=datetime(2020, 1, 1, tzinfo=UTC)))
    other = tmp_path / "other.der"
    other.write_bytes(authority.over(bytes(31) + b"\x09"))
    size = trusting.ledger().store.head().size

    for path in (stranger, expired, other, request):
        told = trusting("--as", "陈立", "officer", "enrol", "--request", request,
                        "--certificate", path)  # fmt: skip
        assert told.code != 0, path.name
        assert "certificate" in told.err
    assert trusting.ledger().store.head().size == size
    assert mine.exists()


def test_a_certificate_is_judged_again_when_it_is_confirmed(trusting, authority, tmp_path):
    """The confirmer's door asks too, by the roots trusted then."""
    request, path = asked(trusting, tmp_path, issuer=authority)
    trusting("--as", "陈立", "officer", "enrol", "--request", request, "--certificate", path)
    trusting("--as", SECOND, "key", "distrust-authority", NAME, "--reason", "许可证被吊销")

    told = trusting("--as", SECOND, "officer", "confirm", "王芳")

    assert told.code == 2
    assert "one by an authority that the office trusts" in told.err


def test_a_key_certified_past_the_door_is_found(trusting, authority, tmp_path, monkeypatch):
    """`key.certificate`: verification judges the chain at the time recorded, whoever confirmed."""
    gone = datetime(2020, 1, 1, tzinfo=UTC)
    request, path = asked(trusting, tmp_path, issuer=authority, until=gone)
    with monkeypatch.context() as patch:
        patch.setattr(certificate, "_check_moment", lambda *_: None)
        for told in enrol(trusting, request, "--certificate", path):
            assert told.code == 0, told.err

    (found,) = trusting.verify().findings

    assert (found.code, found.damage) == ("key.certificate", "key misused")
    assert "one that holds at" in found.message


def test_grades_given_before_outlive_the_trust(trusting, authority, tmp_path):
    """What was certified by a root trusted then stays so; the ledger stays intact."""
    request, path = asked(trusting, tmp_path, issuer=authority)
    enrol(trusting, request, "--certificate", path)
    trusting("--as", SECOND, "key", "distrust-authority", NAME, "--reason", "到期")
    trusting("--as", "王芳", "rule", "plan", "--title", "办法")

    assert trusting.say("audit", "trail", "办法")["lines"][0]["grade"] == f"认证签名（{NAME}）"
    assert trusting.verify().verdict == "intact"


def test_a_certified_key_takes_the_place_of_a_technical_one(trusting, authority, tmp_path):
    """Made, certified, then rotated in by its request; one made on the spot has no certificate yet."""
    request = tmp_path / "new.json"
    trusting("key", "new", "孙梅", "--file", "孙梅-2", "--out", request)
    public = base64.b64decode(read_key_request(request).public[0])
    (tmp_path / "new.der").write_bytes(authority.over(public))
    rotate = ("--as", "孙梅", "key", "rotate", "--certificate", tmp_path / "new.der")

    assert trusting(*rotate).code == 2
    assert trusting(*rotate, "--request", request).code == 0
    assert trusting("--as", SECOND, "officer", "confirm", "孙梅").code == 0
    trusting("--as", "孙梅", "rule", "plan", "--title", "办法")

    assert trusting.say("audit", "trail", "办法")["lines"][0]["grade"] == f"认证签名（{NAME}）"


def test_a_further_key_may_be_certified(trusting, authority, tmp_path):
    """`key propose` takes a certificate as enrolment does."""
    request = tmp_path / "spare.json"
    trusting("key", "new", "孙梅", "--file", "备用", "--out", request)
    public = base64.b64decode(read_key_request(request).public[0])
    (tmp_path / "spare.der").write_bytes(authority.over(public))

    told = trusting(
        "--as", "陈立", "key", "propose", request, "--certificate", tmp_path / "spare.der"
    )

    assert told.code == 0, told.err
    assert trusting("--as", SECOND, "officer", "confirm", "孙梅").code == 0


def test_only_a_root_is_trusted_by_administrators_once(room, authority, tmp_path):
    """A CA beneath another, two at once, a second time, or a clerk: refused."""
    path = authority.write(tmp_path / "root.pem")
    beneath = authority.ca("签发中心").write(tmp_path / "beneath.pem")
    (tmp_path / "both.pem").write_bytes(path.read_bytes() * 2)

    assert room(*TRUST, beneath, *LICENCE).code != 0
    assert room(*TRUST, tmp_path / "both.pem", *LICENCE).code == 2
    assert "O11" in room("--as", "孙梅", *TRUST[2:], path, *LICENCE).err
    assert room(*TRUST, path, *LICENCE).code == 0
    assert "O12" in room(*TRUST, path, *LICENCE).err
    told = room("--as", SECOND, "key", "distrust-authority", "别家", "--reason", "无")
    assert (told.code, "O13" in told.err) == (1, True)
