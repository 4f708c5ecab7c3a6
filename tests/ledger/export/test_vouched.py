"""What others vouch for in a bundle: judged by whom the reader believes, and named where it does not hold."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace

import pytest

import cli
from ledger.export import vouched
from ledger.export.check import check_bundle
from ledger.export.logged import WITNESSED
from ledger.export.vouched import NO_WITNESS, NOBODY, STAMPS, WITNESS, Believed
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.cosigned import key_of
from ledger.log.note import format_signatures, format_vkey, parse_note, sign_note
from ledger.log.policy import parse_policy
from ledger.log.speaker import head_signers, log_signer, witness_keys, witness_signers
from ledger.log.timestamp import format_request, parse_roots, renewed_bytes
from tests.ledger.export.bundled import codes, export, relist, trust_of
from tests.ledger.export.proven import signed
from tests.office import ORIGIN, make_busy_office, seed_of
from tests.tsa import make_authority

SECONDS = 1_700_000_000
NOW = SECONDS + 60


def witness(name):
    """Return a witness's key."""
    return LogKey(f"{name}.example/w1", SeedSigner(seed_of(name)))


def policy_of(office, *names, quorum="all"):
    """Return a policy that wants all of these witnesses."""
    lines = [f"log {office.log_key.verifier}"]
    lines += [f"witness {name} {format_vkey(witness_keys(witness(name))[0])}" for name in names]
    return "\n".join([*lines, f"group all all {' '.join(names)}", f"quorum {quorum}", ""])


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Give a time-stamping authority."""
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def vouching(authority, tmp_path_factory):
    """Give an office's bundle: its newest head cosigned by one witness, stamped, and the stamp renewed."""
    office, folder = make_busy_office(), tmp_path_factory.mktemp("vouched")
    head = signed(office)
    size = head.checkpoint.size
    office.store.add_checkpoint(size, head.note)
    text = parse_note(head.note).text
    (line,) = parse_note(
        sign_note(text, witness_signers(witness("archive"), SECONDS)[:1])
    ).signatures
    office.store.add_cosignature(size, key_of(line), format_signatures([line]))
    stamp = authority.answer(format_request(head.note, "sha256"))
    again = authority.answer(format_request(renewed_bytes(stamp, head.note), "sha512"))
    office.store.add_stamp("bb" * 32, size, stamp)
    office.store.add_stamp("aa" * 32, size, again)
    export(office, folder / "b")
    return office, folder / "b", size


@pytest.fixture
def bundle(vouching, tmp_path):
    """Give the office, and a copy of its bundle to be damaged."""
    office, folder, size = vouching
    shutil.copytree(folder, tmp_path / "b")
    return office, tmp_path / "b", size


def believing(office, authority, *names):
    """Return a reader who believes these witnesses and the authority."""
    roots = parse_roots(authority.roots.read_bytes())
    return Believed(parse_policy(policy_of(office, *names).encode()), roots, NOW)


def test_who_is_believed_is_judged(vouching, authority):
    """A witness of the policy and an authority under the roots: all is looked at, and holds."""
    office, folder, _ = vouching

    checked = check_bundle(folder, trust_of(office), believing(office, authority, "archive"))

    assert checked.findings == []
    assert {WITNESS, NO_WITNESS, STAMPS} & {*checked.not_checked} == set()


def test_who_believes_nobody_is_told_what_was_not_looked_at(vouching):
    """Nothing is concluded from signatures of strangers."""
    office, folder, _ = vouching

    checked = check_bundle(folder, trust_of(office), NOBODY)

    assert checked.findings == []
    assert {WITNESS, STAMPS} <= {*checked.not_checked}


def test_a_quorum_that_is_not_reached_is_found(vouching, authority):
    """Another witness was wanted too."""
    office, folder, _ = vouching

    checked = check_bundle(
        folder, trust_of(office), believing(office, authority, "archive", "court")
    )

    assert codes(checked) == {"bundle.quorum"}
    assert "cosigned by archive" in checked.findings[0].message


def test_where_no_witness_signed_a_policy_is_not_met(vouching, authority, tmp_path):
    """A bundle of a log that nobody witnessed."""
    office, _, _ = vouching
    lonely = make_busy_office()
    export(lonely, tmp_path / "b")

    checked = check_bundle(
        tmp_path / "b", trust_of(lonely), believing(office, authority, "archive")
    )

    assert codes(checked) == {"bundle.quorum"}
    assert "cosigned by nobody" in checked.findings[0].message


def test_a_changed_cosignature_is_found(bundle, authority):
    """Though everything was listed and signed anew: the witness's key is not the log's."""
    office, folder, _ = bundle
    told = (folder / WITNESSED).read_text(encoding="utf-8")
    line = next(each for each in told.splitlines() if each.startswith("— archive"))
    changed = line[:-6] + ("A" if line[-6] != "A" else "B") + line[-5:]
    (folder / WITNESSED).write_text(told.replace(line, changed), encoding="utf-8")
    relist(office, folder)

    checked = check_bundle(folder, trust_of(office), believing(office, authority, "archive"))

    assert codes(checked) == {"bundle.cosignature", "bundle.quorum"}


def stamps(folder):
    """Return the paths of the stamp and of its renewal."""
    first, second = sorted((folder / "data/log/stamps").iterdir(), reverse=True)
    return first, second


