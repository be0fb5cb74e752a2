"""Top picks: what a profile has not seen, may watch and would like, each with the title that spoke for it."""

from __future__ import annotations

from typing import Any

import pytest

from batch.jobs import top_picks as job
from batch.jobs.deliveries import with_other_deliveries
from batch.jobs.genre_preferences import with_genre_preferences
from batch.storage.schemas import NEIGHBOUR, POPULARITY

pytestmark = pytest.mark.spark

Item = tuple[str, float, str, str | None]


class Scene:
    """A catalogue, viewers, what they watched, what is similar and what is popular; and the picks it leads to."""

    def __init__(self, frames: Any) -> None:
        self.frames = frames
        self.titles: list[dict[str, Any]] = []
        self.viewers: list[dict[str, Any]] = []
        self.watched: list[tuple[str, str, float, float]] = []
        self.similar: list[tuple[str, str, float]] = []
        self.popular: list[tuple[str, str, float]] = []
        self.popular_with_kids: list[tuple[str, str, float]] = []

    def title(self, *ids: str, **facts: Any) -> None:
        shared = {
            "kind": "movie",
            "genres": ["Drama"],
            "maturity_age": 0,
            "launched_at": 0,
            "regions": ["US"],
        }
        self.titles += [{"id": one, **shared, **facts} for one in ids]

    def viewer(self, profile_id: str, **facts: Any) -> None:
        shared = {"region": "US", "kids": False, "maturity_limit": 18, "favourite_genres": []}
        self.viewers.append({"profile_id": profile_id, **shared, **facts})

    def picks(self) -> dict[str, list[Item]]:
        return {row.profile_id: [tuple(item)[:4] for item in row["items"]] for row in self.rows()}

    def rows(self) -> list[Any]:
        frames = self.frames
        titles = frames.titles_of(self.titles).withColumnRenamed("id", "title_id")
        viewers = frames.spark.createDataFrame(
            [
                (
                    one["profile_id"],
                    one["region"],
                    one["kids"],
                    one["maturity_limit"],
                    one["favourite_genres"],
                )
                for one in self.viewers
            ],
            "profile_id string, region string, kids boolean, maturity_limit int, favourite_genres array<string>",
        )
        neighbours = frames.of(
            NEIGHBOUR,
            [
                {"title_id": a, "neighbour_id": b, "score": score, "support": 9}
                for a, b, score in self.similar
            ],
        )
        popular = frames.of(
            POPULARITY,
            [
                {"region": region, "audience": audience, "title_id": title, "score": score, "count": 1}
                for audience, lists in (("all", self.popular), ("kids", self.popular_with_kids))
                for region, title, score in lists
            ],
        )
        people = with_genre_preferences(job.with_history(viewers, frames.interactions(self.watched)), titles)
        people = people.repartition(2, "profile_id")
        lists = job.similar_lists(neighbours).unionByName(job.popular_lists(viewers, titles, popular))
        return list(job.select_picks(people, lists, titles, popular).orderBy("profile_id").collect())


@pytest.fixture
def scene(frames: Any) -> Scene:
    return Scene(frames)


def test_taste_first_then_what_is_popular_and_nothing_seen_or_judged(scene: Scene) -> None:
    scene.title("seen", "near", "far", "hit", "hated")
    scene.viewer("ann")
    scene.watched = [("ann", "seen", 1.0, 0.0), ("ann", "hated", -1.0, 1.0)]
    scene.similar = [("seen", "near", 0.8), ("seen", "far", 0.2), ("seen", "hated", 0.9)]
    scene.popular = [("US", "hit", 1.0), ("US", "seen", 0.9), ("US", "hated", 0.5), ("US", "far", 0.2)]
    assert scene.picks() == {
        "ann": [
            # 0.85 x 0.8 / 0.9 would be the score if "hated" could still be picked: it cannot, so 0.8 is the top.
            ("near", 0.85, "similar", "seen"),
            ("far", round(0.85 * 0.25 + 0.15 * 0.2, 6), "similar", "seen"),
            ("hit", 0.15, "popular", None),
        ]
    }


def test_the_seed_is_the_show_that_spoke_most(scene: Scene) -> None:
    scene.title("old", "new", "found")
    scene.viewer("ann")
    scene.watched = [("ann", "old", 1.0, 60.0), ("ann", "new", 1.0, 0.0)]
    scene.similar = [("old", "found", 0.6), ("new", "found", 0.4)]
    assert scene.picks()["ann"][0] == ("found", 0.85, "similar", "new")


def test_a_disliked_show_pulls_its_neighbours_down(scene: Scene) -> None:
    scene.title("liked", "hated", "between", "clean")
    scene.viewer("ann")
    scene.watched = [("ann", "liked", 1.0, 0.0), ("ann", "hated", -1.0, 0.0)]
    scene.similar = [("liked", "between", 0.9), ("hated", "between", 0.8), ("liked", "clean", 0.5)]
    assert [item[0] for item in scene.picks()["ann"]] == ["clean", "between"]


