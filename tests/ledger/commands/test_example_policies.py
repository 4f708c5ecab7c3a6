"""The example policies, each through one story with the real command, for small, middle and large amounts.

Approved beforehand where the band asks for it, submitted, signed level by level in order; who is not
due, and who had a part already, is refused; a meeting decides before the last level; then it is paid.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.clock import office_day, system_clock
from ledger.commands.desk import open_ledger
from tests.ledger.commands.bands import BANDS, Band
from tests.ledger.commands.room import Room, enrol

POLICIES = Path(__file__).parents[3] / "examples" / "policies"
KEEPER, CASHIER, JACK = "办公室主任", "出纳", "多岗人"
OTHERS = {KEEPER, CASHIER, "会计", "财务负责人", "经办人", "书记"}
TODAY = office_day(system_clock(), "+08:00")
BEFORE, DONE = TODAY - timedelta(days=9), TODAY - timedelta(days=5)


@dataclass
class Story:
    """One policy in one office: its officers are called by their posts, and one holds them all."""

    room: Room
    policy: dict[str, Any]
    items: int = 0

    def do(self, who: str, *arguments: Any) -> Any:
        """Let an officer carry out a command."""
        return self.room.say("--as", who, *arguments)

    def refused(self, who: str, *arguments: Any) -> str:
        """Let an officer try a command, and return why it was refused."""
        told = self.room("--as", who, *arguments)
        assert told.code == 1, told
        return told.err

    def chain_of(self, band: Band) -> list[tuple[int, str]]:
        """Return number and first post of each level that a band needs, by the levels' names."""
        levels = {each["name"]: each for each in self.policy["levels"]}
        return [(levels[name]["level"], levels[name]["posts"][0]) for name in band.chain]


@pytest.fixture
def story(room, request):
    """An office with an officer for each post of a policy, the policy adopted and a line approved."""
    path = POLICIES / f"{request.param}.toml"
    policy = tomllib.loads(path.read_text("utf-8"))
    posts = sorted(OTHERS | {post for level in policy["levels"] for post in level["posts"]})
    ledger = open_ledger(room.session)
    for post in posts:
        enrol(room.session, ledger, post, posts=(post,))
    enrol(room.session, ledger, JACK, posts=tuple(posts))
    ledger.store.close()
    told = Story(room, policy)
    told.do(KEEPER, "policy", "adopt", "--from", path, "--effective-on", BEFORE)
    told.do("财务负责人", "budget", "approve", "--year", TODAY.year, "--code", "总", "--amount",
            "9000000", "--citation", "财预1号")  # fmt: skip
    return told


def submitted(story: Story, band: Band, tmp_path: Path) -> str:
    """Approve beforehand where the band asks for it, and submit; returns the item's title."""
    story.items += 1
    title = f"事项{story.items}"
    documents = [each for name in band.documents for each in ("--documents", name)]
    claim = ("--category", band.category, "--amount", band.amount, "--payee", "金桥商店", "--project",
             "项目甲", "--budget", f"{TODAY.year}-总", "--business-on", DONE, *documents)  # fmt: skip
    if not band.prior:
        story.do("经办人", "fund", "submit", "--title", title, *claim)
        return title
    assert "R8" in story.refused("经办人", "fund", "submit", "--title", title, *claim)
    (tmp_path / "scan.pdf").write_bytes(b"signed on paper")
    story.do("经办人", "fund", "approve-first", "--paper", "--title", title, "--category", band.category,
             "--ceiling", band.amount, "--signer", band.prior, "--post", band.prior, "--occurred-at",
             BEFORE, "--approved-on", BEFORE, "--attach", tmp_path / "scan.pdf")  # fmt: skip
    story.do("经办人", "fund", "resubmit", title, *claim)
    return title


def signed(story: Story, band: Band, title: str) -> None:
    """Let every level sign in order; who is not due, and the same person twice, are refused."""
    chain = story.chain_of(band)
    for place, (_, post) in enumerate(chain):
        ahead = chain[place + 1 : place + 2]
        for number, other in ahead:
            early = ("fund", "countersign", title, "--level", number)
            assert "R2" in story.refused(other, *early)
        if band.meeting and not ahead:
            assert "R7" in story.refused(post, "fund", "countersign", title)
            story.do(KEEPER, "fund", "record-decision", title, "--under", f"纪要{story.items}")
        story.do(JACK if place == 1 else post, "fund", "countersign", title)
        if place == 1:
            paying = ("pay", title, "--amount", band.amount)
            again = ("countersign", title) if ahead else paying
            assert "R3" in story.refused(JACK, "fund", *again)


def through(story: Story, band: Band, tmp_path: Path) -> tuple[str, ...]:
    """Take an item of a band from beginning to payment; returns the names of the levels that signed."""
    title = submitted(story, band, tmp_path)
    if band.meeting:
        story.do(KEEPER, "decision", "take", "--code", f"纪要{story.items}", "--title", title, "--minutes",
                 "纪要", "--meeting", "党组会", "--taken-on", TODAY, "--ceiling", band.amount, "--project",
                 "项目甲", "--eligible", "3", "--present", "3", "--in-favour", "3", "--head", "书记",
                 "--speakers", "委员", "--speakers", "书记")  # fmt: skip
    assert "R14" in story.refused(CASHIER, "fund", "pay", title, "--amount", band.amount)
    signed(story, band, title)
    story.do(CASHIER, "fund", "pay", title, "--amount", band.amount, "--method", "转账")
    ledger = story.room.ledger()
    (record,) = [each for each in ledger.store.records("fund", limit=99)
                 if ledger.state(each).title == title]  # fmt: skip
    return tuple(each.level_name for each in ledger.state(record).signatures)


def test_every_example_has_its_story():
    """A file without bands told here would be shipped untried."""
    assert sorted(BANDS) == sorted(path.stem for path in POLICIES.glob("*.toml"))


@pytest.mark.slow
@pytest.mark.parametrize(("story", "bands"), BANDS.items(), indirect=["story"], ids=list(BANDS))
def test_an_example_policy_asks_what_its_variant_says(story, bands, tmp_path):
    """Each band needs just its levels, its prior approval and its meeting; the ledger stays intact."""
    chains = [through(story, band, tmp_path) for band in bands]

    assert chains == [band.chain for band in bands]
    assert story.room.verify().verdict == "intact"
