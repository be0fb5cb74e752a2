"""What the service shows besides GraphQL: the television page and the artwork."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bff.web.art.handler import ArtHandler
from bff.web.pages import PageFiles

TV_FOLDER = Path(__file__).parent / "tv"


def web_routes(art: Sequence[ArtHandler]) -> list[BaseRoute]:
    """`art` draws pictures, each for addresses signed with a secret of its own; the first that can does."""

    async def picture(request: Request) -> Response:
        answers = [await art[0].answer(request)]
        for handler in art[1:]:
            if answers[-1].status_code == HTTPStatus.NOT_FOUND:
                answers.append(await handler.answer(request))
        return answers[-1]

    return [
        Route("/", _to_television),
        *PageFiles(TV_FOLDER).routes("/tv"),
        Route("/art/{variant}/{name}.svg", picture),
    ]


async def _to_television(_: Request) -> Response:
    return RedirectResponse("/tv")
