"""Made viewing: reproducible, within licences and age limits, shaped by hidden tastes, flat in memory."""

import gc
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from batch.sample.describing import measure, skew
from batch.sample.making import Order, SampleBatch, SampleBuilder, make_all
from batch.sample.personas import persona_households
from batch.sample.shelves import suitable
from batch.sample.truth import title_truths, true_affinity
from batch.sample.viewers import Span, households, stretches
from batch.sample.viewing import watch
from domain.viewers.continue_watching import to_continue
from domain.viewers.documents import activity_from_document
from domain.viewers.next_episode import run_of

SPAN = Span(datetime(2026, 11, 22, 20, tzinfo=UTC), 90)


@pytest.fixture(scope="module")
def workshop() -> SampleBuilder:
    return SampleBuilder(Order(seed=7, titles=400, profiles=160, span=SPAN))


@pytest.fixture(scope="module")
def made(workshop: SampleBuilder) -> list[SampleBatch]:
    return [stretch for _, stretch in make_all(workshop, workers=1)]


def events_of(made: list[SampleBatch]) -> Iterator[dict[str, object]]:
    for stretch in made:
        for lines in stretch.lines.values():
            yield from (json.loads(line) for line in lines)


def test_exactly_as_many_profiles_as_asked_for(made: list[SampleBatch]) -> None:
    ids = [profile["_id"] for stretch in made for profile in stretch.profiles]
    assert len(ids) == len(set(ids)) == 160
    accounts = {account["_id"] for stretch in made for account in stretch.accounts}
    assert {profile["account_id"] for stretch in made for profile in stretch.profiles} == accounts


def test_worker_processes_make_the_same(workshop: SampleBuilder, made: list[SampleBatch]) -> None:
    assert [stretch for _, stretch in make_all(workshop, workers=2)] == made


def test_a_profile_does_not_depend_on_how_the_sample_is_cut() -> None:
    one = list(households(7, next(stretches(7, 60, 60)), SPAN, ()))
    cut = [household for part in stretches(7, 60, 7) for household in households(7, part, SPAN, ())]
    assert one == cut
    assert sum(len(household.viewers) for household in cut) == 60


def test_events_lie_in_the_span_in_licence_in_the_plan_and_in_the_age_limit(workshop: SampleBuilder) -> None:
    shelves = workshop._shelves
    works = {work.title.id: work for work in workshop.works}
    for household in households(7, next(stretches(7, 60, 60)), SPAN, ()):
        for viewer in household.viewers:
            events = watch(viewer, shelves, SPAN)
            assert [event.occurred_at for event in events] == sorted(event.occurred_at for event in events)
            for event in events:
                assert SPAN.start - timedelta(seconds=1) <= event.occurred_at <= SPAN.until
                show = works[event.series_id or event.title_id]
                assert suitable(show, viewer.profile.maturity_limit)
                assert viewer.region in {region for one in show.title.windows for region in one.regions}
                assert not show.title.plans or viewer.plan in show.title.plans
                assert (event.position_seconds or 0) <= (event.duration_seconds or 0)


def test_ids_of_events_are_unique_per_profile(made: list[SampleBatch]) -> None:
    keys = [(event["profile_id"], event["id"]) for event in events_of(made)]
    assert len(keys) == len(set(keys)) > 3_000


def test_personas_are_new_rich_and_for_kids(workshop: SampleBuilder, made: list[SampleBatch]) -> None:
    profiles = {profile["_id"]: profile for profile in made[0].profiles}
    activities = {document["_id"]: activity_from_document(document) for document in made[0].activity}
    assert {name: profile.get("persona") for name, profile in profiles.items()} == {
        "mina": "new", "ade": "binge", "kids-room": "kids", "other-1": None,
    }  # fmt: skip
    assert profiles["kids-room"]["maturity_limit"] == 7
    assert "mina" not in activities
    assert len(activities["ade"].watched) > 100
    assert len(activities["kids-room"].watched) > 25
    runs = {work.title.id: run_of(work.episodes, work.episodes) for work in workshop.works if work.episodes}
    until = workshop.order.span.until
    assert len(to_continue(activities["ade"], runs, until, 20)) >= 3
    assert len(to_continue(activities["kids-room"], runs, until, 20)) >= 1


def test_viewers_finish_what_suits_them_and_stop_what_does_not(
    workshop: SampleBuilder, made: list[SampleBatch]
) -> None:
    titles = {one["title_id"]: one for one in title_truths(workshop.works)}
    tastes = {one["profile_id"]: one for stretch in made for one in stretch.truth}
    finished, stopped = [], []
    for event in events_of(made):
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
    workshop: SampleBuilder, made: list[SampleBatch]
) -> None:
    assert [one["title_id"] for one in title_truths(workshop.works)] == [
        work.title.id for work in workshop.works
    ]
    truths = [one for stretch in made for one in stretch.truth]
    assert len(truths) == 160
    for one in truths:
        assert max(one["genres"].values()) == max(one["strands"].values()) == 1.0
        assert min(one["genres"].values()) >= 0.0


def test_what_a_profile_watches_follows_its_taste_not_only_the_crowd(workshop: SampleBuilder) -> None:
    ade = persona_households(7, SPAN, ())[0].viewers[1]
    strands = {work.title.id: work.strand for work in workshop.works}
    events = [event for event in watch(ade, workshop._shelves, SPAN) if event.duration_seconds]
    liked = {name for name, weight in ade.taste.strands.items() if weight > 0.5}
    share = sum(strands[event.series_id or event.title_id] in liked for event in events) / len(events)
    catalogue = sum(strand in liked for strand in strands.values()) / len(strands)
    assert share > 3 * catalogue


def test_few_titles_draw_most_of_the_viewing(made: list[SampleBatch]) -> None:
    figures = measure(made)
    assert figures["top_10_percent"] > 0.28
    assert figures["gini"] > 0.38
    assert 3.0 <= figures["p90_to_median"] <= 9.0


@pytest.mark.demo
@pytest.mark.timeout(900)
def test_the_demo_is_skewed_like_the_real_sets() -> None:
    workshop = SampleBuilder(Order(seed=7, titles=3000, profiles=5000, span=SPAN))
    figures = measure(stretch for _, stretch in make_all(workshop, workers=2))
    assert 0.12 <= figures["top_1_percent"] <= 0.42
    assert 0.50 <= figures["top_10_percent"] <= 0.76
    assert 0.58 <= figures["gini"] <= 0.81
    assert 4.0 <= figures["p90_to_median"] <= 8.0
    assert 0.42 <= figures["heaviest_tenth"] <= 0.57


def test_figures_of_skew_are_exact() -> None:
    figures = skew([1] * 90 + [91] * 10, [1, 1, 1, 1, 1, 1, 1, 1, 8, 4])
    assert figures["top_1_percent"] == 0.091
    assert figures["top_10_percent"] == 0.91
    assert figures["gini"] == 0.81
    assert (figures["median"], figures["mean"], figures["p90"], figures["heaviest_tenth"]) == (1, 2.0, 4, 0.4)
    assert skew([], [])["gini"] == 0.0


def test_memory_does_not_grow_with_profiles() -> None:
    def peak(profiles: int) -> int:
        workshop = SampleBuilder(Order(5, 40, profiles, Span(SPAN.until, 1)))
        gc.collect()
        tracemalloc.start()
        for _ in make_all(workshop, workers=1):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    # Two stretches of a hundred are in memory at a time, however many follow.
    assert peak(600) < 1.4 * peak(200)
