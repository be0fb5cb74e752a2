"""The situation of a request: everything that a layout, a schedule or an experiment may depend on.

It decides which rows a page has and how they are ordered, never what may be seen: that is `Audience`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.ids import ProfileId, Region


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What a client says about itself; it changes how a page is made up, never what may be seen.

    `device` is tv, web, mobile or tablet; `client` the version of its build, (4, 2, 0), `schema` that of the API
    it was built with (domain/layouts/client_compatibility.py); None: not said.
    """

    device: str = "tv"
    locale: str = "en"
    client: tuple[int, ...] | None = None
    schema: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """`device` is tv, web, mobile or tablet; `market` the account's region; `now` is in UTC.

    `tenure_days` counts since the profile was made, `history` the titles it has begun, `client` is the version
    of the client's build as a tuple ((4, 2, 0); None: not said). `arms` maps experiment to variant.
    """

    profile_id: ProfileId
    device: str
    market: Region
    locale: str
    kids: bool
    maturity_limit: int
    plan: str
    tenure_days: int
    history: int
    now: datetime
    client: tuple[int, ...] | None = None
    arms: Mapping[str, str] = field(default_factory=dict)
