"""The keys in a user's folder: key files, which hold a sealed secret, and token files, which say where one lies."""

from __future__ import annotations

from pathlib import Path

from ledger.frozen import frozen
from ledger.keys.suite import ED25519

KEY_SUFFIX = ".key.json"
TOKEN_SUFFIX = ".token.json"  # noqa: S105 -- a file name


@frozen
class Held:
    """A key somebody holds: its file, its id, its suite and its public keys; none of it proven yet."""

    path: Path
    key: str
    suite: str
    public: tuple[bytes, ...]

    @property
    def in_token(self) -> bool:
        """Whether a token signs."""
        return self.path.name.endswith(TOKEN_SUFFIX)


def held_keys(folder: Path) -> tuple[Held, ...]:
    """Return all keys of a folder, by file name.

    Raises:
        UnavailableError: a file is unreadable, or open to others.
        MalformedError: a file is neither.
    """
    paths = [*folder.glob(f"*{KEY_SUFFIX}"), *folder.glob(f"*{TOKEN_SUFFIX}")]
    return tuple(read_held(path) for path in sorted(paths))


def read_held(path: Path) -> Held:
    """Return the key of a file; no passphrase or PIN is needed.

    Raises: as `held_keys`.
    """
    # What opens secrets is loaded only where somebody has one.
    from ledger.keys.keystore import read_header, read_private_file  # noqa: PLC0415

    if path.name.endswith(TOKEN_SUFFIX):
        # The token's library is loaded only where somebody has a token.
        from ledger.keys.pkcs11 import parse_token_file  # noqa: PLC0415

        file = parse_token_file(read_private_file(path))
        return Held(path, file.key, ED25519, (file.public,))
    header = read_header(path)
    return Held(path, header.key, header.suite, header.public)
