"""HTTP responses to GraphQL requests: media type, status, cache headers and ETags.

Responses to GET and HEAD are personal (`private, no-cache`, with an ETag). Responses to POST, refusals and errors are
never stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from starlette.types import Send

from bff.http.compression import MIN_BYTES, accepts_gzip, gzip_compress
from bff.http.result_formatting import GraphQLResponse
from resolvers.execution import encode_json

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
CONTENT_TYPES = {name: f"{name}; charset=utf-8".encode() for name in (JSON, GRAPHQL_JSON)}
NO_STORE = b"private, no-store"
REVALIDATE = b"private, no-cache"
VARY = b"Authorization, Accept, Accept-Encoding"
CACHED_METHODS = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class RequestHead:
    """What shapes the response. `headers` hold the first of each name."""

    method: str
    headers: Mapping[bytes, bytes]
    request_id: str

    def header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """Header names are lower case."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    async def send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


def build_http_response(
    head: RequestHead,
    response: GraphQLResponse,
    compress: bool,
    status: int = 200,
    extra_headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """`status` 200 becomes 400 for a request error in the newer media type, 304 when the client has these bytes."""
    media_type = media_type_for(head.header(b"accept"))
    if status == 200 and "data" not in response and media_type == GRAPHQL_JSON:
        status = 400
    body, cache_control = encode_json(response), NO_STORE
    headers = [(b"x-request-id", head.request_id.encode())]
    if extra_headers:
        headers += [(name.lower().encode(), value.encode()) for name, value in extra_headers.items()]
    use_gzip = compress and len(body) >= MIN_BYTES and accepts_gzip(head.header(b"accept-encoding"))
    if head.method in CACHED_METHODS:
        headers.append((b"vary", VARY))
        if "errors" not in response:
            etag, cache_control = _etag(body, use_gzip), REVALIDATE
            headers.append((b"etag", etag.encode()))
            if matches_etag(etag, head.header(b"if-none-match")):
                return HttpResponse(304, [*headers, (b"cache-control", cache_control)], b"")
    elif compress:
        headers.append((b"vary", b"Accept-Encoding"))
    if use_gzip:
        body = gzip_compress(body)
        headers.append((b"content-encoding", b"gzip"))
    headers += [
        (b"cache-control", cache_control),
        (b"content-type", CONTENT_TYPES[media_type]),
        (b"content-length", str(len(body)).encode()),
    ]
    # HEAD gets GET's length.
    return HttpResponse(status, headers, b"" if head.method == "HEAD" else body)


def _etag(body: bytes, is_gzip: bool) -> str:
    """Strong, over the uncompressed bytes: a 304 costs no compression."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}{"-gzip" if is_gzip else ""}"'


def matches_etag(etag: str, if_none_match: str) -> bool:
    """Weak comparison, because compressing proxies weaken ETags (RFC 9110, 13.1.2)."""
    client_tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in client_tags or "*" in client_tags


def media_type_for(accept: str) -> str:
    return _media_type_for(accept) if GRAPHQL_JSON in accept.lower() else JSON


@lru_cache(maxsize=64)
def _media_type_for(accept: str) -> str:
    weights = {JSON: 0.0, GRAPHQL_JSON: 0.0}
    for part in accept.lower().split(","):
        name, *parameters = [piece.strip() for piece in part.split(";")]
        weight = next((parameter[2:] for parameter in parameters if parameter.startswith("q=")), "1")
        if name in weights:
            weights[name] = _parse_weight(weight)
    return GRAPHQL_JSON if weights[GRAPHQL_JSON] > 0 and weights[GRAPHQL_JSON] >= weights[JSON] else JSON


def _parse_weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
