"""marquee profile: a person who is known everywhere leaves, and a search of everything finds nothing."""

from __future__ import annotations

import gzip
import json
import secrets
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from elasticsearch import Elasticsearch
from pymongo import MongoClient
from redis import Redis

from batch.jobs.archive_events import archive_live_events
from batch.storage.event_archive import EventArchive
from batch.storage.jsonl_file import JsonlFile
from bff.commands.profile import profile
from bff.local_stack import StoreUrls
from bff.stores.redis.invariant_violations import ViolationLog
from bff.stores.redis.page_codec import cached_page_to_bytes
from domain.ids import ProfileId
from domain.page.invariants import Invariant, Violation
from domain.page_cache.cached_page import CachedPage
from domain.snapshots.invariant_violations import RecordedViolation
from domain.snapshots.keys import page_cache_key
from domain.snapshots.snapshot import take_snapshot
from domain.storage_names import EVENTS, KEY_PREFIX
from domain.viewers.activity import Activity
from domain.viewers.anonymous_sessions import merged_event_id
from domain.viewers.event_documents import event_from_document, event_to_document
from domain.viewers.events import EventType, activity_changes
from tests.bff.stores.departing_household import NOW, Household, a_page, an_event, household
from tests.domain.made import an_account
from tests.resolvers.world import a_version

pytestmark = pytest.mark.stores


@dataclass(frozen=True)
class Service:
    """A household in the stores and in the files of a data folder."""

    house: Household
    home: Path
    urls: StoreUrls

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(profile, list(arguments))

    def everything(self) -> dict[str, str]:
        """Every document, key, value, index document and file as text, by where it is."""
        found = {}
        with MongoClient[dict[str, Any]](self.house.url) as client:
            database = client.get_default_database()
            for name in database.list_collection_names():
                found[f"mongo {name}"] = str(list(database[name].find()))
        with Redis.from_url(self.urls.redis_url) as redis:
            for key in redis.keys(f"{KEY_PREFIX}:*"):
                kind = redis.type(key).decode()
                read: dict[str, Callable[[], Any]] = {
                    "string": lambda key=key: redis.get(key),  # type: ignore[misc]
                    "hash": lambda key=key: redis.hgetall(key),  # type: ignore[misc]
                    "list": lambda key=key: [zlib.decompress(one) for one in redis.lrange(key, 0, -1)],  # type: ignore[misc]
                    "stream": lambda key=key: redis.xrange(key),  # type: ignore[misc]
                    "set": lambda key=key: redis.smembers(key),  # type: ignore[misc]
                }
                found[f"redis {key.decode()}"] = f"{key!r} {read[kind]()!r}"
        with Elasticsearch(self.urls.elasticsearch_url) as elastic:
            answer = elastic.search(index="*", query={"match_all": {}}, size=1000, ignore_unavailable=True)
            found["elasticsearch"] = str(answer.body)
        for path in sorted(self.home.rglob("*")):
            if path.is_file():
                raw = path.read_bytes()
                text = gzip.decompress(raw) if path.suffix == ".gz" else raw
                found[f"file {path.relative_to(self.home)}"] = f"{path.name} {text!r}"
        return found

    def places_of(self, profile_id: str) -> list[str]:
        return [place for place, text in self.everything().items() if profile_id in text]

    def archived(self, profile_id: str) -> list[dict[str, Any]]:
        lines = [
            line
            for path in sorted(self.home.glob("lake/events/month=*/*.jsonl.gz"))
            for line in gzip.decompress(path.read_bytes()).splitlines()
        ]
        return [event for line in lines if (event := json.loads(line))["profile_id"] == profile_id]


@pytest.fixture
async def service(
    stack: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Service]:
    async with household(stack, f"p{secrets.token_hex(5)}") as house:
        for name, value in (
            ("HOME", tmp_path),
            ("MONGO_URL", house.url),
            ("ELASTICSEARCH_URL", stack.elasticsearch_url),
            ("REDIS_URL", stack.redis_url),
        ):
            monkeypatch.setenv(f"MARQUEE_{name}", str(value))
        await plant_pages(house)
        plant_files(house, tmp_path / "lake")
        index = f"marquee-titles-{house.one.id}"[:-4]
        with Elasticsearch(stack.elasticsearch_url) as elastic:
            elastic.index(index=index, id="t1", document={"name": "A title"}, refresh=True)
            yield Service(house, tmp_path, stack)
            elastic.indices.delete(index=index)


async def plant_pages(house: Household) -> None:
    """A cached page and a sample of a broken invariant of each profile."""
    log = ViolationLog(house.stores.redis)
    with Redis.from_url(house.redis_url) as redis:
        for one in (house.one, house.two, house.other):
            page = replace(a_page(), snapshot_id="0" * 24)
            cached = CachedPage(
                page.snapshot_id, one, an_account(), Activity(one.id), a_version("v"), "x", NOW, NOW, NOW
            )
            redis.hset(page_cache_key(one.id), mapping={"s": "token", "a1": cached_page_to_bytes(cached)})
            redis.expire(page_cache_key(one.id), 600)
            violation = Violation(next(iter(Invariant)), "It is broken.", "row")
            await log.report([RecordedViolation(violation, take_snapshot(page, one.id))])


