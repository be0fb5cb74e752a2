"""Finds the title of the catalogue that an entry of a viewing export means.

By id where the entry has one, else by name or other name, year, season and episode. A name that two works share is
ambiguous, never a guess; two deliveries of one work (one work id or IMDb id)
are one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from batch.importers.name_keys import name_key, without_brackets
from batch.importers.tmdb_ids import tmdb_episode_id, tmdb_movie_id, tmdb_series_id
from batch.importers.viewing_entries import Reading
from domain.catalog.titles import TitleKind
from domain.ids import TitleId


@dataclass(frozen=True, slots=True)
class KnownTitle:
    """`names`: the name first, then other names. `last_episode`: of a double episode its second number."""

    id: TitleId
    kind: TitleKind
    names: tuple[str, ...]
    year: int | None = None
    runtime_seconds: int | None = None
    imdb_id: str | None = None
    series_id: TitleId | None = None
    season: int | None = None
    episode: int | None = None
    last_episode: int | None = None
    work_id: str | None = None

    @property
    def work(self) -> str:
        return self.work_id or self.imdb_id or self.id

    def has_number(self, season: int, episode: int) -> bool:
        if self.season != season or self.episode is None:
            return False
        return self.episode <= episode <= (self.last_episode or self.episode)


@dataclass(frozen=True, slots=True)
class Ambiguous:
    candidates: tuple[KnownTitle, ...]


@dataclass(frozen=True, slots=True)
class NoMatch:
    reason: str


Match = KnownTitle | Ambiguous | NoMatch
LoadEpisodes = Callable[[TitleId], Sequence[KnownTitle]]

NO_TITLE = "no title of this name"


@dataclass(slots=True)
class CatalogueNames:
    """Movies and series by name and id. Episodes are loaded by series, when one is asked for."""

    load_episodes: LoadEpisodes
    by_key: dict[tuple[TitleKind, str], list[KnownTitle]] = field(default_factory=dict)
    by_loose_key: dict[tuple[TitleKind, str], list[KnownTitle]] = field(default_factory=dict)
    """Without the country or year that catalogues add in brackets."""
    by_imdb_id: dict[str, KnownTitle] = field(default_factory=dict)
    by_id: dict[TitleId, KnownTitle] = field(default_factory=dict)
    _episodes: dict[TitleId, Sequence[KnownTitle]] = field(default_factory=dict)

    def add(self, titles: Iterable[KnownTitle]) -> None:
        for title in titles:
            self.by_id[title.id] = title
            if title.imdb_id:
                self.by_imdb_id.setdefault(title.imdb_id, title)
            if title.kind is not TitleKind.EPISODE:
                for key in {name_key(name) for name in title.names}:
                    self.by_key.setdefault((title.kind, key), []).append(title)
                for key in {name_key(without_brackets(name)) for name in title.names}:
                    self.by_loose_key.setdefault((title.kind, key), []).append(title)

    def named(self, kind: TitleKind, name: str, year: int | None) -> list[KnownTitle]:
        """As written, else without brackets; of that year, else of the year before or after it."""
        whole, bare = (kind, name_key(name)), (kind, name_key(without_brackets(name)))
        found = self.by_key.get(whole) or self.by_key.get(bare) or self.by_loose_key.get(bare) or []
        if year is None:
            return found
        exact = [title for title in found if title.year == year]
        return exact or [title for title in found if title.year is None or abs(title.year - year) <= 1]

    def episodes(self, series: TitleId) -> Sequence[KnownTitle]:
        if series not in self._episodes:
            self._episodes[series] = self.load_episodes(series)
        return self._episodes[series]


def match_readings(names: CatalogueNames, readings: Sequence[Reading]) -> Match:
    """The first reading that means one title; else the first that means several; else why none does."""
    results: list[Match] = []
    for reading in readings:
        result = _match_episode(names, reading) if reading.is_episode else _match_movie(names, reading)
        if isinstance(result, KnownTitle):
            return result
        results.append(result)
    several = next((result for result in results if isinstance(result, Ambiguous)), None)
    explained = [one for one in results if isinstance(one, NoMatch) and one.reason != NO_TITLE]
    return several or next(iter(explained), NoMatch(NO_TITLE))


def _match_movie(names: CatalogueNames, reading: Reading) -> Match:
    known = _by_id(names, reading.imdb_id, tmdb_movie_id, reading.tmdb_id)
    if known is not None and known.kind is TitleKind.MOVIE:
        return known
    found = names.named(TitleKind.MOVIE, reading.name, reading.year)
    if found:
        return _only(found)
    others = names.named(TitleKind.MOVIE, reading.name, None)
    if others:
        years = ", ".join(sorted({str(title.year or "an unknown year") for title in others}))
        return NoMatch(f"no movie of this name from {reading.year}; there is one from {years}")
    if names.named(TitleKind.SERIES, reading.name, reading.year):
        return NoMatch("a series, and the export names no episode")
    return NoMatch(NO_TITLE)


def _match_episode(names: CatalogueNames, reading: Reading) -> Match:
    known = _by_id(names, reading.imdb_id, tmdb_episode_id, reading.tmdb_id)
    if known is not None and known.kind is TitleKind.EPISODE:
        return known
    show = _by_id(names, reading.show_imdb_id, tmdb_series_id, reading.show_tmdb_id)
    is_series = show is not None and show.kind is TitleKind.SERIES
    shows = (
        [show]
        if show is not None and is_series
        else names.named(TitleKind.SERIES, reading.name, reading.year)
    )
    if not shows:
        return NoMatch(NO_TITLE)
    found = [episode for one in shows for episode in _episodes_meant(names.episodes(one.id), reading)]
    return _only(found) if found else NoMatch(f"the series is here, but not {_described(reading)}")


def _episodes_meant(episodes: Sequence[KnownTitle], reading: Reading) -> list[KnownTitle]:
    """By number in the season; else by name, in that season or in any."""
    season, number = reading.season, reading.episode
    if season is not None and number is not None:
        found = [one for one in episodes if one.has_number(season, number)]
        if found:
            return found
    if reading.episode_name:
        keys = set(_keys(reading.episode_name))
        named = [
            one
            for one in episodes
            if keys.intersection(*[{key for name in one.names for key in _keys(name)}])
        ]
        found = [one for one in named if season is None or one.season == season]
        if found or (named and (season is None or len(named) == 1)):
            return found or named
    if season is None and number is not None and len({one.season for one in episodes}) == 1:
        return [one for one in episodes if one.season is not None and one.has_number(one.season, number)]
    return []


def _by_id(
    names: CatalogueNames, imdb_id: str | None, title_id_of: Callable[[int], TitleId], number: int | None
) -> KnownTitle | None:
    if imdb_id is not None and imdb_id in names.by_imdb_id:
        return names.by_imdb_id[imdb_id]
    return names.by_id.get(title_id_of(number)) if number is not None else None


def _only(found: Sequence[KnownTitle]) -> Match:
    works = {title.work: title for title in reversed(found)}
    return next(iter(works.values())) if len(works) == 1 else Ambiguous(tuple(reversed(works.values())))


def _keys(name: str) -> tuple[str, ...]:
    """As written, and without brackets."""
    return (name_key(name), name_key(without_brackets(name)))


def _described(reading: Reading) -> str:
    season = f"season {reading.season} " if reading.season is not None else ""
    if reading.episode is not None:
        return f"{season}episode {reading.episode}"
    return f"the {season}episode {reading.episode_name!r}"
