"""Posts and persons in a step: in which post an officer acts, and who may not be whom.

Which posts a step is open to is data of the record's series or rule, never a constant here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.family import DIRECT, Context, Facts

SERIES_POSTS = ("registrars", "reviewers", "leaders")
CUSTODIAN = "机要员"
"""The post that answers for telegrams which may not be shown (DOMAIN §2.4)."""


def acting_post(facts: Facts, asked: str, allowed: Sequence[str]) -> str:
    """Return the post asked for, or else the first allowed one that the actor holds, or ``""``."""
    return asked or next((post for post in allowed if facts.holds(post)), "")


def doer(facts: Facts) -> str:
    """Return the officer who did it: the actor of a direct act.

    What is entered as found, or from paper, is nobody's own step here: the empty text.
    """
    return facts.actor if facts.basis == DIRECT else ""


def out_of_post(context: Context, post: str, allowed: Sequence[str]) -> str | None:
    """Say how the actor's post is not one for this step, or None where it is."""
    if post not in allowed:
        told = ", ".join(allowed) or "none that was declared"
        return f"post {post or '(none)'} is not one for this step (open to: {told})"
    return None if context.holds(post) else f"{context.actor} does not hold the post {post}"


def in_no_post(context: Context, posts: Sequence[str], *, none: str = "") -> str | None:
    """Say that the actor holds none of these posts, or None where one is theirs; `none` names an empty list."""
    if any(context.holds(post) for post in posts):
        return None
    return f"{context.actor} holds none of the posts {', '.join(posts) or none}"


def unlike_its_series(state: Any, happened: Any, context: Context) -> str | None:
    """Say how the posts copied into an event are not those its series was opened with, or None.

    Who writes an event with a program of their own could else open every step to themselves.
    """
    del state
    named = happened.series or ""
    # Bytes may name anything as a series; what is none has no posts.
    held: Any = context.standing(named) if named.startswith("series/") else None
    for name in SERIES_POSTS:
        copied, due = getattr(happened, name), getattr(held, name, ())
        if copied != due:
            told = "、".join(copied) or "none"
            return (
                f"{name} are {told}; {named or 'without a series'}: {'、'.join(due) or 'none'}"
            )
    return None


def not_the_doer(context: Context, named: str) -> str | None:
    """Say how the officer named in the event is not the one who acts, or None."""
    expected = context.actor if context.basis == DIRECT else ""
    return (
        None
        if named == expected
        else f"the event names {named or 'nobody'}, not {expected or 'nobody'}"
    )


def same_person(context: Context, other: str) -> bool:
    """Tell whether the actor, or the officer they act for, is that other officer."""
    return bool(other) and other in (context.actor, context.on_behalf_of)
