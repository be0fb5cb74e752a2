"""The demo's first pages, composed before anybody looks.

A shelf of the catalogue that was never read takes the Elasticsearch stand-in half a second and more, longer
than a page waits, so whoever came first would see a page without its New Releases.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx

PATIENCE_SECONDS = 6.0
"""A slow machine serves its first pages as they come rather than keep everybody waiting."""

HOME = "query ($id: ID!) { home(profileId: $id, device: {formFactor: TV}) { degradations { what } } }"


def compose_first_pages(address: str) -> None:
    """Ask for every persona's page, over HTTP like any client, until it is whole or patience ends."""
    asyncio.run(_compose(address))


async def _compose(address: str) -> None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), httpx.AsyncClient(base_url=address) as client:
            personas = (await client.get("/demo/session")).json().get("personas", [])
            for persona in personas:  # one after the other: the stand-in answers one search at a time
                await _until_whole(client, persona)
    except (TimeoutError, httpx.HTTPError, ValueError):
        return  # whatever is wrong, the page itself will tell


async def _until_whole(client: httpx.AsyncClient, persona: Mapping[str, str]) -> None:
    operation = {"query": HOME, "variables": {"id": persona["profileId"]}}
    headers = {"Authorization": f"Bearer {persona['token']}"}
    while True:
        answer = await client.post("/graphql", json=operation, headers=headers)
        home = (answer.json().get("data") or {}).get("home")
        if home is None or not home["degradations"]:
            return
