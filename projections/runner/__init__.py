"""What keeps views: follow the log, rebuild beside and switch, park, compare, look at the past."""

from projections.folding.fold import Parked
from projections.runner.comparing import Difference
from projections.runner.places import FilePlace, Place, SchemaPlace, ScratchPlace
from projections.runner.runner import ALL, Runner, Standing, StoredRows

__all__ = [
    "ALL",
    "Difference",
    "FilePlace",
    "Parked",
    "Place",
    "Runner",
    "SchemaPlace",
    "ScratchPlace",
    "Standing",
    "StoredRows",
]
