"""The family of flag parameters 预警参数: adopted, amended and abolished by their keepers.

The record is `alarm/fund`. What an amendment does not tell stays as it was; on each day counts what
had begun by then. Without a record in force the shipped values apply.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.family import (
    AS_FOUND,
    Bond,
    Change,
    Context,
    Facts,
    Family,
    Happened,
    Rule,
    Verb,
    event,
    shared,
    simply,
    term,
)  # fmt: skip
from ledger.frozen import frozen, replace
from ledger.records.alarm.parameters import (
    SHIPPED,
    Parameters,
    Setting,
    apply_settings,
    flaw_of,
)
from ledger.records.posts import in_no_post

FUND = "fund"
FLAGGED = (FUND,)
_ARTICLE = "行政事业单位内部控制规范 Art. 29-30"


@shared
class Content(Happened):
    """What is set; what is not named stays as it was."""

    settings: tuple[Setting, ...] = term("参数", "parameters that are set", default=())
    effective_on: date | None = term("施行日期", "in force from", default=None)
    citation: str = term("依据", "document that says so", default="")


@event("alarm.adopted/1", "制定", "adopted")
class Adopted(Content):
    """The office sets from where on something is flagged."""

    family: str = term("门类", "family that is flagged", default=FUND, choices=FLAGGED)
    keepers: tuple[str, ...] = term(
        "归口岗位", "posts that adopt and amend them", default=("办公室主任",)
    )


@event("alarm.amended/1", "修订", "amended")
class Amended(Content):
    """From its day on other values count; what it does not name stays."""


@event("alarm.abolished/1", "废止", "abolished")
class Abolished(Happened):
    """From its day on the shipped values count again."""

    from_day: date = term("废止日期", "abolished from")
    reason: str = term("原因", "reason")


AlarmEvent = Adopted | Amended | Abolished


@frozen
class Version:
    """What one event set, and from which day; one that `ends` goes back to the shipped values."""

    version: int
    effective_on: date
    settings: tuple[Setting, ...] = ()
    ends: bool = False


@frozen
class Alarm:
    """The parameters as the office set them, in the order they were told."""

    family: str = ""
    keepers: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether they were adopted, and not abolished since."""
        return bool(self.versions) and not self.versions[-1].ends

    def in_force(self, day: date) -> tuple[Parameters, int]:
        """Return the parameters that count on a day, and the version; (shipped, 0) without one."""
        begun = [each for each in self.versions if each.effective_on <= day]
        parameters, version = SHIPPED, 0
        for each in sorted(begun, key=lambda each: (each.effective_on, each.version)):
            parameters = SHIPPED if each.ends else apply_settings(parameters, each.settings)
            version = 0 if each.ends else each.version
        return parameters, version


def key(family: str) -> str:
    """Return the record of a family's flag parameters."""
    return f"alarm/{family}"


def evolve(state: Alarm, happened: AlarmEvent) -> Alarm:
    """Return the parameters after the event."""
    version = len(state.versions) + 1
    if isinstance(happened, Abolished):
        told = Version(version, happened.from_day, ends=True)
    else:
        told = Version(version, happened.effective_on or date.min, happened.settings)
    state = replace(state, versions=(*state.versions, told))
    if isinstance(happened, Adopted):
        return replace(state, family=happened.family, keepers=happened.keepers)
    return state


def set_content(facts: Facts, record: str, draft: Adopted | Amended) -> Sequence[Change]:
    """Adopt or amend; a day left out is today."""
    if draft.effective_on is None and facts.basis != AS_FOUND:
        draft = replace(draft, effective_on=facts.day)
    return [Change(record, draft)]


def _in_order(state: Alarm, happened: AlarmEvent, context: Context) -> str | None:
    del context
    if isinstance(happened, Adopted):
        return "they are adopted already; amend them" if state.stands else None
    return None if state.stands else "they are not adopted; the shipped values apply"


def _by_keepers(state: Alarm, happened: AlarmEvent, context: Context) -> str | None:
    keepers = happened.keepers if isinstance(happened, Adopted) else state.keepers
    return in_no_post(context, keepers)


def _readable(state: Alarm, happened: Content, context: Context) -> str | None:
    del state, context
    names = [each.parameter for each in happened.settings]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        return f"{twice} is set twice"
    if not names and isinstance(happened, Amended):
        return "it sets nothing"
    return next((flaw for each in happened.settings if (flaw := flaw_of(each))), None)


def _not_backwards(state: Alarm, happened: Amended | Abolished, context: Context) -> str | None:
    del state
    day = happened.from_day if isinstance(happened, Abolished) else happened.effective_on
    if context.basis == AS_FOUND or day is None or day >= context.day:
        return None
    return f"{day} has passed; what was flagged since would be flagged anew"


FAMILY: Family[Alarm] = Family(
    name="alarm",
    zh="预警参数",
    en="flag parameters",
    events=(Adopted, Amended, Abolished),
    initial=Alarm(),
    evolve=evolve,
    title=lambda state: f"{state.family} 预警参数" if state.family else "",
    verbs=(
        Verb("adopt", "制定", "Set from where on something is flagged.", Adopted, set_content, opens=True,
             names=lambda draft: key(draft.family)),
        Verb("amend", "修订", "Set some parameters anew, from a day on.", Amended, set_content),
        Verb("abolish", "废止", "Go back to the shipped values, from a day on.", Abolished, simply),
    ),
    rules=(
        Rule("E1", "DOMAIN §4.5", "parameters are adopted, then amended, until abolished",
             (Adopted, Amended, Abolished), _in_order),
        Rule("E2", _ARTICLE, "their keepers adopt and amend them", (Adopted, Amended, Abolished), _by_keepers),
        Rule("E3", "DOMAIN §4.5", "a parameter is set once, to what it can be", (Adopted, Amended), _readable),
        Rule("E4", "DOMAIN R6", "parameters never reach back", (Amended, Abolished), _not_backwards),
    ),
)  # fmt: skip

BONDS: tuple[Bond, ...] = (
    Bond("E5", "DESIGN §3", "flag parameters are named by their family",
         "alarm.adopted/1", lambda record, _: [(record,)],
         "alarm.adopted/1", lambda _, told: [(key(told.family),)]),
)  # fmt: skip
