"""Rows of a catalogue that passed the schema -> titles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from batch.importers.derivation import derive_launch, derive_runtime
from batch.importers.media_rows import images_from_rows, trailers_from_rows
from batch.importers.row_values import RowNotes, parse_genres, parse_instant, region_from_row
from domain.catalog.artwork_palettes import palette_for
from domain.catalog.maturity_ratings import MaturityRating, parse_rating
from domain.catalog.series_facts import INHERITED, inherit
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.errors import BadInput
from domain.ids import Region, TitleId
from domain.serialization import Document


def title_from_row(
    row: Document, now: datetime, series: Title | None = None, notes: RowNotes | None = None
) -> Title:
    """An episode has the fields `inherited_fields` from `series`. Raises BadInput that names the field."""
    derived: list[str] = []
    inherited = inherited_fields(row) if series else ()
    genres = parse_genres(row.get("genres", ()), notes)
    if series and "genres" in inherited:
        genres = series.genres
    launched_at = _launched_at(row, now, derived)
    kind = TitleKind(row["kind"])
    runtime = row.get("runtime_seconds")
    if runtime is None and kind != TitleKind.SERIES:
        derived.append("runtime_seconds")
        runtime = derive_runtime(row["id"], genres)
    palette = row.get("palette")
    if palette is None:
        derived.append("palette")
    maturity_age: int | None = row.get("maturity_age")
    ratings = _ratings(row.get("ratings", {}))
    language = row.get("language", "en")
    title = Title(
        id=TitleId(row["id"]),
        kind=kind,
        name=row["name"],
        year=row.get("year"),
        synopsis=row.get("synopsis", ""),
        synopsis_source=row.get("synopsis_source"),
        genres=genres,
        cast=tuple(row.get("cast", ())),
        language=language,
        audio_languages=tuple(row.get("audio_languages") or (language,)),
        runtime_seconds=runtime,
        credits_seconds=_credits_seconds(row, runtime),
        maturity_age=maturity_age,
        windows=_windows(row, launched_at, derived),
        launched_at=launched_at,
        palette=(palette[0], palette[1], palette[2]) if palette else palette_for(row["id"], genres),
        franchise=row.get("franchise"),
        imdb_id=row.get("imdb_id"),
        series_id=TitleId(row["series_id"]) if "series_id" in row else None,
        season=row.get("season"),
        episode=row.get("episode"),
        airs_before=_airs_before(row),
        other_names=_other_names(row),
        work_id=row.get("work_id"),
        last_episode=_last_episode(row),
        air_date=_air_date(row),
        plans=tuple(row.get("plans", ())),
        region_ages=tuple((region, one.age) for region, one in ratings.items() if one.age is not None),
        region_labels=_region_labels(ratings, maturity_age),
        derived=tuple(derived),
        images=images_from_rows(row.get("images", ())),
        trailers=trailers_from_rows(row.get("trailers", ())),
    )
    return inherit(title, series, inherited) if series else title


def inherited_fields(row: Document) -> tuple[str, ...]:
    """The fields that an episode's row leaves to its series (domain/catalog/series_facts.py).

    A region's age of the series must not overrule an age of the episode's own.
    """
    if row["kind"] != TitleKind.EPISODE:
        return ()
    given = {
        "genres": row.get("genres"),
        "language": row.get("language"),
        "audio_languages": row.get("audio_languages") or row.get("language"),
        "maturity_age": "maturity_age" in row,
        "region_ages": row.get("ratings") or "maturity_age" in row,
        "plans": row.get("plans"),
    }
    return tuple(name for name in INHERITED if not given[name])


def _other_names(row: Document) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(row.get("other_names", ())) if name != row["name"])


def _last_episode(row: Document) -> int | None:
    last: int | None = row.get("last_episode")
    if last is not None and last <= row.get("episode", last):
        raise BadInput(
            f"last_episode: {last} is not after episode {row.get('episode', 'none')}; write both numbers"
        )
    return last


def _air_date(row: Document) -> date | None:
    if "air_date" not in row:
        return None
    try:
        return date.fromisoformat(row["air_date"])
    except ValueError:
        raise BadInput(f"air_date: {row['air_date']!r} is not a day; write it like 2026-11-30") from None


def _region_labels(
    ratings: Mapping[Region, MaturityRating], maturity_age: int | None
) -> tuple[tuple[Region, str], ...]:
    """A rating without an age ("NR") says nothing beside the general age, so it is shown only without one."""
    return tuple(
        (region, one.label) for region, one in ratings.items() if one.age is not None or maturity_age is None
    )


def _airs_before(row: Document) -> tuple[int, int] | None:
    place: Document | None = row.get("airs_before")
    if place is None:
        return None
    if row.get("season") != 0:
        raise BadInput("airs_before: only a special has it; give the episode season 0, or leave it out")
    return place["season"], place["episode"]


def _credits_seconds(row: Document, runtime: int | None) -> int | None:
    credits: int | None = row.get("credits_seconds")
    if credits is not None and runtime is not None and credits > runtime:
        raise BadInput(f"credits_seconds: {credits} is after the end of the title, {runtime} s")
    return credits


def _ratings(texts: dict[str, str]) -> dict[Region, MaturityRating]:
    """By region. Raises BadInput that names the rating."""
    ratings: dict[Region, MaturityRating] = {}
    for name, text in sorted(texts.items()):
        region = region_from_row(f"ratings.{name}", name)
        try:
            ratings[region] = parse_rating(text, region)
        except BadInput as error:
            raise BadInput(f"ratings.{name}: {error}") from error
    return ratings


def _launched_at(row: Document, now: datetime, derived: list[str]) -> datetime:
    if "launched_at" in row:
        return parse_instant("launched_at", row["launched_at"])
    derived.append("launched_at")
    if row.get("windows"):
        return min(parse_instant("windows.starts_at", window["starts_at"]) for window in row["windows"])
    year: int | None = row.get("year")
    if year is not None and year > now.year:
        # Only the year is known, so not before it is over is it certain to have come.
        return datetime(year + 1, 1, 1, tzinfo=UTC)
    return derive_launch(row["id"], year, now)


def _windows(row: Document, launched_at: datetime, derived: list[str]) -> tuple[LicenceWindow, ...]:
    if not row.get("windows"):
        derived.append("windows")
        return (LicenceWindow((), launched_at),)
    windows: list[LicenceWindow] = []
    for window in row["windows"]:
        starts = parse_instant("windows.starts_at", window["starts_at"])
        ends = parse_instant("windows.ends_at", window["ends_at"]) if "ends_at" in window else None
        if ends is not None and ends <= starts:
            raise BadInput("windows: ends_at must be later than starts_at")
        regions = tuple(region_from_row("windows.regions", code) for code in window.get("regions", ()))
        windows.append(LicenceWindow(regions, starts, ends))
    return tuple(windows)
