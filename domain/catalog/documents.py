"""Titles to stored documents and back. MongoDB and Elasticsearch store the same document.

Instants are milliseconds. Every document has `_id`, `kind`, `name`, `launched_at` and `palette`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from domain.catalog.media_documents import (
    image_to_document,
    images_from_documents,
    trailer_to_document,
    trailers_from_documents,
)
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.ids import Region, TitleId
from domain.serialization import Document
from domain.timestamps import from_millis, to_millis

TITLE_FIELDS = frozenset(field.name for field in dataclasses.fields(Title)) - {"id", "memo", "popularity"}
"""Keys that an importer writes; popularity is the nightly run's."""


def title_to_document(title: Title) -> Document:
    """None and empty lists are left out."""
    document: Document = {
        "_id": title.id,
        "kind": title.kind.value,
        "name": title.name,
        "year": title.year,
        "synopsis": title.synopsis,
        "synopsis_source": title.synopsis_source,
        "genres": list(title.genres),
        "cast": list(title.cast),
        "language": title.language,
        "audio_languages": list(title.audio_languages),
        "runtime_seconds": title.runtime_seconds,
        "credits_seconds": title.credits_seconds,
        "maturity_age": title.maturity_age,
        "windows": [_window_to_document(window) for window in title.windows],
        "launched_at": to_millis(title.launched_at),
        "palette": list(title.palette),
        "franchise": title.franchise,
        "imdb_id": title.imdb_id,
        "series_id": title.series_id,
        "series_name": title.series_name,
        "season": title.season,
        "episode": title.episode,
        "airs_before": _airs_before_to_document(title.airs_before),
        "season_count": title.season_count,
        "episode_count": title.episode_count,
        "popularity": title.popularity,
        "plans": list(title.plans),
        "region_ages": [{"region": region, "age": age} for region, age in title.region_ages],
        "region_labels": [{"region": region, "label": label} for region, label in title.region_labels],
        "other_names": list(title.other_names),
        "work_id": title.work_id,
        "same_work": list(title.same_work),
        "same_series": list(title.same_series),
        "last_episode": title.last_episode,
        "air_date": title.air_date.isoformat() if title.air_date else None,
        "derived": list(title.derived),
        "images": [image_to_document(image) for image in title.images],
        "series_images": [image_to_document(image) for image in title.series_images],
        "trailers": [trailer_to_document(trailer) for trailer in title.trailers],
    }
    return {key: value for key, value in document.items() if value is not None and value != []}


def title_from_document(document: Mapping[str, Any]) -> Title:
    get = document.get
    return Title(
        id=TitleId(document["_id"]),
        kind=TitleKind(document["kind"]),
        name=document["name"],
        year=get("year"),
        synopsis=get("synopsis", ""),
        synopsis_source=get("synopsis_source"),
        genres=tuple(get("genres", ())),
        cast=tuple(get("cast", ())),
        language=get("language", "en"),
        audio_languages=tuple(get("audio_languages", ())),
        runtime_seconds=get("runtime_seconds"),
        credits_seconds=get("credits_seconds"),
        maturity_age=get("maturity_age"),
        windows=windows_from_document(document),
        launched_at=from_millis(document["launched_at"]),
        palette=cast("tuple[str, str, str]", tuple(document["palette"])),
        franchise=get("franchise"),
        imdb_id=get("imdb_id"),
        series_id=get("series_id"),
        series_name=get("series_name"),
        season=get("season"),
        episode=get("episode"),
        airs_before=_airs_before_from_document(get("airs_before")),
        season_count=get("season_count"),
        episode_count=get("episode_count"),
        popularity=get("popularity", 0.0),
        plans=tuple(get("plans", ())),
        region_ages=tuple((Region(one["region"]), one["age"]) for one in get("region_ages", ())),
        region_labels=tuple((Region(one["region"]), one["label"]) for one in get("region_labels", ())),
        other_names=tuple(get("other_names", ())),
        work_id=get("work_id"),
        same_work=tuple(TitleId(one) for one in get("same_work", ())),
        same_series=tuple(TitleId(one) for one in get("same_series", ())),
        last_episode=get("last_episode"),
        air_date=date.fromisoformat(document["air_date"]) if "air_date" in document else None,
        derived=tuple(get("derived", ())),
        images=images_from_documents(get("images", ())),
        series_images=images_from_documents(get("series_images", ())),
        trailers=trailers_from_documents(get("trailers", ())),
    )


def _window_to_document(window: LicenceWindow) -> Document:
    document: Document = {"starts_at": to_millis(window.starts_at)}
    if window.regions:
        document["regions"] = list(window.regions)
    if window.ends_at is not None:
        document["ends_at"] = to_millis(window.ends_at)
    return document


def windows_from_document(document: Mapping[str, Any]) -> tuple[LicenceWindow, ...]:
    """The licences of a stored title, also of a part of its document."""
    return tuple(_window_from_document(window) for window in document.get("windows", ()))


def _window_from_document(document: Mapping[str, Any]) -> LicenceWindow:
    ends_at = document.get("ends_at")
    return LicenceWindow(
        regions=tuple(Region(region) for region in document.get("regions", ())),
        starts_at=from_millis(document["starts_at"]),
        ends_at=None if ends_at is None else from_millis(ends_at),
    )


def _airs_before_to_document(number: tuple[int, int] | None) -> Document | None:
    return None if number is None else {"season": number[0], "episode": number[1]}


def _airs_before_from_document(document: Mapping[str, Any] | None) -> tuple[int, int] | None:
    return None if document is None else (document["season"], document["episode"])
