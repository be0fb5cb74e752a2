"""The one choke point: every title that leaves the server has passed `admit`.

Rows, search, similar titles, trending, reasons, artwork lookups and fallbacks all load titles through the
loader that calls it (resolvers/loaders.py). To add a rule, add it here and every path obeys.

An episode names its series wherever it stands, so it may be shown only where its series may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.ids import TitleId
from domain.maturity import ADULT_AGE
from domain.profiles import Audience
from domain.titles import Title, TitleKind


class Refusal(StrEnum):
    """Why a title is withheld."""

    UNRATED = "unrated"
    TOO_MATURE = "too_mature"
    NOT_IN_REGION = "not_in_region"
    SERIES_WITHHELD = "series_withheld"


@dataclass(frozen=True, slots=True)
class Filtered:
    """Kept titles in the order given; removed ones with the first rule that refused them."""

    kept: tuple[Title, ...]
    removed: dict[TitleId, Refusal]


def refusal(title: Title, audience: Audience) -> Refusal | None:
    """The first rule that withholds this title by itself; None when it may be shown. See `admit` for episodes."""
    if audience.kids or audience.maturity_limit < ADULT_AGE:
        if title.maturity_age is None:
            return Refusal.UNRATED
        if title.maturity_age > audience.maturity_limit:
            return Refusal.TOO_MATURE
    if not any(window.holds(audience.region, audience.now) for window in title.windows):
        return Refusal.NOT_IN_REGION
    return None


def admit(
    titles: Iterable[Title], audience: Audience, series: Mapping[TitleId, Title] | None = None
) -> Filtered:
    """Split titles into those this audience may see and those it may not.

    `series` holds the series of the episodes among them; an episode whose series is not there is withheld.
    """
    kept: list[Title] = []
    removed: dict[TitleId, Refusal] = {}
    for title in titles:
        why = refusal(title, audience) or _of_series(title, audience, series or {})
        if why is None:
            kept.append(title)
        else:
            removed[title.id] = why
    return Filtered(tuple(kept), removed)


def _of_series(title: Title, audience: Audience, series: Mapping[TitleId, Title]) -> Refusal | None:
    if title.kind != TitleKind.EPISODE:
        return None
    whole = series.get(title.series_id) if title.series_id else None
    return None if whole is not None and refusal(whole, audience) is None else Refusal.SERIES_WITHHELD
