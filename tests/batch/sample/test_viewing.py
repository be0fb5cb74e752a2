"""Simulated viewing: reproducible, within licences and age limits, shaped by hidden tastes, flat in memory."""

import gc
import json
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from batch.sample.availability import is_suitable
from batch.sample.builder import SampleBatch, SampleBuilder, SampleSpec, build_all
from batch.sample.figures import measure_skew, skew_figures
from batch.sample.next_titles import popularity_factor
from batch.sample.personas import persona_households
from batch.sample.robots import simulate_robot
from batch.sample.taste_profile import Taste
from batch.sample.viewers import HouseholdRange, SimulationPeriod, household_ranges, households
from batch.sample.viewing import simulate_viewing
from domain.catalog.regions import is_within
from domain.viewers.continue_watching import list_resumes
from domain.viewers.documents import activity_from_document
from domain.viewers.events import EventType
from domain.viewers.next_episode import series_run

pytestmark = pytest.mark.slow

SPAN = SimulationPeriod(datetime(2026, 11, 22, 20, tzinfo=UTC), 90)


@pytest.fixture(scope="module")
def builder() -> SampleBuilder:
    return SampleBuilder(SampleSpec(seed=7, titles=400, profiles=160, period=SPAN))


@pytest.fixture(scope="module")
def batches(builder: SampleBuilder) -> list[SampleBatch]:
    return [batch for _, batch in build_all(builder, workers=1)]


def events_of(batches: list[SampleBatch]) -> Iterator[dict[str, object]]:
    for batch in batches:
        for lines in batch.event_lines.values():
            yield from (json.loads(line) for line in lines)


def true_affinity(profile: dict[str, Any], title: dict[str, Any]) -> float:
    """0..1, of two truth documents."""
    taste = Taste(
        genres=profile["genres"],
        microgenres=profile["strands"],
        languages=profile["languages"],
        franchises=frozenset(profile["franchises"]),
    )
    return taste.affinity(title["strand"], title["language"], title["franchise"])


def test_exactly_as_many_profiles_as_asked_for(batches: list[SampleBatch]) -> None:
    ids = [profile["_id"] for batch in batches for profile in batch.profiles]
    assert len(ids) == len(set(ids)) == 160
    accounts = {account["_id"] for batch in batches for account in batch.accounts}
    assert {profile["account_id"] for batch in batches for profile in batch.profiles} == accounts


def test_worker_processes_make_the_same(builder: SampleBuilder, batches: list[SampleBatch]) -> None:
    assert [batch for _, batch in build_all(builder, workers=2)] == batches


def test_a_profile_does_not_depend_on_how_the_sample_is_cut() -> None:
    one = list(households(7, next(household_ranges(7, 60, 60)), SPAN, ()))
    cut = [household for part in household_ranges(7, 60, 7) for household in households(7, part, SPAN, ())]
    assert one == cut
    assert sum(len(household.viewers) for household in cut) == 60


def test_events_lie_in_the_span_in_licence_in_the_plan_and_in_the_age_limit(builder: SampleBuilder) -> None:
    availability = builder.availability
    works = {work.title.id: work for work in builder.works}
    for household in households(7, next(household_ranges(7, 60, 60)), SPAN, ()):
        for viewer in household.viewers:
            events = simulate_viewing(viewer, availability, SPAN)
            assert [event.occurred_at for event in events] == sorted(event.occurred_at for event in events)
            for event in events:
                assert SPAN.start - timedelta(seconds=1) <= event.occurred_at <= SPAN.until
                show = works[event.series_id or event.title_id]
                assert is_suitable(show, viewer.profile.maturity_limit)
                assert any(is_within(viewer.region, one.regions) for one in show.title.windows)
                assert not show.title.plans or viewer.plan in show.title.plans
                assert (event.position_seconds or 0) <= (event.duration_seconds or 0)


