"""A bundle: checked whole, and every changed, missing or added byte is named."""

from __future__ import annotations

import json
import shutil

import bagit
import pytest

from ledger import canonical
from ledger.errors import LedgerError, MalformedError, UsageError
from ledger.export import logged
from ledger.export.bundle import _size
from ledger.export.check import bundle_origin, check_bundle
from ledger.export.checked import Trust
from ledger.export.cover import COVER, NOTE, check_note, format_cover, parse_cover
from ledger.export.logged import RECORDS
from ledger.export.page import INDEX
from ledger.export.scope import Wanted
from ledger.export.vouched import STAMPS
from ledger.log.note import parse_note, sign_note
from ledger.log.speaker import log_signer, log_verifier
from ledger.log.witness import cosigned_note
from tests.ledger.export.bundled import SPAN, codes, export, recover, relist, trust_of
from tests.ledger.export.proven import signed
from tests.office import ORIGIN, make_busy_office, make_office
from tests.rotating import new_log_key

LOG_FILES = (f"{SPAN}/entries.jsonl", f"{SPAN}/seals.jsonl", f"{SPAN}/proofs.jsonl")
OUTERMOST = "tagmanifest-sha256.txt"
FILES = (
    *LOG_FILES, "data/log/checkpoint", RECORDS, "bagit.txt", "bag-info.txt", COVER,
    "manifest-sha256.txt", "manifest-sha512.txt", OUTERMOST, "tagmanifest-sha512.txt", NOTE, INDEX,
)  # fmt: skip


@pytest.fixture(scope="module")
def office():
    """A busy office."""
    return make_busy_office()


@pytest.fixture(scope="module")
def bundle(office, tmp_path_factory):
    """A bundle of one officer's record; copy it before damaging it."""
    out = tmp_path_factory.mktemp("export") / "bundle"
    export(office, out)
    return out


@pytest.fixture(scope="module")
def packed(office, tmp_path_factory):
    """The same as a zip."""
    out = tmp_path_factory.mktemp("export") / "bundle.zip"
    export(office, out)
    return out


@pytest.fixture(scope="module")
def trust(office):
    """What an auditor was given another way."""
    return trust_of(office)


@pytest.fixture
def damaged(bundle, tmp_path):
    """A copy to damage."""
    return shutil.copytree(bundle, tmp_path / "damaged")


@pytest.mark.parametrize("form", ["bundle", "packed"])
def test_a_whole_bundle_holds(office, trust, form, request):
    """Nothing is found, and what was looked at is counted; folder and zip alike."""
    checked = check_bundle(request.getfixturevalue(form), trust)

    assert checked.findings == []
    assert checked.verdict == "intact"
    assert checked.entries == office.store.head().size
    assert (checked.size, checked.root) == (
        office.store.head().size,
        office.store.head().root.hex(),
    )


def test_the_stock_tool_validates_the_bag(bundle):
    """`bagit`, which knows nothing of us."""
    bag = bagit.Bag(str(bundle))

    assert bag.validate()
    assert {
        path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()
    } == set(FILES)
    assert bag.info["Source-Organization"] == ORIGIN


def test_the_log_is_exported_as_it_was_known(office, trust, tmp_path):
    """A bundle of an earlier size holds nothing of later."""
    export(office, tmp_path / "early", size=12, wanted=Wanted(families=("officer",)))

    checked = check_bundle(tmp_path / "early", trust)

    assert checked.findings == []
    assert (checked.size, checked.entries) == (12, 12)


def test_without_a_pin_the_check_says_so(bundle):
    """A bundle that vouches for itself is reported as such."""
    assert check_bundle(bundle, None).as_json()["pin"] == {"source": "bundle"}


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_is_found(bundle, damaged, trust, name):
    """One bit, in a dozen places of each file."""
    whole = (bundle / name).read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 12)):
        (damaged / name).write_bytes(
            whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        )
        assert check_bundle(damaged, trust).verdict == "damaged", (name, place)


