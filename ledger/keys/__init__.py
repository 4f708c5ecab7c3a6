"""Keys: how officers and the log sign, how signatures are judged, and where keys are kept.

`suite` says which signatures a kind of key makes, `ed25519` judges them, `signer` is whoever can
sign (a key in memory, or one held by `agent`), `keyfile` keeps a key at rest, `possession` proves
that the owner of a new key holds it, and `logkey` is the log's own key. This is the only package
that may import `cryptography` or `nacl`; importing it loads neither.
"""

from __future__ import annotations

__all__: list[str] = []
