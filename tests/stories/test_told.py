"""The stories beside this file, told with the real command; and no secret is left lying about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import needs
from tests.stories.secrets import leaks
from tests.stories.told import tell

HERE = Path(__file__).parent
STORIES = sorted(path.stem for path in HERE.glob("*.md"))
NEEDS = {"agent": (("ssh-agent", "openssh-client"), ("ssh-add", "openssh-client"))}
# `agent` takes its passphrase file away; the seeds are opened with what stood in it.
WORDS = {"agent": ("one passphrase",)}


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES)
def test_a_story_holds_and_leaves_no_secret(story, tmp_path, warm):
    """Each story comes out as it is told, and no private key stands in output, log or database."""
    for name, package in NEEDS.get(story, ()):
        needs.program(name, package=package)

    outputs = tell(HERE / f"{story}.md", tmp_path, warm)

    assert leaks(tmp_path, outputs, WORDS.get(story, ())) == []
