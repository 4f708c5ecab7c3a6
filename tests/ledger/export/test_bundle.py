"""A bundle is checked with no store: every changed, missing or added byte is named."""

from __future__ import annotations

import json
import shutil

import pytest

from ledger import canonical
from ledger.errors import LedgerError, MalformedError, NotFoundError, UsageError
from ledger.export.bundle import Cover, write_bundle
from ledger.export.check import check_bundle
from ledger.export.checked import Trust
from ledger.export.manifest import (
    MANIFEST,
    NOTE,
    check_note,
    check_path,
    format_manifest,
    parse_manifest,
    sign_manifest,
)
from ledger.log.speaker import log_signer, log_verifier
from tests.office import ORIGIN, make_busy_office

PARTS = (
    "entries.jsonl",
    "seals.jsonl",
    "proofs.jsonl",
    "checkpoint",
    "README.txt",
    MANIFEST,
    NOTE,
)


@pytest.fixture(scope="module")
def office():
    """A busy office."""
    return make_busy_office()


@pytest.fixture(scope="module")
def bundle(office, tmp_path_factory):
    """A bundle of one officer's record; copy it before damaging it."""
    return export(office, tmp_path_factory.mktemp("export") / "bundle")


@pytest.fixture(scope="module")
def trust(office):
    """What an auditor was given another way."""
    return Trust(office.log_key.verifier, office.founding.seal, "argument")


@pytest.fixture
def damaged(bundle, tmp_path):
    """A copy to damage."""
    return shutil.copytree(bundle, tmp_path / "damaged")


def export(office, out):
    """Write a bundle of 丙's record."""
    cover = Cover(ORIGIN, office.founding.seal, "2022-03-02T00:00:00.000000Z")
    write_bundle(
        office.store, out, records=[office.record_of("丙")], cover=cover, key=office.log_key
    )
    return out


def codes(checked):
    """Return the codes found."""
    return {each.code for each in checked.findings}


def resign(office, folder, change):
    """Change the manifest as a forger would who holds the log's key, and sign it again."""
    told = canonical.parse((folder / MANIFEST).read_bytes()[:-1])
    change(told)
    encoded = canonical.encode(told) + b"\n"
    (folder / MANIFEST).write_bytes(encoded)
    (folder / NOTE).write_bytes(sign_manifest(encoded, ORIGIN, [log_signer(office.log_key)]))


def relist(office, folder):
    """Sign the folder again as it stands now."""
    import hashlib

    def change(told):
        for each in told["files"]:
            held = (folder / each["path"]).read_bytes()
            each["sha256"] = hashlib.sha256(held).hexdigest()
            each["size_bytes"] = len(held)

    resign(office, folder, change)


def test_a_whole_bundle_holds(office, bundle, trust):
    """Nothing is found, and what was looked at is counted."""
    checked = check_bundle(bundle, trust)

    assert checked.findings == []
    assert checked.verdict == "intact"
    assert checked.entries == office.store.head().size
    assert (checked.size, checked.root) == (
        office.store.head().size,
        office.store.head().root.hex(),
    )
    assert {path.name for path in bundle.iterdir()} == set(PARTS)


def test_without_a_pin_the_check_says_so(bundle):
    """A bundle that vouches for itself is reported as such."""
    assert check_bundle(bundle, None).as_json()["pin"] == {"source": "bundle"}


@pytest.mark.parametrize("name", PARTS)
def test_a_changed_byte_is_found(bundle, damaged, trust, name):
    """One bit, in forty places of each file."""
    whole = (bundle / name).read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        (damaged / name).write_bytes(
            whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        )
        assert check_bundle(damaged, trust).verdict == "damaged", (name, place)


@pytest.mark.parametrize("name", [MANIFEST, NOTE])
def test_every_byte_of_what_is_signed_counts(office, bundle, name):
    """Every byte of the manifest and its note, one at a time."""
    parts = {each: (bundle / each).read_bytes() for each in (MANIFEST, NOTE)}
    verifiers = [log_verifier(office.log_key.verifier)]
    for place in range(len(parts[name])):
        changed = dict(parts)
        held = parts[name]
        changed[name] = held[:place] + bytes([held[place] ^ 1]) + held[place + 1 :]
        with pytest.raises(LedgerError):
            check_note(changed[NOTE], changed[MANIFEST], origin=ORIGIN, verifiers=verifiers)


