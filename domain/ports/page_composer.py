"""The port by which the nightly run gets pages as viewers see them: the service composes, and implements it.

`batch` does not import the service. It finds an implementation by the entry points of ENTRY_POINTS; a host for Spark
alone has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from domain.evaluation.table import EvaluationTable
from domain.ids import ProfileId, TitleId

ENTRY_POINTS = "marquee.pages"


@dataclass(frozen=True, slots=True)
class StoreAddresses:
    """`home` is the data folder."""

    home: Path
    mongo_url: str
    elasticsearch_url: str
    redis_url: str


@dataclass(frozen=True, slots=True)
class ComposedRow:
    """`heading` is the row's title for the viewer; `title_ids` from left to right."""

    heading: str
    title_ids: tuple[TitleId, ...]


ComposedPages = Mapping[tuple[str, ProfileId], tuple[ComposedRow, ...]]
"""(version, profile) -> its page, top to bottom. Without what could not be composed in time."""


class PageComposer(Protocol):
    """Both raise StoreUnavailable, and NotFound or BadInput for a version that cannot be read."""

    def compose(
        self, stores: StoreAddresses, profiles: Sequence[ProfileId], versions: Sequence[str], seconds: float
    ) -> ComposedPages:
        """Pages of now, of these versions, on a television. No further page is begun after `seconds`.

        Profiles are left out whose page by one of the versions lacks something because a store was late.
        """
        ...

    def evaluate(
        self, stores: StoreAddresses, version: str, profiles: int, seconds: float
    ) -> EvaluationTable:
        """Where the next play stood on pages as at the end of the version's data; of profiles that played since."""
        ...
