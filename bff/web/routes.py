"""Routes of the TV page and the artwork."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bff.web.art.handler import ArtHandler
from bff.web.static_files import StaticFolder

TV_FOLDER = Path(__file__).parent / "tv"


def web_routes(art: Sequence[ArtHandler], media_origins: Sequence[str] = ()) -> list[BaseRoute]:
    """Each `art` handler has its own signing secret; the first response other than 404 counts.

    `media_origins` are those from which the TV page may load own pictures and trailers.
    """

    async def picture(request: Request) -> Response:
        response = await art[0].answer(request)
        for handler in art[1:]:
            if response.status_code == HTTPStatus.NOT_FOUND:
                response = await handler.answer(request)
        return response

    return [
        Route("/", _redirect_to_tv),
        *StaticFolder(TV_FOLDER, media_origins).routes("/tv"),
        Route("/art/{variant}/{name}.svg", picture),
    ]


async def _redirect_to_tv(_: Request) -> Response:
    return RedirectResponse("/tv")
