"""Ids of titles that come from TMDB: they hold TMDB's number, so that other data with that number finds them."""

from __future__ import annotations

from domain.ids import TitleId


def tmdb_movie_id(number: int) -> TitleId:
    return TitleId(f"tmdb-movie-{number}")


def tmdb_series_id(number: int) -> TitleId:
    return TitleId(f"tmdb-tv-{number}")


def tmdb_episode_id(number: int) -> TitleId:
    """TMDB's number of the episode, which stays when its season is numbered anew."""
    return TitleId(f"tmdb-episode-{number}")
