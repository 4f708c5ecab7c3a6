"""Signed notes: what opens, what is refused, and that nothing in between is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import KeyNotTrustedError, MalformedError, SignatureError
from ledger.log import note
from tests.ledger.log import parts
from tests.ledger.log.parts import CHECKPOINT, LOG, LOG_VKEY, VECTORS, WITNESS, WITNESS_VKEY

LINES_START = CHECKPOINT.index(b"\n\n") + 2
WITNESS_START = CHECKPOINT.index(b"\n", LINES_START) + 1
ANY_BYTE = range(256)
SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000"


def with_byte(encoded: bytes, place: int, value: int) -> bytes:
    """The same bytes but one."""
    return encoded[:place] + bytes([value]) + encoded[place + 1 :]


def opens(encoded: bytes, *verifiers: note.Verifier) -> bool:
    """Whether a note is accepted."""
    try:
        note.open_note(encoded, verifiers)
    except (MalformedError, SignatureError, KeyNotTrustedError):
        return False
    return True


def test_public_example_opens() -> None:
    """The example of the specification opens with its key and is written back the same."""
    encoded = (VECTORS / "signed-note-example.note").read_bytes()
    vkey = (VECTORS / "signed-note-example.vkey").read_text().rstrip("\n")

    opened = note.open_note(encoded, [parts.verifier(vkey)])

    assert opened.text == "This is an example message.\n"
    assert note.format_note(note.parse_note(encoded)) == encoded
    assert note.format_vkey(note.parse_vkey(vkey)) == vkey


def test_worked_note_opens_with_both_keys() -> None:
    """The worked note verifies under the log's key and under the witness's."""
    opened = note.open_note(CHECKPOINT, [LOG, WITNESS])

    assert [line.name for line in opened.verified] == [LOG.name, WITNESS.name]
    assert opened.ignored == ()


def test_worked_note_is_what_its_keys_sign() -> None:
    """Both seeds sign the text again, to the same bytes."""
    text = note.parse_note(CHECKPOINT).text

    assert note.sign_note(text, [parts.LOG_SIGNER, parts.WITNESS_SIGNER]) == CHECKPOINT


def test_lines_of_unknown_keys_are_ignored_and_told() -> None:
    """A line whose (name, key ID) we do not know neither helps nor harms."""
    opened = note.open_note(CHECKPOINT, [LOG])

    assert [line.name for line in opened.verified] == [LOG.name]
    assert [line.name for line in opened.ignored] == [WITNESS.name]


@pytest.mark.parametrize(
    "stranger",
    [replace(LOG, name="ledger.office.example/other"), replace(LOG, key_id=b"\0\0\0\0")],
    ids=["same key ID, other name", "same name, other key ID"],
)
def test_a_key_is_the_pair_of_name_and_id(stranger: note.Verifier) -> None:
    """Half of a pair makes no known key: under such a note stands nobody we know."""
    with pytest.raises(KeyNotTrustedError):
        note.open_note(CHECKPOINT, [stranger])


def test_no_key_known_is_refused() -> None:
    """Without any known key no note opens."""
    with pytest.raises(KeyNotTrustedError, match="pin the right one"):
        note.open_note(CHECKPOINT, [])


def test_two_keys_of_one_pair_are_refused() -> None:
    """Where two keys answer to one (name, key ID), nobody could say which one verified."""
    with pytest.raises(MalformedError, match="two keys of one pair"):
        note.open_note(CHECKPOINT, [LOG, LOG])


def test_every_one_byte_change_is_refused_or_makes_a_line_unknown() -> None:
    """With both keys known, a change passes only in a name or key ID: that line is a stranger's."""
    known = [parts.exact_verifier(vkey, CHECKPOINT) for vkey in (LOG_VKEY, WITNESS_VKEY)]

    accepted = {
        place
        for place in range(len(CHECKPOINT))
        for value in ANY_BYTE
        if value != CHECKPOINT[place] and opens(with_byte(CHECKPOINT, place, value), *known)
    }

    assert accepted == set(unknown_making())


def unknown_making() -> list[int]:
    """The places in the worked note that tell whose line it is: names and key IDs."""
    places = []
    for start in (LINES_START, WITNESS_START):
        name = start + len("— ".encode())
        parted = CHECKPOINT.index(b" ", name)
        places += [*range(name, parted), *range(parted + 1, parted + 7)]
    return places