def test_a_renewal_whose_stamp_is_gone_is_found(bundle, authority):
    """It is over nothing that is here."""
    office, folder, _ = bundle
    first, second = stamps(folder)
    first.unlink()
    relist(office, folder)

    checked = check_bundle(folder, trust_of(office), believing(office, authority, "archive"))

    named = [each.record for each in checked.findings if each.code == "bundle.stamp"]
    assert named == [second.relative_to(folder).as_posix()]


@pytest.mark.parametrize("at", [0, 1], ids=["stamp", "renewal"])
def test_a_changed_stamp_is_found(bundle, authority, at):
    """Of the first and of what renews it; each is named by its file."""
    office, folder, _ = bundle
    path = stamps(folder)[at]
    held = bytearray(path.read_bytes())
    held[-5] ^= 1
    path.write_bytes(held)
    relist(office, folder)

    checked = check_bundle(folder, trust_of(office), believing(office, authority, "archive"))

    named = {each.record for each in checked.findings}
    assert codes(checked) == {"bundle.stamp"}
    assert path.relative_to(folder).as_posix() in named


def test_what_is_no_stamp_is_found(bundle, authority):
    """Other bytes under a stamp's name; the true stamps beside it still count."""
    office, folder, size = bundle
    odd = folder / f"data/log/stamps/{size}-{'cc' * 32}.tsr"
    odd.write_bytes(b"no stamp")
    relist(office, folder)

    checked = check_bundle(folder, trust_of(office), believing(office, authority, "archive"))

    named = [each.record for each in checked.findings if each.code == "bundle.stamp"]
    assert named == [odd.relative_to(folder).as_posix()]


def test_a_stamped_head_of_another_root_is_found(bundle, authority):
    """The log's own key signed two histories of one size, and the stamp is over the other."""
    office, folder, size = bundle
    other = sign_checkpoint(
        Checkpoint(ORIGIN, size, b"x" * 32), head_signers(office.log_key, SECONDS)
    )
    (folder / f"data/log/stamped/{size}").write_bytes(other)
    relist(office, folder)

    checked = check_bundle(folder, trust_of(office), believing(office, authority, "archive"))

    (found,) = [each for each in checked.findings if each.code == "bundle.stamp"]
    assert "another root than the bundle's" in found.message


def test_a_stamp_by_a_stranger_is_found(vouching, tmp_path):
    """Another authority's roots do not lead to it."""
    office, folder, _ = vouching
    other = make_authority(tmp_path / "other")
    believed = replace(believing(office, other, "archive"), policy=None)

    checked = check_bundle(folder, trust_of(office), believed)

    assert codes(checked) == {"bundle.stamp"}


def test_what_was_stamped_must_be_a_head_of_this_log(bundle, authority):
    """A checkpoint of another log under the stamp, or none, or one of another size."""
    office, folder, size = bundle
    believed = believing(office, authority, "archive")
    stamped = folder / f"data/log/stamped/{size}"
    told = parse_note(stamped.read_bytes()).text.replace("county", "town", 1)
    key = LogKey(told.partition("\n")[0], SeedSigner(seed_of("town")))
    other = sign_note(told, [log_signer(key)])
    for note in (other, b"", None):
        stamped.unlink(missing_ok=True)
        if note is not None:
            stamped.write_bytes(note)
        relist(office, folder)

        assert "bundle.stamp" in codes(check_bundle(folder, trust_of(office), believed))


def test_a_head_of_another_size_under_a_stamp_is_found(bundle, authority):
    """Filed under a size that it does not tell."""
    office, folder, size = bundle
    log = folder / "data/log"
    (log / f"stamped/{size}").rename(log / f"stamped/{size - 1}")
    for each in stamps(folder):
        each.rename(each.with_name(each.name.replace(f"{size}-", f"{size - 1}-")))
    relist(office, folder)

    checked = check_bundle(folder, trust_of(office), believing(office, authority, "archive"))

    (found,) = checked.findings
    assert (found.code, found.record) == ("bundle.stamp", f"data/log/stamped/{size - 1}")


def test_the_command_takes_a_policy_and_roots(
    vouching, authority, tmp_path, monkeypatch, capfd
):
    """What is given is judged; what is no policy, or no certificate, is refused."""
    office, folder, _ = vouching
    policy, nonsense = tmp_path / "policy", tmp_path / "nonsense"
    policy.write_text(policy_of(office, "archive"))
    nonsense.write_text("nonsense\n")

    def check(*options):
        monkeypatch.setenv("QIFENG_CONFIG", f"{tmp_path / 'mine'}")
        monkeypatch.setattr(sys, "argv", ["qifeng", "check", f"{folder}", *map(str, options)])
        return cli.main(), capfd.readouterr()

    code, told = check("--policy", policy, "--tsa-roots", authority.roots)
    assert (code, "--tsa-roots" in told.err, "--policy" in told.err) == (0, False, False)
    assert check("--policy", nonsense)[0] == 2
    assert check("--tsa-roots", nonsense)[0] == 2


def test_a_policy_that_nobody_can_meet_is_found_by_its_quorum(vouching):
    """Judging changes nothing of the bundle's own findings."""
    office, folder, _ = vouching
    believed = Believed(parse_policy(policy_of(office, "court").encode()), (), NOW)

    checked = check_bundle(folder, trust_of(office), believed)

    assert codes(checked) == {"bundle.quorum"}
    assert vouched.STAMPS in checked.not_checked
