"""Trailers of titles."""

from __future__ import annotations

import strawberry

from domain.catalog.titles import Title
from domain.catalog.trailers import fitting_trailer
from resolvers.request.context import Context
from resolvers.types.artwork import DEFAULT_LANGUAGE, media_address


@strawberry.type(description="A trailer to play while a card has the focus.")
class Preview:
    url: str = strawberry.field(description="Address of the video.")
    duration_ms: int = strawberry.field(description="Its length in milliseconds; 0 when it is not known.")
    mime_type: str = strawberry.field(description='Kind of the video: "video/mp4".')
    language: str | None = strawberry.field(
        description="What is spoken in it (BCP 47); null when nothing is, or it is not known."
    )


def preview_of(title: Title, language: str | None, context: Context) -> Preview | None:
    trailer = fitting_trailer(title.trailers, language or DEFAULT_LANGUAGE, title.language)
    if trailer is None:
        return None
    return Preview(
        url=media_address(trailer.url, context.process.public_url),
        duration_ms=trailer.duration_ms,
        mime_type=trailer.mime,
        language=trailer.language,
    )