def test_every_one_byte_change_is_refused_or_in_an_ignored_line() -> None:
    """With the log's key alone, a changed witness line may pass, but only as an ignored one."""
    known = parts.exact_verifier(LOG_VKEY, CHECKPOINT)
    text = note.parse_note(CHECKPOINT).text
    accepted = set()
    for place in range(len(CHECKPOINT)):
        for value in ANY_BYTE:
            changed = with_byte(CHECKPOINT, place, value)
            if changed != CHECKPOINT and opens(changed, known):
                accepted.add(place)
                opened = note.open_note(changed, [known])
                assert (opened.text, len(opened.verified), len(opened.ignored)) == (text, 1, 1)

    name = WITNESS_START + len("— ".encode())
    padding = len(CHECKPOINT) - len(b"=\n")
    parted = CHECKPOINT.index(b" ", name)
    assert accepted == {*range(name, parted), *range(parted + 1, padding)}


def test_one_bit_changes_are_refused_by_a_true_verifier() -> None:
    """A change of the lowest bit anywhere in what the log signed fails by the signature itself."""
    alone = CHECKPOINT[:WITNESS_START]

    for place in range(len(alone)):
        assert not opens(with_byte(alone, place, alone[place] ^ 1), LOG)


def test_every_truncation_is_refused() -> None:
    """A note that was cut opens nowhere but at the end of a whole signature line."""
    accepted = [end for end in range(len(CHECKPOINT)) if opens(CHECKPOINT[:end], LOG)]

    assert accepted == [WITNESS_START]


REFUSED = {
    "01-carriage-returns": (MalformedError, "no control character"),
    "01-control-byte": (MalformedError, "no control character"),
    "01-not-utf-8": (MalformedError, "expected UTF-8"),
    "01-overlong-utf-8": (MalformedError, "expected UTF-8"),
    "01-surrogate-in-utf-8": (MalformedError, "expected UTF-8"),
    "02-blank-line-after": (MalformedError, "no such end"),
    "02-garbage-line-after": (MalformedError, "signature line 2.*— name base64"),
    "02-no-empty-line": (MalformedError, "no such end"),
    "02-no-final-newline": (MalformedError, "no such end"),
    "02-no-signature-line": (MalformedError, "no such end"),
    "03-tab-in-text": (MalformedError, "no control character"),
    "08-payload-of-4-bytes": (MalformedError, "5 bytes or more, found 4"),
    "08-signature-of-63-bytes": (SignatureError, "expected 64 bytes, found 63"),
    "08-signature-of-65-bytes": (SignatureError, "expected 64 bytes, found 65"),
    "08-signature-with-pad-bits": (MalformedError, "canonical base64"),
    "09-one-key-twice": (MalformedError, "two lines of one key"),
    "09-one-unknown-key-twice": (MalformedError, "two lines of one key"),
    "10-failing-log-key-beside-good-witness": (SignatureError, "main: it does not hold"),
    "10-failing-witness-beside-good-log-key": (SignatureError, "w1: it does not hold"),
    "11-en-dash": (MalformedError, "— name base64"),
    "11-hyphen": (MalformedError, "— name base64"),
    "11-name-empty": (MalformedError, "a name without space"),
    "11-name-with-no-break-space": (MalformedError, "a name without space"),
    "11-name-with-plus": (MalformedError, "a name without space"),
    "11-two-spaces-after-dash": (MalformedError, "a name without space"),
    "11-two-spaces-after-name": (MalformedError, "base64"),
    "12-signatures-101": (MalformedError, "at most 100 signatures, found 101"),
    "13-unknown-key-only": (KeyNotTrustedError, "no key that signed this note is known"),
}


@pytest.mark.parametrize(("name", "refusal"), REFUSED.items(), ids=REFUSED)
def test_refused_note(name: str, refusal: tuple[type[Exception], str]) -> None:
    """Each rule of refusal has a note, else in order, that breaks it alone."""
    encoded = (VECTORS / "refused" / f"{name}.note").read_bytes()

    with pytest.raises(refusal[0], match=refusal[1]):
        note.open_note(encoded, [LOG, WITNESS])


