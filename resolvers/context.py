"""What a request carries through the GraphQL face: who asks, the stores, and loaders of its own.

The face owns these types; the service (bff) fills them. Loaders live exactly as long as one request, so
nothing one viewer may see can reach another through a cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from strawberry.types import Info

from domain import ports
from domain.profiles import Principal


@dataclass(frozen=True, slots=True)
class Stores:
    """Every port, opened once per process. Several may be one object."""

    accounts: ports.Accounts
    profiles: ports.Profiles
    activities: ports.Activities
    layouts: ports.Layouts
    live: ports.LiveData
    recommendations: ports.Recommendations
    trends: ports.Trends
    catalog: ports.Catalog
    episodes: ports.Episodes


@dataclass(slots=True)
class Context:
    """One request. `now` is read once, so that every rule of the request sees the same instant.

    `secret` signs cursors, tracking tokens and artwork addresses.
    """

    principal: Principal
    stores: Stores
    now: datetime
    request_id: str
    secret: bytes


ContextInfo = Info[Context, None]
