"""An answer as it leaves over HTTP: media type, status, what may be kept of it and how to ask whether it changed.

What is personal is for one client's own cache and never without asking (`private, no-cache`, with an ETag of the
bytes); answers to POST, refusals and errors are for no cache at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from starlette.types import Send

from bff.http.compression import LEAST_BYTES, gzipped, takes_gzip
from bff.http.result_formatting import Answer
from resolvers.execution import encoded

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
CONTENT_TYPES = {name: f"{name}; charset=utf-8".encode() for name in (JSON, GRAPHQL_JSON)}
NOT_KEPT = b"private, no-store"
ASK_FIRST = b"private, no-cache"
VARIES = b"Authorization, Accept, Accept-Encoding"
CACHED_METHODS = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Asked:
    """The part of a request that decides the form of its answer. `headers` hold the first of each name."""

    method: str
    headers: Mapping[bytes, bytes]
    request_id: str

    def header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole response: names of headers are in lower case."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    async def send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


def reply(
    asked: Asked, answer: Answer, compress: bool, status: int = 200, headers: Mapping[str, str] | None = None
) -> Reply:
    """The response. `status` 200 becomes 400 for a request error in the newer media type, and 304 when the client
    has these very bytes."""
    media_type = media_type_for(asked.header(b"accept"))
    if status == 200 and "data" not in answer and media_type == GRAPHQL_JSON:
        status = 400
    body, kept = encoded(answer), NOT_KEPT
    out = [(b"x-request-id", asked.request_id.encode())]
    if headers:
        out += [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    packs = compress and len(body) >= LEAST_BYTES and takes_gzip(asked.header(b"accept-encoding"))
    if asked.method in CACHED_METHODS:
        out.append((b"vary", VARIES))
        if "errors" not in answer:
            tag, kept = _tag(body, packs), ASK_FIRST
            out.append((b"etag", tag.encode()))
            if is_known(tag, asked.header(b"if-none-match")):
                return Reply(304, [*out, (b"cache-control", kept)], b"")
    elif compress:
        out.append((b"vary", b"Accept-Encoding"))
    if packs:
        body = gzipped(body)
        out.append((b"content-encoding", b"gzip"))
    out += [
        (b"cache-control", kept),
        (b"content-type", CONTENT_TYPES[media_type]),
        (b"content-length", str(len(body)).encode()),
    ]
    # To HEAD the length says what GET would have sent.
    return Reply(status, out, b"" if asked.method == "HEAD" else body)


def _tag(body: bytes, packs: bool) -> str:
    """Strong: other bytes on the wire, another tag. Of the plain bytes, so that a 304 costs no compression."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}{"-gzip" if packs else ""}"'


def is_known(tag: str, if_none_match: str) -> bool:
    """Whether the client has it: compared weakly, since proxies that compress make tags weak (RFC 9110, 13.1.2)."""
    given = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return tag in given or "*" in given


def media_type_for(accept: str) -> str:
    """The newer media type when it is asked for by name at least as much as the older one."""
    return _media_type_for(accept) if GRAPHQL_JSON in accept.lower() else JSON


@lru_cache(maxsize=64)
def _media_type_for(accept: str) -> str:
    weights = {JSON: 0.0, GRAPHQL_JSON: 0.0}
    for part in accept.lower().split(","):
        name, *parameters = [piece.strip() for piece in part.split(";")]
        weight = next((parameter[2:] for parameter in parameters if parameter.startswith("q=")), "1")
        if name in weights:
            weights[name] = _number(weight)
    return GRAPHQL_JSON if weights[GRAPHQL_JSON] > 0 and weights[GRAPHQL_JSON] >= weights[JSON] else JSON


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