def test_note_over_1_mb_is_refused() -> None:
    """1,000,000 bytes are read, one more is not."""
    text = "a" * (note.MAX_BYTES - 126) + "\n"
    full = note.sign_note(text, [parts.LOG_SIGNER])

    assert len(full) == note.MAX_BYTES
    assert note.open_note(full, [LOG]).text == text
    with pytest.raises(MalformedError, match="1000001 bytes"):
        note.open_note(b"a" + full, [LOG])


def test_100_signatures_are_read() -> None:
    """A note may carry 100 lines; one known among them is enough."""
    good = note.parse_note(CHECKPOINT)
    others = tuple(note.Signature(f"w/{n}", b"abcd", b"e") for n in range(98))

    encoded = note.format_note(replace(good, signatures=others + good.signatures))

    assert len(note.open_note(encoded, [LOG]).ignored) == 99


def test_text_may_hold_empty_lines() -> None:
    """Text and signatures part at the last empty line, whatever stands before."""
    for text in ("\n", "\n\n", "a\n\nb\n", "a\n\n", "\n— x YWJjZGU=\n"):
        encoded = note.sign_note(text, [parts.LOG_SIGNER])

        assert note.open_note(encoded, [LOG]).text == text


NAMES = st.text(
    st.characters(exclude_characters="+" + SPACES, exclude_categories=("Cs", "Cc", "Zs")),
    min_size=1,
)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n")).map(
    lambda text: text + "\n"
)
SIGNATURES = st.builds(
    note.Signature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)


@given(
    st.builds(
        note.Note,
        TEXTS,
        st.lists(
            SIGNATURES, min_size=1, max_size=5, unique_by=lambda line: (line.name, line.key_id)
        ).map(tuple),
    )
)
def test_what_is_written_is_read_back(written: note.Note) -> None:
    """Every note that can be said is read back as it was."""
    assert note.parse_note(note.format_note(written)) == written


@given(st.binary() | st.text().map(str.encode))
def test_whatever_is_read_would_be_written_the_same(encoded: bytes) -> None:
    """Bytes are refused in our own error, or are the one spelling of their note."""
    try:
        parsed = note.parse_note(encoded)
    except MalformedError:
        return

    assert note.format_note(parsed) == encoded


GOOD_LINE = note.parse_note(CHECKPOINT).signatures[0]


@pytest.mark.parametrize(
    "unsayable",
    [
        note.Note("no line end", (GOOD_LINE,)),
        note.Note("", (GOOD_LINE,)),
        note.Note("text\n", ()),
        note.Note("carriage return\r\n", (GOOD_LINE,)),
        note.Note("\ud800\n", (GOOD_LINE,)),
        note.Note("text\n", (replace(GOOD_LINE, name="two words"),)),
        note.Note("text\n", (replace(GOOD_LINE, name="\udcff"),)),
        note.Note("text\n", (replace(GOOD_LINE, name="a\n\n— b"),)),
        note.Note("text\n", (replace(GOOD_LINE, key_id=b"abc"),)),
        note.Note("text\n", (replace(GOOD_LINE, signature=b""),)),
        note.Note("text\n", (GOOD_LINE, GOOD_LINE)),
    ],
)
def test_what_no_note_can_say_is_not_written(unsayable: note.Note) -> None:
    """The writer refuses what its reader would not give back."""
    with pytest.raises(MalformedError):
        note.format_note(unsayable)


@pytest.mark.parametrize("text", ["", "no line end", "tab\t\n", "\ud800\n"])
def test_what_is_no_text_is_never_signed(text: str) -> None:
    """The key is not asked to sign what no note can say."""
    asked: list[bytes] = []
    eager = replace(parts.LOG_SIGNER, sign=lambda message: asked.append(message) or bytes(64))

    with pytest.raises(MalformedError):
        note.sign_note(text, [eager])

    assert asked == []


def test_a_signer_of_another_length_is_a_bug() -> None:
    """A signature that no reader would accept is never written."""
    broken = replace(parts.LOG_SIGNER, sign=lambda message: message[:1])

    with pytest.raises(AssertionError, match="kind's length"):
        note.sign_note("text\n", [broken])


