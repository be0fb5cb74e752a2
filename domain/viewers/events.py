"""Viewer events: their validation and their changes to the activity record."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from domain.catalog.titles import TitleKind
from domain.errors import BadInput
from domain.ids import ProfileId, TitleId, is_raw_id
from domain.timestamps import whole_millis
from domain.viewers.activity import FOREVER, Changes, Dismissal, Disowning, Entry, Listing, Rating
from domain.viewers.impressions import (
    MAX_AGE_DAYS,
    add_impressions,
    impression_keys,
    played_key,
    tracked_card,
)
from domain.viewers.interaction_weights import STARS_NEUTRAL, stars_weight
from domain.viewers.playback import is_finished
from domain.viewers.watches import Watch, merge_watches, one_playback

MAX_BATCH = 100
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Earlier events come from a clock that was never set."""

MAX_SECONDS = 24 * 3600
MAX_DEVICE = 100
MAX_SNOOZE = timedelta(days=365)


class EventType(StrEnum):
    PLAY = "play"
    PROGRESS = "progress"
    COMPLETE = "complete"
    LIKE = "like"
    DISLIKE = "dislike"
    UNRATE = "unrate"
    RATING = "rating"
    LIST_ADD = "list_add"
    LIST_REMOVE = "list_remove"
    IMPRESSION = "impression"
    CONTINUE_REMOVE = "continue_remove"
    CONTINUE_SNOOZE = "continue_snooze"
    WATCH_DISOWN = "watch_disown"
    WATCH_RECLAIM = "watch_reclaim"


PLAYBACK = frozenset({EventType.PLAY, EventType.PROGRESS, EventType.COMPLETE})
LIST_CHANGES = frozenset({EventType.LIST_ADD, EventType.LIST_REMOVE})
OPINIONS = frozenset({EventType.LIKE, EventType.DISLIKE, EventType.UNRATE, EventType.RATING})
DISMISSALS = frozenset({EventType.CONTINUE_REMOVE, EventType.CONTINUE_SNOOZE})
OWNERSHIP_CLAIMS = frozenset({EventType.WATCH_DISOWN, EventType.WATCH_RECLAIM})


@dataclass(frozen=True, slots=True)
class Event:
    """One viewer action. `id` is the client's, unique per profile: a repeated id is the same event.

    `stars` is 0.5..5, `until` ends a CONTINUE_SNOOZE, `household` means co-viewing. The server adds `kind`,
    `series_id`, `season`, `episode`, `credits_seconds` and, for an impression of a series, its current
    `episode_count`.
    """

    id: str
    profile_id: ProfileId
    title_id: TitleId
    type: EventType
    occurred_at: datetime
    region: str
    kind: TitleKind = TitleKind.MOVIE
    series_id: TitleId | None = None
    position_seconds: int | None = None
    duration_seconds: int | None = None
    stars: float | None = None
    device: str | None = None
    tracking: str | None = None
    episode_count: int | None = None
    credits_seconds: int | None = None
    until: datetime | None = None
    household: bool = False
    season: int | None = None
    episode: int | None = None

    def moved_to(self, instant: datetime) -> Event:
        """The event at another instant; the end of a snooze moves with it."""
        until = self.until
        if until is not None:
            with suppress(OverflowError):
                until += instant - self.occurred_at
        return replace(self, occurred_at=instant, until=until)

    @property
    def show_id(self) -> TitleId:
        return self.series_id or self.title_id


def validate_event(event: Event, now: datetime) -> Event:
    """The event to record. Raises BadInput naming the field and the remedy.

    Its instants are on the server's clock (device_clocks.py). One that still lies ahead becomes `now`, or the next
    action on another device would look older and lose; so does one before 1990.
    """
    if not is_raw_id(event.id):
        raise BadInput("clientEventId: use 1 to 64 letters, digits, '-' or '_', such as a UUID.")
    if not EARLIEST <= event.occurred_at <= now:
        event = event.moved_to(now)
    _check_playback(event)
    _check_impression(event, now)
    if event.type == EventType.RATING and (event.stars is None or not 0.5 <= event.stars <= 5):
        raise BadInput("stars: needed for a rating, from 0.5 to 5.")
    if event.device is not None and len(event.device) > MAX_DEVICE:
        raise BadInput(f"device: use at most {MAX_DEVICE} characters.")
    if event.household and event.type in OPINIONS:
        raise BadInput("household: an opinion is one person's. Leave it out, or send no opinion.")
    until = _snooze_end(event)
    return replace(event, occurred_at=whole_millis(event.occurred_at), until=until)


def _snooze_end(event: Event) -> datetime | None:
    if event.type != EventType.CONTINUE_SNOOZE:
        return None
    if event.until is None:
        raise BadInput("until: needed for a snooze; send when the title may be back.")
    if not event.occurred_at < event.until <= event.occurred_at + MAX_SNOOZE:
        raise BadInput(f"until: send an instant after occurredAt, at most {MAX_SNOOZE.days} days after it.")
    return whole_millis(event.until)


