"""What stories share: a warm command line."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.needs import MEASURED
from tests.stories.told import SHIM
from tests.stories.warm import warm_command


@pytest.fixture(scope="session")
def warm() -> Iterator[str]:
    """Yield a `qifeng` without its half second of start; the cold one while coverage is measured."""
    if MEASURED in os.environ:
        yield SHIM
        return
    with warm_command() as command:
        yield command
