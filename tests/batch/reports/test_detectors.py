"""Detectors on a hand-made sample: what they find, what they leave alone, and the command they name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from batch.reports.detector_facts import _Counted
from batch.reports.detectors import DetectorFacts, Suspect, detect
from domain.ids import ProfileId, TitleId
from domain.viewers.activity import Activity
from domain.viewers.watches import one_playback

T = datetime(2026, 11, 20, tzinfo=UTC)


def found(facts: DetectorFacts) -> dict[str, tuple[list[Suspect], int, int]]:
    return {one.detector: (list(one.suspects), one.count, one.checked) for one in detect(facts).detections}


def test_a_title_many_play_and_no_list_has_is_named_with_the_command_that_explains_it() -> None:
    facts = DetectorFacts(100, plays={"hit": 9, "rare": 1}, player={"hit": "ade"}, picks={"ade": 50})
    assert found(facts)["played but ranked low"] == (
        [
            Suspect(
                "hit", "9 profiles played it lately; in no list", "marquee explain --profile ade --title hit"
            )
        ],
        1,
        1,
    )


def test_a_title_that_lists_rank_high_is_left_alone() -> None:
    facts = DetectorFacts(100, plays={"hit": 6}, ranks={"hit": (1, 2, 3, 4, 5, 6)})
    assert found(facts)["played but ranked low"] == ([], 0, 1)
    low = DetectorFacts(100, plays={"hit": 6}, ranks={"hit": (40,) * 6})
    assert found(low)["played but ranked low"][0][0].evidence == (
        "6 profiles played it lately; in 6 lists, mean place 40"
    )


def test_new_titles_below_their_impressions_come_least_seen_first() -> None:
    facts = DetectorFacts(1000, seen={"b": 19, "c": 20}, new_titles=("a", "b", "c"))
    suspects, count, checked = found(facts)["new titles below their impressions"]
    assert ([one.id for one in suspects], count, checked) == (["a", "b"], 2, 3)


def test_a_row_that_is_seen_and_never_played_from_is_named() -> None:
    facts = DetectorFacts(10, row_days={"dead": 30, "alive": 90, "young": 29}, row_plays={"alive": 1})
    suspects, count, checked = found(facts)["rows never opened"]
    assert ([one.id for one in suspects], count, checked) == (["dead"], 1, 2)


def test_profiles_with_short_lists_come_shortest_first() -> None:
    facts = DetectorFacts(3, picks={"a": 19, "b": 0, "c": 20})
    suspects, count, checked = found(facts)["profiles with thin pages"]
    assert ([one.id for one in suspects], count, checked) == (["b", "a"], 2, 3)


def test_a_result_is_json_in_a_fixed_order() -> None:
    document = detect(DetectorFacts(0)).to_document()
    assert [one["detector"] for one in document["detections"]] == [
        "played but ranked low", "new titles below their impressions", "rows never opened",
        "profiles with thin pages",
    ]  # fmt: skip
    assert {one["count"] for one in document["detections"]} == {0}


def test_activities_are_counted_by_show_by_profile_and_by_day() -> None:
    counted = _Counted(T)
    counted.add(
        Activity(
            ProfileId("ade"),
            watched={
                TitleId("e1"): one_playback(T - timedelta(days=1), 9, 99, series_id="s1"),
                TitleId("e2"): one_playback(T - timedelta(days=2), 9, 99, series_id="s1"),
                TitleId("old"): one_playback(T - timedelta(days=29), 9, 99),
                TitleId("ahead"): one_playback(T + timedelta(days=1), 9, 99),
            },
            impressions={735: {"s1~3": 0b11, "~top-picks": 0b101, "~~top-picks": 0b1}},
        )
    )
    assert (counted.plays, counted.player, counted.seen) == ({"s1": 1}, {"s1": "ade"}, {"s1": 1})
    assert (counted.row_days, counted.row_plays) == ({"top-picks": 2}, {"top-picks": 1})
