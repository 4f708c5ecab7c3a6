"""What was in force on a day, by a plain script over the register's CSV: csv and datetime, no code of ours.

    python plain_regulations.py REGISTER.csv 1997-10-01 …

prints a line for each title and day: day, title, status, number of the text. With `--texts` it reads the
register of stored texts and prints day, title, digest of the text in force. These are its rules.

1. Lines are taken by title. A line without a date, or with the action `other`, tells nothing here. The
   same action on the same date counts once, however many texts tell it.
2. Lines go by date; of one date in the order adopted, approved, amended or revised, promulgated, in-force.
3. The first line begins the first text. A line `amended` or `revised` begins a new text, unless it is of the
   day on which the present text began. So does a line `adopted`, unless it is a *joint adoption*: the
   present text holds only adoptions and approvals, began at most 366 days before, and the next line
   that is no approval is a promulgation or a commencement. Every other line belongs to the present text.
4. A text counts from its earliest commencement `in-force`; where no line tells one, from its earliest
   promulgation; else from its earliest amendment, adoption, approval: the first of these that it has.
5. The first text enacts the rule, and so does every later one without an amending line. On a day on which
   no enacting text counts yet, the rule has not come into force: it is 尚未生效 if the last enacting text begun
   by then is promulgated by then, else 待公布; before any began it does not exist.
6. From then on the rule is 现行有效, in the last of its texts that counts by that day. No line of this register
   ends a rule.

The register of stored texts (`texts_in_force`) is read so: a text counts from `effective`, or where that is
empty from `published`; on a day the text in force is, of those that count by then, the one published last.
A text without `published` is placed nowhere.
"""

from __future__ import annotations

import csv
import sys
from datetime import date, timedelta

ORDER = {
    "adopted": 0,
    "approved": 1,
    "amended": 2,
    "revised": 2,
    "promulgated": 3,
    "in-force": 4,
}
CHANGES = {"amended", "revised"}
COMING = {"promulgated", "in-force"}
YEAR = timedelta(days=366)


def read(path):
    """Return each title's dated lines: (date, action), in order, each once."""
    found = {}
    with open(path, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 -- a plain script
        for row in csv.DictReader(file):
            lines = found.setdefault(row["title"], set())
            if row["date"] and row["action"] in ORDER:
                lines.add((date.fromisoformat(row["date"]), row["action"]))
    return {
        title: sorted(lines, key=lambda line: (line[0], ORDER[line[1]]))
        for title, lines in found.items()
    }


def texts(lines):
    """Return the texts that these lines make, each the list of its lines."""
    made = []
    for place, (day, action) in enumerate(lines):
        if not made or begins(made[-1], day, action, rest=lines[place + 1 :]):
            made.append([])
        made[-1].append((day, action))
    return made


def begins(present, day, action, *, rest):
    """Tell whether a line begins another text than the present one (rule 3)."""
    began = present[0][0]
    if day == began:
        return False
    if action in CHANGES:
        return True
    if action != "adopted":
        return False
    settled = {each for _, each in present} - {"adopted", "approved"}
    following = [each for _, each in rest if each != "approved"]
    joint = not settled and day - began <= YEAR and following and following[0] in COMING
    return not joint


def counts_from(text):
    """Return the day from which a text counts (rule 4)."""
    for wanted in ({"in-force"}, {"promulgated"}, CHANGES, {"adopted"}, {"approved"}):
        days = [day for day, action in text if action in wanted]
        if days:
            return min(days)
    raise AssertionError("a text has a line")


def enacts(n, text):
    """Tell whether a text enacts the rule, rather than change it (rule 5)."""
    return n == 1 or not any(action in CHANGES for _, action in text)


def status(numbered, day):
    """Return (status, number of the text) on a day, or None where the rule does not exist."""
    counting = [n for n, text in numbered if counts_from(text) <= day]
    if any(enacts(n, text) for n, text in numbered if n in counting):
        return "现行有效", counting[-1]
    begun = [(n, text) for n, text in numbered if text[0][0] <= day and enacts(n, text)]
    if not begun:
        return None
    n, text = begun[-1]
    published = any(action == "promulgated" and told <= day for told, action in text)
    return ("尚未生效" if published else "待公布"), n


def answers(path, days):
    """Return for each day the titles that exist then, with their status and text."""
    rules = {title: list(enumerate(texts(lines), 1)) for title, lines in read(path).items()}
    return {
        day: {
            title: told
            for title, numbered in rules.items()
            if (told := status(numbered, day)) is not None
        }
        for day in days
    }


def texts_in_force(path, days):
    """Return for each day the digest of each title's text in force, by the register of texts."""
    with open(path, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 -- a plain script
        rows = sorted(
            (
                row["published"],
                row["effective"] or row["published"],
                row["title"],
                row["text_sha256"],
            )
            for row in csv.DictReader(file)
            if row["published"]
        )
    return {
        day: {title: text for _, since, title, text in rows if since <= day.isoformat()}
        for day in days
    }


if __name__ == "__main__":
    wanted = [date.fromisoformat(each) for each in sys.argv[2:] if each != "--texts"]
    if "--texts" in sys.argv:
        for on, found in texts_in_force(sys.argv[1], wanted).items():
            for name, text in sorted(found.items()):
                print(on, name, text)  # noqa: T201 -- the answer of a command
    else:
        for on, told_on in answers(sys.argv[1], wanted).items():
            for name, (word, number) in sorted(told_on.items()):
                print(on, name, word, number)  # noqa: T201 -- the answer of a command
