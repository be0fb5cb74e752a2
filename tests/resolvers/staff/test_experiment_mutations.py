"""Experiments through the API: a designer starts one from a draft, reads it and stops it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.ids import AccountId
from domain.layouts.versions import Draft
from domain.viewers.profiles import Principal, Role
from resolvers.request.context import Context
from tests.domain.made import NOW
from tests.domain.made_layouts import a_document, a_layout_version
from tests.resolvers.conftest import Face, opened

pytestmark = pytest.mark.stores

START = """mutation Start($input: ExperimentStartInput!) { experimentStart(input: $input) {
  __typename
  ... on ExperimentStarted { patch layoutVersion experiment {
    key status phase unit layer coverage layout hypothesis variants { key share dataVersion }
    notes { by what why } findings { message serious } } }
  ... on ExperimentRefused { message code }
} }"""
STOP = """mutation Stop($input: ExperimentStopInput!) { experimentStop(input: $input) {
  __typename ... on ExperimentStopped { layoutVersion } ... on ExperimentRefused { message code } } }"""
LIST = "{ experiments { key status phase findings { message serious } notes { what } } }"
FIRST = ["trending", "continue", "picks", "because", "new"]


@pytest.fixture
async def face(stack: StoreUrls, mongo_database: str) -> AsyncIterator[Face]:
    """A layout, live, and a draft of it."""
    async with opened(StoreUrls(mongo_database, stack.elasticsearch_url, stack.redis_url)) as stores:
        await stores.ports.layout_admin.publish(a_layout_version(a_document()), 0)
        await stores.ports.layout_admin.save_draft(Draft("bold", a_document(order=FIRST), 1, NOW, "mina"))
        yield Face(stores.ports)


def designer(face: Face) -> Context:
    return replace(face.context(), principal=Principal(AccountId("mina"), Role.DESIGNER, None))


async def asked(face: Face, document: str, **given: Any) -> dict[str, Any]:
    (answer,) = (await face.data(document, designer(face), input=given)).values()
    told: dict[str, Any] = answer
    return told


async def test_from_draft_to_the_page_of_every_viewer(face: Face) -> None:
    started = await asked(
        face,
        START,
        key="order",
        draftId="bold",
        share=0.2,
        layer="rows",
        segmentsTo=0.5,
        coverage=0.4,
        unit="ACCOUNT",
        hypothesis="News first.",
        reason="charts sell",
    )
    assert started == {
        "__typename": "ExperimentStarted",
        "patch": {"move": {"trending": {"to": 1}}},
        "layoutVersion": 2,
        "experiment": {
            "key": "order",
            "status": "RUNNING",
            "phase": 1,
            "unit": "ACCOUNT",
            "layer": "rows",
            "coverage": 0.4,
            "layout": "home",
            "hypothesis": "News first.",
            "variants": [
                {"key": "A", "share": pytest.approx(0.16), "dataVersion": None},
                {"key": "B", "share": pytest.approx(0.04), "dataVersion": None},
            ],
            "notes": [{"by": "mina", "what": "started phase 1", "why": "charts sell"}],
            "findings": [],
        },
    }
    stopped = await asked(face, STOP, key="order", ship="B", reason="they do")
    assert stopped == {"__typename": "ExperimentStopped", "layoutVersion": 3}
    assert (await face.stores.layout_admin.live_versions())["home"].document == a_document(order=FIRST)
    (told,) = (await face.data(LIST, designer(face)))["experiments"]
    assert (told["status"], [note["what"] for note in told["notes"]]) == (
        "STOPPED",
        ["started phase 1", "stopped, B ships"],
    )


async def test_data_can_be_a_variant(face: Face) -> None:
    started = await asked(face, START, key="night", dataVersion="20261121-1", share=0.05)
    assert (started["patch"], started["layoutVersion"]) == (None, None)
    assert started["experiment"]["variants"] == [
        {"key": "A", "share": pytest.approx(0.95), "dataVersion": None},
        {"key": "B", "share": pytest.approx(0.05), "dataVersion": "20261121-1"},
    ]


@pytest.mark.parametrize(
    ("document", "given", "code", "message"),
    [
        (
            START,
            {"key": "x", "draftId": "bald"},
            "NOT_FOUND",
            "There is no draft 'bald'. Did you mean 'bold'?",
        ),
        (
            START,
            {"key": "x", "draftId": "bold", "share": 1.5},
            "BAD_USER_INPUT",
            "share: from 0 to 1, not 1.5.",
        ),
        (
            START,
            {"key": "x", "draftId": "bold", "dataVersion": "v"},
            "BAD_USER_INPUT",
            "draftId, dataVersion: a variant is one of the two; start two variants, one after the other.",
        ),
        (
            START,
            {"key": "a b", "draftId": "bold"},
            "BAD_USER_INPUT",
            "experiment 'a b': experiment: 'a b' cannot be used here. Its key. 1 to 64 letters, digits, '-' or '_'.",
        ),
        (STOP, {"key": "x"}, "NOT_FOUND", "There is no experiment 'x'."),
    ],
)
async def test_refusals_are_results(
    face: Face, document: str, given: dict[str, Any], code: str, message: str
) -> None:
    refused = await asked(face, document, **given)
    assert refused == {"__typename": "ExperimentRefused", "code": code, "message": message}
    assert (await face.stores.layout_admin.live_versions())["home"].number == 1


async def test_an_experiment_that_runs_is_a_conflict(face: Face) -> None:
    await asked(face, START, key="order", draftId="bold")
    again = await asked(face, START, key="order", draftId="bold")
    assert (again["__typename"], again["code"]) == ("ExperimentRefused", "CONFLICT")
