"""The flag over changes: F17 what was paid is not what the last level had signed."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.records.alarm import Parameters
from ledger.records.fund.events import Claim, Countersigned, Paid, signed_content
from projections.flags.evidence import Evidence
from projections.flags.flag import Hit
from projections.flags.items import Item, Step, told_amount

_TERMS = frozenset({"record", "policy", "policy_version", "terms"})


def changed_after_signing(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield each payment of something else than its last level had signed (会计法 Art. 14, R1).

    Held against each other are what was claimed when that level signed last, and what was claimed and
    paid: by their contents, so that history without digests is judged too. An item that the last
    level never signed is told by F01.
    """
    del parameters
    for item in evidence.items:
        for payment in item.of(Paid):
            signature = _last_signature(item, payment)
            signed = item.claims(before=(signature,)) if signature else ()
            if signature is None or not signed:
                continue
            changed = _changed(item, signed[0], signature, payment)
            if changed:
                yield _changed_hit(item, changed, (*signed, signature, payment))


def _last_signature(item: Item, payment: Step) -> Step | None:
    """Return the last signature before a payment of the last level needed; of any, without terms."""
    names = {level.name for level in item.needed[-1:]}
    given = [
        each for each in item.of(Countersigned)
        if each.index < payment.index and (not names or each.happened.level_name in names)
    ]  # fmt: skip
    return given[-1] if given else None


def _changed(item: Item, signed: Step, signature: Step, payment: Step) -> list[str]:
    """Return in words what was paid otherwise than it was signed."""
    claimed = item.claims(before=(payment,))[0].happened
    told = [
        *_claimed_otherwise(item, signed.happened, claimed),
        *_paid_otherwise(claimed, payment.happened),
    ]
    if told or signature.happened.item_digest in ("", claimed.item_digest):
        return told
    return ["the digest that was signed is not that of the item"]


def _claimed_otherwise(item: Item, signed: Claim, claimed: Claim) -> Iterator[str]:
    before, after = (signed_content(item.record, each) for each in (signed, claimed))
    for name in before:
        if name not in _TERMS and before[name] != after[name]:
            yield f"{name.removesuffix('_fen')} is {_words(name, claimed)}, signed was {_words(name, signed)}"


def _paid_otherwise(claimed: Claim, paid: Paid) -> Iterator[str]:
    for name in ("payee", "payee_account"):
        if getattr(paid, name) not in ("", getattr(claimed, name)):
            yield f"{name} is {getattr(paid, name)}, signed was {getattr(claimed, name) or 'none'}"
    if paid.amount_fen > claimed.amount_fen:
        more, signed = (
            told_amount(each, claimed.currency)
            for each in (paid.amount_fen, claimed.amount_fen)
        )
        yield f"amount is {more}, signed was {signed}"


def _words(name: str, claim: Claim) -> str:
    value = getattr(claim, name)
    if name == "amount_fen":
        return told_amount(value, claim.currency)
    return f"{len(value)} of them" if isinstance(value, tuple) else str(value or "none")


def _changed_hit(item: Item, changed: list[str], steps: tuple[Step, ...]) -> Hit:
    signed, signature, payment = steps
    later = item.claims(before=(payment,))
    level = signature.happened.level_name or "the last level"
    return Hit(
        items=(item,),
        message=f"paid on {payment.day} otherwise than {level} signed on {signature.day}: {'; '.join(changed)}",
        steps=(signed, signature, *later, payment),
    )
