"""What a run needs of its stores, and what is left over in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

from batch.jobs.context import version_folder
from batch.pipeline.doctor import Check, Finding, ok, warn
from batch.pipeline.ledger import Ledger
from batch.pipeline.publish import live_version
from batch.pipeline.run_lock import RunLock, server_now
from batch.storage.clients import BatchStores
from batch.storage.import_ledger import unfinished_import_warnings
from domain.recommendations.keys import index_name
from domain.storage_names import INDEX_PREFIX, TITLES, VERSIONED
from search import indexing

CLOCK_TOLERANCE = timedelta(seconds=60)
LIVE_AGE = timedelta(hours=36)
SHOWN = 5


def store_checks(stores: BatchStores) -> list[tuple[str, Check]]:
    return [
        ("mongodb", lambda: _reached("mongodb", lambda: str(stores.mongo.client.server_info()["version"]))),
        (
            "elasticsearch",
            lambda: _reached("elasticsearch", lambda: str(stores.elasticsearch.info()["version"]["number"])),
        ),
        ("redis", lambda: _reached("redis", lambda: str(dict(stores.redis.info("server"))["redis_version"]))),
        ("clock", lambda: check_clock(server_now(stores.mongo), datetime.now(UTC))),
        ("run lock", lambda: check_lock(stores)),
        ("imports", lambda: check_imports(stores)),
        ("live version", lambda: check_live(stores, datetime.now(UTC))),
        ("catalog index", lambda: check_index(stores)),
        ("orphans", lambda: check_orphans(stores)),
    ]


def _reached(name: str, ask: Callable[[], str]) -> Finding:
    began = monotonic()
    told = ask()
    return ok(name, f"version {told}, answered in {(monotonic() - began) * 1000:.0f} ms")


def check_clock(theirs: datetime, ours: datetime) -> Finding:
    apart = abs(ours - theirs)
    told = f"{apart.total_seconds():.0f} s apart from the database's"
    if apart > CLOCK_TOLERANCE:
        return warn(
            "clock", told, "set the clocks by NTP: logical dates and freshness are wrong by that much"
        )
    return ok("clock", told)


def check_lock(stores: BatchStores) -> Finding:
    holder = RunLock(stores.mongo).holder()
    if holder is None:
        return ok("run lock", "free")
    now = server_now(stores.mongo)
    if holder.is_alive(now):
        return ok("run lock", holder.describe(now))
    return warn(
        "run lock",
        f"left by a dead run: {holder.describe(now)}",
        "nothing: the next start takes it and goes on",
    )


def check_imports(stores: BatchStores) -> Finding:
    warnings = unfinished_import_warnings(stores.mongo)
    if warnings:
        return warn("imports", " ".join(warnings), "run the same import again")
    return ok("imports", "none was cut short")


def check_live(stores: BatchStores, now: datetime) -> Finding:
    live = live_version(stores.mongo)
    if live is None:
        return warn("live version", "nothing is published yet", "marquee jobs run nightly")
    end = datetime.fromisoformat(live.logical_date).replace(tzinfo=UTC) + timedelta(days=1)
    age = now - min(end, now)
    told = f"{live.version} of {live.logical_date}, published {live.published_at:%Y-%m-%d %H:%M} UTC"
    if age > LIVE_AGE:
        hours = age.total_seconds() / 3600
        return warn(
            "live version", f"{told}: {hours:.0f} h old, stale but serving", "marquee jobs run nightly"
        )
    return ok("live version", told)


def check_index(stores: BatchStores) -> Finding:
    live = live_version(stores.mongo)
    if live is None:
        return ok("catalog index", "nothing is published yet")
    indexed = indexing.count(stores.elasticsearch, index_name(live.version)) or 0
    titles = stores.mongo[TITLES].estimated_document_count()
    told = f"{indexed:,} of {titles:,} titles"
    return (
        ok("catalog index", told)
        if indexed == titles
        else warn("catalog index", f"lags: {told}", "marquee data ensure-index")
    )


def check_orphans(stores: BatchStores) -> Finding:
    """Versions in stores and on disk that no run of the ledger accounts for."""
    known = {run.version for run in Ledger(stores.mongo).unswept_runs()}
    found: dict[str, set[str]] = {}
    for name in VERSIONED:
        for version in stores.mongo[name].distinct("version"):
            found.setdefault(str(version), set()).add(name)
    for index in stores.elasticsearch.indices.get(index=f"{INDEX_PREFIX}*", expand_wildcards="all"):
        found.setdefault(str(index).removeprefix(INDEX_PREFIX), set()).add("Elasticsearch")
    folder = version_folder(stores.settings, "x").parent
    for entry in folder.iterdir() if folder.is_dir() else ():
        found.setdefault(entry.name, set()).add(str(folder))
    orphans = {version: places for version, places in found.items() if version not in known}
    if not orphans:
        return ok("orphans", "none")
    shown = "; ".join(
        f"{version} in {', '.join(sorted(orphans[version]))}" for version in sorted(orphans)[:SHOWN]
    )
    more = f" and {len(orphans) - SHOWN} more" if len(orphans) > SHOWN else ""
    return warn("orphans", f"{shown}{more}", "marquee data gc")
