"""The demo's first pages: composed before anybody looks, and no obstacle when they cannot be."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from bff.demo.warm_up import HOME, PATIENCE_SECONDS, compose_first_pages


@pytest.mark.stores
def test_the_first_viewer_of_every_kind_finds_the_shelves_read(address: str) -> None:
    composed = list(compose_first_pages(address))
    personas = httpx.get(f"{address}/demo/session").json()["personas"]
    assert composed == [persona["name"] for persona in personas]
    assert len(personas) == 3
    for persona in personas:
        answer = ask(address, persona)
        assert answer["data"]["home"]["degradations"] == []
        assert "elasticsearch.browse" not in answer["extensions"]["storeCalls"]


def test_a_server_that_does_not_answer_holds_nobody_up() -> None:
    started = time.monotonic()
    assert list(compose_first_pages("http://127.0.0.1:9")) == []
    assert time.monotonic() - started < PATIENCE_SECONDS


def ask(address: str, persona: dict[str, str]) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.post(
        f"{address}/graphql",
        json={"query": HOME, "variables": {"id": persona["profileId"]}},
        headers={"Authorization": f"Bearer {persona['token']}"},
    ).json()
    return answer