@pytest.mark.parametrize("name", PARTS)
def test_a_cut_file_is_found(bundle, damaged, trust, name):
    """Half of each file."""
    whole = (bundle / name).read_bytes()
    (damaged / name).write_bytes(whole[: len(whole) // 2])

    assert check_bundle(damaged, trust).verdict == "damaged"


@pytest.mark.parametrize("name", PARTS)
def test_a_missing_file_is_named(damaged, trust, name):
    """Each file, the signature included."""
    (damaged / name).unlink()

    findings = check_bundle(damaged, trust).findings

    assert any(
        each.damage == "deleted" and name in (each.record or each.message) for each in findings
    )


@pytest.mark.parametrize("name", ["extra.txt", "sub/extra", ".hidden", "entries.jsonl.bak"])
def test_an_added_file_is_named(damaged, trust, name):
    """Anything that is not listed."""
    (damaged / name).parent.mkdir(exist_ok=True)
    (damaged / name).write_text("x")

    found = check_bundle(damaged, trust).findings

    assert [(each.code, each.damage, each.record) for each in found] == [
        ("bundle.file", "inserted", name)
    ]


def test_a_link_in_place_of_a_file_is_found(damaged, trust, tmp_path):
    """A symbolic link is not followed, even to the same bytes."""
    held = tmp_path / "elsewhere"
    (damaged / "README.txt").rename(held)
    (damaged / "README.txt").symlink_to(held)

    assert codes(check_bundle(damaged, trust)) == {"bundle.file"}


def test_another_log_s_bundle_is_forked(damaged, office):
    """A bundle is checked against the log that was pinned."""
    found = check_bundle(
        damaged, Trust(office.log_key.verifier, "ab" * 32, "argument")
    ).findings

    assert [each.code for each in found] == ["bundle.pin"]


@pytest.mark.parametrize("part", ["entries.jsonl", "seals.jsonl", "proofs.jsonl"])
@pytest.mark.parametrize("place", [0, 3, -1])
def test_a_line_left_out_by_the_key_s_holder_is_found(office, damaged, trust, part, place):
    """Whoever holds the log's key can sign a new manifest, and is found out all the same."""
    lines = (damaged / part).read_bytes().splitlines(keepends=True)
    del lines[place]
    (damaged / part).write_bytes(b"".join(lines))
    relist(office, damaged)

    assert check_bundle(damaged, trust).verdict == "damaged"


def test_entries_out_of_order_are_found(office, damaged, trust):
    """Two entries swapped, manifest signed again."""
    lines = (damaged / "entries.jsonl").read_bytes().splitlines(keepends=True)
    lines[4], lines[5] = lines[5], lines[4]
    (damaged / "entries.jsonl").write_bytes(b"".join(lines))
    relist(office, damaged)

    assert "bundle.entry" in codes(check_bundle(damaged, trust))


def test_a_changed_entry_is_found_under_a_forged_manifest(office, damaged, trust):
    """The tree, the seal and the chain all speak against it."""
    lines = (damaged / "entries.jsonl").read_bytes().splitlines(keepends=True)
    lines[5] = lines[5].replace("丙".encode(), "丁".encode()).replace(b"00Z", b"01Z")
    (damaged / "entries.jsonl").write_bytes(b"".join(lines))
    relist(office, damaged)

    assert "bundle.proof" in codes(check_bundle(damaged, trust))


def test_a_seal_of_another_act_does_not_cover_an_entry(office, damaged, trust):
    """Entries pointing at a seal that does not list them are named."""
    lines = (damaged / "entries.jsonl").read_bytes().splitlines(keepends=True)
    told = [json.loads(line) for line in lines]
    told[4]["entry"]["seal"] = told[-1]["entry"]["seal"]
    (damaged / "entries.jsonl").write_bytes(
        b"".join(canonical.encode(each) + b"\n" for each in told)
    )
    relist(office, damaged)

    assert "bundle.seal" in codes(check_bundle(damaged, trust))


def test_a_kind_of_part_that_is_not_known_is_named_as_not_checked(office, damaged, trust):
    """Later versions may add parts; a reader says which it did not judge."""
    (damaged / "extra.bin").write_bytes(b"new")

    def change(told):
        import hashlib

        told["files"].append(
            {
                "kind": "stamps",
                "path": "extra.bin",
                "sha256": hashlib.sha256(b"new").hexdigest(),
                "size_bytes": 3,
            }
        )

    resign(office, damaged, change)
    checked = check_bundle(damaged, trust)

    assert checked.findings == []
    assert any("extra.bin" in each for each in checked.not_checked)


def test_a_count_that_is_not_so_is_found(office, damaged, trust):
    """The cover's counts are held against the entries."""
    resign(office, damaged, lambda told: told["counts"].update(entries=1))

    assert codes(check_bundle(damaged, trust)) == {"bundle.count"}


def test_a_record_asked_for_must_be_there(office, damaged, trust):
    """A scope that names a record without events is found."""
    resign(office, damaged, lambda told: told.update(scope=["fund/" + "0" * 26]))

    assert codes(check_bundle(damaged, trust)) == {"bundle.scope"}


def test_a_manifest_is_read_back_the_same(bundle):
    """Reading is the inverse of writing."""
    encoded = (bundle / MANIFEST).read_bytes()

    assert format_manifest(parse_manifest(encoded)) == encoded


@pytest.mark.parametrize("change", [
    {"bundle": 2}, {"files": [{}]}, {"files": 1}, {"counts": []}, {"origin": 1}, {"created_at": "now"},
    {"checkpoint": {}}, {"more": 1}, {"scope": [1]},
], ids=str)  # fmt: skip
def test_a_manifest_out_of_form_is_refused(bundle, change):
    """Every member has its form."""
    told = canonical.parse((bundle / MANIFEST).read_bytes()[:-1]) | change

    with pytest.raises(MalformedError):
        parse_manifest(canonical.encode(told) + b"\n")


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../x",
        "a/../b",
        "a//b",
        "",
        "~root",
        "a\\b",
        "c:x",
        MANIFEST,
        NOTE,
        "a\nb",
        ".",
        "a/.",
    ],
)
def test_paths_stay_inside_the_bundle(path):
    """What systems read differently is refused."""
    with pytest.raises(MalformedError):
        check_path(path)


def test_a_bundle_never_overwrites(office, bundle):
    """A folder that exists is left as it is."""
    with pytest.raises(UsageError, match="exists"):
        export(office, bundle)


def test_a_record_without_events_is_not_exported(office, tmp_path):
    """Nothing is left behind under the bundle's name."""
    cover = Cover(ORIGIN, office.founding.seal, "2022-03-02T00:00:00.000000Z")

    with pytest.raises(NotFoundError):
        write_bundle(
            office.store, tmp_path / "out", records=["officer/" + "0" * 26], cover=cover,
            key=office.log_key,
        )  # fmt: skip

    assert not (tmp_path / "out").exists()
