"""The nightly run and the pages read the same from the same events."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from batch.jobs.interactions import signals, weigh_signals
from domain.candidates.watched_filter import watched_ids
from domain.ids import ProfileId
from domain.viewers import interaction_weights as preference
from domain.viewers.activity import Activity, merge
from domain.viewers.event_documents import event_from_document
from domain.viewers.events import activity_changes
from domain.viewers.loved_titles import own_watches

pytestmark = pytest.mark.spark

_WATCHING = st.lists(
    st.fixed_dictionaries(
        {
            "title_id": st.sampled_from(["a", "b", "s1e1", "s1e2"]),
            "type": st.sampled_from(
                ["play", "progress", "progress", "complete", "watch_disown", "watch_reclaim"]
            ),
            "position_seconds": st.sampled_from([None, 0, 25, 60, 121, 400, 930, 940, 1000, 1200]),
            "duration_seconds": st.sampled_from([None, 0, 1000, 1000, 8700]),
            "credits_seconds": st.sampled_from([None, None, 0, 700, 1100]),
            "household": st.sampled_from([None, None, True]),
            "hours": st.integers(0, 30),
        }
    ),
    min_size=1,
    max_size=9,
)


def as_events(rows: list[dict[str, Any]], profile: str, as_of: int) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "id": f"{profile}-{number}",
            "profile_id": profile,
            "occurred_at": as_of - row["hours"] * 3_600_000,
            "series_id": "s1" if row["title_id"].startswith("s1") else None,
            "kind": "episode" if row["title_id"].startswith("s1") else "movie",
        }
        for number, row in enumerate(rows)
    ]


def of_the_page(events: list[dict[str, Any]]) -> tuple[frozenset[str], dict[str, float]]:
    """Watched shows and the weight of each own watch, as the service reads them from the activity."""
    documents = [
        {key: value for key, value in {"region": "US", **event}.items() if value is not None}
        for event in events
    ]
    changes = activity_changes([event_from_document(document) for document in documents])
    activity = merge(Activity(ProfileId("p")), changes)
    weights: dict[str, float] = {}
    for title_id, watch in own_watches(activity).items():
        show = watch.series_id or title_id
        weights[show] = weights.get(show, 0.0) + preference.share_weight(watch.share)
    shows = {title_id for title_id in watched_ids(activity) if not title_id.startswith("s1e")}
    clipped = {show: max(preference.FLOOR, min(preference.CEILING, one)) for show, one in weights.items()}
    return frozenset(shows), clipped


def test_the_night_and_the_page_read_the_same_from_the_same_events(frames: Any) -> None:
    """Eighty made histories in one run: finished, slips of the finger, rewatches, co-viewing, disowning."""
    histories: list[list[dict[str, Any]]] = []

    @settings(max_examples=80, deadline=None, database=None, phases=[Phase.generate])
    @given(_WATCHING)
    def collect(rows: list[dict[str, Any]]) -> None:
        histories.append(as_events(rows, f"p{len(histories)}", frames.as_of))

    collect()
    slip = [
        {"title_id": "a", "type": "complete", "position_seconds": None, "duration_seconds": 1000, "hours": 2},
        {"title_id": "a", "type": "progress", "position_seconds": 25, "duration_seconds": 1000, "hours": 1},
    ]
    nothing = {"credits_seconds": None, "household": None}
    histories.append(as_events([row | nothing for row in slip], f"p{len(histories)}", frames.as_of))
    found = weigh_signals(signals(frames.events([event for one in histories for event in one])), frames.as_of)
    seen: dict[str, set[str]] = {}
    strengths: dict[tuple[str, str], float] = {}
    for row in found.collect():
        strengths[row.profile_id, row.title_id] = row.strength
        if row.seen:
            seen.setdefault(row.profile_id, set()).add(row.title_id)
    assert seen[f"p{len(histories) - 1}"] == {"a"}
    for number, history in enumerate(histories):
        shows, weights = of_the_page(history)
        assert seen.get(f"p{number}", set()) == shows, history
        for show, weight in weights.items():
            assert strengths[f"p{number}", show] == pytest.approx(weight, abs=2e-6), history