@pytest.mark.parametrize("vkey", [LOG_VKEY, WITNESS_VKEY])
def test_vkey_round_trip(vkey: str) -> None:
    """A verifier key is read and written back the same, `+` in its base64 included."""
    key = note.parse_vkey(vkey)

    assert note.format_vkey(key) == vkey
    assert key.key_id.hex() == vkey.split("+")[1]


def test_every_one_byte_change_of_a_vkey_is_refused() -> None:
    """A mistyped verifier key is never taken for a key."""
    encoded = LOG_VKEY.encode()
    for place in range(len(encoded)):
        for value in set(range(128)) - {encoded[place]}:
            with pytest.raises(MalformedError):
                note.parse_vkey(with_byte(encoded, place, value).decode())


def test_every_truncation_of_a_vkey_is_refused() -> None:
    """Part of a verifier key is no verifier key."""
    for end in range(len(LOG_VKEY)):
        with pytest.raises(MalformedError):
            note.parse_vkey(LOG_VKEY[:end])


def vkey_of(kind: int, public: bytes, name: str = "log.example") -> str:
    """A verifier key whose ID is right, whatever else is not."""
    encoded = note.format_base64(bytes([kind]) + public)
    return f"{name}+{note.key_id(name, kind, public).hex()}+{encoded}"


@pytest.mark.parametrize(
    ("vkey", "reason"),
    [
        (LOG_VKEY.replace("6369b136", "6369b137"), "expected key ID 6369b136, found 6369b137"),
        (LOG_VKEY.replace("6369b136", "6369B136"), "8 hex digits"),
        (LOG_VKEY.replace("6369b136", "369b136"), "8 hex digits"),
        (LOG_VKEY + "\n", "base64"),
        (" " + LOG_VKEY, "a name without space"),
        ("\udcff" + LOG_VKEY, "a name without space"),
        ("+6369b136+AQ==", "a name without space"),
        ("log.example+6369b136+", "found 00"),
        (vkey_of(2, bytes(32)), "found 02"),
        (vkey_of(5, bytes(32)), "found 05"),
        (vkey_of(255, bytes(32)), "found ff"),
        (vkey_of(1, bytes(31)), "32 bytes, found 31"),
        (vkey_of(6, bytes(32)), "1312 bytes, found 32"),
    ],
)
def test_refused_vkey(vkey: str, reason: str) -> None:
    """A key ID not its own, another spelling, type or length is refused."""
    with pytest.raises(MalformedError, match=reason):
        note.parse_vkey(vkey)


def test_ml_dsa_44_keys_are_known_by_their_form() -> None:
    """A post-quantum key of 1,312 bytes is read, as a log's and as a witness's."""
    vkey = vkey_of(note.ML_DSA_44_COSIGNATURE, bytes(1312))

    assert note.parse_vkey(vkey, kinds=note.LOG_KINDS) == note.parse_vkey(
        vkey, kinds=note.WITNESS_KINDS
    )


@pytest.mark.parametrize(
    ("vkey", "kinds"), [(LOG_VKEY, note.WITNESS_KINDS), (WITNESS_VKEY, note.LOG_KINDS)]
)
def test_a_key_of_the_other_use_is_refused(vkey: str, kinds: frozenset[int]) -> None:
    """A log's Ed25519 key is no witness, and a witness's key is no log's."""
    with pytest.raises(MalformedError, match="a key of type"):
        note.parse_vkey(vkey, kinds=kinds)


def test_a_vkey_no_reader_would_take_is_not_written() -> None:
    """The writer refuses a bad name and a public key of another length."""
    for key in (
        note.VerifierKey("two words", 1, bytes(32)),
        note.VerifierKey("log.example", 1, bytes(33)),
        note.VerifierKey("log.example", 2, bytes(32)),
    ):
        with pytest.raises(MalformedError):
            note.format_vkey(key)


@pytest.mark.parametrize("space", SPACES + "+")
def test_no_name_holds_a_space_or_plus(space: str) -> None:
    """Every Unicode space is refused in a name, and so is the plus."""
    line = replace(GOOD_LINE, name=f"a{space}b")

    with pytest.raises(MalformedError):
        note.format_note(note.Note("text\n", (line,)))
