"""The office itself 机关: founded once, with its origin, its zone of time and its log's key.

There is one record, `office/main`. Until a second officer's key is enrolled the founder acts
alone; the act that enrols it records `Staffed`, and from then on every enrolment, post and
revocation takes two officers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.family import Context, Family, Happened, Rule, Verb, event, simply, term

OFFICE = "office/main"
ADMINISTRATOR = "系统管理员"
SECURITY = "安全保密员"
ADMINISTRATIVE = (ADMINISTRATOR, SECURITY)


@event("office.founded/1", "设立", "founded")
class Founded(Happened):
    """The ledger begins."""

    name: str = term("单位名称", "name of the office")
    origin: str = term("日志标识", "origin of the log")
    utc_offset: str = term("时区", "zone of time, +08:00")
    log_key: str = term("日志公钥", "the log's verifier key (C2SP vkey), Ed25519")
    log_key_ml_dsa: str = term(
        "日志抗量子公钥", "the log's second verifier key, ML-DSA-44", default=""
    )


@event("office.staffed/1", "配齐双人", "staffed")
class Staffed(Happened):
    """A second officer's key was enrolled by the founder alone; from here on it takes two."""

    key: str = term("第二把密钥", "the second key", refers="key")


@event("office.clock_corrected/1", "校正时钟", "clock corrected")
class ClockCorrected(Happened):
    """The store's clock stood behind what was recorded and was set right, or is now."""

    reason: str = term("原因", "reason")


@dataclass(frozen=True, slots=True)
class Office:
    """The office as founded."""

    name: str = ""
    origin: str = ""
    utc_offset: str = "+08:00"
    log_key: str = ""
    log_key_ml_dsa: str = ""
    staffed: bool = False


def evolve(state: Office, happened: Founded | Staffed | ClockCorrected) -> Office:
    """Return the office after the event."""
    match happened:
        case Founded():
            return Office(
                happened.name,
                happened.origin,
                happened.utc_offset,
                happened.log_key,
                happened.log_key_ml_dsa,
                state.staffed,
            )
        case Staffed():
            return replace(state, staffed=True)
        case ClockCorrected():
            return state


def _founded_once(state: Office, happened: Founded, context: Context) -> str | None:
    del context, happened
    return f"{state.name} is founded already" if state.origin else None


def _staffed_once(state: Office, happened: Staffed, context: Context) -> str | None:
    del context, happened
    return (
        "a second key is enrolled already; this takes two officers" if state.staffed else None
    )


FAMILY: Family[Office] = Family(
    name="office",
    zh="机关",
    en="the office",
    events=(Founded, Staffed, ClockCorrected),
    initial=Office(),
    evolve=evolve,
    title=lambda state: state.name,
    verbs=(
        Verb(
            "correct-clock",
            "校正时钟",
            "Record that the store's clock was set right.",
            ClockCorrected,
            simply,
        ),
    ),
    rules=(
        Rule("O1", "DESIGN founding", "a ledger is founded once", (Founded,), _founded_once),
        Rule(
            "O2",
            "DESIGN founding",
            "one key is enrolled single-handed",
            (Staffed,),
            _staffed_once,
        ),
    ),
)
