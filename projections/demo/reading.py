"""The sample registers as rows, and the working days between their dates."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from importlib.resources import files

_OFF = {date(2022, 1, 31) + timedelta(days=each) for each in range(7)} | {
    date(2022, 10, 1) + timedelta(days=each) for each in range(7)
}
_ZONE = "+08:00"


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a sample register, in its order."""
    text = files("projections.demo.registers").joinpath(f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def workday(day: date, later: int = 0) -> date:
    """Return the working day that lies so many working days on; 0 is this or the next one."""
    while True:
        while day.weekday() > 4 or day in _OFF:
            day += timedelta(days=1)
        if later == 0:
            return day
        day += timedelta(days=1)
        later -= 1


def moment(day: date, minutes: int) -> datetime:
    """Return the moment so many minutes after the office opens at 8:30."""
    start = datetime.fromisoformat(f"{day.isoformat()}T08:30:00{_ZONE}")
    return start + timedelta(minutes=minutes)