def plant_files(house: Household, lake: Path) -> None:
    """An imported file over two months, live events, the sample's truth, and the datasets of a run."""
    profiles = (house.one, house.two, house.other)
    with EventArchive(lake, "own-history") as archive:
        for one in profiles:
            for days in (40, 80):
                event = an_event(one.id, f"old-{days}", EventType.COMPLETE, f"film-{days}")
                archive.add([event_to_document(replace(event, occurred_at=NOW - timedelta(days=days)))])
    with MongoClient[dict[str, Any]](house.url) as client:
        events = client.get_default_database()[EVENTS]
        archive_live_events(events, lake, NOW.date(), NOW)
    with JsonlFile(lake / "truth" / "profiles.jsonl.gz") as truth:
        truth.add({"profile_id": one.id, "genres": {}} for one in profiles)
    for dataset in ("viewers", "interactions", "titles"):
        folder = lake / "versions" / "20261122-1" / dataset
        folder.mkdir(parents=True)
        text = dataset if dataset == "titles" else str([one.id for one in profiles])
        (folder / "part-0.parquet").write_text(text)


def test_an_erased_profile_is_nowhere_and_everybody_else_is_where_they_were(service: Service) -> None:
    gone, kept = str(service.house.one.id), str(service.house.two.id)
    known = service.places_of(gone)
    kinds = {place.split("{")[0].split("=")[0] for place in known}
    assert len(known) == 16
    assert {"mongo profiles", "mongo activity", "mongo events", "mongo exposures", "mongo accounts"} <= kinds
    assert {"mongo top_picks", "mongo departures", "redis marquee:", "redis marquee:warm:"} <= kinds
    assert {"file lake/events/month", "file lake/truth/profiles.jsonl.gz"} <= kinds
    before = set(service.places_of(kept)), service.archived(kept)
    result = service.run("erase", gone, "--yes", "--json")
    assert result.exit_code == 0, result.output
    proof = json.loads(result.stdout)
    assert (proof["proven"], proof["pending"], proof["into"]) == (True, [], None)
    assert {place["left"] for place in proof["places"]} == {0}
    assert sum(place["removed"] for place in proof["places"] if place["store"] == "files") == 2 + 3 + 1 + 2
    assert set(proof["searched"]) == {"mongo", "redis", "elasticsearch", "files"}
    assert service.places_of(gone) == []
    datasets = {place for place in before[0] if "/versions/" in place}
    assert set(service.places_of(kept)) == before[0] - datasets
    assert service.archived(kept) == before[1]


def test_erasing_twice_proves_it_again_and_an_unknown_profile_is_named(service: Service) -> None:
    gone = f"profile_{service.house.one.id}"
    assert service.run("erase", gone, "--yes").exit_code == 0
    again = service.run("erase", gone, "--yes")
    assert (again.exit_code, "A second search of everything found nothing" in again.stdout) == (0, True)
    unknown = service.run("erase", "nobody-at-all", "--yes")
    assert (unknown.exit_code, str(unknown.exception)) == (1, "There is no such profile.")
    assert service.run("erase", "not/an/id", "--yes").exit_code == 2


def test_the_last_profile_needs_a_word_more_and_nothing_is_done_without_yes(service: Service) -> None:
    last = str(service.house.other.id)
    before = service.places_of(last)
    for arguments in ((), ("--yes",)):
        refused = service.run("erase", last, *arguments)
        assert refused.exit_code == 1
        assert service.places_of(last) == before
    assert "--last" in str(refused.exception)
    assert service.run("erase", last, "--last", "--yes").exit_code == 0
    assert service.places_of(last) == []


def test_a_merged_profile_is_gone_and_the_archive_says_what_the_record_says(service: Service) -> None:
    """So the next nightly run agrees with the page."""
    house = service.house
    gone, kept = str(house.one.id), str(house.two.id)
    events = service.archived(gone) + service.archived(kept)
    result = service.run("merge", gone, "--into", kept, "--yes", "--json")
    assert result.exit_code == 0, result.output
    assert service.places_of(gone) == []
    merged = service.archived(kept)
    assert len(merged) == len(events) == 10
    renamed = {
        merged_event_id(ProfileId(gone), event["id"]) for event in events if event["profile_id"] == gone
    }
    assert {event["id"] for event in merged} >= renamed
    with MongoClient[dict[str, Any]](house.url) as client:
        [record] = client.get_default_database()["activity"].find({"_id": kept})
    changes = activity_changes(event_from_document(event) for event in merged)
    assert changes.watched.keys() <= set(record["watched"]) | {"film-40", "film-80"}
    assert changes.listed.keys() <= set(record["listed"])
    assert changes.rated.keys() <= set(record["rated"])


def test_an_export_is_complete_with_the_archive_and_names_nobody_else(
    service: Service, tmp_path: Path
) -> None:
    house, out = service.house, tmp_path / "export.json"
    result = service.run("export", str(house.one.id), "--out", str(out))
    assert result.exit_code == 0, result.output
    text = out.read_text("utf-8")
    document = json.loads(text)
    assert (document["format"], document["complete"], document["missing"]) == ("marquee-profile-1", True, [])
    assert len(document["events"]) == 4 + 2
    assert document["events"][0]["occurred_at"] == "2026-09-03T12:00:00.000Z"
    assert document["activity"]["shown_on"]["seen"] == ["2026-11-19"]
    assert len(document["recommendations"]) == 2
    assert [each["variant"] for each in document["experiments"]["exposures"]] == ["B", "B"]
    assert document["experiments"]["assignments"]["row-order"]["variant"] == "B"
    assert len(document["pages"]) == 2
    for stranger in (house.two, house.other):
        assert str(stranger.id) not in text
