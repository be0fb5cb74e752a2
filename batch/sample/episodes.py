"""Seasons and episodes of an invented series: a season per year."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from batch.sample import stories
from batch.sample.stories import Story
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.ids import TitleId

SHORT_FORM = {"Comedy", "Animation", "Family"}


def create_episodes(random: Random, show: Title, story: Story, until: datetime) -> list[Title]:
    """In watching order; the first launches with the series."""
    seasons = random.choice((1, 1, 1, 2, 2, 3, 4))
    per_season = random.choice((6, 6, 8, 8, 10))
    minutes = random.choice((22, 25, 28)) if SHORT_FORM & set(show.genres) else random.choice((42, 48, 55))
    weekly = random.random() < 0.3
    names: set[str] = set()
    episodes: list[Title] = []
    for season in range(1, seasons + 1):
        premiere = show.launched_at + timedelta(days=365 * (season - 1))
        if premiere > until + timedelta(days=30):
            break
        synopses = stories.episode_synopses(random, story, per_season)
        for number, synopsis in enumerate(synopses, start=1):
            launched_at = premiere + timedelta(days=7 * (number - 1) * weekly)
            runtime = 60 * max(11, minutes + random.randint(-4, 6))
            text = (_name(random, story, number, names), synopsis)
            episodes.append(_episode(show, (season, number), text, launched_at, runtime))
    return episodes


def _name(random: Random, story: Story, number: int, used: set[str]) -> str:
    for _ in range(12):
        name = stories.episode_name(random, story, number)
        if name not in used:
            used.add(name)
            return name
    return f"Chapter {stories.number_word(len(used) + 1).capitalize()}"


def _episode(
    show: Title, numbers: tuple[int, int], text: tuple[str, str], launched_at: datetime, runtime: int
) -> Title:
    (season, number), (name, synopsis) = numbers, text
    return replace(
        show,
        id=TitleId(f"{show.id}-{season}-{number:02d}"),
        kind=TitleKind.EPISODE,
        name=name,
        year=max(show.year or 0, launched_at.year) if season > 1 else show.year,
        synopsis=synopsis,
        runtime_seconds=runtime,
        windows=tuple(
            LicenceWindow(window.regions, max(window.starts_at, launched_at), window.ends_at)
            for window in show.windows
            if window.ends_at is None or launched_at < window.ends_at
        ),
        launched_at=launched_at,
        series_id=show.id,
        series_name=show.name,
        season=season,
        episode=number,
    )
