"""Looking for private keys and passphrases in everything that a story left behind.

Seeds are taken out of the key files with the passphrases of the story; then every file and all
output is searched for them: raw, in hex and in base64. Passphrases may stand in the files that
the story itself wrote them to, and nowhere else.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path

from ledger.errors import LedgerError
from ledger.keys.keyfile import open_secret, parse_keyfile

WORD_FILES = "*pass*"


def spellings(secret: bytes) -> set[bytes]:
    """Return how a secret could be written down."""
    whole = base64.b64encode(secret)
    # Within longer base64 a secret may begin at any of three places; its middle is told by these.
    shifted = {base64.b64encode(bytes(n) + secret)[8:36] for n in range(3)}
    return {
        secret,
        secret.hex().encode(),
        secret.hex().upper().encode(),
        whole,
        base64.urlsafe_b64encode(secret).rstrip(b"="),
        base64.b32encode(secret).rstrip(b"="),
        *shifted,
    }


def words_of(folder: Path) -> dict[Path, str]:
    """Return the passphrases of a story, and the files that it wrote them to."""
    files = (path for path in folder.rglob(WORD_FILES) if path.is_file())
    return {path: path.read_text().strip() for path in files}


def seeds_of(folder: Path, words: Iterable[str]) -> dict[str, bytes]:
    """Return every seed in the key files under a folder, opened with these passphrases."""
    tried = tuple(dict.fromkeys(words))
    found: dict[str, bytes] = {}
    for path in [*folder.rglob("*.key.json"), *folder.rglob("*.reading.json")]:
        keyfile = parse_keyfile(path.read_bytes())
        for word in tried:
            try:
                found[keyfile.header.key] = open_secret(keyfile, word)
            except LedgerError:
                continue
            break
    return found


def leaks(folder: Path, outputs: Iterable[str], words: Iterable[str] = ()) -> list[str]:
    """Return every place where a seed or a passphrase stands that should not be there."""
    files = words_of(folder)
    seeds = seeds_of(folder, [*files.values(), *words])
    assert seeds, "a story with no key proves nothing about keys"
    secrets = {f"seed of {key[:12]}": spellings(seed) for key, seed in seeds.items()}
    secrets |= {f"word {n}": {each.encode()} for n, each in enumerate(files.values())}
    places = {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path not in files
    }
    places["output"] = "\n".join(outputs).encode()
    return [
        f"{name} in {place}"
        for place, content in places.items()
        for name, written in secrets.items()
        if any(each in content for each in written)
    ]