def _check_playback(event: Event) -> None:
    if event.type in (EventType.PROGRESS, EventType.COMPLETE) and not event.duration_seconds:
        raise BadInput(f"durationSeconds: needed for {event.type}; send the length of the title in seconds.")
    if event.type == EventType.PROGRESS and event.position_seconds is None:
        raise BadInput("positionSeconds: needed for progress; send where playback stands, in seconds.")
    for name, value in (
        ("positionSeconds", event.position_seconds),
        ("durationSeconds", event.duration_seconds),
    ):
        if value is not None and not 0 <= value <= MAX_SECONDS:
            raise BadInput(f"{name}: {value} is out of range; send seconds from 0 to {MAX_SECONDS}.")


def _check_impression(event: Event, now: datetime) -> None:
    if event.type != EventType.IMPRESSION:
        return
    card = tracked_card(event.tracking)
    if card is None:
        raise BadInput("trackingToken: needed for an impression; send the token of the card that was seen.")
    if card[1] != event.title_id:
        raise BadInput(
            f"trackingToken: it is of a card of title_{card[1]}, and titleId is title_{event.title_id}. Send both of "
            "the card that was seen."
        )
    if event.occurred_at < now - timedelta(days=MAX_AGE_DAYS):
        raise BadInput(f"occurredAt: impressions count for {MAX_AGE_DAYS} days. Drop those that are older.")


def activity_changes(events: Iterable[Event]) -> Changes:
    """The activity changes of one profile's events, whatever their order and repeats."""
    watched: dict[TitleId, Watch] = {}
    household: dict[TitleId, Watch] = {}
    listed: dict[TitleId, Listing] = {}
    rated: dict[TitleId, Rating] = {}
    dismissed: dict[TitleId, Dismissal] = {}
    disowned: dict[TitleId, Disowning] = {}
    impressions: dict[int, dict[str, int]] = {}
    for event in events:
        add_impressions(impressions, _impression_keys(event), event.occurred_at)
        if event.type in PLAYBACK:
            _merge_watch(household if event.household else watched, event.title_id, watch_from_event(event))
        elif event.type in LIST_CHANGES:
            listing = Listing(event.occurred_at, event.type == EventType.LIST_ADD)
            _merge_entry(listed, event.title_id, listing)
        elif event.type in OPINIONS and not event.household:
            _merge_entry(rated, event.title_id, _rating(event))
        elif event.type in DISMISSALS:
            _merge_entry(dismissed, event.show_id, Dismissal(event.occurred_at, event.until or FOREVER))
        elif event.type in OWNERSHIP_CLAIMS:
            disowning = Disowning(event.occurred_at, event.type == EventType.WATCH_DISOWN)
            _merge_entry(disowned, event.show_id, disowning)
    return Changes(watched, listed, rated, impressions, household, dismissed, disowned)


def _impression_keys(event: Event) -> list[str]:
    """Playback marks its row as useful. Household events cause no fatigue."""
    if event.household:
        return []
    if event.type == EventType.IMPRESSION:
        return impression_keys(event.title_id, event.episode_count, event.tracking)
    card = tracked_card(event.tracking) if event.type in PLAYBACK else None
    return [played_key(card[0])] if card else []


def watch_from_event(event: Event) -> Watch:
    """A PLAY without a position says that the title was played, and nothing of where."""
    duration = event.duration_seconds or 0
    position = duration if event.type == EventType.COMPLETE else event.position_seconds
    series = event.series_id or ""
    if position is None:
        return Watch(event.occurred_at, series_id=series, season=event.season, episode=event.episode)
    finished = event.type == EventType.COMPLETE or is_finished(position, duration, event.credits_seconds)
    position = min(position, duration) if duration else position
    return one_playback(event.occurred_at, position, duration, finished, series, event.season, event.episode)


def _rating(event: Event) -> Rating:
    return Rating(event.occurred_at, rating_value(event), event.series_id or "")


def rating_value(event: Event) -> float:
    """Like 1, dislike -1, withdrawn 0, stars by `stars_weight`."""
    if event.type == EventType.RATING:
        return stars_weight(event.stars or STARS_NEUTRAL)
    return {EventType.LIKE: 1.0, EventType.DISLIKE: -1.0}.get(event.type, 0.0)


def _merge_entry(entries: dict[TitleId, Entry], key: TitleId, entry: Entry) -> None:
    known = entries.get(key)
    entries[key] = entry if known is None else max(known, entry)


def _merge_watch(watches: dict[TitleId, Watch], title_id: TitleId, watch: Watch) -> None:
    known = watches.get(title_id)
    watches[title_id] = watch if known is None else merge_watches(known, watch)
