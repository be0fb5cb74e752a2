"""Composes the demo's first pages before a viewer opens them.

The first catalogue queries take the Elasticsearch stand-in 0.5 s or more, so a first page would lack New Releases.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

import httpx

PAGE_TIMEOUT_SECONDS = 3.0
"""For one page, so that a slow machine still starts."""

HOME_QUERY = "query ($id: ID!) { home(profileId: $id, device: {formFactor: TV}) { degradations { what } } }"


def compose_first_pages(address: str) -> Iterator[str]:
    """Yields each persona's name after its page is complete or the timeout has passed.

    The TV page shows the first persona. Raises nothing: the page reports problems.
    """
    try:
        with httpx.Client(base_url=address) as client:
            for persona in client.get("/demo/session").json().get("personas", []):
                _complete_page_poller(client, persona)
                yield persona["name"]
    except (httpx.HTTPError, ValueError):
        return


def _complete_page_poller(client: httpx.Client, persona: Mapping[str, str]) -> None:
    operation = {"query": HOME_QUERY, "variables": {"id": persona["profileId"]}}
    headers = {"Authorization": f"Bearer {persona['token']}"}
    deadline = time.monotonic() + PAGE_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        response = client.post("/graphql", json=operation, headers=headers)
        home = (response.json().get("data") or {}).get("home")
        if home is None or not home["degradations"]:
            return
