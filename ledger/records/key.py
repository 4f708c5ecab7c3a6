"""Keys 密钥: which key signs for which officer, enrolled and revoked by two officers.

The record is `key/<key id>`. A key counts for signatures in acts after the one that enrolled it
and until the one that retired or revoked it, by index in the log, never by a signer's own clock.

An officer rotates their own key: they propose the new one, signed by the old one, and an administrator
confirms; in that act the old key is retired 停用, which says nothing against what it signed. (To revoke
撤销 it would: that is for keys that were lost or in other hands, before or after.)

Its grade says what its signatures are worth outside: `technical` is a key of the office's own making;
`certified` needs the certificate of a licensed 电子政务电子认证服务机构 (商用密码管理条例 Art. 24) that the
office trusts; that the certificate is over this key and its chain held is asked at the door and by
verification (`ledger.keys.certificate`), for no rule sees a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from ledger.family import (
    Bond,
    Change,
    Context,
    Facts,
    Family,
    Happened,
    Rule,
    Verb,
    event,
    term,
)
from ledger.frozen import frozen, replace
from ledger.records.office import ADMINISTRATIVE, OFFICE, Office, Staffed, never_found
from ledger.records.posts import in_no_post

TECHNICAL = "technical"
CERTIFIED = "certified"
GRADES = (TECHNICAL, CERTIFIED)


@event("key.proposed/1", "拟登记密钥", "enrolment proposed")
class Proposed(Happened):
    """A key is proposed, with its own proof of possession: by an administrator, or by its officer.

    An officer proposes it in place of their own, which signs that it hands over.
    """

    officer: str = term("所有人", "officer", refers="officer")
    suite: str = term("算法套件", "suite")
    public: tuple[str, ...] = term("公钥", "public components, base64")
    possession: tuple[str, ...] = term("持有证明", "proof of possession, base64")
    replaces: str = term("替换密钥", "key whose place it takes", default="", refers="key")
    handover: tuple[str, ...] = term(
        "移交签名", "the old key's signature of the new, base64", default=()
    )
    authority: str = term("认证机构", "authority that certified it", default="")
    certificates: tuple[str, ...] = term(
        "证书", "its certificate and those above it, base64 of DER", default=()
    )
    proposer: str = term("提出人", "proposed by", default="", derived=True)


@event("key.enrolled/1", "登记密钥", "enrolled")
class Enrolled(Happened):
    """Another administrator confirms; from the next act on, the key signs for the officer."""

    officer: str = term("所有人", "officer", default="", derived=True)
    suite: str = term("算法套件", "suite", default="", derived=True)
    public: tuple[str, ...] = term("公钥", "public", default=(), derived=True)
    possession: tuple[str, ...] = term("持有证明", "possession", default=(), derived=True)
    replaces: str = term(
        "替换密钥", "key whose place it takes", default="", derived=True, refers="key"
    )
    handover: tuple[str, ...] = term("移交签名", "handover", default=(), derived=True)
    authority: str = term("认证机构", "authority that certified it", default="", derived=True)
    certificates: tuple[str, ...] = term(
        "证书", "its certificate and those above it, base64 of DER", default=(), derived=True
    )
    alone: bool = term("单人办理", "enrolled single-handed", default=False, derived=True)
    grade: str = term(
        "签名等级", "grade of its signatures", default=TECHNICAL, derived=True, choices=GRADES
    )


@event("key.retired/1", "停用", "retired")
class Retired(Happened):
    """Its officer has another in its place; acts after this one may not be signed with it."""

    successor: str = term("接替密钥", "key that took its place", refers="key")


@event("key.revocation_proposed/1", "拟吊销", "revocation proposed")
class RevocationProposed(Happened):
    """An officer proposes to revoke a key: lost, stolen, passphrase forgotten, post left.

    Where it was in other hands, `compromised_since` is the index of the first act that may be theirs:
    signatures from there on count no more, though made before this; those below it stand.
    """

    reason: str = term("原因", "reason")
    compromised_since: int | None = term(
        "泄露起点", "index from which its signatures count no more", default=None
    )
    proposer: str = term("提出人", "proposed by", default="", derived=True)


@event("key.revoked/1", "吊销", "revoked")
class Revoked(Happened):
    """Another officer confirms; acts from here on may not be signed with it."""

    reason: str = term("原因", "reason", default="", derived=True)
    compromised_since: int | None = term(
        "泄露起点", "index from which its signatures count no more", default=None, derived=True
    )


@frozen
class Key:
    """A key: whose, of which suite and grade, its public components, and where its life stands."""

    officer: str = ""
    suite: str = ""
    public: tuple[str, ...] = ()
    possession: tuple[str, ...] = ()
    proposer: str = ""
    enrolled: bool = False
    grade: str = ""
    replaces: str = ""
    handover: tuple[str, ...] = ()
    authority: str = ""
    certificates: tuple[str, ...] = ()
    successor: str = ""
    revoked: bool = False
    revocation_reason: str = ""
    revocation_proposer: str = ""
    compromised_since: int | None = None

    @property
    def good(self) -> bool:
        """Whether it signs for its officer."""
        return self.enrolled and not self.revoked and not self.successor


KeyEvent = Proposed | Enrolled | Retired | RevocationProposed | Revoked


def evolve(state: Key, happened: KeyEvent) -> Key:
    """Return the key after the event."""
    match happened:
        case Proposed():
            return replace(
                state, officer=happened.officer, suite=happened.suite, public=happened.public,
                possession=happened.possession, proposer=happened.proposer,
                replaces=happened.replaces, handover=happened.handover,
                authority=happened.authority, certificates=happened.certificates,
            )  # fmt: skip
        case Enrolled():
            return replace(
                state, officer=happened.officer, suite=happened.suite, public=happened.public,
                possession=happened.possession, enrolled=True, grade=happened.grade,
                replaces=happened.replaces, handover=happened.handover,
                authority=happened.authority, certificates=happened.certificates,
            )  # fmt: skip
        case Retired():
            return replace(state, successor=happened.successor)
        case RevocationProposed():
            return replace(
                state,
                revocation_reason=happened.reason,
                revocation_proposer=happened.proposer,
                compromised_since=happened.compromised_since,
            )
        case Revoked():
            return replace(state, revoked=True)
        case _:
            assert_never(happened)


_AS_PROPOSED = (
    "officer", "suite", "public", "replaces", "handover", "authority", "certificates",
)  # fmt: skip


def propose(facts: Facts, record: str, draft: Proposed) -> Sequence[Change]:
    """Propose a key for an officer."""
    return [Change(record, replace(draft, proposer=facts.actor))]


def confirm(facts: Facts, record: str, draft: Enrolled) -> Sequence[Change]:
    """Confirm a key as proposed; the first single-handed one staffs the office.

    A key in another's place retires that one, and nobody confirms it single-handed.
    """
    state: Key = facts.state(record)
    alone = not facts.state(OFFICE).staffed and facts.actor == state.proposer
    alone = alone and not state.replaces
    enrolled = replace(
        draft, officer=state.officer, suite=state.suite, public=state.public,
        possession=state.possession, replaces=state.replaces, handover=state.handover, alone=alone,
        authority=state.authority, certificates=state.certificates,
        grade=CERTIFIED if state.certificates else TECHNICAL,
    )  # fmt: skip
    staffed = [Change(OFFICE, Staffed(key=record))] if alone else []
    retired = [Change(state.replaces, Retired(successor=record))] if state.replaces else []
    return [Change(record, enrolled), *staffed, *retired]


def propose_revocation(
    facts: Facts, record: str, draft: RevocationProposed
) -> Sequence[Change]:
    """Propose to revoke a key."""
    return [Change(record, replace(draft, proposer=facts.actor))]


def revoke(facts: Facts, record: str, draft: Revoked) -> Sequence[Change]:
    """Confirm a revocation as proposed."""
    state: Key = facts.state(record)
    told = replace(
        draft, reason=state.revocation_reason, compromised_since=state.compromised_since
    )
    return [Change(record, told)]


def _administrators_only(state: Key, happened: KeyEvent, context: Context) -> str | None:
    del state
    if isinstance(happened, Proposed) and happened.replaces:
        # Their own key is the officer's to rotate; K9 asks whether it is.
        return None
    return in_no_post(context, ADMINISTRATIVE)


def _never_twice(state: Key, happened: Proposed, context: Context) -> str | None:
    del happened, context
    return "this key is enrolled already, or was" if state.enrolled else None


def _two_officers(state: Key, happened: Enrolled, context: Context) -> str | None:
    if not state.proposer or state.enrolled:
        return "there is no open proposal to confirm"
    if any(getattr(happened, name) != getattr(state, name) for name in _AS_PROPOSED):
        return "what is confirmed is not what was proposed"
    if context.actor == state.proposer and not happened.alone:
        return f"{context.actor} proposed it; another administrator must confirm"
    return None


def _ones_own(state: Key, happened: Proposed, context: Context) -> str | None:
    del state
    if not happened.replaces:
        return None
    if context.actor != happened.officer:
        return f"{context.actor} cannot rotate a key of {happened.officer}"
    replaced: Key = context.standing(happened.replaces)
    if replaced.officer != happened.officer or not replaced.good:
        return f"{happened.replaces} is no good key of {happened.officer}"
    return None


def _retired_once(state: Key, happened: Retired, context: Context) -> str | None:
    del happened, context
    return None if state.good else "the key to be replaced is retired or revoked already"


def _two_revoke(state: Key, happened: Revoked, context: Context) -> str | None:
    if not state.revocation_proposer:
        return "there is no open proposal to revoke"
    if happened.compromised_since != state.compromised_since:
        return "what is confirmed is not what was proposed"
    if context.actor == state.revocation_proposer:
        return f"{context.actor} proposed it; another officer must confirm"
    return None


def _grade_shown(state: Key, happened: Enrolled, context: Context) -> str | None:
    del state
    if happened.grade == TECHNICAL:
        return "a certificate was shown for it" if happened.certificates else None
    if not happened.certificates:
        return f"grade {happened.grade!r}, but no licensed authority's certificate was shown"
    office: Office = context.standing(OFFICE)
    if happened.authority in dict(office.authorities):
        return None
    return f"{happened.authority!r} is no authority that the office trusts"


def _since_an_act(state: Key, happened: RevocationProposed, context: Context) -> str | None:
    del state, context
    since = happened.compromised_since
    if since is None or since >= 1:
        return None
    return f"its signatures cannot count no more from {since}: the founding act stands at 0"


def _still_good(state: Key, happened: RevocationProposed, context: Context) -> str | None:
    del happened, context
    if not state.enrolled:
        return "the key is not enrolled"
    return "the key is revoked already" if state.revoked else None


def _title(state: Key) -> str:
    """Say whose key it is and what it is worth: of which grade, by whose word, and whether it still signs."""
    grade = f", {state.grade}" if state.grade else ""
    by = f" by {state.authority}" if state.certificates else ""
    ended = ", revoked" if state.revoked else ", retired" if state.successor else ""
    return f"{state.suite} of {state.officer}{grade}{by}{ended}"


FAMILY: Family[Key] = Family(
    name="key",
    zh="密钥",
    en="key",
    events=(Proposed, Enrolled, Retired, RevocationProposed, Revoked),
    initial=Key(),
    evolve=evolve,
    title=_title,
    verbs=(
        Verb("propose-revocation", "拟吊销", "Propose to revoke a lost or stolen key.",
             RevocationProposed, propose_revocation),
        Verb("revoke", "吊销", "Confirm a revocation that another proposed.", Revoked, revoke),
    ),
    rules=(
        Rule("K1", "三员分立", "administrators enrol keys", (Proposed, Enrolled), _administrators_only),
        Rule("K2", "DESIGN §3", "a key is enrolled once", (Proposed,), _never_twice),
        Rule("K3", "双人办理", "one proposes, another confirms", (Enrolled,), _two_officers),
        Rule("K4", "双人办理", "one proposes, another confirms", (Revoked,), _two_revoke),
        Rule("K6", "DESIGN §3", "authority is never entered as found",
             (Proposed, Enrolled, Retired, RevocationProposed, Revoked), never_found, guard=True),
        Rule("K5", "DESIGN §3", "only a good key is revoked", (RevocationProposed,), _still_good),
        Rule("K8", "DESIGN §3", "compromise counts from an act on", (RevocationProposed,), _since_an_act),
        Rule("K9", "DESIGN §3", "officers rotate their own good keys", (Proposed,), _ones_own),
        Rule("K10", "DESIGN §3", "a good key is retired once", (Retired,), _retired_once),
        Rule("K7", "商用密码管理条例 Art. 24", "a key's grade is what was shown for it", (Enrolled,), _grade_shown),
    ),
)  # fmt: skip

BONDS: tuple[Bond, ...] = (
    Bond("K11", "DESIGN §3", "a key that takes another's place retires it, and nothing else does",
         "key.enrolled/1", lambda record, told: [(record, told.replaces)] if told.replaces else [],
         "key.retired/1", lambda record, told: [(told.successor, record)]),
)  # fmt: skip
