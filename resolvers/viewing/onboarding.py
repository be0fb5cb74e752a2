"""Onboarding questions and answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from domain.catalog.genres import GENRES
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.row_kinds import RowSource
from domain.signed_tokens import digest
from domain.viewers.anonymous_sessions import is_session
from domain.viewers.events import Event, EventType
from domain.viewers.onboarding import onboarding_titles
from domain.viewers.profiles import Preferences
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader, VersionLoaders
from resolvers.request.viewer import Viewer
from resolvers.viewing.record_events import EventBatch, RecordingResult, record_events

TITLES_PER_GENRE = 6
"""Popular titles taken per genre, so that small genres take part."""


async def load_popular_titles(loaders: VersionLoaders, viewer: Viewer) -> list[TitleId]:
    """The region's most popular titles, interleaved with each genre's. One store call."""
    keys = [viewer.popular_key(), *(viewer.popular_key(genre) for genre in GENRES)]
    lists = [found.entries for found in await loaders.popular.load_many(keys) if found is not None]
    cut = [lists[0], *(entries[:TITLES_PER_GENRE] for entries in lists[1:])] if lists else []
    turns = zip_longest(*([entry.title_id for entry in entries] for entries in cut))
    return list(dict.fromkeys(title_id for title_id in chain.from_iterable(turns) if title_id))


async def load_onboarding_titles(context: Context, viewer: Viewer, want: int) -> list[Title]:
    """Eligible titles to ask about."""
    loaders = await context.version_loaders()
    ids = await load_popular_titles(loaders, viewer)
    found = await TitleLoader(loaders, viewer.audience).load(ids)
    unseen = [title for title in found.values() if title.id not in viewer.avoided_ids]
    return onboarding_titles(unseen, want)


@dataclass(frozen=True, slots=True)
class OnboardingAnswer:
    """`id` is the client's idempotency key."""

    id: str
    liked: Sequence[TitleId]
    genres: tuple[str, ...]


def changed_kinds(answer: OnboardingAnswer) -> frozenset[RowSource]:
    """Besides those that likes change: the questions are gone, and genres choose and fill rows."""
    by_genre = {RowSource.GENRE, RowSource.TOP_PICKS} if answer.genres else set()
    return frozenset({RowSource.ONBOARDING, *by_genre})


async def save_answer(context: Context, viewer: Viewer, answer: OnboardingAnswer) -> RecordingResult:
    """Save likes and favourite genres, durably and idempotently. Raises StoreUnavailable."""
    if not is_session(viewer.profile.id):
        await context.stores.profiles.save_preferences(
            viewer.profile.id, Preferences(answer.genres, context.now)
        )
    events = {
        position: Event(
            id=digest(answer.id, title_id),
            profile_id=viewer.profile.id,
            title_id=title_id,
            type=EventType.LIKE,
            occurred_at=context.now,
            region=viewer.region,
        )
        for position, title_id in enumerate(dict.fromkeys(answer.liked))
    }
    outcome = await record_events(context, viewer, EventBatch(events))
    context.reset_loaders()
    return outcome
