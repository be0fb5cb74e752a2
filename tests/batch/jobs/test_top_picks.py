"""Top picks: what a profile has not seen, may watch and would like, each with the title that spoke for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bson
import pytest

from batch.jobs.deliveries import with_other_deliveries
from domain.recommendations.documents import top_picks_from_document
from domain.recommendations.lists import TASTE_SIZE, TOP_PICKS_SIZE, PickSource
from tests.batch.list_scene import AS_OF, SIMPLE, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_taste_first_then_what_is_popular_and_nothing_seen_or_judged(scene: Scene) -> None:
    scene.title("seen", "near", "far", "hit", "hated")
    for who in ("ann", "bob", "cem"):
        scene.viewer(who)
    scene.watched("ann", "seen")
    scene.watched("ann", "hated", -1.0, 1.0)
    scene.watched("bob", "hit")
    scene.watched("cem", "hit")
    scene.similar = [("seen", "near", 0.8), ("seen", "far", 0.2), ("seen", "hated", 0.9)]
    assert scene.picks()["ann"] == [
        ("near", "similar", "seen"),
        ("far", "similar", "seen"),
        ("hit", "popular", None),
    ]


def test_the_seed_is_the_show_that_spoke_most(scene: Scene) -> None:
    scene.title("old", "new", "found")
    scene.viewer("ann")
    scene.watched("ann", "old", days=60.0)
    scene.watched("ann", "new")
    scene.similar = [("old", "found", 0.4), ("new", "found", 0.6)]
    assert scene.picks()["ann"] == [("found", "similar", "new")]


def test_a_title_finished_long_ago_is_not_recommended_however_long_the_history(scene: Scene) -> None:
    scene.title(*(f"t{number}" for number in range(260)), "left")
    scene.viewer("ann")
    for number in range(260):
        scene.watched("ann", f"t{number}", days=300.0 - number)
    scene.similar = [("t259", "t0", 0.9), ("t259", "left", 0.1)]
    assert scene.picks()["ann"] == [("left", "similar", "t259")]


def test_age_limit_region_and_unrated_titles_are_respected(scene: Scene) -> None:
    scene.title("all", maturity_age=0)
    scene.title("teen", maturity_age=12)
    scene.title("unrated", maturity_age=None)
    scene.title("abroad", regions=["DE"])
    scene.title("anywhere", regions=["GLOBAL"])
    scene.title("seed")
    scene.viewer("grown")
    scene.viewer("kid", kids=True, maturity_limit=6)
    scene.viewer("kid18", kids=True, maturity_limit=18)
    scene.viewer("teenager", maturity_limit=12)
    scene.viewer("bavarian", region="DE-BY")
    for who in ("grown", "kid", "kid18", "teenager", "bavarian"):
        scene.watched(who, "seed")
    scene.similar = [("seed", title, 0.5) for title in ("all", "teen", "unrated", "abroad", "anywhere")]
    assert {who: set(ids) for who, ids in scene.ids().items()} == {
        "grown": {"all", "teen", "unrated", "anywhere"},
        "kid": {"all", "anywhere"},
        "kid18": {"all", "teen", "anywhere"},
        "teenager": {"all", "teen", "anywhere"},
        "bavarian": {"abroad", "anywhere"},
    }


def test_a_new_profile_gets_what_is_popular_in_its_region(scene: Scene) -> None:
    both = {"regions": ["US", "DE"]}
    scene.title("american", "german", "unwatched", **both)
    for number in range(3):
        scene.viewer(f"us{number}")
        scene.watched(f"us{number}", "american")
        scene.viewer(f"de{number}", region="DE")
        scene.watched(f"de{number}", "german")
    scene.viewer("new")
    scene.viewer("neu", region="DE")
    scene.viewer("nowhere", region="FR")
    picks = scene.picks()
    assert picks["new"] == [(one, "popular", None) for one in ("american", "german", "unwatched")]
    assert picks["neu"] == [(one, "popular", None) for one in ("german", "american", "unwatched")]
    assert picks["nowhere"] == []


def test_kids_get_what_kids_watch_and_others_what_all_watch(scene: Scene) -> None:
    scene.title("musical", "cartoon", maturity_age=6)
    scene.viewer("kid", kids=True, maturity_limit=10)
    scene.viewer("seven", maturity_limit=7)
    scene.viewer("teenager", maturity_limit=12)
    for number in range(9):
        scene.viewer(f"adult{number}")
        scene.watched(f"adult{number}", "musical")
    scene.viewer("other", kids=True, maturity_limit=10)
    scene.watched("other", "cartoon")
    ids = scene.ids()
    assert ids["kid"] == ids["seven"] == ["cartoon", "musical"]
    assert ids["teenager"] == ["musical", "cartoon"]


def test_genres_are_those_a_profile_watches_more_than_others_do(scene: Scene) -> None:
    scene.title("d1", "d2", "d3")
    scene.title("w1", genres=["Western"])
    scene.title("x", genres=["Comedy"])
    for who in ("ann", "bob", "cem"):
        scene.viewer(who)
        scene.watched(who, "d1")
        scene.watched(who, "d2")
    scene.watched("ann", "w1")
    scene.viewer("new", favourite_genres=["Comedy"])
    genres = {who: document["genres"] for who, document in scene.documents().items()}
    assert genres == {"ann": ["Western", "Drama"], "bob": ["Drama"], "cem": ["Drama"], "new": ["Comedy"]}


def test_a_pick_says_which_of_the_profiles_genres_it_has(scene: Scene) -> None:
    scene.title("seed", genres=["Western", "War"])
    scene.title("both", genres=["War", "Comedy", "Western"])
    scene.title("war", genres=["War"])
    scene.title("other", genres=["Comedy"])
    scene.viewer("ann", favourite_genres=["Western"])
    scene.watched("ann", "seed")
    scene.similar = [("seed", "both", 0.9), ("seed", "war", 0.8), ("seed", "other", 0.7)]
    picks = top_picks_from_document(scene.documents()["ann"])
    assert picks.genres == ("Western", "War")
    assert {pick.title_id: pick.genres for pick in picks.picks} == {
        "both": ("Western", "War"),
        "war": ("War",),
        "other": (),
    }


def test_the_document_is_what_readers_understand(scene: Scene) -> None:
    scene.title("seen", "near")
    scene.viewer("ann")
    scene.watched("ann", "seen")
    scene.similar = [("seen", "near", 0.8)]
    document = scene.documents()["ann"]
    assert (document["_id"], document["version"], document["computed_at"]) == ("v:ann", "v", AS_OF)
    assert document["items"] == [["near", 2.0, "similar", "seen", 1]]


def test_behind_the_picks_stand_the_next_best_by_taste_and_none_is_in_both(scene: Scene) -> None:
    scene.title("seed")
    scene.title(*(f"hit{number:02d}" for number in range(55)))
    scene.title(*(f"like{number:02d}" for number in range(40)))
    for who in ("ann", "new", *(f"bob{number}" for number in range(55))):
        scene.viewer(who)
    scene.watched("ann", "seed")
    for number in range(55):
        scene.watched(f"bob{number}", f"hit{number:02d}")
    scene.similar = [("seed", f"like{number:02d}", (number + 1) / 100) for number in range(40)]
    documents = scene.documents(replace(SIMPLE, popular=100.0))
    picks = top_picks_from_document(documents["ann"])
    assert {pick.title_id[:3] for pick in picks.picks} == {"hit"}
    assert [pick.title_id for pick in picks.taste] == [f"like{number:02d}" for number in range(39, 9, -1)]
    assert {pick.seed for pick in picks.taste} == {"seed"}
    assert {pick.source for pick in picks.taste} == {PickSource.SIMILAR}
    # Nobody's taste is known from nothing.
    assert (len(documents["new"]["items"]), documents["new"]["taste"]) == (50, [])


def test_a_document_is_bounded_however_many_titles_there_are(scene: Scene) -> None:
    scene.title("seed", *(f"a-title-with-a-long-name-{number:04d}" for number in range(300)))
    scene.viewer("ann")
    scene.watched("ann", "seed")
    scene.similar = [("seed", one["title_id"], 0.5) for one in scene.titles[1:]]
    document = scene.documents()["ann"]
    assert (len(document["items"]), len(document["taste"])) == (TOP_PICKS_SIZE, TASTE_SIZE)
    assert len(bson.encode(document)) < 8_000


@pytest.mark.spark
def test_another_delivery_of_a_seen_work_is_excluded_and_says_nothing_of_taste(frames: Any) -> None:
    seen = frames.interactions([("p", "a", 1.0, 2.0)])
    shared = {"kind": "movie", "genres": ["Drama"], "maturity_age": 0, "launched_at": 0, "regions": ["US"]}
    titles = frames.titles_of(
        [
            {"id": one, "works": works, **shared}
            for one, works in (("a", ["w:1"]), ("b", ["w:1"]), ("c", ["w:2"]))
        ]
    ).withColumnRenamed("id", "title_id")
    rows = with_other_deliveries(seen, titles).collect()
    assert sorted((row.title_id, row.strength, row.seen) for row in rows) == [
        ("a", 1.0, True),
        ("b", 0.0, True),
    ]
