"""Watches as stored: one sub-document or number per register, so that MongoDB merges each on its own.

{"last": {"at", "series", "season", "episode"}, "stands": {"at", "position", "duration"},
 "furthest": {"share", "at"}, "finished_at", "first_finished_at"}

Instants are milliseconds. `$max` merges all but `first_finished_at`, which takes `$min`. MongoDB compares embedded
documents key by key, so key order is merge order. Registers that say nothing are left out, and a movie's `last` has
the instant alone.

Earlier builds wrote one flat entry: {"at", "finished", "position", "duration", "series"}. Registers are written
beside its keys, and readers merge both. A flat entry in the credits, by today's rule without a mark, counts as
finished.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.ids import TitleId
from domain.serialization import Document
from domain.timestamps import from_millis, to_millis
from domain.viewers.playback import is_finished
from domain.viewers.watches import NEVER, Watch, merge_watches, one_playback

FIRST_FINISHED = "first_finished_at"


def watch_to_document(watch: Watch) -> Document:
    last: Document = {"at": to_millis(watch.at)}
    if watch.series_id:
        last |= {"series": watch.series_id, "season": watch.season, "episode": watch.episode}
    document: Document = {"last": last}
    if watch.position_at != NEVER:
        document["stands"] = {
            "at": to_millis(watch.position_at),
            "position": watch.position_seconds,
            "duration": watch.duration_seconds,
        }
    if watch.furthest_at != NEVER:
        document["furthest"] = {
            "share": float(watch.furthest_share),
            "at": to_millis(watch.furthest_at),
        }
    if watch.finished_at is not None:
        document["finished_at"] = to_millis(watch.finished_at)
        document[FIRST_FINISHED] = to_millis(watch.first_finished_at or watch.finished_at)
    return document


def history_from_document(history: Mapping[str, Any]) -> dict[TitleId, Watch]:
    return {TitleId(key): watch_from_document(entry) for key, entry in history.items()}


def watch_from_document(entry: Mapping[str, Any]) -> Watch:
    if "last" not in entry:
        return _flat_watch(entry)
    watch = _registers(entry)
    return merge_watches(_flat_watch(entry), watch) if "at" in entry else watch


def _registers(entry: Mapping[str, Any]) -> Watch:
    last, stands, furthest = entry["last"], entry.get("stands"), entry.get("furthest")
    finished_at, first = entry.get("finished_at"), entry.get(FIRST_FINISHED)
    return Watch(
        from_millis(last["at"]),
        stands["position"] if stands else 0,
        stands["duration"] if stands else 0,
        from_millis(stands["at"]) if stands else NEVER,
        None if finished_at is None else from_millis(finished_at),
        None if first is None else from_millis(first),
        furthest["share"] if furthest else 0.0,
        from_millis(furthest["at"]) if furthest else NEVER,
        last.get("series", ""),
        last.get("season"),
        last.get("episode"),
    )


def _flat_watch(entry: Mapping[str, Any]) -> Watch:
    position, duration = entry["position"], entry["duration"]
    finished = entry["finished"] or is_finished(position, duration)
    return one_playback(from_millis(entry["at"]), position, duration, finished, entry["series"])
