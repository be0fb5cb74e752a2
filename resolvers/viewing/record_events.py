"""Recording events: check each one, keep them durably, and let the next read see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.catalog.titles import Title, TitleKind
from domain.errors import BadInput, MarqueeError, NotFound
from domain.viewers.activity import Activity
from domain.viewers.events import PLAYBACK, Event, EventType, changes_of, check
from domain.viewers.impressions import MOST_KEYS, has_room, seen_keys
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader
from resolvers.request.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Rejection:
    """`position` counts from 0 in the batch as it was sent."""

    position: int
    event_id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch. `accepted` includes duplicates, which are counted: a retry is a success."""

    accepted: tuple[Event, ...]
    duplicates: int
    rejected: tuple[Rejection, ...]
    revision: int


async def record(
    context: Context, viewer: Viewer, events: Mapping[int, Event], unreadable: Sequence[Rejection] = ()
) -> Outcome:
    """Keep what can be kept and say what could not. Durable before it returns.

    `events` are keyed by their position in the batch; `unreadable` are those that could not even be read.
    Raises StoreUnavailable when nothing could be kept.
    """
    shelf = TitleLoader(await context.pinned(), viewer.audience)
    titles = await shelf.titles(event.title_id for event in events.values())
    accepted: list[Event] = []
    rejected = list(unreadable)
    for position, event in events.items():
        try:
            joined = _joined(event, titles.get(event.title_id), viewer.activity)
            accepted.append(check(joined, context.now))
        except MarqueeError as error:
            rejected.append(Rejection(position, event.id, error.code, str(error)))
    rejected.sort(key=lambda rejection: rejection.position)
    if not accepted:
        return Outcome((), 0, tuple(rejected), viewer.activity.revision)
    fresh: dict[str, Event] = {}
    for event in accepted:
        fresh.setdefault(event.id, event)
    first = list(fresh.values())
    recorded = await context.stores.activities.record(viewer.profile.id, first, changes_of(first))
    context.forget_profiles()
    duplicates = len(accepted) - len(first) + len(recorded.duplicates)
    return Outcome(tuple(accepted), duplicates, tuple(rejected), recorded.revision)


def _joined(event: Event, title: Title | None, activity: Activity) -> Event:
    """The event with what the server knows of its title, and of where this profile stood in it."""
    if title is None:
        raise NotFound("titleId: there is no such title.")
    if title.kind == TitleKind.SERIES and event.type in PLAYBACK:
        raise BadInput("titleId: a series is not played as a whole; send the episode's id.")
    if event.type == EventType.IMPRESSION:
        return _seen(event, title, activity)
    duration = event.duration_seconds
    if duration is None and event.type in PLAYBACK:
        duration = title.runtime_seconds
    position = event.position_seconds
    if position is None and event.type == EventType.PLAY:
        # Pressing play says nothing of where; the place it was left at must not be lost.
        known = activity.standing(title.id)
        position = known.position_seconds if known and not known.finished else None
    return replace(
        event,
        kind=title.kind,
        series_id=title.series_id,
        position_seconds=position,
        duration_seconds=duration,
        credits_seconds=title.credits_seconds if event.type in PLAYBACK else None,
    )


def _seen(event: Event, title: Title, activity: Activity) -> Event:
    joined = replace(event, kind=title.kind, series_id=title.series_id, episode_count=title.episode_count)
    keys = seen_keys(title.id, title.episode_count, event.tracking)
    if not has_room(activity.shown, keys, event.occurred_at):
        raise BadInput(
            f"type: {MOST_KEYS} titles were seen in four weeks, which is as many as count. Send no further ones."
        )
    return joined
