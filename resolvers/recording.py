"""Recording events: check each one, keep them durably, and let the next read see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.errors import BadInput, MarqueeError, NotFound
from domain.events import PLAYBACK, Event, changes_of, check
from domain.ids import TitleId
from domain.titles import Title, TitleKind
from resolvers.context import Context
from resolvers.loaders import Shelf
from resolvers.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Rejection:
    """`position` counts from 0 in the batch as it was sent."""

    position: int
    event_id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch. `accepted` includes duplicates: a retry is a success."""

    accepted: tuple[Event, ...]
    duplicates: frozenset[str]
    rejected: tuple[Rejection, ...]
    revision: int


async def record(
    context: Context, viewer: Viewer, events: Mapping[int, Event], unreadable: Sequence[Rejection] = ()
) -> Outcome:
    """Keep what can be kept and say what could not. Durable before it returns.

    `events` are keyed by their position in the batch; `unreadable` are those that could not even be read.
    Raises StoreUnavailable when nothing could be kept.
    """
    shelf = Shelf(await context.pinned(), viewer.audience)
    titles = await shelf.titles(event.title_id for event in events.values())
    accepted: list[Event] = []
    rejected = list(unreadable)
    for position, event in events.items():
        try:
            accepted.append(_joined(check(event, context.now), titles.get(event.title_id)))
        except MarqueeError as error:
            rejected.append(Rejection(position, event.id, error.code, str(error)))
    rejected.sort(key=lambda rejection: rejection.position)
    if not accepted:
        return Outcome((), frozenset(), tuple(rejected), viewer.activity.revision)
    recorded = await context.stores.activities.record(viewer.profile.id, accepted, changes_of(accepted))
    context.forget_profiles()
    return Outcome(tuple(accepted), recorded.duplicates, tuple(rejected), recorded.revision)


def _joined(event: Event, title: Title | None) -> Event:
    """The event with what the server knows of its title."""
    if title is None:
        raise NotFound("titleId: there is no such title.")
    if title.kind == TitleKind.SERIES and event.type in PLAYBACK:
        raise BadInput("titleId: a series is not played as a whole; send the episode's id.")
    duration = event.duration_seconds
    if duration is None and event.type in PLAYBACK:
        duration = title.runtime_seconds
    series = TitleId(title.series_id) if title.series_id else None
    return replace(event, kind=title.kind, series_id=series, duration_seconds=duration)
