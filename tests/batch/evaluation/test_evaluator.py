"""Evaluations of small made worlds: models, slices, the last version's lists, and what is too few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from batch.evaluation import evaluator
from batch.evaluation.candidate import candidate_lists
from batch.evaluation.evaluator import LastVersion, evaluate
from batch.evaluation.metrics import NO_TITLE
from batch.evaluation.splits import BY_TIME, BY_TITLE, choose_split
from batch.evaluation.viewing_log import sorted_log
from batch.evaluation.world import ViewingWorld, at_cut
from batch.jobs.title_facts import ListAudienceKey, NumberedTitles
from batch.models.blend import BlendWeights
from batch.models.learning import Learned
from batch.models.rare_likeness import no_content
from domain.evaluation.table import (
    CANDIDATE,
    ITEM_KNN,
    LAST_VERSION,
    POPULARITY,
    RECENT_POPULARITY,
    EvaluationTable,
)

pytestmark = pytest.mark.slow  # kernels are compiled

DAY = 86_400_000
TITLES = 40
ADULT, CHILD = ListAudienceKey("DE", False, 18), ListAudienceKey("FR", True, 18)
MODELS = [CANDIDATE, POPULARITY, RECENT_POPULARITY, ITEM_KNN]


@pytest.fixture(autouse=True)
def learned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learning has tests of its own and takes seconds."""
    monkeypatch.setattr(evaluator, "learn_blend", lambda *_: Learned(BlendWeights(), "not learned"))


def made_world(profiles: int, days: int = 12) -> ViewingWorld:
    """Each profile watches the titles of its taste (even or odd) one a day, always in the same order."""
    rows = [
        (profile, (profile % 2 + 2 * (profile + day)) % TITLES, day, 1.0)
        for profile in range(profiles)
        for day in range(days)
    ]
    owners, titles, when, strengths = (np.array(column) for column in zip(*rows, strict=True))
    log = sorted_log(owners, titles, when * DAY + owners, strengths, np.arange(profiles))
    facts = NumberedTitles(
        tuple(f"t{n:02d}" for n in range(TITLES)),
        np.full(TITLES, 6, np.int32),
        np.zeros(TITLES, np.int64),
        ("even", "odd"),
        np.arange(TITLES + 1, dtype=np.int64),
        (np.arange(TITLES) % 2).astype(np.int32),
        {"DE": np.ones(TITLES, np.bool_), "FR": np.arange(TITLES) != 21},
    )
    audience_of = (np.arange(profiles) % 10 == 9).astype(np.int64)
    return ViewingWorld(log, facts, no_content(TITLES).index, (ADULT, CHILD), audience_of)


def test_a_model_that_knows_the_order_beats_popularity_and_the_table_says_so() -> None:
    table = evaluate(made_world(300), None)
    assert table.split == BY_TIME
    everybody = [one for one in table.scores if one.slice == "all"]
    assert list(dict.fromkeys(one.model for one in everybody)) == MODELS
    # All profiles are new and know about as much, which makes no slices.
    assert list(dict.fromkeys(one.slice for one in table.scores)) == ["all", "kids", "region DE", "region FR"]
    assert {one.users for one in everybody} == {300}
    candidate, popular = table.find(CANDIDATE), table.find(POPULARITY)
    assert candidate is not None
    assert popular is not None
    assert candidate.value > 2 * popular.value
    verdicts = {
        one.against: one.verdict
        for one in table.differences
        if one.slice == "all" and one.metric == "ndcg@10"
    }
    assert verdicts == {POPULARITY: "better", RECENT_POPULARITY: "better", ITEM_KNN: "better"}
    assert table.headline() == {
        "ndcg10": candidate.value,
        "ndcg10_low": candidate.low,
        "ndcg10_high": candidate.high,
        "popularity_ndcg10": popular.value,
        "recent_popularity_ndcg10": table.find(RECENT_POPULARITY).value,  # type: ignore[union-attr]
        "profiles": 300,
        "split": BY_TIME,
    }


def test_equal_worlds_give_equal_tables() -> None:
    assert evaluate(made_world(60), None) == evaluate(made_world(60), None)
    assert evaluate(made_world(60), None).split == BY_TITLE


def test_a_handful_of_profiles_is_too_few_and_no_error() -> None:
    table = evaluate(made_world(8), None)
    assert table == EvaluationTable(
        "",
        "Too few profiles to say anything: 6 watched a known title after a cut; 25 are needed. "
        "No earlier version to compare with.",
    )
    assert table.headline() is None
    world = made_world(8)
    assert (
        evaluate(replace(world, log=world.log.where(np.zeros(len(world.log), np.bool_))), None).scores == ()
    )


def test_the_last_versions_lists_are_judged_by_what_came_after_them() -> None:
    world = made_world(60)
    as_of = 10 * DAY - 1
    perfect = np.full((60, 20), NO_TITLE, np.int32)
    for profile in range(60):
        later = world.log.titles[(world.log.profiles == profile) & (world.log.instants > as_of)]
        perfect[profile, : len(later)] = later
    table = evaluate(world, LastVersion("20261129-1", as_of, perfect))
    scores = {
        one.model: one for one in table.scores if one.slice == "since 20261129-1" and one.metric == "ndcg@10"
    }
    assert list(scores) == [*MODELS, LAST_VERSION]
    assert scores[LAST_VERSION].value == 1.0
    paired = {
        one.against: one.value
        for one in table.differences
        if one.slice == "since 20261129-1" and one.metric == "ndcg@10"
    }
    assert paired[LAST_VERSION] == pytest.approx(scores[CANDIDATE].value - 1.0, abs=2e-6)
    assert list(paired) == [*MODELS[1:], LAST_VERSION]
    assert "Lists of version 20261129-1 are judged by what was watched after it was made." in table.note
    late = evaluate(world, LastVersion("20261129-1", 12 * DAY, perfect))
    assert "Too few viewers watched a known title since version 20261129-1" in late.note


def test_when_the_window_ends_nothing_half_is_told() -> None:
    table = evaluate(made_world(60), None, lambda: True)
    assert (table.split, table.scores) == ("", ())
    assert table.note.endswith("The run window ended before all cuts were evaluated.")


def test_what_a_viewer_may_not_see_is_neither_recommended_nor_a_target() -> None:
    world = made_world(60)
    split = choose_split(world.log, world.id_ranks)
    found = at_cut(world, split.cuts[0], 1000)
    assert found is not None
    barred = int(np.flatnonzero(found.cut.old_numbers == 21)[0])
    children = np.flatnonzero(found.choice.audience == 1)
    assert not found.choice.eligible[1, barred]
    assert barred not in found.cut.targets.take(children).titles.tolist()
    lists = candidate_lists(found, BlendWeights(), 20)
    assert barred not in lists[children].ravel().tolist()
    for viewer in range(len(lists)):
        assert not set(lists[viewer].tolist()) & set(found.choice.known(viewer).tolist())


def test_a_title_that_launches_after_the_cut_is_not_recommended_before() -> None:
    world = made_world(60)
    launched = world.facts.launched_at.copy()
    unwatched = world.log.titles != 39
    launched[39] = 500 * DAY
    later = replace(world, facts=replace(world.facts, launched_at=launched), log=world.log.where(unwatched))
    cut = choose_split(later.log, later.id_ranks).cuts[0]
    found = at_cut(later, cut, 1000)
    assert found is not None
    assert not found.choice.eligible[:, int(np.flatnonzero(cut.old_numbers == 39)[0])].any()
