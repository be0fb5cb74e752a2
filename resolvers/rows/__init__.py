"""Row sources: one file each. To add a row, copy `_example.py`, name it here, and a layout can use it."""

from __future__ import annotations

from collections.abc import Mapping

from domain.layouts.model import RowSource
from resolvers.rows import (
    because_you_liked,
    because_you_watched,
    continue_watching,
    editorial,
    genre,
    leaving_soon,
    my_list,
    new_releases,
    onboarding,
    top_picks,
    trending,
    watch_again,
)
from resolvers.rows.source import Fill

ROW_SOURCES: Mapping[RowSource, Fill] = {
    RowSource.CONTINUE_WATCHING: continue_watching.fill,
    RowSource.TOP_PICKS: top_picks.fill,
    RowSource.BECAUSE_YOU_WATCHED: because_you_watched.fill,
    RowSource.BECAUSE_YOU_LIKED: because_you_liked.fill,
    RowSource.TRENDING: trending.fill,
    RowSource.NEW_RELEASES: new_releases.fill,
    RowSource.GENRE: genre.fill,
    RowSource.MY_LIST: my_list.fill,
    RowSource.ONBOARDING: onboarding.fill,
    RowSource.WATCH_AGAIN: watch_again.fill,
    RowSource.LEAVING_SOON: leaving_soon.fill,
    RowSource.EDITORIAL: editorial.fill,
}