def test_ids_of_events_are_unique_per_profile(batches: list[SampleBatch]) -> None:
    keys = [(event["profile_id"], event["id"]) for event in events_of(batches)]
    assert len(keys) == len(set(keys)) > 3_000


def test_personas_are_new_rich_and_for_kids(builder: SampleBuilder, batches: list[SampleBatch]) -> None:
    profiles = {profile["_id"]: profile for profile in batches[0].profiles}
    activities = {document["_id"]: activity_from_document(document) for document in batches[0].activity}
    assert {name: profile.get("persona") for name, profile in profiles.items()} == {
        "mina": "new", "ade": "binge", "kids-room": "kids", "other-1": None,
    }  # fmt: skip
    assert profiles["kids-room"]["maturity_limit"] == 7
    assert "mina" not in activities
    assert len(activities["ade"].watched) > 100
    assert len(activities["kids-room"].watched) > 25
    runs = {
        work.title.id: series_run(work.episodes, work.episodes) for work in builder.works if work.episodes
    }
    until = builder.spec.period.until
    assert len(list_resumes(activities["ade"], runs, until, 20)) >= 3
    assert len(list_resumes(activities["kids-room"], runs, until, 20)) >= 1


def test_viewers_finish_what_suits_them_and_stop_what_does_not(
    builder: SampleBuilder, batches: list[SampleBatch]
) -> None:
    titles = {one["title_id"]: one for one in builder.title_truths()}
    tastes = {one["profile_id"]: one for batch in batches for one in batch.truth}
    finished, stopped = [], []
    for event in events_of(batches):
        if event["type"] in ("progress", "complete"):
            title = titles[str(event.get("series_id") or event["title_id"])]
            affinity = true_affinity(tastes[str(event["profile_id"])], title)
            share = int(str(event["position_seconds"])) / int(str(event["duration_seconds"]))
            if share > 0.9:
                finished.append(affinity)
            elif share < 0.2:
                stopped.append(affinity)
    assert sum(finished) / len(finished) > sum(stopped) / len(stopped) + 0.1


def test_truth_covers_every_title_and_profile_with_weights_from_0_to_1(
    builder: SampleBuilder, batches: list[SampleBatch]
) -> None:
    assert [one["title_id"] for one in builder.title_truths()] == [work.title.id for work in builder.works]
    truths = [one for batch in batches for one in batch.truth]
    assert len(truths) == 160
    for one in truths:
        assert max(one["genres"].values()) == max(one["strands"].values()) == 1.0
        assert min(one["genres"].values()) >= 0.0


def test_what_a_profile_watches_follows_its_taste_not_only_the_crowd(builder: SampleBuilder) -> None:
    ade = persona_households(7, SPAN, ())[0].viewers[1]
    microgenres = {work.title.id: work.microgenre for work in builder.works}
    events = [event for event in simulate_viewing(ade, builder.availability, SPAN) if event.duration_seconds]
    liked = {name for name, weight in ade.taste.microgenres.items() if weight > 0.5}
    share = sum(microgenres[event.series_id or event.title_id] in liked for event in events) / len(events)
    catalogue = sum(strand in liked for strand in microgenres.values()) / len(microgenres)
    assert share > 3 * catalogue


def test_few_titles_draw_most_of_the_viewing(batches: list[SampleBatch]) -> None:
    figures = measure_skew(batches)
    assert figures["top_10_percent"] > 0.28
    assert figures["gini"] > 0.38
    assert 3.0 <= figures["p90_to_median"] <= 9.0


@pytest.mark.demo
@pytest.mark.timeout(900)
def test_the_demo_is_skewed_like_the_real_sets() -> None:
    builder = SampleBuilder(SampleSpec(seed=7, titles=3000, profiles=5000, period=SPAN))
    figures = measure_skew(batch for _, batch in build_all(builder, workers=2))
    assert 0.12 <= figures["top_1_percent"] <= 0.42
    assert 0.50 <= figures["top_10_percent"] <= 0.76
    assert 0.58 <= figures["gini"] <= 0.81
    assert 4.0 <= figures["p90_to_median"] <= 8.0
    assert 0.42 <= figures["heaviest_tenth"] <= 0.57


