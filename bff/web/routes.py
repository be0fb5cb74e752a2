"""What the service shows besides GraphQL: the television page and the artwork."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bff.web.art.handler import ArtHandler, LoadTitle
from bff.web.pages import PageFiles

TV_FOLDER = Path(__file__).parent / "tv"


def web_routes(art_secret: bytes, load_title: LoadTitle) -> list[BaseRoute]:
    """`art_secret` is the one that the GraphQL face signs artwork addresses with.

    `load_title` answers any title by id, or None: the signature has already said that it may be seen.
    """
    return [
        Route("/", _to_television),
        *PageFiles(TV_FOLDER).routes("/tv"),
        Route("/art/{variant}/{name}.svg", ArtHandler(art_secret, load_title).answer),
    ]


async def _to_television(_: Request) -> Response:
    return RedirectResponse("/tv")
