"""Arms that a designer chooses by hand: marked, never logged, and for designers alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.viewers.profiles import Role
from tests.resolvers.experiment_world import (
    FIRST,
    HOME,
    an_experiment,
    exposures,
    rows,
    served,
)

pytestmark = pytest.mark.stores


@pytest.mark.parametrize("role", [Role.DESIGNER, Role.STAFF])
async def test_a_designer_forces_arms_and_nothing_is_logged(
    filled: StoreUrls, run: Callable[..., Any], role: Role
) -> None:
    draft = an_experiment("order", status="draft")
    face = await run(
        {"order": [FIRST], "room": [{"set": {"mine": {"max_cards": 2}}}]}, draft, an_experiment("room")
    )
    plain = await served(face)
    context = face.context()
    context.principal, context.requested_arms = replace(context.principal, role=role), "order=B"
    forced = await served(face, context)
    assert rows(forced)[0] == "mine"
    assert forced["experiments"] == [
        {"key": "order", "variant": "B", "forced": True},
        {"key": "room", "variant": "B", "forced": False},
    ]
    assert forced["snapshotId"] != plain["snapshotId"]
    assert [one["experiment"] for one in exposures(filled)] == ["room"]
    assert exposures(filled)[0]["page_id"] == plain["snapshotId"]


async def test_a_forced_arm_that_changes_nothing_here_is_marked_all_the_same(run: Callable[..., Any]) -> None:
    face = await run({"order": [{"when": {"device": "mobile"}, **FIRST}]}, an_experiment("order"))
    face.process.demo = True
    context = face.context()
    context.requested_arms = "order=A"
    home = await served(face, context)
    assert home["experiments"] == [{"key": "order", "variant": "A", "forced": True}]


@pytest.mark.parametrize(
    ("arms", "code", "message"),
    [
        ("order=B", "FORBIDDEN", "This takes a token of the role designer or staff; yours is viewer."),
        ("order", "BAD_USER_INPUT", "Write arms like row-order=B, hero=A; at most 20, each experiment once."),
    ],
)
async def test_forced_arms_that_are_refused_get_an_error(
    run: Callable[..., Any], arms: str, code: str, message: str
) -> None:
    face = await run({"order": [FIRST]}, an_experiment("order"))
    context = face.context()
    context.requested_arms = arms
    result = await face.ask(HOME, context)
    assert result.errors is not None
    error = result.errors[0].original_error
    assert (getattr(error, "code", None), str(error)) == (code, message)


async def test_an_unknown_arm_names_the_one_that_was_meant(run: Callable[..., Any]) -> None:
    face = await run({"order": [FIRST]}, an_experiment("order"))
    face.process.demo = True
    context = face.context()
    context.requested_arms = "ordre=B"
    result = await face.ask(HOME, context)
    assert result.errors is not None
    assert result.errors[0].message == "There is no experiment 'ordre'. Did you mean 'order'?"


async def test_looking_behind_a_page_is_no_exposure(filled: StoreUrls, run: Callable[..., Any]) -> None:
    face = await run({"order": [FIRST]}, an_experiment("order"))
    context = face.context()
    context.principal = replace(context.principal, role=Role.STAFF)
    why = """{ whyNot(profileId: "profile_ade", titleId: "title_mv08", device: {formFactor: TV}) {
      experiments { key variant forced } } }"""
    told = (await face.data(why, context))["whyNot"]
    assert told["experiments"] == [{"key": "order", "variant": "B", "forced": False}]
    await context.start_background_work()
    await face.process.background.settle()
    assert exposures(filled) == []
