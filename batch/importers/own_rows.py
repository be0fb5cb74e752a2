"""Rows of a customer's files that passed the schema -> domain values."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from batch.importers.derivation import REGIONS, derive_launch, derive_runtime
from domain.catalog.artwork_palettes import palette_for
from domain.catalog.genres import canonical_genre
from domain.catalog.maturity_ratings import ADULT_AGE, age_of_label, labels_of
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.errors import BadInput
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.serialization import Document
from domain.timestamps import from_iso
from domain.viewers.events import PLAYBACK, Event, EventType
from domain.viewers.profiles import Account, Profile

KIDS_LIMIT = 7


def title_from_row(row: Document, now: datetime, series: Document | None = None) -> Title:
    """`series` is the row of an episode's series. Raises BadInput that names the field."""
    derived: list[str] = []
    defaults: Document = series or {}
    genres = _genres(row.get("genres") or defaults.get("genres", ()))
    launched_at = _launched_at(row, now, derived)
    kind = TitleKind(row["kind"])
    runtime = row.get("runtime_seconds")
    if runtime is None and kind != TitleKind.SERIES:
        derived.append("runtime_seconds")
        runtime = derive_runtime(row["id"], genres)
    palette = row.get("palette")
    if palette is None:
        derived.append("palette")
    language = row.get("language") or defaults.get("language", "en")
    return Title(
        id=TitleId(row["id"]),
        kind=kind,
        name=row["name"],
        year=row.get("year"),
        synopsis=row.get("synopsis", ""),
        synopsis_source=row.get("synopsis_source"),
        genres=genres,
        cast=tuple(row.get("cast", ())),
        language=language,
        audio_languages=tuple(row.get("audio_languages", (language,))),
        runtime_seconds=runtime,
        credits_seconds=_credits_seconds(row, runtime),
        maturity_age=row.get("maturity_age", defaults.get("maturity_age")),
        windows=_windows(row, launched_at, derived),
        launched_at=launched_at,
        palette=(palette[0], palette[1], palette[2]) if palette else palette_for(row["id"], genres),
        franchise=row.get("franchise"),
        imdb_id=row.get("imdb_id"),
        series_id=TitleId(row["series_id"]) if "series_id" in row else None,
        series_name=series["name"] if series else None,
        season=row.get("season"),
        episode=row.get("episode"),
        plans=tuple(row.get("plans") or defaults.get("plans", ())),
        region_ages=_region_ages(row.get("ratings") or defaults.get("ratings", {})),
        derived=tuple(derived),
    )


def _credits_seconds(row: Document, runtime: int | None) -> int | None:
    credits: int | None = row.get("credits_seconds")
    if credits is not None and runtime is not None and credits > runtime:
        raise BadInput(f"credits_seconds: {credits} is after the end of the title, {runtime} s")
    return credits


def _genres(words: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    genres: dict[str, None] = {}
    for word in words:
        genre = canonical_genre(word)
        if genre is None:
            raise BadInput(f"genres: {word!r} is not in Marquee's list; see docs/importing-data.md")
        genres[genre] = None
    return tuple(genres)


def _region_ages(ratings: dict[str, str]) -> tuple[tuple[Region, int], ...]:
    ages: list[tuple[Region, int]] = []
    for name, label in ratings.items():
        region = Region(name)
        age = age_of_label(label, region)
        if age is None:
            known_labels = ", ".join(labels_of(region)) or "none known; leave it out and use maturity_age"
            raise BadInput(
                f"ratings.{name}: {label!r} is no rating of this region; its ratings: {known_labels}"
            )
        ages.append((region, age))
    return tuple(sorted(ages))


def _launched_at(row: Document, now: datetime, derived: list[str]) -> datetime:
    if "launched_at" in row:
        return _parse_instant("launched_at", row["launched_at"])
    derived.append("launched_at")
    if row.get("windows"):
        return min(_parse_instant("windows.starts_at", window["starts_at"]) for window in row["windows"])
    return derive_launch(row["id"], row.get("year"), now)


def _windows(row: Document, launched_at: datetime, derived: list[str]) -> tuple[LicenceWindow, ...]:
    if not row.get("windows"):
        derived.append("windows")
        return (LicenceWindow(REGIONS, launched_at),)
    windows: list[LicenceWindow] = []
    for window in row["windows"]:
        starts = _parse_instant("windows.starts_at", window["starts_at"])
        ends = _parse_instant("windows.ends_at", window["ends_at"]) if "ends_at" in window else None
        if ends is not None and ends <= starts:
            raise BadInput("windows: ends_at must be later than starts_at")
        windows.append(LicenceWindow(tuple(Region(region) for region in window["regions"]), starts, ends))
    return tuple(windows)


def profile_from_row(row: Document, now: datetime) -> tuple[Account, Profile]:
    kids = row.get("kids", False)
    created_at = _parse_instant("created_at", row["created_at"]) if "created_at" in row else now
    language = row.get("language", "en")
    account = Account(
        AccountId(row["account_id"]), Region(row["region"]), row.get("plan", "standard"), created_at
    )
    return account, Profile(
        id=ProfileId(row["id"]),
        account_id=account.id,
        name=str(row.get("name", row["id"])),
        kids=kids,
        maturity_limit=row.get("maturity_limit", KIDS_LIMIT if kids else ADULT_AGE),
        language=language,
        created_at=created_at,
        favourite_genres=_genres(row.get("favourite_genres", ())),
        languages=tuple(row.get("languages", (language,))),
        blocked=tuple(TitleId(title_id) for title_id in row.get("blocked", ())),
    )


@dataclass(frozen=True, slots=True)
class EventTitle:
    kind: TitleKind
    series_id: TitleId | None
    runtime_seconds: int | None
    credits_seconds: int | None = None


def event_from_row(row: Document, title: EventTitle, region: Region, now: datetime) -> Event:
    occurred_at = _parse_instant("occurred_at", row["occurred_at"])
    if occurred_at > now + timedelta(minutes=5):
        raise BadInput(f"occurred_at: {row['occurred_at']} is in the future")
    kind = EventType(row["type"])
    duration = row.get("duration_seconds", title.runtime_seconds)
    if kind in (EventType.PROGRESS, EventType.COMPLETE) and not duration:
        raise BadInput("duration_seconds: needed, as the title's runtime is unknown")
    return Event(
        id=row.get("id") or _content_id(row),
        profile_id=ProfileId(row["profile_id"]),
        title_id=TitleId(row["title_id"]),
        type=kind,
        occurred_at=occurred_at,
        region=region,
        kind=title.kind,
        series_id=title.series_id,
        position_seconds=row.get("position_seconds"),
        duration_seconds=duration if kind in PLAYBACK else None,
        stars=row.get("stars"),
        device=row.get("device"),
        credits_seconds=title.credits_seconds if kind in PLAYBACK else None,
        household=row.get("household", False),
    )


def _content_id(row: Document) -> str:
    """Equal lines have equal ids, so importing a line twice gives one event."""
    text = json.dumps(row, sort_keys=True).encode()
    return "own-" + hashlib.blake2b(text, digest_size=12).hexdigest()


def _parse_instant(name: str, text: str) -> datetime:
    try:
        instant = from_iso(text)
    except BadInput as error:
        raise BadInput(f"{name}: {error}") from error
    if not datetime(1900, 1, 1, tzinfo=UTC) <= instant < datetime(2200, 1, 1, tzinfo=UTC):
        raise BadInput(f"{name}: {text} is not between 1900 and 2200")
    return instant
