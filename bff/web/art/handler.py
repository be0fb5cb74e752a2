"""GET /art/{variant}/{title}-{signature}.svg: checks the signature, draws and caches the picture."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bff.web.art.render import render
from domain.catalog.art_shapes import ArtShape
from domain.catalog.artwork import TEXTLESS_SUFFIX, art_fingerprint, art_signature
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import TitleId, from_address_part, is_title_id

LoadTitle = Callable[[TitleId], Awaitable[Title | None]]
IsWithdrawn = Callable[[TitleId], Awaitable[bool]]


async def never_withdrawn(_title_id: TitleId) -> bool:
    return False


SIGNATURE_LENGTH = 22
MAX_CACHED_PICTURES = 3000
"""About 4 kB each."""

CACHE_FOREVER = "public, max-age=31536000, immutable"
CACHE_BRIEFLY = "public, max-age=60"
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "cross-origin",
}


class ArtHandler:
    """404 for every URL that this service did not sign, and for a title that `is_withdrawn` for all viewers."""

    def __init__(
        self, secret: bytes, load_title: LoadTitle, is_withdrawn: IsWithdrawn = never_withdrawn
    ) -> None:
        self._secret = secret
        self._load_title = load_title
        self._is_withdrawn = is_withdrawn
        self._cache: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()

    async def answer(self, request: Request) -> Response:
        variant = request.path_params["variant"]
        name = request.path_params["name"]
        fingerprint = request.query_params.get("v", "")
        title_id = from_address_part(name[: -SIGNATURE_LENGTH - 1])
        signature = name[-SIGNATURE_LENGTH:]
        shape = _parse_shape(variant)
        if (
            shape is None
            or not is_title_id(title_id)
            or not self._is_signed(variant, title_id, fingerprint, signature)
        ):
            return _not_found()
        key = (variant, title_id, fingerprint)
        try:
            if await self._is_withdrawn(TitleId(title_id)):
                return _not_found()
            svg = self._cache.get(key)
            if svg is not None:
                self._cache.move_to_end(key)
                return _svg_response(svg, CACHE_FOREVER)
            return await self._draw(key, shape)
        except StoreUnavailable:
            return PlainTextResponse("The catalogue does not answer; try again.", 503, {"retry-after": "2"})

    def _is_signed(self, variant: str, title_id: str, fingerprint: str, signature: str) -> bool:
        expected = art_signature(variant, title_id, fingerprint, self._secret)
        return hmac.compare_digest(expected.encode(), signature.encode())

    async def _draw(self, key: tuple[str, str, str], shape: ArtShape) -> Response:
        variant, title_id, fingerprint = key
        title = await self._load_title(TitleId(title_id))
        if title is None:
            return _not_found()
        svg = render(title, shape, variant.endswith(TEXTLESS_SUFFIX)).encode()
        if art_fingerprint(title) != fingerprint:
            # The URL predates a change of the title.
            return _svg_response(svg, CACHE_BRIEFLY)
        self._cache[key] = svg
        if len(self._cache) > MAX_CACHED_PICTURES:
            self._cache.popitem(last=False)
        return _svg_response(svg, CACHE_FOREVER)


def _parse_shape(variant: str) -> ArtShape | None:
    try:
        return ArtShape(variant.removesuffix(TEXTLESS_SUFFIX))
    except ValueError:
        return None


def _svg_response(svg: bytes, cache_control: str) -> Response:
    return Response(svg, media_type="image/svg+xml", headers={**HEADERS, "cache-control": cache_control})


def _not_found() -> Response:
    return PlainTextResponse("No such picture.", 404, {**HEADERS, "cache-control": "no-store"})
