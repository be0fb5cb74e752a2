"""The one choke point: every title that leaves the server has passed `admit`.

Rows, search, similar titles, trending, reasons, artwork lookups and fallbacks all load titles through the
loader that calls it (resolvers/loaders.py). To add a rule, add it here and every path obeys.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.ids import TitleId
from domain.maturity import ADULT_AGE
from domain.profiles import Audience
from domain.titles import Title


class Refusal(StrEnum):
    """Why a title is withheld."""

    UNRATED = "unrated"
    TOO_MATURE = "too_mature"
    NOT_IN_REGION = "not_in_region"


@dataclass(frozen=True, slots=True)
class Filtered:
    """Kept titles in the order given; removed ones with the first rule that refused them."""

    kept: tuple[Title, ...]
    removed: dict[TitleId, Refusal]


def refusal(title: Title, audience: Audience) -> Refusal | None:
    """The first rule that withholds this title from this audience; None when it may be shown."""
    if title.maturity_age is None:
        if audience.kids or audience.maturity_limit < ADULT_AGE:
            return Refusal.UNRATED
    elif title.maturity_age > audience.maturity_limit:
        return Refusal.TOO_MATURE
    if not any(window.holds(audience.region, audience.now) for window in title.windows):
        return Refusal.NOT_IN_REGION
    return None


def admit(titles: Iterable[Title], audience: Audience) -> Filtered:
    """Split titles into those this audience may see and those it may not."""
    kept: list[Title] = []
    removed: dict[TitleId, Refusal] = {}
    for title in titles:
        why = refusal(title, audience)
        if why is None:
            kept.append(title)
        else:
            removed[title.id] = why
    return Filtered(tuple(kept), removed)
