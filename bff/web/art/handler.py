"""GET /art/{variant}/{title}-{signature}.svg: checks the signature, draws, remembers, allows caching for ever."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bff.web.art.render import render
from domain.catalog.artwork import TEXTLESS_SUFFIX, ArtShape, art_fingerprint, art_signature
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import TitleId, is_raw_id

LoadTitle = Callable[[TitleId], Awaitable[Title | None]]

SIGNATURE_LENGTH = 22
KEPT = 3000
"""Pictures kept in memory: about 4 kB each, enough for the front of a large catalogue."""

FOR_EVER = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=60"
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "cross-origin",
}


class ArtHandler:
    """Answers with the picture, or 404 for anything that this service did not hand out itself."""

    def __init__(self, secret: bytes, load_title: LoadTitle) -> None:
        self._secret = secret
        self._load_title = load_title
        self._drawn: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()

    async def answer(self, request: Request) -> Response:
        variant = request.path_params["variant"]
        name = request.path_params["name"]
        fingerprint = request.query_params.get("v", "")
        title_id, signature = name[: -SIGNATURE_LENGTH - 1], name[-SIGNATURE_LENGTH:]
        shape = _shape_of(variant)
        if (
            shape is None
            or not is_raw_id(title_id)
            or not self._signed(variant, title_id, fingerprint, signature)
        ):
            return _nothing()
        key = (variant, title_id, fingerprint)
        drawn = self._drawn.get(key)
        if drawn is not None:
            self._drawn.move_to_end(key)
            return _picture(drawn, FOR_EVER)
        return await self._draw(key, shape)

    def _signed(self, variant: str, title_id: str, fingerprint: str, signature: str) -> bool:
        expected = art_signature(variant, title_id, fingerprint, self._secret)
        return hmac.compare_digest(expected.encode(), signature.encode())

    async def _draw(self, key: tuple[str, str, str], shape: ArtShape) -> Response:
        variant, title_id, fingerprint = key
        try:
            title = await self._load_title(TitleId(title_id))
        except StoreUnavailable:
            return PlainTextResponse("The catalogue does not answer; try again.", 503, {"retry-after": "2"})
        if title is None:
            return _nothing()
        drawn = render(title, shape, variant.endswith(TEXTLESS_SUFFIX)).encode()
        if art_fingerprint(title) != fingerprint:
            # An address from before the title changed: still answered, but not to be kept.
            return _picture(drawn, SHORTLY)
        self._drawn[key] = drawn
        if len(self._drawn) > KEPT:
            self._drawn.popitem(last=False)
        return _picture(drawn, FOR_EVER)


def _shape_of(variant: str) -> ArtShape | None:
    try:
        return ArtShape(variant.removesuffix(TEXTLESS_SUFFIX))
    except ValueError:
        return None


def _picture(drawn: bytes, caching: str) -> Response:
    return Response(drawn, media_type="image/svg+xml", headers={**HEADERS, "cache-control": caching})


def _nothing() -> Response:
    return PlainTextResponse("No such picture.", 404, {**HEADERS, "cache-control": "no-store"})
