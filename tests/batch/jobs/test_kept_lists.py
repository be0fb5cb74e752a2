"""Lists that stay: who changed nothing keeps theirs for a while; a run window that ends leaves the rest as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from batch.jobs.kept_lists import PreviousNumbers
from batch.jobs.pick_rows import ListState
from tests.batch.list_scene import AS_OF, DAY, Scene, states

pytestmark = pytest.mark.slow  # kernels are compiled

SIZE = 50
TITLES = [f"t{number:02d}" for number in range(SIZE + 5)]


def small_service() -> Scene:
    """Ann watched t00 and Bob t01; everything is like both. A list has 50 of the other titles."""
    scene = Scene()
    scene.title(*TITLES)
    for who, title in (("ann", "t00"), ("bob", "t01")):
        scene.viewer(who)
        scene.watched(who, title)
    likeness = [(number + 1) / 100 for number in range(len(TITLES))]
    scene.similar = [
        (seed, title, value) for seed in TITLES[:2] for title, value in zip(TITLES, likeness, strict=True)
    ]
    return scene


@pytest.fixture(scope="module")
def before() -> pa.Table:
    return small_service().rows()


def numbers(old: Scene, new: Scene) -> PreviousNumbers:
    return PreviousNumbers.between(old.facts().ids, new.facts().ids)


def night(scene: Scene, before: pa.Table, days: float = 1.0, **changes: Any) -> pa.Table:
    """The next night, `days` later."""
    later = replace(scene, as_of=AS_OF + round(days * DAY))
    known = {"keep_days": 3.0, "previous": numbers(small_service(), scene)}
    return later.rows(later.task(**known | changes), before)


def titles_of(rows: pa.Table, profile: str) -> bytes:
    return next(row["titles"] for row in rows.to_pylist() if row["profile_id"] == profile)


def test_the_first_night_computes_every_list(before: pa.Table) -> None:
    assert states(before) == {"ann": ListState.COMPUTED, "bob": ListState.COMPUTED}


def test_who_watched_something_gets_a_new_list_and_the_other_keeps_all_of_theirs(before: pa.Table) -> None:
    scene = small_service()
    scene.watched("bob", "t07")
    after = night(scene, before)
    assert states(after) == {"ann": ListState.KEPT, "bob": ListState.COMPUTED}
    kept = next(row for row in after.to_pylist() if row["profile_id"] == "ann")
    assert {**kept, "state": 0} == next(row for row in before.to_pylist() if row["profile_id"] == "ann")


def test_an_old_list_and_one_from_the_future_are_computed_anew(before: pa.Table) -> None:
    scene = small_service()
    assert set(states(night(scene, before, days=2.9)).values()) == {ListState.KEPT}
    assert set(states(night(scene, before, days=3.0)).values()) == {ListState.COMPUTED}
    assert set(states(night(scene, before, days=-1.0)).values()) == {ListState.COMPUTED}


def test_a_title_that_may_no_longer_be_shown_makes_a_new_and_whole_list(before: pa.Table) -> None:
    scene = small_service()
    scene.titles[-1]["regions"] = ["DE"]
    after = night(scene, before)
    assert set(states(after).values()) == {ListState.COMPUTED}
    ann = next(row for row in after.to_pylist() if row["profile_id"] == "ann")
    assert (ann["picked"], len(ann["titles"]) // 4) == (SIZE, SIZE + 3)


def test_titles_may_change_their_numbers(before: pa.Table) -> None:
    scene = small_service()
    renumbered = replace(
        scene,
        titles=[*scene.titles[1:], scene.titles[0]],
        entries=[{**one, "number": (one["number"] - 1) % len(TITLES)} for one in scene.entries],
    )
    after = night(renumbered, before)
    assert set(states(after).values()) == {ListState.KEPT}
    ids = renumbered.facts().ids
    old_ids = scene.facts().ids
    old, new = (memoryview(titles_of(rows, "ann")).cast("i") for rows in (before, after))
    assert [ids[number] for number in new] == [old_ids[number] for number in old]


def test_a_changed_audience_gets_a_new_list(before: pa.Table) -> None:
    scene = small_service()
    scene.viewers[0]["maturity_limit"] = 16
    assert states(night(scene, before)) == {"ann": ListState.COMPUTED, "bob": ListState.KEPT}


def test_when_the_run_window_has_ended_everybody_keeps_what_they_had_less_what_they_saw(
    before: pa.Table,
) -> None:
    scene = small_service()
    scene.watched("bob", "t54")
    scene.viewer("new")
    after = night(scene, before, deadline=0)
    assert states(after) == {"ann": ListState.KEPT, "bob": ListState.NOT_REACHED}
    left = memoryview(titles_of(after, "bob")).cast("i").tolist()
    assert 54 not in left
    assert len(left) == SIZE + 3
    # Bob lost a pick; the next best by taste stay behind the others.
    assert next(row["picked"] for row in after.to_pylist() if row["profile_id"] == "bob") == SIZE - 1
    # The next night sees that Bob's list is not of his history, and computes it.
    next_night = night(scene, after, days=2.0)
    assert states(next_night) == {"ann": ListState.KEPT, "bob": ListState.COMPUTED, "new": ListState.COMPUTED}
