"""Detectors on a hand-made sample: what they find, what they leave alone, and the command they name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from batch.reports.detector_facts import _Counted
from batch.reports.detectors import DetectorFacts, Suspect, detect
from batch.reports.reported_detections import reported_detections
from domain.ids import ProfileId, TitleId
from domain.viewers.activity import Activity
from domain.viewers.watches import one_playback

T = datetime(2026, 11, 20, tzinfo=UTC)


def found(facts: DetectorFacts) -> dict[str, tuple[list[Suspect], int, int]]:
    return {one.detector: (list(one.suspects), one.count, one.checked) for one in detect(facts).detections}


def test_a_title_many_play_and_no_list_has_is_named_with_the_command_that_explains_it() -> None:
    lists = {f"p{number}": 50 for number in range(99)} | {"ade": 50}
    facts = DetectorFacts(100, plays={"hit": 9, "rare": 1}, player={"hit": "ade"}, picks=lists)
    assert found(facts)["played but ranked low"] == (
        [
            Suspect(
                "hit",
                "9 profiles played it lately; in the first 20 of 0 of 91 other lists",
                "marquee explain --profile ade --title hit",
            )
        ],
        1,
        1,
    )


def test_a_title_is_ranked_low_below_a_quarter_of_what_its_players_let_expect() -> None:
    """40 of 100 played it, so a quarter of 40 % of the 60 other lists should have it high: 6."""
    lists = {f"p{number}": 50 for number in range(100)}
    enough = DetectorFacts(100, plays={"hit": 40}, ranks={"hit": (20,) * 6 + (21,) * 50}, picks=lists)
    assert found(enough)["played but ranked low"] == ([], 0, 1)
    low = DetectorFacts(100, plays={"hit": 40}, ranks={"hit": (20,) * 5 + (21,) * 50}, picks=lists)
    assert found(low)["played but ranked low"][0][0].evidence == (
        "40 profiles played it lately; in the first 20 of 5 of 60 other lists"
    )


def test_new_titles_that_a_tenth_of_the_usual_number_saw_come_least_seen_first() -> None:
    seen = {"b": 2, "c": 3, "d": 95}
    facts = DetectorFacts(1000, seen=seen, new_titles=("a", "b", "c", "d"))
    suspects, count, checked = found(facts)["new titles below their impressions"]
    assert ([one.id for one in suspects], count, checked) == (["a", "b"], 2, 4)
    assert suspects[1].evidence == "seen by 2 profiles, others by 25; in 0 lists"


def test_without_impressions_nothing_is_measured() -> None:
    rare = DetectorFacts(1000, seen={"a": 1, "old": 900}, new_titles=("a", "b"), row_days={"row": 3})
    for facts, why in (
        (DetectorFacts(1000, new_titles=("a",)), "No impressions were recorded."),
        (rare, "On average 0.5 profiles saw a new title: too few to compare."),
    ):
        new = detect(facts).detections[1]
        assert (new.count, new.checked, new.unmeasured) == (0, 0, why)
    assert [one.unmeasured for one in detect(DetectorFacts(9)).detections] == [
        "", "No impressions were recorded.", "No impressions were recorded.", "",
    ]  # fmt: skip


def test_a_report_names_no_profile_and_says_what_was_not_measured() -> None:
    lists = {"ade": 0} | {f"p{number}": 50 for number in range(99)}
    facts = DetectorFacts(100, plays={"hit": 9}, player={"hit": "ade"}, picks=lists)
    with_persona = reported_detections(detect(facts), {"hit": "Alpha"}, "mina")
    assert [(one.found, one.checked, one.command) for one in with_persona] == [
        (1, 1, "marquee explain --profile mina --title hit"),
        (0, None, "marquee data detectors"),
        (0, None, "marquee data detectors"),
        (1, 100, "marquee data detectors"),
    ]
    assert with_persona[0].examples[0].startswith("Alpha: 9 profiles played it")
    assert with_persona[1].summary == (
        "New titles that hardly anybody has seen. Not measured: No impressions were recorded."
    )
    without = reported_detections(detect(facts), {}, None)
    assert without[0].command == "marquee data detectors"
    assert "ade" not in repr([one.examples for one in without]) + repr([one.command for one in without])


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
