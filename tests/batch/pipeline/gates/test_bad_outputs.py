"""Bad and complete outputs of every dataset in real stores: the run ends with 3, the pointer and the data stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from batch.pipeline.failures import ExitCode, exit_code_for
from batch.pipeline.gates.measure import measure
from batch.pipeline.gates.records import recorded_results
from batch.pipeline.ledger import Ledger, RunStatus
from batch.pipeline.pointer import live_version
from batch.pipeline.publish import PublicationBlocked, publish_staged
from batch.pipeline.staged import find_run, planned_version
from domain.storage_names import POPULAR, SIMILAR, TITLES, TOP_PICKS, TRENDING
from tests.batch.pipeline import staged_world as world

pytestmark = pytest.mark.stores

Document = dict[str, Any]
Damage = Callable[[Document], None]


@pytest.fixture(scope="module", autouse=True)
def first(stores: Any) -> Any:
    """What is live in every test."""
    world.empty(stores)
    world.fill(stores)
    return world.publish_night(stores)


def no_titles(document: Document) -> None:
    document["items"] = []


def unknown_titles(document: Document) -> None:
    for place, item in enumerate(document["items"]):
        item[0] = f"gone{place}"


def one_title(document: Document) -> None:
    document["items"] = [["f1", *document["items"][0][1:]]]


def a_title_twice(document: Document) -> None:
    document["items"] *= 2


def a_score_that_is_no_number(document: Document) -> None:
    document["items"][0][1] = float("nan")


def no_items(document: Document) -> None:
    del document["items"]


def items_of_another_kind(document: Document) -> None:
    document["items"] = [{"title": "f1"}]


BROKEN = (a_title_twice, a_score_that_is_no_number, no_items, items_of_another_kind)
CASES: list[tuple[str, Damage, set[str]]] = [
    *[(dataset, damage, {"integrity"}) for dataset in (POPULAR, TRENDING) for damage in BROKEN],
    *[(dataset, a_title_twice, {"integrity"}) for dataset in (TOP_PICKS, SIMILAR)],
    *[(dataset, a_score_that_is_no_number, {"integrity"}) for dataset in (TOP_PICKS, SIMILAR)],
    (TOP_PICKS, no_titles, {"empty_lists", "median_items", "catalogue_share", "overlap"}),
    (SIMILAR, no_titles, {"empty_lists", "median_items", "catalogue_share", "overlap"}),
    (TOP_PICKS, no_items, {"integrity", "empty_lists", "median_items", "catalogue_share", "overlap"}),
    (
        SIMILAR,
        items_of_another_kind,
        {"integrity", "empty_lists", "median_items", "catalogue_share", "overlap"},
    ),
    (SIMILAR, one_title, {"first_title", "catalogue_share", "overlap", "integrity"}),
    (SIMILAR, unknown_titles, {"unavailable", "first_title", "catalogue_share", "overlap"}),
    (POPULAR, unknown_titles, {"unavailable"}),
]


@pytest.mark.parametrize(("dataset", "damage", "gates"), CASES)
def test_a_bad_output_of_any_dataset_is_blocked_with_exit_code_3_and_its_data_stays(
    stores: Any, first: Any, dataset: str, damage: Damage, gates: set[str]
) -> None:
    def change(name: str, document: Document) -> Document:
        if name == dataset and "SCORES" not in document.get("_id", ""):
            damage(document)
        return document

    with pytest.raises(PublicationBlocked, match="The data is kept and the pointer has not moved") as refused:
        world.publish_night(stores, change)
    assert exit_code_for(refused.value) is ExitCode.BLOCKED
    run = Ledger(stores.mongo).latest_runs(1)[0]
    assert {one.id.value for one in recorded_results(stores.mongo, run.id) if one.blocks} == gates
    assert (run.status, find_run(stores.mongo, run.id).staged) == (RunStatus.BLOCKED, True)
    live = live_version(stores.mongo)
    assert live is not None
    assert live.version == first.version


def test_a_chart_of_a_genre_called_kids_is_no_list_of_kids(stores: Any) -> None:
    adult = "f55"

    def change(name: str, document: Document) -> Document | None:
        if name == POPULAR and document["_id"].endswith(":US:all"):
            document["_id"] = document["_id"].removesuffix("all") + "kids"
            document["items"][0][0] = adult
        return document

    run = world.publish_night(stores, change)
    kids = next(one for one in recorded_results(stores.mongo, run.id) if one.id == "kids_maturity")
    # Ten of profiles, and of two regions one chart and one list of popular titles each.
    assert kids.says == "0 titles in 14 lists of kids are above the age limit"


def test_what_is_taken_from_the_catalogue_later_does_not_stop_a_job_that_brings_other_lists(
    stores: Any,
) -> None:
    world.publish_night(stores)
    gone = [f"f{number}" for number in range(30, 36)]
    removed = list(stores.mongo[TITLES].find({"_id": {"$in": gone}}))
    stores.mongo[TITLES].delete_many({"_id": {"$in": gone}})
    run = world.stage_charts(stores)
    facts = measure(
        stores, planned_version(find_run(stores.mongo, run.id), live_version(stores.mongo)), None, world.NOW
    )
    assert facts.staged.lists.unavailable > 5
    published = publish_staged(stores, run.id, world.MINA)
    assert published.version_of(TRENDING) == run.version
    stores.mongo[TITLES].insert_many(removed)
