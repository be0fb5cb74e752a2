"""Recommendation lists and the version pointer to documents and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.ids import TitleId
from domain.recommendations.keys import index_name
from domain.recommendations.lists import (
    DataVersion,
    ListAudience,
    Neighbour,
    Pick,
    PickSource,
    RankedList,
    RankedTitle,
    TopPicks,
)
from domain.serialization import Document
from domain.storage_names import CATALOG
from domain.timestamps import from_millis, to_millis


def top_picks_from_document(document: Mapping[str, Any]) -> TopPicks:
    """`items` and `taste` are [title, score, source, seed, genres] arrays: a fifth of the bytes of named fields.

    `genres` is a bit mask over the document's `genres`; old runs left it and `taste` out.
    """
    genres = tuple(document.get("genres", ()))
    return TopPicks(
        picks=_picks(document["items"], genres),
        genres=genres,
        computed_at=from_millis(document["computed_at"]),
        taste=_picks(document.get("taste", ()), genres),
    )


def _picks(items: Sequence[Sequence[Any]], genres: Sequence[str]) -> tuple[Pick, ...]:
    return tuple(
        Pick(
            TitleId(title_id),
            score,
            _source(source),
            TitleId(seed) if seed else None,
            tuple(genre for place, genre in enumerate(genres) if sum(of) >> place & 1),
        )
        for title_id, score, source, seed, *of in items
    )


def _source(name: str) -> PickSource:
    """One of a newer release counts as popularity: it promises nothing about taste."""
    try:
        return PickSource(name)
    except ValueError:
        return PickSource.POPULAR


def neighbours_from_document(document: Mapping[str, Any]) -> tuple[Neighbour, ...]:
    """`items` are [title, score, support] arrays."""
    return tuple(
        Neighbour(TitleId(title_id), score, support) for title_id, score, support, *_ in document["items"]
    )


def ranked_list_from_document(document: Mapping[str, Any]) -> RankedList:
    """`items` are [title, score, count] arrays."""
    return RankedList(
        entries=tuple(RankedTitle(TitleId(title_id), score) for title_id, score, *_ in document["items"]),
        computed_at=from_millis(document["computed_at"]),
        audience=ListAudience(document.get("audience", ListAudience.ALL)),
    )


def data_version_to_document(live: DataVersion) -> Document:
    return {
        "parts": dict(live.parts),
        "version": live.version,
        "index": live.index,
        "run_id": live.run_id,
        "logical_date": live.logical_date,
        "published_at": to_millis(live.published_at),
        "previous": live.previous,
    }


def data_version_of_run(document: Mapping[str, Any]) -> DataVersion:
    parts = document.get("parts") or {}
    return DataVersion(
        version=document["version"],
        index=index_name(parts.get(CATALOG, document["version"])),
        run_id=document["_id"],
        logical_date=document["logical_date"],
        published_at=from_millis(document.get("ended_at") or document["started_at"]),
        parts=parts,
    )


def data_version_from_document(document: Mapping[str, Any]) -> DataVersion:
    return DataVersion(
        version=document["version"],
        index=document["index"],
        run_id=document["run_id"],
        logical_date=document["logical_date"],
        published_at=from_millis(document["published_at"]),
        previous=document.get("previous"),
        parts=document.get("parts") or {},
    )
