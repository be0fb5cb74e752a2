"""The stores a process has open, by port. The face says what it needs; the service (bff) fills it in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import TitleId
from domain.page_cache.cached_page import Place, WarmPage
from domain.ports import page_cache as warm_ports
from domain.ports import stores as ports
from domain.snapshots.snapshot import KeptPage
from resolvers.runtime.eligibility_cache import Permitted


class NothingWarm:
    """The WarmPages of a process that composes every page."""

    async def read(self, place: Place, wait: bool = False) -> warm_ports.Reading:
        raise StoreUnavailable("redis")

    async def keep(self, place: Place, stamp: str, warm: WarmPage, kept: KeptPage) -> bool:
        return False

    async def confirm(self, place: Place, stamp: str, warm: WarmPage) -> bool:
        return False

    async def claim(self, place: Place) -> bool:
        return False


class NothingKnown:
    """The KnownTitles of a process that asks the catalogue each time."""

    def at_hand(self, index: str, ids: Collection[TitleId]) -> Mapping[TitleId, Title | None]:
        return {}

    def epoch(self, index: str, ids: Collection[TitleId]) -> int | None:
        return None


@dataclass(frozen=True, slots=True)
class Stores:
    """Every port, opened once per process. Several may be one object."""

    accounts: ports.Accounts
    profiles: ports.Profiles
    activities: ports.Activities
    layouts: ports.Layouts
    layout_desk: ports.LayoutDesk
    live: ports.LiveData
    recommendations: ports.Recommendations
    trends: ports.Trends
    catalog: ports.Catalog
    episodes: ports.Episodes
    pages: ports.Pages
    experiments: ports.Experiments
    experiment_desk: ports.ExperimentDesk
    exposures: ports.Exposures
    faults: ports.Faults
    warm: warm_ports.WarmPages = field(default_factory=NothingWarm)
    known: warm_ports.KnownTitles = field(default_factory=NothingKnown)
    permitted: Permitted = field(default_factory=Permitted)
