"""What the demo year hands over, and ten ways to damage it; each tells what must be named, and by whom.

A damage is done to a copy of links: whatever is changed is written anew. Those that end in `anew` are of a forger
who holds the log's own key and lists and signs everything again, the page's own copy changed alike.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.commands.desk import LOG_KEY
from ledger.commands.own import read_pin
from ledger.commands.session import HOME_NAME
from ledger.export.bagit import ABOUT, DATA, tag_manifest
from ledger.export.cover import NOTE
from ledger.export.page import INDEX
from ledger.keys.keystore import read_log_key
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from projections.commands.demo import PASSPHRASE
from tests.ledger.export.bundled import SPAN, list_anew, put
from tests.once import Year
from tests.stock.chromium import holding, told

RECORDS = "data/records.csv"
KEYS = "data/keys.csv"
MORE = "data/more.csv"
LIST = tag_manifest("sha256")
_OXUM = re.compile(r"Payload-Oxum: .*")
COUNTED = "Payload-Oxum validation failed"
NUMBERS = range(1, 21)
FAMILY = {"funds": "fund", "archive": "document", "journal": "document"}
CHANGED = {
    "funds": "data/views/fund_oversight-items.csv",
    "archive": "data/archive/档案/0042-WS·2022-Y-BGS-0001/01-正文.txt",
    "journal": "data/journal.csv",
}


@dataclass(frozen=True)
class Handed:
    """What the year hands over: three bundles by name, the pin, and the keys of a forger and of a stranger."""

    folder: Path
    origin: str
    log_key: LogKey
    stranger: LogKey

    @property
    def pin(self) -> Path:
        """The pin, which the receivers got by another way."""
        return self.folder / "pin.json"

    def copy(self, name: str, into: Path) -> Given:
        """Return a bundle as links in another folder, with the pin beside it."""
        shutil.copy(self.pin, into)
        folder = into / name
        shutil.copytree(self.folder / name, folder, copy_function=os.link)
        return Given(self, name, folder)


@dataclass(frozen=True)
class Given:
    """One bundle to be damaged."""

    handed: Handed
    name: str
    folder: Path

    def text(self, path: str) -> str:
        """Return a file's text."""
        return (self.folder / path).read_text(encoding="utf-8")

    def put(self, path: str, text: str) -> None:
        """Write a file anew."""
        put(self.folder / path, text.encode())

    def lines(self, name: str) -> list[str]:
        """Return the lines of one of the log's files: entries, proofs or seals."""
        return self.text(f"{SPAN}/{name}.jsonl").splitlines()

    def forge(self, **lines: list[str]) -> None:
        """Put other lines into the log's files and into the page, and sign it all with the log's own key."""
        whole = {name: "".join(f"{each}\n" for each in told) for name, told in lines.items()}
        for name, text in whole.items():
            self.put(f"{SPAN}/{name}.jsonl", text)
        self.put(INDEX, holding(self.text(INDEX), **whole))
        self.put(ABOUT, _OXUM.sub(self._oxum(), self.text(ABOUT)))
        list_anew(self.folder, self.handed.origin, self.handed.log_key)

    def _oxum(self) -> str:
        sizes = [
            each.stat().st_size for each in (self.folder / DATA).rglob("*") if each.is_file()
        ]
        return f"Payload-Oxum: {sum(sizes)}.{len(sizes)}"

    def last(self) -> tuple[int, dict[str, Any]]:
        """Return the last entry that is shown of the bundle's own family: its line's number, and what it tells."""
        start = FAMILY[self.name] + "/"
        for number, line in reversed(list(enumerate(self.lines("entries")))):
            told = json.loads(line)
            if "entry" in told and told["entry"]["event"]["record"].startswith(start):
                return number, told
        raise AssertionError(f"{self.name} shows no {start}")


@dataclass(frozen=True)
class Damage:
    """A damage that was done: what each checker must name of it; nobody else is asked."""

    check: tuple[str, ...]
    bagit: str = ""
    steps: str = ""
    page: str = ""


def of_file(path: str) -> Damage:
    """Return a damage that is named by a file's path."""
    return Damage(check=(path,), bagit=path, steps=path, page=path)


def changed(given: Given) -> Damage:
    """The last letter of a table or of a paper is another."""
    path = CHANGED[given.name]
    given.put(path, given.text(path)[:-1] + "x")
    return of_file(path)


