"""A step as it is taken: who takes it, in which post, for whom, on which day, on what basis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from ledger.family import AS_FOUND, DIRECT, Change, Context, Facts
from ledger.frozen import replace
from ledger.records import budget
from ledger.records.fund import events as told
from ledger.records.fund.state import Fund
from ledger.records.moments import day_told, moment
from ledger.records.policy import Level, Policy, Version
from ledger.records.posts import acting_post

S = TypeVar("S", bound=told.Step)


def taken(facts: Facts, step: S, allowed: Sequence[str]) -> S:
    """Return a step with who took it, in which post, for whom, and on what basis."""
    direct = facts.basis == DIRECT
    signer = step.signer or (facts.actor if direct else "")
    principal = facts.on_behalf_of or "" if direct else ""
    told_day = len(step.occurred_at) in (0, len("2022-03-01"))
    return replace(
        step,
        occurred_at=step.occurred_at if told_day else moment(facts, step.occurred_at),
        signer=signer,
        signer_name=_name(facts, signer),
        principal=principal,
        principal_name=_name(facts, principal),
        recorder_name="" if direct else _name(facts, facts.actor),
        post=acting_post(facts, step.post, allowed) if direct else step.post,
        basis="" if facts.basis == AS_FOUND else facts.basis,
    )


def day_of(context: Context, step: told.Step) -> date:
    """Return the office's day a step was taken: today, or the one told of what was not done here."""
    if context.basis == DIRECT or not step.occurred_at:
        return context.day
    return day_told(context, step.occurred_at) or context.day


def version_of(context: Context, policy: str | None, day: date) -> Version | None:
    """Return the version of a policy in force on a day, or None where there is none."""
    if not policy or not policy.startswith("policy/"):
        return None
    found: Policy = context.standing(policy)
    return found.in_force(day)


def today(facts: Facts) -> date | None:
    """Return today, or None where the step was not taken here."""
    return facts.day if facts.basis == DIRECT else None


def level_of(state: Fund, asked: int) -> Level | None:
    """Return the level asked for, or the one whose turn it is; None where there is none."""
    if not asked:
        return state.waiting_level
    return next((each for each in state.needed if each.level == asked), None)


def returning_posts(state: Fund) -> tuple[str, ...]:
    """Return the posts that may return an item: those whose turn it is."""
    if state.waiting_level is not None:
        return state.waiting_level.posts
    return state.terms.payers if state.terms else ()


def freed_fen(facts: Facts, state: Fund) -> int:
    """Return what an item's step sets free of its budget line: all that it holds; found, nothing."""
    return 0 if facts.basis == AS_FOUND else state.reserved_fen


def released(record: str, state: Fund, freed: int, step: str) -> list[Change]:
    """Return the release of what an item sets free, at its budget line, or nothing."""
    if not freed or not state.claim.budget:
        return []
    told_there = budget.Released(item=record, amount_fen=freed, step=step)
    return [Change(state.claim.budget, told_there)]


def _name(facts: Facts, person: str) -> str:
    return str(facts.state(person).name) if person.startswith("officer/") else person
