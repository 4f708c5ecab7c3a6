"""Positions are kept as the library asks of a tracking recorder."""

from __future__ import annotations

from contextlib import closing

import pytest
from eventsourcing.tests.persistence import TrackingRecorderTestCase

from projections.runner import SchemaPlace, ScratchPlace
from tests.pg import fresh_database


class TestScratchTracking(TrackingRecorderTestCase):
    """The library's cases, over SQLite."""

    def create_recorder(self):
        """Return an empty recorder."""
        place = ScratchPlace()
        self.addCleanup(place.close)
        built = place.begin(())
        place.switch(built)
        return built.tracking

    def test_insert_tracking(self):
        """A position only moves forward, once to each place."""
        super().test_insert_tracking()

    def test_wait(self):
        """Waiting ends when the position is reached, at its time-out, or when interrupted."""
        super().test_wait()


@pytest.mark.postgresql
class TestSchemaTracking(TestScratchTracking):
    """The same cases, over PostgreSQL."""

    @pytest.fixture(autouse=True)
    def schema_place(self, postgresql_url):
        """A place in a fresh database."""
        with fresh_database(postgresql_url) as url, closing(SchemaPlace(url)) as self.place:
            yield

    def create_recorder(self):
        """Return an empty recorder."""
        return self.place.begin(()).tracking