def test_a_changed_byte_of_a_zip_is_found(packed, trust, tmp_path):
    """Of members, of names, of the directory: found, or no zip any more."""
    whole = packed.read_bytes()
    accepted = []
    for place in range(0, len(whole), len(whole) // 150):
        (tmp_path / "z.zip").write_bytes(
            whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        )
        try:
            if check_bundle(tmp_path / "z.zip", trust).verdict == "intact":
                accepted.append(place)
        except MalformedError:
            continue

    # What no reader looks at: times and versions in the headers of members.
    assert len(accepted) < 15


@pytest.mark.parametrize("name", [OUTERMOST, NOTE])
def test_every_byte_of_what_is_signed_counts(office, bundle, name):
    """Every byte of the outermost manifest and its note, one at a time."""
    parts = {each: (bundle / each).read_bytes() for each in (OUTERMOST, NOTE)}
    verifiers = [log_verifier(office.log_key.verifier)]
    for place in range(len(parts[name])):
        changed = dict(parts)
        held = parts[name]
        changed[name] = held[:place] + bytes([held[place] ^ 1]) + held[place + 1 :]
        with pytest.raises(LedgerError):
            check_note(changed[NOTE], changed[OUTERMOST], origin=ORIGIN, verifiers=verifiers)


@pytest.mark.parametrize("name", FILES)
def test_a_cut_or_missing_file_is_named(bundle, damaged, trust, name):
    """Half of each file, and none of it: the signature and the outermost manifest included."""
    whole = (bundle / name).read_bytes()
    (damaged / name).write_bytes(whole[: len(whole) // 2])
    cut = check_bundle(damaged, trust)
    (damaged / name).unlink()
    missing = check_bundle(damaged, trust)

    assert cut.verdict == "damaged"
    assert any(
        each.damage == "deleted" and name in (each.record or each.message)
        for each in missing.findings
    )


@pytest.mark.parametrize(
    "name", ["extra.txt", "data/extra", ".hidden", f"{LOG_FILES[0]}.bak", "data/LOG/x"]
)
def test_an_added_file_is_named(damaged, trust, name):
    """Anything that is not listed, within the payload and outside it."""
    (damaged / name).parent.mkdir(exist_ok=True)
    (damaged / name).write_text("x")

    found = check_bundle(damaged, trust).findings

    assert [(each.code, each.damage, each.record) for each in found] == [
        ("bundle.file", "inserted", name)
    ]


def test_a_list_of_files_to_fetch_is_refused_even_where_it_is_listed(office, damaged, trust):
    """What a bundle holds, it holds itself."""
    (damaged / "fetch.txt").write_text("http://elsewhere.example/x 1 data/x\n")
    relist(office, damaged)

    assert codes(check_bundle(damaged, trust)) == {"bundle.file"}


def test_a_name_that_some_system_takes_for_another_is_found(office, damaged, trust):
    """Even where it is listed: on the auditor's disk one of the two would be gone."""
    (damaged / "data/more").mkdir()
    for name in ("ſ.txt", "S.txt"):
        (damaged / "data/more" / name).write_text("x")
    relist(office, damaged)

    found = check_bundle(damaged, trust).findings

    assert [each.message for each in found if each.code == "bundle.file"] == [
        "data/more/ſ.txt is the name of data/more/S.txt elsewhere"
    ]


def test_a_path_that_a_manifest_lists_twice_is_found(damaged, trust):
    """Readers differ in which line they take."""
    listed = damaged / "manifest-sha256.txt"
    whole = listed.read_bytes()
    listed.write_bytes(whole + whole.splitlines(keepends=True)[0])

    found = [
        each
        for each in check_bundle(damaged, trust).findings
        if "each path once" in each.message
    ]

    assert [(each.code, each.damage) for each in found] == [("bundle.manifest", "edited")]


def test_the_bag_s_size_is_told_for_people():
    """In megabytes, in gigabytes from one on (RFC 8493 §2.2.2)."""
    assert [_size(each) for each in (0, 999_000_000, 10**9, 12_340_000_000)] == [
        "0.0 MB", "999.0 MB", "1.0 GB", "12.3 GB",
    ]  # fmt: skip


def test_a_link_in_place_of_a_file_is_found(damaged, trust, tmp_path):
    """A symbolic link is not followed, even to the same bytes."""
    held = tmp_path / "elsewhere"
    (damaged / "bagit.txt").rename(held)
    (damaged / "bagit.txt").symlink_to(held)

    assert codes(check_bundle(damaged, trust)) == {"bundle.file", "bundle.bag"}


def test_another_log_s_bundle_is_forked(bundle, office):
    """A bundle is checked against the log that was pinned."""
    other = Trust(office.log_key.verifier, "ab" * 32, "argument")

    assert [each.code for each in check_bundle(bundle, other).findings] == ["bundle.pin"]


@pytest.mark.parametrize("part", LOG_FILES)
@pytest.mark.parametrize("place", [0, 3, -1])
def test_a_line_left_out_by_the_key_s_holder_is_found(office, damaged, trust, part, place):
    """Whoever holds the log's key can sign new manifests, and is found out all the same."""
    lines = (damaged / part).read_bytes().splitlines(keepends=True)
    del lines[place]
    (damaged / part).write_bytes(b"".join(lines))
    relist(office, damaged)

    assert check_bundle(damaged, trust).verdict == "damaged"


def test_entries_out_of_order_are_found(office, damaged, trust):
    """Two entries swapped, everything signed again."""
    lines = (damaged / LOG_FILES[0]).read_bytes().splitlines(keepends=True)
    lines[4], lines[5] = lines[5], lines[4]
    (damaged / LOG_FILES[0]).write_bytes(b"".join(lines))
    relist(office, damaged)

    assert "bundle.entry" in codes(check_bundle(damaged, trust))


def test_a_changed_entry_is_found_under_a_forged_manifest(office, damaged, trust):
    """The tree, the seal and the chain all speak against it."""
    lines = (damaged / LOG_FILES[0]).read_bytes().splitlines(keepends=True)
    lines[5] = lines[5].replace("丙".encode(), "丁".encode()).replace(b"00Z", b"01Z")
    (damaged / LOG_FILES[0]).write_bytes(b"".join(lines))
    relist(office, damaged)

    assert "bundle.proof" in codes(check_bundle(damaged, trust))


def test_a_seal_of_another_act_does_not_cover_an_entry(office, damaged, trust):
    """Entries pointing at a seal that does not list them are named."""
    lines = (damaged / LOG_FILES[0]).read_bytes().splitlines(keepends=True)
    told = [json.loads(line) for line in lines]
    told[4]["entry"]["seal"] = told[-1]["entry"]["seal"]
    (damaged / LOG_FILES[0]).write_bytes(
        b"".join(canonical.encode(each) + b"\n" for each in told)
    )
    relist(office, damaged)

    assert "bundle.seal" in codes(check_bundle(damaged, trust))


def test_an_entry_that_the_forger_hides_is_found(office, damaged, trust):
    """A leaf hash in an entry's place must be told on the cover and among the records."""
    lines = (damaged / LOG_FILES[0]).read_bytes().splitlines(keepends=True)
    index = json.loads(lines[-1])["index"]
    leaf = office.store.event_at(index).nodes[:32].hex()
    lines[-1] = b'{"hidden":"%s","index":%d}\n' % (leaf.encode(), index)
    (damaged / LOG_FILES[0]).write_bytes(b"".join(lines))
    relist(office, damaged)

    assert {"bundle.count", "bundle.scope"} <= codes(check_bundle(damaged, trust))


@pytest.mark.parametrize("name", ["acts", "entries", "hidden"])
def test_a_count_that_is_not_so_is_found(office, damaged, trust, name):
    """The cover's counts are held against the entries."""
    recover(office, damaged, lambda told: told["counts"].update({name: 1}))

    assert codes(check_bundle(damaged, trust)) == {"bundle.count"}


def test_a_cover_of_another_head_is_found(office, damaged, trust):
    """The cover's size and root are the checkpoint's."""
    recover(office, damaged, lambda told: told["checkpoint"].update(size=99))

    assert "bundle.checkpoint" in codes(check_bundle(damaged, trust))


def test_a_record_listed_must_be_there(office, damaged, trust):
    """A record of which not all is here is found, and one that is not listed."""
    lines = (damaged / RECORDS).read_bytes().splitlines(keepends=True)
    lines[0] = b'{"events":1,"hidden":0,"record":"fund/%s"}\n' % (b"0" * 26)
    (damaged / RECORDS).write_bytes(b"".join(lines))
    relist(office, damaged)

    found = [
        each for each in check_bundle(damaged, trust).findings if each.code == "bundle.scope"
    ]

    assert {each.damage for each in found} == {"deleted", "inserted"}


def test_a_cover_is_read_back_the_same(bundle):
    """Reading is the inverse of writing."""
    encoded = (bundle / COVER).read_bytes()

    assert format_cover(parse_cover(encoded)) == encoded


@pytest.mark.parametrize("change", [
    {"bundle": 2}, {"counts": []}, {"origin": 1}, {"created_at": "now"}, {"checkpoint": {}}, {"more": 1},
    {"scope": [1]}, {"audience": "friends"}, {"recipient": None},
], ids=str)  # fmt: skip
def test_a_cover_out_of_form_is_refused(bundle, change):
    """Every member has its form."""
    told = canonical.parse((bundle / COVER).read_bytes()[:-1]) | change

    with pytest.raises(MalformedError):
        parse_cover(canonical.encode(told) + b"\n")


def test_a_bundle_never_overwrites(office, bundle, packed):
    """What exists is left as it is."""
    for each in (bundle, packed):
        with pytest.raises(UsageError, match="exists"):
            export(office, each)


def test_acts_that_run_across_spans_have_their_seals_once(office, trust, tmp_path, monkeypatch):
    """The log's files are in spans; an act's seal stands where its first entry here does."""
    monkeypatch.setattr(logged, "SPAN", 4)
    export(office, tmp_path / "b")

    checked = check_bundle(tmp_path / "b", trust)

    assert checked.findings == []
    assert len(list((tmp_path / "b/data/log").glob("0*"))) == -(-office.store.head().size // 4)


def test_stamped_checkpoints_go_in_with_their_stamps(tmp_path):
    """As the authority answered, which is not judged here; those over later heads stay out."""
    office = make_busy_office()
    head = signed(office)
    office.store.add_checkpoint(head.checkpoint.size, head.note)
    office.store.add_stamp("ab" * 32, head.checkpoint.size, b"stamp")
    export(office, tmp_path / "b")
    export(office, tmp_path / "early", size=12)

    size = head.checkpoint.size
    assert (tmp_path / f"b/data/log/stamped/{size}").read_bytes() == head.note
    assert (tmp_path / f"b/data/log/stamps/{size}-{'ab' * 32}.tsr").read_bytes() == b"stamp"
    assert not (tmp_path / "early/data/log/stamps").exists()
    assert STAMPS in check_bundle(tmp_path / "b", trust_of(office)).not_checked


def test_a_bundle_without_a_cover_names_no_log(damaged):
    """Whose pin to look for cannot be told."""
    assert bundle_origin(damaged) == ORIGIN
    (damaged / COVER).unlink()

    with pytest.raises(MalformedError, match=COVER):
        bundle_origin(damaged)


def test_a_note_with_another_key_s_line_is_refused(damaged, trust):
    """Nobody adds a signature that readers might take for more."""
    stranger = new_log_key(make_office(), "stranger")
    held = (damaged / NOTE).read_bytes()
    lines = parse_note(sign_note(parse_note(held).text, [log_signer(stranger)])).signatures
    (damaged / NOTE).write_bytes(cosigned_note(held, lines))

    assert codes(check_bundle(damaged, trust)) == {"bundle.note"}
