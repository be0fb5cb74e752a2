"""The demo's first pages: composed before a viewer opens them; a failure does not block the start."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from bff.demo.warm_up import HOME_QUERY, PAGE_TIMEOUT_SECONDS, compose_first_pages


@pytest.mark.stores
def test_every_personas_first_page_needs_no_catalogue_query(address: str) -> None:
    composed = list(compose_first_pages(address))
    personas = httpx.get(f"{address}/demo/session").json()["personas"]
    assert composed == [persona["name"] for persona in personas]
    assert len(personas) == 3
    for persona in personas:
        answer = ask(address, persona)
        assert answer["data"]["home"]["degradations"] == []
        assert "elasticsearch.browse" not in answer["extensions"]["storeCalls"]


def test_a_server_that_does_not_answer_does_not_block_the_start() -> None:
    started = time.monotonic()
    assert list(compose_first_pages("http://127.0.0.1:9")) == []
    assert time.monotonic() - started < PAGE_TIMEOUT_SECONDS


def ask(address: str, persona: dict[str, str]) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.post(
        f"{address}/graphql",
        json={"query": HOME_QUERY, "variables": {"id": persona["profileId"]}},
        headers={"Authorization": f"Bearer {persona['token']}"},
    ).json()
    return answer
