"""The stores a process has open, by port. The face says what it needs; the service (bff) fills it in."""

from __future__ import annotations

from dataclasses import dataclass

from domain import ports


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
