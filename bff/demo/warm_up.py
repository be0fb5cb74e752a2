"""The demo's first pages, composed before anybody looks.

A shelf of the catalogue that was never read takes the Elasticsearch stand-in half a second and more, longer
than a page waits, so whoever came first would see a page without its New Releases.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

import httpx

PATIENCE_SECONDS = 3.0
"""For one page. A slow machine serves its first pages as they come rather than keep everybody waiting."""

HOME = "query ($id: ID!) { home(profileId: $id, device: {formFactor: TV}) { degradations { what } } }"


def compose_first_pages(address: str) -> Iterator[str]:
    """Ask for each persona's page, over HTTP like any client, until it is whole or patience ends.

    Yields the persona's name when its turn is over: the first is the one whom the television shows. Nothing is
    raised; whatever is wrong, the page itself will tell.
    """
    try:
        with httpx.Client(base_url=address) as client:
            for persona in client.get("/demo/session").json().get("personas", []):
                _until_whole(client, persona)
                yield persona["name"]
    except (httpx.HTTPError, ValueError):
        return


def _until_whole(client: httpx.Client, persona: Mapping[str, str]) -> None:
    operation = {"query": HOME, "variables": {"id": persona["profileId"]}}
    headers = {"Authorization": f"Bearer {persona['token']}"}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer = client.post("/graphql", json=operation, headers=headers)
        home = (answer.json().get("data") or {}).get("home")
        if home is None or not home["degradations"]:
            return
