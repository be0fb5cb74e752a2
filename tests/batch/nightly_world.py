"""A service in a nutshell: two regions, three tastes, a series, a kids profile and a brand-new one."""

from __future__ import annotations

import gzip
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from batch.storage.event_archive import EventArchive
from domain.catalog.documents import title_to_document
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.storage_names import ACCOUNTS, EVENTS, PROFILES, TITLES
from domain.viewers.documents import account_to_document, profile_to_document
from domain.viewers.event_documents import event_to_document
from domain.viewers.events import Event, EventType
from domain.viewers.profiles import Account, Profile

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
START = datetime(2020, 1, 1, tzinfo=UTC)
REGIONS = (Region("US"), Region("DE"))
TASTES = ("Horror", "Romance", "Western")
FILMS = 8
VIEWERS = 6
TITLES_IN_ALL = len(TASTES) * FILMS + 5
PROFILES_IN_ALL = len(TASTES) * VIEWERS + 2


def fill(database: Any, lake: Path) -> None:
    database[TITLES].insert_many([title_to_document(title) for title in titles()])
    database[ACCOUNTS].insert_many([account_to_document(account) for account in accounts()])
    database[PROFILES].insert_many([profile_to_document(profile) for profile in profiles()])
    with EventArchive(lake, "world") as archive:
        archive.add(event_to_document(event) for event in events())


def shuffle_archive(lake: Path) -> None:
    """The same lines in another order."""
    for file in (lake / "events").glob("month=*/world.jsonl.gz"):
        lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
        random.Random(1).shuffle(lines)
        file.write_bytes(gzip.compress(b"".join(lines)))


def record_live(database: Any) -> None:
    """One event as the service records it: Ann of the horror fans likes a western an hour before the end."""
    event = Event("live-1", ProfileId("horror-0"), TitleId("western-7"), EventType.LIKE, NOW, "US")
    stored = {"_id": "horror-0:live-1", "recorded_at": round(NOW.timestamp() * 1000), "expires_at": NOW}
    database[EVENTS].insert_one({**event_to_document(event), **stored})


def titles() -> list[Title]:
    films = [
        _title(f"{taste.lower()}-{number}", genres=(taste,), maturity_age=16)
        for taste in TASTES
        for number in range(FILMS)
    ]
    series = _title("saga", kind=TitleKind.SERIES, genres=("Western", "Drama"))
    episodes = [
        _title(f"saga-{number}", kind=TitleKind.EPISODE, series_id=TitleId("saga"), season=1, episode=number)
        for number in (1, 2)
    ]
    return [
        *films,
        series,
        *episodes,
        _title("cartoon", genres=("Family",)),
        _title("unrated", maturity_age=None),
    ]


def _title(title_id: str, **facts: Any) -> Title:
    shared: dict[str, Any] = {
        "id": TitleId(title_id),
        "kind": TitleKind.MOVIE,
        "name": title_id.title(),
        "year": 2020,
        "synopsis": "",
        "genres": ("Drama",),
        "cast": (),
        "language": "en",
        "runtime_seconds": 6000,
        "maturity_age": 0,
        "windows": (LicenceWindow(REGIONS, START),),
        "launched_at": START,
        "palette": ("#000000", "#555555", "#ffffff"),
    }
    return Title(**{**shared, **facts})


def accounts() -> list[Account]:
    """One for each profile: an account counts once."""
    return [
        Account(profile.account_id, Region(profile.account_id[:2].upper()), "standard", START)
        for profile in profiles()
    ]


def profiles() -> list[Profile]:
    fans = [
        _profile(f"{taste.lower()}-{number}", REGIONS[number % 2])
        for taste in TASTES
        for number in range(VIEWERS)
    ]
    return [*fans, _profile("kid", REGIONS[0], kids=True, maturity_limit=6), _profile("new", REGIONS[1])]


def _profile(profile_id: str, region: Region, kids: bool = False, maturity_limit: int = 18) -> Profile:
    account = AccountId(f"{region.lower()}-{profile_id}")
    return Profile(ProfileId(profile_id), account, profile_id, kids, maturity_limit, "en", START)


def events() -> list[Event]:
    """Each fan has finished six of the eight films of one taste, a different six each; westerners the saga too."""
    found = []
    for taste in TASTES:
        for number in range(VIEWERS):
            watched = [f"{taste.lower()}-{film}" for film in range(FILMS) if film not in (number, number + 1)]
            if taste == "Western":
                watched += ["saga-1", "saga-2"]
            for place, title_id in enumerate(watched):
                at = NOW - timedelta(days=3 * place + number, hours=place)
                found.append(_finished(f"{taste.lower()}-{number}", title_id, at, REGIONS[number % 2]))
    return [*found, _finished("kid", "cartoon", NOW - timedelta(hours=2), REGIONS[0])]


def _finished(profile_id: str, title_id: str, at: datetime, region: Region) -> Event:
    series = title_id.startswith("saga-")
    return Event(
        id=f"{profile_id}-{title_id}",
        profile_id=ProfileId(profile_id),
        title_id=TitleId(title_id),
        type=EventType.COMPLETE,
        occurred_at=at,
        region=region,
        kind=TitleKind.EPISODE if series else TitleKind.MOVIE,
        series_id=TitleId("saga") if series else None,
        position_seconds=6000,
        duration_seconds=6000,
    )
