"""An activity record as it stood earlier: what was proved by then, and nothing of later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.ids import ProfileId, TitleId
from domain.viewers.activity import Activity, Listing, Rating
from domain.viewers.activity_cut import activity_at, shows_played_after, watch_at
from domain.viewers.impressions import SPAN_DAYS, day_number
from domain.viewers.watches import merge_watches, one_playback

T = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_watch_of_before_is_kept_and_one_of_after_is_gone() -> None:
    before, after = one_playback(T - HOUR, 600, 6000), one_playback(T + HOUR, 600, 6000)
    assert watch_at(before, T) is before
    assert watch_at(after, T) is None


def test_a_title_finished_by_then_and_played_again_was_finished() -> None:
    joined = merge_watches(
        one_playback(T - HOUR, 6000, 6000, finished=True), one_playback(T + HOUR, 300, 6000)
    )
    cut = watch_at(joined, T)
    assert cut is not None
    assert (cut.finished_at, cut.at, cut.is_open) == (T - HOUR, T - HOUR, False)


def test_a_title_begun_by_then_and_finished_later_was_half_watched() -> None:
    joined = merge_watches(
        one_playback(T - HOUR, 3000, 6000), one_playback(T + HOUR, 6000, 6000, finished=True)
    )
    cut = watch_at(joined, T)
    assert cut is not None
    assert (cut.finished, cut.share, cut.position_seconds, cut.is_open) == (False, 0.5, 3000, True)


def test_lists_ratings_and_impressions_end_at_the_instant() -> None:
    today = day_number(T)
    span, bit = divmod(today, SPAN_DAYS)
    activity = Activity(
        ProfileId("ade"),
        listed={TitleId("a"): Listing(T - HOUR, True), TitleId("b"): Listing(T + HOUR, True)},
        rated={TitleId("c"): Rating(T + HOUR, 1.0)},
        impressions={span: {"seen-today": 1 << bit, "seen-before": 1 << (bit - 1)}, span + 1: {"later": 1}},
    )
    cut = activity_at(activity, T)
    assert (cut.my_list(), dict(cut.rated)) == (["a"], {})
    assert cut.impressions == {span: {"seen-before": 1 << (bit - 1)}}


def test_shows_played_after_come_in_the_order_of_their_first_known_playback() -> None:
    activity = Activity(
        ProfileId("ade"),
        watched={
            TitleId("e1"): one_playback(T + 2 * HOUR, 100, 2400, series_id="s1"),
            TitleId("e2"): one_playback(T + 4 * HOUR, 100, 2400, series_id="s1"),
            TitleId("m2"): one_playback(T + HOUR, 100, 6000),
            TitleId("m1"): one_playback(T + HOUR, 100, 6000),
            TitleId("old"): one_playback(T - HOUR, 100, 6000),
        },
    )
    assert shows_played_after(activity, T) == ["m1", "m2", "s1"]