def rewritten(given: Given) -> Damage:
    """A register tells another title, in the page too."""
    shown = told(given.text(INDEX))
    files = {path: text.replace("20", "21") for path, text in shown["files"].items()}
    given.put(RECORDS, files[RECORDS])
    given.put(
        INDEX, holding(given.text(INDEX), files={**shown["files"], RECORDS: files[RECORDS]})
    )
    return Damage(check=(RECORDS, INDEX), bagit=RECORDS, steps=INDEX, page=RECORDS)


def gone(given: Given) -> Damage:
    """A file is not there any more."""
    (given.folder / KEYS).unlink()
    return Damage(check=(KEYS,), bagit=COUNTED, steps=KEYS)


def added(given: Given) -> Damage:
    """A file is there that nobody listed."""
    given.put(MORE, "more")
    return Damage(check=(MORE,), bagit=COUNTED, steps=MORE)


def unlisted(given: Given) -> Damage:
    """The outermost list is gone."""
    (given.folder / LIST).unlink()
    return of_file(LIST)


def unsigned(given: Given) -> Damage:
    """The signature is gone."""
    (given.folder / NOTE).unlink()
    return of_file(NOTE)


def strange(given: Given) -> Damage:
    """Everything is listed and signed again, by another key of the same name."""
    list_anew(given.folder, given.handed.origin, given.handed.stranger)
    return Damage(check=(NOTE,), steps="Signature Verification Failure")


def forged_anew(given: Given) -> Damage:
    """An event tells another story."""
    number, entry = given.last()
    entries = given.lines("entries")
    entries[number] = entries[number].replace('"body":{', '"body":{"a":"forged",', 1)
    given.forge(entries=entries)
    return _of_entry(entry)


def left_out_anew(given: Given) -> Damage:
    """A record's last event is left out, with its proof and its seal."""
    number, entry = given.last()
    entries, proofs = given.lines("entries"), given.lines("proofs")
    entries.pop(number)
    proofs.pop(number)
    given.forge(entries=entries, proofs=proofs)
    record = entry["entry"]["event"]["record"]
    return Damage(check=(record,), steps=record, page=record)


def resealed_anew(given: Given) -> Damage:
    """An officer's signature is another's."""
    _, entry = given.last()
    seals = given.lines("seals")
    digest = entry["entry"]["seal"]
    place = next(n for n, each in enumerate(seals) if _digest(each) == digest)
    seals[place] = seals[place].replace('"sig":"', '"sig":"AAAA', 1)
    given.forge(seals=seals)
    return _of_entry(entry)


def _of_entry(entry: dict[str, Any]) -> Damage:
    index, record = entry["index"], entry["entry"]["event"]["record"]
    return Damage(check=(f"index {index}",), steps=f"entry {index}:", page=f"{record} #{index}")


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()


DAMAGES = (
    changed, rewritten, gone, added, unlisted, unsigned, strange, forged_anew, left_out_anew,
    resealed_anew,
)  # fmt: skip


def hand_over(year: Year, folder: Path) -> None:
    """Hand over what the year has to hand over, by the real command."""
    working = year.copy(folder / "year")
    clerk = ("qifeng", "--as", "吴文书", "export")
    filed = [f"县委发〔2022〕{n}号" for n in NUMBERS]
    working.run(
        *clerk,
        "bundle",
        "../archive",
        *filed,
        "--recipient",
        "县档案馆",
        "--profile",
        "archive-cn",
    )
    working.run(*clerk, "public", "../journal", "--family", "document", "--recipient", "公众",
                "--disclose", filed[4], "--reason", "内部管理信息（政府信息公开条例 Art. 16）")  # fmt: skip
    (working.folder / "bundle").rename(folder / "funds")
    (pin,) = (working.folder / "user" / "ledgers").glob("*/pin.json")
    shutil.copy(pin, folder / "pin.json")


def handed_from(folder: Path) -> Handed:
    """Return what was handed over into a folder."""
    origin = read_pin(folder / "pin.json").origin
    key = read_log_key(folder / "year" / HOME_NAME / LOG_KEY, origin, PASSPHRASE)
    return Handed(folder, origin, key, LogKey(origin, SeedSigner(bytes(32))))
