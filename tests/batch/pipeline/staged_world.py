"""Versions of a small service as a night would have staged them, without Spark.

Forty profiles in two regions, ten of them kids; sixty films, twenty of them for kids. Lists differ by profile.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from batch.jobs.context import version_folder
from batch.pipeline.ledger import Ledger, RunRecord, RunStatus, StageReport
from batch.pipeline.pointer import ChangeAuthor
from batch.pipeline.publish import publish
from domain.catalog.documents import title_to_document
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.recommendations.keys import (
    index_name,
    popular_id,
    similar_id,
    top_picks_id,
    trend_index_key,
    trend_key,
)
from domain.recommendations.lists import ListAudience, PopularKey, TrendKey, TrendWindow
from domain.storage_names import (
    ACCOUNTS,
    DATA_HISTORY,
    EVENTS,
    EXPERIMENTS,
    EXPOSURES,
    POINTERS,
    POPULAR,
    PROFILES,
    RUNS,
    SIMILAR,
    TITLES,
    TOP_PICKS,
    VERSIONED,
)
from domain.viewers.documents import account_to_document, profile_to_document
from domain.viewers.profiles import Account, Profile
from search import indexing

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
START = datetime(2020, 1, 1, tzinfo=UTC)
MINA = ChangeAuthor("mina", NOW, "because")
REGIONS = ("US", "DE")
PROFILES_IN_ALL, FILMS, KIDS_FILMS, LENGTH = 40, 60, 20, 20
ALL_COUNTS = {
    "top_picks": PROFILES_IN_ALL,
    "similar_lists": FILMS,
    "popular_lists": 4,
    "score_parts": 1,
    "trending_lists": 4,
    "titles_indexed": FILMS,
}

Change = Callable[[str, dict[str, Any]], dict[str, Any] | None]
"""(collection, document) -> the document to store instead; None: none."""


def is_kid(profile: int) -> bool:
    return profile % 4 == 3


def empty(stores: Any) -> None:
    from batch.pipeline.sweep import remove_version

    for version in stores.mongo[RUNS].distinct("version"):
        remove_version(stores, version)
    for name in (
        RUNS,
        POINTERS,
        TITLES,
        PROFILES,
        ACCOUNTS,
        EXPERIMENTS,
        EXPOSURES,
        EVENTS,
        DATA_HISTORY,
        *VERSIONED,
    ):
        stores.mongo[name].delete_many({})


def fill(stores: Any) -> None:
    """The service itself: titles, accounts, profiles."""
    stores.mongo[TITLES].insert_many([title_to_document(_film(number)) for number in range(FILMS)])
    accounts = [
        Account(AccountId(f"a{number}"), Region(REGIONS[number % 2]), "standard", START)
        for number in range(PROFILES_IN_ALL)
    ]
    stores.mongo[ACCOUNTS].insert_many([account_to_document(one) for one in accounts])
    profiles = [_profile(number) for number in range(PROFILES_IN_ALL)]
    stores.mongo[PROFILES].insert_many([profile_to_document(one) for one in profiles])


def begin(stores: Any, job: str = "nightly", day: date = DAY) -> RunRecord:
    return Ledger(stores.mongo).start_run(job, day)


def stage(
    stores: Any,
    run: RunRecord,
    change: Change = lambda _, document: document,
    counts: Mapping[str, int] = ALL_COUNTS,
) -> RunRecord:
    """Writes what `counts` names, as the stages would, and tells the ledger."""
    version = run.version
    if "top_picks" in counts:
        _insert(stores, TOP_PICKS, [picks(version, number) for number in range(PROFILES_IN_ALL)], change)
    if "similar_lists" in counts:
        _insert(stores, SIMILAR, [_similar(version, number) for number in range(FILMS)], change)
    if "popular_lists" in counts:
        _insert(stores, POPULAR, [*_popular(version), {"_id": f"{version}:SCORES:0", "items": []}], change)
    if "trending_lists" in counts:
        _write_trends(stores, version, change)
    if "titles_indexed" in counts:
        indexing.build(stores.elasticsearch, index_name(version), stores.mongo[TITLES].find())
    folder = version_folder(stores.settings, version)
    folder.mkdir(parents=True)
    (folder / "part").write_text("rows")
    Ledger(stores.mongo).add_stage(run.id, StageReport("all", 1.0, dict(counts)))
    return run


def mark_of(version: str) -> float:
    return int(version.partition("-")[2]) / 1024


def stage_marked(stores: Any, run: RunRecord) -> RunRecord:
    """Every list and title of the version has its mark."""
    mark = mark_of(run.version)

    def marked(_: str, document: dict[str, Any]) -> dict[str, Any]:
        for item in document.get("items", []):
            item[1] = mark
        return document

    stores.mongo[TITLES].update_many({}, {"$set": {"popularity": mark}})
    return stage(stores, run, marked)


def publish_marked(stores: Any) -> RunRecord:
    started = stage_marked(stores, begin(stores))
    publish(stores, started, ALL_COUNTS)
    return Ledger(stores.mongo).finish(started.id, RunStatus.SUCCEEDED)


def publish_night(stores: Any, change: Change = lambda _, document: document, day: date = DAY) -> RunRecord:
    """A whole night. Raises what stops it, as the run would record it."""
    from batch.pipeline.failures import run_status_for

    run = stage(stores, begin(stores, day=day), change)
    ledger = Ledger(stores.mongo)
    try:
        publish(stores, run, ALL_COUNTS)
    except Exception as error:
        ledger.finish(run.id, run_status_for(error), str(error))
        raise
    return ledger.finish(run.id, RunStatus.SUCCEEDED)


def stage_charts(stores: Any, day: date = DAY) -> RunRecord:
    """What `marquee jobs run trending` leaves."""
    run = stage(
        stores, begin(stores, "trending", day), counts={"trending_lists": ALL_COUNTS["trending_lists"]}
    )
    return Ledger(stores.mongo).finish(run.id, RunStatus.SUCCEEDED)


def picks(version: str, number: int) -> dict[str, Any]:
    films = KIDS_FILMS if is_kid(number) else FILMS
    ids = [f"f{(number * 7 + place) % films}" for place in range(LENGTH)]
    return {
        "_id": top_picks_id(version, ProfileId(f"p{number}")),
        "profile_id": f"p{number}",
        "items": [[one, 1.0 - place / 100, "popular", None, 0] for place, one in enumerate(ids)],
        "genres": [],
        "computed_at": _millis(NOW),
    }


def _insert(stores: Any, collection: str, documents: list[dict[str, Any]], change: Change) -> None:
    changed = [change(collection, one) for one in documents]
    wanted = [{**one, "version": one["_id"].partition(":")[0]} for one in changed if one is not None]
    if wanted:
        stores.mongo[collection].insert_many(wanted)


def _similar(version: str, number: int) -> dict[str, Any]:
    items = [[f"f{(number + 1) % FILMS}", 0.5, 3]]
    return {"_id": similar_id(version, TitleId(f"f{number}")), "items": items, "computed_at": _millis(NOW)}


def _popular(version: str) -> list[dict[str, Any]]:
    return [
        {
            "_id": popular_id(version, key),
            "region": key.region,
            "genre": "",
            "audience": str(key.audience),
            "items": [[f"f{place}", 1.0, 9] for place in range(12)],
            "computed_at": _millis(NOW),
        }
        for region in REGIONS
        for key in (PopularKey(Region(region)), PopularKey(Region(region), audience=ListAudience.KIDS))
    ]


def _write_trends(stores: Any, version: str, change: Change) -> None:
    for region in REGIONS:
        for audience in ListAudience:
            name = trend_key(version, TrendKey(Region(region), TrendWindow.DAY, audience=audience))
            content = {"items": [["f1", 1.0, 3]], "audience": str(audience), "computed_at": _millis(NOW)}
            changed = change("trending", content)
            if changed is not None:
                stores.redis.set(name, json.dumps(changed))
                stores.redis.sadd(trend_index_key(version), name)


def _profile(number: int) -> Profile:
    limit = 10 if is_kid(number) else 18
    account = AccountId(f"a{number}")
    return Profile(ProfileId(f"p{number}"), account, f"P{number}", is_kid(number), limit, "en", START)


def _film(number: int) -> Title:
    return Title(
        id=TitleId(f"f{number}"),
        kind=TitleKind.MOVIE,
        name=f"Film {number}",
        year=2020,
        synopsis="",
        genres=("Drama",),
        cast=(),
        language="en",
        runtime_seconds=6000,
        maturity_age=0 if number < KIDS_FILMS else 16,
        windows=(LicenceWindow((), START),),
        launched_at=START,
        palette=("#000000", "#555555", "#ffffff"),
    )


def _millis(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def later() -> datetime:
    """For what expires by the clock."""
    return datetime.now(UTC)
