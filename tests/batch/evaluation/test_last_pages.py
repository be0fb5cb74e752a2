"""The pages of the last version in the night's table, or why they are not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from batch.evaluation.last_pages import NOT_INSTALLED, PROFILES, with_last_pages
from batch.jobs.context import JobContext
from batch.pipeline.ledger import Ledger, RunStatus
from domain.errors import NotFound
from domain.evaluation.table import CANDIDATE, LAST_VERSION, PAGE_LEVEL, EvaluationTable, Score
from domain.ids import ProfileId
from domain.ports.page_composer import ComposedPages, StoreAddresses

pytestmark = pytest.mark.stores

NOTHING = EvaluationTable("", "Too few profiles.")
ON_SCREEN = Score(PAGE_LEVEL, "all", CANDIDATE, "next play in first 3 x 6", 0.25, 0.2, 0.3, 80)


class Service:
    """Answers with one candidate's and one list's score, of all and of kids."""

    def __init__(self, has_plays: bool = True) -> None:
        self._has_plays = has_plays
        self.asked: list[tuple[str, int]] = []

    def compose(
        self, stores: StoreAddresses, profiles: Sequence[ProfileId], versions: Sequence[str], seconds: float
    ) -> ComposedPages:
        raise AssertionError("an evaluation shows no page")

    def evaluate(
        self, stores: StoreAddresses, version: str, profiles: int, seconds: float
    ) -> EvaluationTable:
        self.asked.append((version, profiles))
        if not self._has_plays:
            raise NotFound("No profile played anything after 2026-11-20T20:00Z.")
        scores = (
            ON_SCREEN,
            replace(ON_SCREEN, slice="kids"),
            replace(ON_SCREEN, model="popular titles, one list"),
        )
        return EvaluationTable("", "Pages of 80 profiles.", scores)


@pytest.fixture
def context(batch_settings: Any) -> JobContext:
    """Of a stage that needs no Spark."""
    return JobContext(None, batch_settings, "20261121-1", 0, None)  # type: ignore[arg-type]


@pytest.fixture
def last(stores: Any) -> str:
    """A published version."""
    ledger = Ledger(stores.mongo)
    run = ledger.start_run("nightly", date(2026, 11, 20))
    ledger.mark_published(run.id)
    return ledger.finish(run.id, RunStatus.SUCCEEDED).version


def test_a_first_version_has_no_pages_to_measure(context: JobContext) -> None:
    service = Service()
    assert with_last_pages(replace(context, composer=service), NOTHING) == NOTHING
    assert service.asked == []


def test_pages_of_the_last_version_join_the_table(context: JobContext, last: str) -> None:
    service = Service()
    table = with_last_pages(replace(context, composer=service), NOTHING)
    assert service.asked == [(last, PROFILES)]
    assert [(one.slice, one.model, one.value) for one in table.scores] == [
        (f"since {last}", LAST_VERSION, 0.25),
        (f"kids, since {last}", LAST_VERSION, 0.25),
        (f"since {last}", "popular titles, one list", 0.25),
    ]
    assert (table.headline(), table.note) == (None, "Too few profiles. Pages of 80 profiles.")


def test_what_keeps_pages_from_being_measured_is_said_and_stops_no_night(
    context: JobContext, last: str
) -> None:
    assert (
        with_last_pages(replace(context, composer=None), NOTHING).note == f"Too few profiles. {NOT_INSTALLED}"
    )
    late = replace(context, deadline=0)
    assert with_last_pages(replace(late, composer=Service()), NOTHING).note.endswith(
        "the run window is over."
    )
    unplayed = with_last_pages(replace(context, composer=Service(has_plays=False)), NOTHING)
    assert (unplayed.scores, unplayed.note) == (
        (),
        "Too few profiles. No pages were measured: No profile played anything after 2026-11-20T20:00Z.",
    )
