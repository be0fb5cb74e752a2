"""Asking a new profile what it likes, and keeping what it says: the very next page is made with it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, zip_longest

from domain.catalog.genres import GENRES
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.recommendations.lists import PopularKey
from domain.signed_tokens import digest
from domain.viewers.anonymous_sessions import is_session
from domain.viewers.events import Event, EventType
from domain.viewers.onboarding import questions
from domain.viewers.profiles import Preferences
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader, VersionLoaders
from resolvers.request.viewer import Viewer
from resolvers.viewing.record_events import Outcome, record

PER_GENRE = 6
"""Popular titles of each genre looked at, so that small genres are asked about too."""


async def known_titles(loaders: VersionLoaders, viewer: Viewer) -> list[TitleId]:
    """What people of the region know, the region's best known first, every genre taking its turn.

    One store call, whatever the genres.
    """
    keys = [PopularKey(viewer.region), *(PopularKey(viewer.region, genre) for genre in GENRES)]
    lists = [found.entries for found in await loaders.popular.load_many(keys) if found is not None]
    cut = [lists[0], *(entries[:PER_GENRE] for entries in lists[1:])] if lists else []
    turns = zip_longest(*([entry.title_id for entry in entries] for entries in cut))
    return list(dict.fromkeys(title_id for title_id in chain.from_iterable(turns) if title_id))


async def asked(context: Context, viewer: Viewer, want: int) -> list[Title]:
    """The titles to ask this profile about. All of them may be shown to it."""
    loaders = await context.pinned()
    ids = await known_titles(loaders, viewer)
    found = await TitleLoader(loaders, viewer.audience).titles(ids)
    unseen = [title for title in found.values() if title.id not in viewer.avoided]
    return questions(unseen, want)


async def answered(
    context: Context, viewer: Viewer, liked: Sequence[TitleId], genres: tuple[str, ...], answer_id: str
) -> Outcome:
    """Keep likes and favourite genres, durably. The same answer twice is one answer.

    Raises StoreUnavailable when nothing could be kept.
    """
    if not is_session(viewer.profile.id):
        await context.stores.profiles.prefer(viewer.profile.id, Preferences(genres, context.now))
    events = {
        position: Event(
            id=digest(answer_id, title_id),
            profile_id=viewer.profile.id,
            title_id=title_id,
            type=EventType.LIKE,
            occurred_at=context.now,
            region=viewer.region,
        )
        for position, title_id in enumerate(dict.fromkeys(liked))
    }
    outcome = await record(context, viewer, events)
    context.forget_profiles()
    return outcome
