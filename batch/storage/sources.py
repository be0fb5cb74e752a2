"""Which sources bring a document. Several may; it is withdrawn when none does any more."""

from __future__ import annotations

from collections.abc import Mapping

SOURCES_FIELD = "sources"


def sources_of(document: Mapping[str, object]) -> tuple[str, ...]:
    """Who brings the document; `source` is its last writer, and the only one of older documents."""
    sources = document.get(SOURCES_FIELD)
    if isinstance(sources, list):
        return tuple(str(one) for one in sources)
    source = document.get("source")
    return (str(source),) if source else ()
