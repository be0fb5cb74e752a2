"""The stores as at an earlier time: activities cut, one data version pinned, no experiments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.experiments.model import ExperimentSet
from domain.ids import ProfileId
from domain.layouts.resolution import PublishedLayouts
from domain.ports import stores as ports
from domain.recommendations.lists import DataVersion
from domain.viewers.activity import Activity
from domain.viewers.activity_cut import activity_at
from resolvers.publishing.layout_previews import DraftLayouts
from resolvers.runtime.stores import Stores


@dataclass(frozen=True, slots=True)
class PastActivities:
    """Reads only: a replay records nothing."""

    known: Mapping[ProfileId, Activity]
    instant: datetime

    async def activities(self, ids: Sequence[ProfileId]) -> Mapping[ProfileId, Activity]:
        return {one: activity_at(self.known[one], self.instant) for one in ids if one in self.known}

    async def record(self, *_given: object) -> ports.RecordResult:
        raise NotImplementedError("A replay records nothing.")

    async def merge_session(self, *_given: object) -> ports.RecordResult:
        raise NotImplementedError("A replay records nothing.")


@dataclass(frozen=True, slots=True)
class PinnedVersion:
    version: DataVersion

    async def live(self) -> DataVersion | None:
        return self.version

    async def readable(self) -> Mapping[str, DataVersion]:
        return {self.version.version: self.version}


@dataclass(frozen=True, slots=True)
class NoExperiments:
    async def live_experiments(self) -> ExperimentSet:
        return ExperimentSet()


def past_stores(
    stores: Stores,
    activities: Mapping[ProfileId, Activity],
    instant: datetime,
    version: DataVersion,
    layouts: PublishedLayouts | None = None,
) -> Stores:
    """`layouts` None: the published ones."""
    return replace(
        stores,
        activities=PastActivities(activities, instant),
        data_versions=PinnedVersion(version),
        experiments=NoExperiments(),
        layouts=stores.layouts if layouts is None else DraftLayouts(layouts),
    )
