"""Trailers that an operator brings for a title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MIME_OF_ENDING = {
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "webm": "video/webm",
    "mov": "video/quicktime",
    "m3u8": "application/vnd.apple.mpegurl",
    "mpd": "application/dash+xml",
}


@dataclass(frozen=True, slots=True)
class Trailer:
    """`duration_ms` is 0 when it is not known. `language` is what is spoken (BCP 47)."""

    url: str
    mime: str
    duration_ms: int = 0
    language: str | None = None


def fitting_trailer(trailers: Sequence[Trailer], wanted: str, original: str) -> Trailer | None:
    """In the language asked for, else without speech or unknown, else in the title's own; else the first."""

    def rank(trailer: Trailer) -> int:
        if trailer.language is None:
            return 1
        primary = trailer.language.partition("-")[0].casefold()
        known = (wanted.partition("-")[0].casefold(), "", original.partition("-")[0].casefold())
        return known.index(primary) if primary in known else len(known)

    return min(trailers, key=rank, default=None)
