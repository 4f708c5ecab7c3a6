"""How a log stands to what is kept of it elsewhere: identical with it, behind it, or forked from it.

Kept elsewhere are heads (a checkpoint, a witness's word, the head that an officer saw when they signed)
and acts (an officer's receipt says where their own act stands). A log is *behind* if it ends before
something that is kept, *forked* if it has another past below; else it is *identical* as far as anybody
can tell. Nothing here trusts the log: roots are worked out from its hashes.

After an incident was recorded, receipts of what it says is lost no longer bind whoever has seen it:
each book is excused once by each incident, namely for the lines before the one that names the
incident's act, or for all of them while it names it nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ledger.frozen import frozen
from ledger.log.receipt import Kept
from ledger.log.tree import ReadHashes, root_at

IDENTICAL, BEHIND, FORKED = "identical", "behind", "forked"


@frozen
class KnownHead:
    """A head of the log that is kept elsewhere: a root of 32 bytes at a size, and where it is kept."""

    size: int
    root: bytes
    where: str


@frozen
class KnownAct:
    """An act whose place is kept elsewhere: its id, its first index, and where that is kept."""

    act: str
    index: int
    where: str


@frozen
class Lost:
    """What a recorded incident says is lost: by which act, from which size on, up to which head."""

    act: str
    size: int
    held_size: int
    held_root: str

    def covers(self, kept: Kept) -> bool:
        """Tell whether a receipt is of what was lost, and of no more than that."""
        reaches = max(kept.size, kept.index + 1)
        return self.size < reaches <= self.held_size

    def names(self, head: KnownHead) -> bool:
        """Tell whether the incident is about this very head; a later one is a later loss."""
        return (self.held_size, self.held_root) == (head.size, head.root.hex())


@frozen
class Standing:
    """What comparing came to.

    Attributes:
        size: of the log.
        compared: how many heads and acts were looked at.
        agreed: the largest size at which the log is known to be what was kept.
        held: the largest size that is kept elsewhere.
        differs: the smallest size at which the log is known to be another, or None.
        where: where what differs is kept, or else the largest head.
    """

    size: int
    compared: int
    agreed: int
    held: int
    differs: int | None
    where: str

    @property
    def verdict(self) -> str:
        """`identical`, `behind` or `forked`."""
        if self.differs is not None:
            return FORKED
        return BEHIND if self.behind else IDENTICAL

    @property
    def behind(self) -> int:
        """How many events the log lacks at its end."""
        return max(0, self.held - self.size)


def compare(
    size: int,
    read: ReadHashes,
    place_of: Callable[[str], int | None],
    *,
    heads: Iterable[KnownHead] = (),
    acts: Iterable[KnownAct] = (),
) -> Standing:
    """Return how the log of this size stands; `place_of` gives the first index of an act, or None.

    Raises:
        ProofError: the log's own hashes are not all there.
    """
    places = [(head.size, head.where, _same(head, size, read)) for head in heads]
    # That an act stands where it should proves no past: acts are never a reason to agree.
    told = [(each.index + 1, each.where, place_of(each.act) == each.index) for each in acts]
    wrong = [each for each in (*places, *told) if each[0] <= size and not each[2]]
    differs = min(wrong, default=None)
    bound = differs[0] if differs else size + 1
    agreed = max((at for at, _, same in places if same and at < bound), default=0)
    largest = max((*places, *told), default=(0, "", True))
    return Standing(
        size=size,
        compared=len(places) + len(told),
        agreed=agreed,
        held=largest[0],
        differs=differs[0] if differs else None,
        where=(differs or largest)[1],
    )


def binding(kept: Sequence[Kept], incidents: Iterable[Lost]) -> list[Kept]:
    """Return those receipts of one book, oldest first, that no incident excuses."""
    left = list(kept)
    for lost in incidents:
        named = next((n for n, each in enumerate(left) if each.act == lost.act), len(left))
        left = [each for each in left[:named] if not lost.covers(each)] + left[named:]
    return left


def known(kept: Iterable[Kept], where: str) -> tuple[list[KnownHead], list[KnownAct]]:
    """Return the heads and acts that receipts keep."""
    heads, acts = [], []
    for each in kept:
        heads.append(KnownHead(each.size, bytes.fromhex(each.root), where))
        acts.append(KnownAct(each.act, each.index, where))
    return heads, acts


def _same(head: KnownHead, size: int, read: ReadHashes) -> bool:
    return head.size <= size and root_at(head.size, read) == head.root
