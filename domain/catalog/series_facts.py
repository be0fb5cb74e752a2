"""Facts that a series shares with its episodes, and facts of a series that count its episodes.

They are copied, so whoever writes one side must recompute the other over everything that is stored.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from domain.catalog.titles import Title
from domain.ids import TitleId

INHERITED = ("genres", "language", "audio_languages", "maturity_age", "region_ages", "plans")
"""Fields that an episode has from its series unless it has its own. Labels of ratings go with `region_ages`."""

EpisodeNumber = tuple[int, int] | TitleId
"""(season, episode); the id of an episode without numbers."""


def inherit(episode: Title, series: Title, fields: Collection[str]) -> Title:
    """The episode with the series' name, its images, and its values of `fields` (of INHERITED)."""
    has = set(fields)
    return replace(
        episode,
        series_name=series.name,
        series_images=series.images,
        genres=series.genres if "genres" in has else episode.genres,
        language=series.language if "language" in has else episode.language,
        audio_languages=series.audio_languages if "audio_languages" in has else episode.audio_languages,
        maturity_age=series.maturity_age if "maturity_age" in has else episode.maturity_age,
        region_ages=series.region_ages if "region_ages" in has else episode.region_ages,
        region_labels=series.region_labels if "region_ages" in has else episode.region_labels,
        plans=series.plans if "plans" in has else episode.plans,
    )


def number_of(title_id: TitleId, season: int | None, episode: int | None) -> EpisodeNumber:
    return title_id if season is None or episode is None else (season, episode)


def season_and_episode_counts(numbers: Collection[EpisodeNumber]) -> tuple[int | None, int | None]:
    """An episode in two deliveries counts once. None without episodes."""
    if not numbers:
        return None, None
    seasons = {one[0] for one in numbers if isinstance(one, tuple)}
    return len(seasons) or None, len(set(numbers))