def test_who_only_disliked_gets_what_is_popular_and_unlike_it(scene: Scene) -> None:
    scene.title("hated", "alike", "rather", "hit")
    scene.viewer("ann")
    scene.watched = [("ann", "hated", -1.0, 0.0)]
    scene.similar = [("hated", "alike", 0.8), ("hated", "rather", 0.2)]
    scene.popular = [("US", "alike", 1.0), ("US", "rather", 0.8), ("US", "hit", 0.6)]
    assert scene.picks() == {
        "ann": [
            # Popularity counts half: ann is fond of no genre.
            ("hit", 0.045, "popular", None),
            ("rather", round(-0.85 * 0.25 + 0.075 * 0.8, 6), "popular", None),
            ("alike", -0.775, "popular", None),
        ]
    }


def test_age_limit_region_and_unrated_titles_are_respected(scene: Scene) -> None:
    scene.title("all", maturity_age=0)
    scene.title("teen", maturity_age=12)
    scene.title("unrated", maturity_age=None)
    scene.title("abroad", regions=["DE"])
    scene.title("seed")
    scene.viewer("grown")
    scene.viewer("kid", kids=True, maturity_limit=6)
    scene.viewer("teenager", maturity_limit=12)
    scene.watched = [(who, "seed", 1.0, 0.0) for who in ("grown", "kid", "teenager")]
    scene.similar = [("seed", title, 0.5) for title in ("all", "teen", "unrated", "abroad")]
    picks = {who: {item[0] for item in items} for who, items in scene.picks().items()}
    assert picks == {"grown": {"all", "teen", "unrated"}, "kid": {"all"}, "teenager": {"all", "teen"}}


def test_a_new_profile_gets_what_is_popular_favourite_genres_first(scene: Scene) -> None:
    scene.title("drama")
    scene.title("horror", genres=["Horror"])
    scene.title("unwatched", launched_at=5)
    scene.viewer("new", favourite_genres=["Horror"])
    scene.popular = [("US", "drama", 1.0), ("US", "horror", 0.8)]
    rows = scene.rows()
    assert [tuple(item) for item in rows[0]["items"]] == [
        ("horror", 0.12, "popular", None, 1),
        ("drama", 0.075, "popular", None, 0),
        ("unwatched", 0.0, "popular", None, 0),
    ]
    assert list(rows[0].genres) == ["Horror"]


def test_kids_get_what_kids_watch_and_others_what_all_watch(scene: Scene) -> None:
    scene.title("musical", "cartoon", maturity_age=6)
    scene.viewer("kid", kids=True, maturity_limit=10)
    scene.viewer("seven", maturity_limit=7)
    scene.viewer("teenager", maturity_limit=12)
    scene.popular = [("US", "musical", 1.0), ("US", "cartoon", 0.2)]
    scene.popular_with_kids = [("US", "cartoon", 1.0), ("US", "musical", 0.1)]
    assert {who: [item[0] for item in items] for who, items in scene.picks().items()} == {
        "kid": ["cartoon", "musical"],
        "seven": ["cartoon", "musical"],
        "teenager": ["musical", "cartoon"],
    }


def test_genres_are_those_a_profile_watches_more_than_others_do(scene: Scene) -> None:
    scene.title("d1", "d2", "d3")
    scene.title("w1", genres=["Western"])
    scene.title("x", genres=["Comedy"])
    for who in ("ann", "bob", "cem"):
        scene.viewer(who)
        scene.watched += [(who, "d1", 1.0, 0.0), (who, "d2", 1.0, 0.0)]
    scene.watched += [("ann", "w1", 1.0, 0.0)]
    genres = {row.profile_id: list(row.genres) for row in scene.rows()}
    assert genres == {"ann": ["Western", "Drama"], "bob": ["Drama"], "cem": ["Drama"]}


def test_a_pick_says_which_of_the_profiles_genres_it_has(scene: Scene) -> None:
    scene.title("seed", genres=["Western", "War"])
    scene.title("both", genres=["War", "Comedy", "Western"])
    scene.title("war", genres=["War"])
    scene.title("other", genres=["Comedy"])
    scene.viewer("ann", favourite_genres=["Western"])
    scene.watched = [("ann", "seed", 1.0, 0.0)]
    scene.similar = [("seed", "both", 0.9), ("seed", "war", 0.8), ("seed", "other", 0.7)]
    row = scene.rows()[0]
    assert list(row.genres) == ["Western", "War"]
    assert {item.title_id: item.genre_mask for item in row["items"]} == {"both": 3, "war": 2, "other": 0}


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