def test_figures_of_skew_are_exact() -> None:
    figures = skew_figures([1] * 90 + [91] * 10, [1, 1, 1, 1, 1, 1, 1, 1, 8, 4])
    assert figures["top_1_percent"] == 0.091
    assert figures["top_10_percent"] == 0.91
    assert figures["gini"] == 0.81
    assert (figures["median"], figures["mean"], figures["p90"], figures["heaviest_tenth"]) == (1, 2.0, 4, 0.4)
    assert skew_figures([], [])["gini"] == 0.0


def test_memory_does_not_grow_with_profiles() -> None:
    def peak(profiles: int) -> int:
        builder = SampleBuilder(SampleSpec(5, 40, profiles, SimulationPeriod(SPAN.until, 1)))
        gc.collect()
        tracemalloc.start()
        for _ in build_all(builder, workers=1):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    # Two batches of a hundred are in memory at a time, however many follow.
    assert peak(600) < 1.4 * peak(200)


def test_viewers_go_on_with_what_follows_and_the_truth_says_what(
    builder: SampleBuilder, batches: list[SampleBatch]
) -> None:
    """Of pairs of films watched one after the other, far more are true successors than by chance."""
    following = {one["title_id"]: set(one["next"]) for one in builder.title_truths()}
    films: dict[str, list[str]] = {}
    for event in events_of(batches):
        if event["type"] == "complete" and event.get("series_id") is None:
            films.setdefault(str(event["profile_id"]), []).append(str(event["title_id"]))
    pairs = [pair for own in films.values() for pair in pairwise(own)]
    true = sum(second in following[first] for first, second in pairs) / len(pairs)
    backward = sum(first in following[second] for first, second in pairs) / len(pairs)
    assert true > 0.05
    assert true > 1.5 * backward
    sequels = [one for one in builder.works if one.title.franchise and not one.episodes]
    next_of = builder.availability.next_titles.next_of_franchise
    assert {next_of(first) for first in sequels} <= {*sequels, None}


def test_some_films_are_watched_again(batches: list[SampleBatch]) -> None:
    plays = Counter(
        (event["profile_id"], event["title_id"])
        for event in events_of(batches)
        if event["type"] == "complete" and event.get("series_id") is None
    )
    again = sum(count > 1 for count in plays.values()) / len(plays)
    assert 0.005 < again < 0.1


def test_titles_come_into_fashion_and_leave_it(builder: SampleBuilder) -> None:
    """A title's share of viewing follows its wave, which the truth names."""
    factors = [popularity_factor(7, "m00001", week) for week in range(26)]
    assert max(factors) > 2 * min(factors)
    assert factors == [popularity_factor(7, "m00001", week) for week in range(26)]
    waves = {one["title_id"]: one["wave"] for one in builder.title_truths()}
    assert all(5 <= weeks <= 26 and 0 <= phase <= 1 for weeks, phase in waves.values())


def test_robots_run_through_the_catalogue_and_the_truth_names_them(builder: SampleBuilder) -> None:
    viewer = next(iter(households(7, next(household_ranges(7, 60, 60)), SPAN, ()))).viewers[0]
    events = simulate_robot(replace(viewer, robot=True), builder.availability, SPAN)
    works = {work.title.id: work for work in builder.works}
    assert len(events) > 50
    assert {event.type for event in events} == {EventType.COMPLETE}
    assert all(is_suitable(works[event.title_id], viewer.profile.maturity_limit) for event in events)
    many = [one for group in households(7, HouseholdRange(1, 6000), SPAN, ()) for one in group.viewers]
    assert 1 <= sum(one.robot for one in many) <= 20
