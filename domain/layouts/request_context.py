"""Facts of a request for layouts and experiments. They never decide what a viewer may see: `Audience` does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.ids import Region


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`device` is tv, web, mobile or tablet. `client` is the version of the client's build, (4, 2, 0), `schema` that
    of the API it was built with (domain/layouts/client_compatibility.py); None: unknown.
    """

    device: str = "tv"
    locale: str = "en"
    client: tuple[int, ...] | None = None
    schema: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class TargetingContext:
    """`market` is the account's region, `tenure_days` the profile's age, `history` the number of titles it started.
    `now` is in UTC. `arms` maps experiment to variant. See `PageRequest` for `device` and `client`.
    """

    device: str
    market: Region
    kids: bool
    maturity_limit: int
    plan: str
    tenure_days: int
    history: int
    now: datetime
    client: tuple[int, ...] | None = None
    arms: Mapping[str, str] = field(default_factory=dict)
