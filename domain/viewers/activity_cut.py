"""An activity record as it stood at an earlier instant, and what was played after it.

A record holds the latest of many events, so a cut keeps what is proved by then: a title finished by then was
finished, a greatest share reached by then was reached. What a later event overwrote is left out, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from domain.ids import TitleId
from domain.viewers.activity import Activity, Dismissal, Disowning, Entry, Listing, Rating
from domain.viewers.impressions import SPAN_DAYS, ImpressionHistory, day_number
from domain.viewers.watches import NEVER, Watch


def activity_at(activity: Activity, instant: datetime) -> Activity:
    """Without anything of after `instant`. Impressions count by days: those of its own day are left out."""
    listed: dict[TitleId, Listing] = _entries_at(activity.listed, instant)
    rated: dict[TitleId, Rating] = _entries_at(activity.rated, instant)
    dismissed: dict[TitleId, Dismissal] = _entries_at(activity.dismissed, instant)
    disowned: dict[TitleId, Disowning] = _entries_at(activity.disowned, instant)
    return replace(
        activity,
        watched=_watches_at(activity.watched, instant),
        household=_watches_at(activity.household, instant),
        listed=listed,
        rated=rated,
        dismissed=dismissed,
        disowned=disowned,
        impressions=_impressions_before(activity.impressions, day_number(instant)),
    )


def watch_at(watch: Watch, instant: datetime) -> Watch | None:
    """What is known to have been watched by `instant`; None when nothing is."""
    if watch.at <= instant:
        return watch
    finishes = [at for at in (watch.first_finished_at, watch.finished_at) if at and at <= instant]
    finished = max(finishes, default=None)
    position_holds = NEVER < watch.position_at <= instant
    share_holds = NEVER < watch.furthest_at <= instant
    known = [at for at in (finished, watch.position_at, watch.furthest_at) if at and NEVER < at <= instant]
    if not known:
        return None
    position = watch.position_seconds if position_holds else 0
    if share_holds and not position_holds and finished is None:
        position = round(watch.furthest_share * watch.duration_seconds)
    return replace(
        watch,
        at=max(known),
        position_seconds=position,
        position_at=watch.position_at if position_holds else max(known) if position else NEVER,
        finished_at=finished,
        first_finished_at=min(finishes, default=None),
        furthest_share=watch.furthest_share if share_holds else 0.0,
        furthest_at=watch.furthest_at if share_holds else NEVER,
    )


def shows_played_after(activity: Activity, instant: datetime) -> list[TitleId]:
    """Shows by their first playback that is known after `instant`, the next first; ties by id. Own viewing alone."""
    first: dict[TitleId, datetime] = {}
    for title_id, watch in activity.watched.items():
        show = TitleId(watch.series_id) if watch.series_id else title_id
        moments = (watch.at, watch.position_at, watch.finished_at, watch.first_finished_at, watch.furthest_at)
        later = [at for at in moments if at is not None and at > instant]
        if later:
            first[show] = min(first.get(show, later[0]), *later)
    return sorted(first, key=lambda show: (first[show], show))


def _watches_at(watches: Mapping[TitleId, Watch], instant: datetime) -> dict[TitleId, Watch]:
    cut = {title_id: watch_at(watch, instant) for title_id, watch in watches.items()}
    return {title_id: watch for title_id, watch in cut.items() if watch is not None}


def _entries_at(entries: Mapping[TitleId, Entry], instant: datetime) -> dict[TitleId, Entry]:
    return {title_id: entry for title_id, entry in entries.items() if entry.at <= instant}


def _impressions_before(history: ImpressionHistory, day: int) -> dict[int, dict[str, int]]:
    cut: dict[int, dict[str, int]] = {}
    for span, keys in history.items():
        days = max(0, min(SPAN_DAYS, day - span * SPAN_DAYS))
        kept = {key: bits & ((1 << days) - 1) for key, bits in keys.items()}
        if any(kept.values()):
            cut[span] = {key: bits for key, bits in kept.items() if bits}
    return cut
