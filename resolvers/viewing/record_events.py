"""Validating and recording events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.catalog.titles import Title, TitleKind, number_to_keep
from domain.errors import BadInput, MarqueeError, NotFound
from domain.viewers.activity import Activity
from domain.viewers.events import PLAYBACK, Event, EventType, activity_changes, validate_event
from domain.viewers.impressions import MAX_KEYS, has_capacity, impression_keys
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader
from resolvers.request.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Rejection:
    """`position` counts from 0 in the batch as sent."""

    position: int
    event_id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RecordingResult:
    """`accepted` includes duplicates: a retry is a success."""

    accepted: tuple[Event, ...]
    duplicates: int
    rejected: tuple[Rejection, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Events by position as sent; `unreadable` are those that could not be parsed."""

    events: Mapping[int, Event]
    unreadable: Sequence[Rejection] = ()


async def record_events(context: Context, viewer: Viewer, batch: EventBatch) -> RecordingResult:
    """Durable. Rejects invalid events; raises StoreUnavailable when nothing was recorded."""
    events = batch.events
    loader = TitleLoader(await context.version_loaders(), viewer.audience)
    titles = await loader.load(event.title_id for event in events.values())
    accepted: list[Event] = []
    rejected = list(batch.unreadable)
    for position, event in events.items():
        try:
            joined = _with_server_facts(event, titles.get(event.title_id), viewer.activity)
            accepted.append(validate_event(joined, context.now))
        except MarqueeError as error:
            rejected.append(Rejection(position, event.id, error.code, str(error)))
    rejected.sort(key=lambda rejection: rejection.position)
    if not accepted:
        return RecordingResult((), 0, tuple(rejected), viewer.activity.revision)
    by_id: dict[str, Event] = {}
    for event in accepted:
        by_id.setdefault(event.id, event)
    unique = list(by_id.values())
    recorded = await context.stores.activities.record(viewer.profile.id, unique, activity_changes(unique))
    context.reset_loaders()
    duplicates = len(accepted) - len(unique) + len(recorded.duplicates)
    return RecordingResult(tuple(accepted), duplicates, tuple(rejected), recorded.revision)


def _with_server_facts(event: Event, title: Title | None, activity: Activity) -> Event:
    """Adds facts of the title."""
    if title is None:
        raise NotFound("titleId: there is no such title.")
    if title.kind == TitleKind.SERIES and event.type in PLAYBACK:
        raise BadInput("titleId: a series is not played as a whole; send the episode's id.")
    if event.type == EventType.IMPRESSION:
        return _checked_impression(event, title, activity)
    duration = event.duration_seconds
    if duration is None and event.type in PLAYBACK:
        duration = title.runtime_seconds
    season, episode = number_to_keep(title.season, title.episode, title.air_date)
    return replace(
        event,
        kind=title.kind,
        series_id=title.series_id,
        season=season,
        episode=episode,
        duration_seconds=duration,
        credits_seconds=title.credits_seconds if event.type in PLAYBACK else None,
    )


def _checked_impression(event: Event, title: Title, activity: Activity) -> Event:
    joined = replace(event, kind=title.kind, series_id=title.series_id, episode_count=title.episode_count)
    keys = impression_keys(title.id, title.episode_count, event.tracking)
    if not has_capacity(activity.impressions, keys, event.occurred_at):
        raise BadInput(
            f"type: {MAX_KEYS} titles were seen in four weeks, which is as many as count. Send no further ones."
        )
    return joined
