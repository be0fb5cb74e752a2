"""The pages of a report: composed by the service, or rows of the lists with a note that says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from batch.pipeline.report_pages import compose_pages
from batch.reports.parts import SampleRow
from batch.reports.sample_pages import NO_PAGES, Chosen, build_pages
from batch.reports.sampled_lists import SampledProfile
from domain.errors import StoreUnavailable
from domain.evaluation.table import EvaluationTable
from domain.ids import ProfileId, Region, TitleId
from domain.ports.page_composer import ComposedPages, ComposedRow, StoreAddresses
from domain.recommendations.lists import Pick, PickSource
from domain.storage_names import TITLES

pytestmark = pytest.mark.stores

MINA, KIDS = (SampledProfile(one, Region("US"), persona=one) for one in ("mina", "kids"))
BEFORE, AFTER = "20261119-1", "20261120-1"


class Composer:
    """Composes a page of one row for Mina alone."""

    def __init__(self, is_down: bool = False) -> None:
        self._is_down = is_down

    def compose(
        self, stores: StoreAddresses, profiles: Sequence[ProfileId], versions: Sequence[str], seconds: float
    ) -> ComposedPages:
        if self._is_down:
            raise StoreUnavailable("mongo")
        firsts = {BEFORE: TitleId("t7"), AFTER: TitleId("t8")}
        return {
            (version, one): (ComposedRow("For Mina", (firsts[version], TitleId("t1"))),)
            for version in versions
            for one in profiles
            if one == MINA.id
        }

    def evaluate(
        self, stores: StoreAddresses, version: str, profiles: int, seconds: float
    ) -> EvaluationTable:
        raise AssertionError("a report measures nothing")


@pytest.fixture
def database(stores: Any) -> Iterator[Any]:
    stores.mongo[TITLES].insert_many({"_id": f"t{number}", "name": f"Title {number}"} for number in range(9))
    yield stores.mongo
    stores.mongo[TITLES].delete_many({})


def shown(rows: tuple[SampleRow, ...]) -> list[tuple[str, list[tuple[str, bool]]]]:
    return [(row.heading, [(one.name, one.fresh) for one in row.titles]) for row in rows]


def test_pages_are_shown_as_they_are_composed_and_as_lists_where_they_are_not(
    database: Any, batch_settings: Any
) -> None:
    notes: list[str] = []
    ids = [ProfileId(MINA.id), ProfileId(KIDS.id)]
    composed = compose_pages(Composer(), batch_settings, notes.append, ids, [BEFORE, AFTER])
    chosen = [Chosen(MINA, "a persona"), Chosen(KIDS, "a persona")]
    lists = {KIDS.id: (Pick(TitleId("t3"), 1.0, PickSource.POPULAR),)}
    mina, kids = build_pages(database, chosen, (BEFORE, AFTER), lists, lists, composed)
    assert shown(mina.before) == [("For Mina", [("Title 7", True), ("Title 1", False)])]
    assert shown(mina.after) == [("For Mina", [("Title 8", True), ("Title 1", False)])]
    assert shown(kids.after) == [("Top Picks", [("Title 3", False)])]
    assert (mina.command, kids.command) == (None, "marquee explain --profile kids --title t3")
    assert notes == [
        "The pages of 1 of 2 profiles are rows of the lists: the service could not compose them in time."
    ]


def test_without_a_composed_page_a_note_says_why(batch_settings: Any) -> None:
    notes: list[str] = []
    given = (batch_settings, notes.append, [ProfileId(MINA.id)], [AFTER])
    assert compose_pages(None, *given) == compose_pages(Composer(is_down=True), *given) == NO_PAGES
    assert notes == [
        "The pages below are rows of the lists: the service, which composes pages, is not installed here.",
        "The pages below are rows of the lists, for no page could be composed: mongo did not answer",
    ]
