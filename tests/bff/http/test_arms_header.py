"""x-marquee-arms over HTTP: for all callers in the demo, for designers elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from domain.viewers.profiles import Role

pytestmark = pytest.mark.stores

HOME = '{ home(profileId: "profile_ade", device: {formFactor: TV}) { experiments { key forced } } }'


def ask(client: TestClient, headers: dict[str, str], arms: str) -> dict[str, Any]:
    answer = client.post("/graphql", json={"query": HOME}, headers={**headers, "x-marquee-arms": arms})
    told: dict[str, Any] = answer.json()
    return told


def test_in_the_demo_anybody_may_choose_an_arm(
    client: TestClient, bearer: Callable[..., dict[str, str]]
) -> None:
    (error,) = ask(client, bearer(), "row-order=B")["errors"]
    assert (error["extensions"]["code"], error["message"]) == (
        "BAD_USER_INPUT",
        "There is no experiment 'row-order'.",
    )


@pytest.mark.parametrize(("role", "code"), [(Role.VIEWER, "FORBIDDEN"), (Role.OPERATOR, "FORBIDDEN")])
def test_elsewhere_only_designers_may(
    dark_client: TestClient, bearer: Callable[..., dict[str, str]], role: Role, code: str
) -> None:
    (error,) = ask(dark_client, bearer(role=role), "row-order=B")["errors"]
    assert error["extensions"]["code"] == code
    assert error["message"] == f"This takes a token of the role designer or staff; yours is {role.value}."


def test_a_designer_elsewhere_is_let_through(
    dark_client: TestClient, bearer: Callable[..., dict[str, str]]
) -> None:
    answer = ask(dark_client, bearer(role=Role.DESIGNER), "row-order=B")
    assert answer["data"]["home"]["experiments"] == []
