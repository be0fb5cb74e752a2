"""The constants, measured again on encoded documents and on the local stores.

Documents of the sample stand for those of a service. Of time, only processor time is measured, within a wide factor.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from time import process_time
from typing import Any

import bson
import numpy as np
import pytest

from batch.capacity.constants import measured
from batch.capacity.estimate import PROFILES_A_ACCOUNT, TRENDING_SIZE, list_bytes, page_bytes
from batch.models.blend import BlendWeights
from batch.models.histories import Histories
from batch.models.item_model import ItemModel
from batch.models.scoring import audiences_of, score_histories
from batch.models.sparse_rows import SparseRows, no_rows
from batch.sample.catalogue import make_catalogue
from batch.sample.viewers import SimulationPeriod, household_ranges, households
from bff.stores.redis.page_codec import page_to_bytes
from domain.candidates.model import Candidate
from domain.catalog.documents import title_to_document
from domain.catalog.titles import TitleKind
from domain.ids import ProfileId, Region, TitleId
from domain.viewers.activity import Activity, Rating
from domain.viewers.documents import account_to_document, activity_to_document, profile_to_document
from domain.viewers.event_documents import event_to_document
from domain.viewers.events import Event, EventType
from search.documents import index_document
from tests.bff.stores.redis.test_page_snapshots import KEPT
from tests.domain.made import a_watch

AT = datetime(2026, 11, 20, 20, tzinfo=UTC)
ABOUT = 0.25
"""Services differ in their ids and texts by more."""


def about(constant: str) -> Any:
    return pytest.approx(measured(constant), rel=ABOUT)


def mean_bson(documents: list[Any]) -> float:
    return sum(len(bson.encode(one)) for one in documents) / len(documents)


def test_titles_are_as_large_in_mongodb_and_in_the_index() -> None:
    works = make_catalogue(7, 120, AT)
    documents = [title_to_document(one) for work in works for one in (work.title, *work.episodes)]
    assert len(documents) > 200
    assert mean_bson(documents) == about("title_document")
    indexed = [len(json.dumps({**index_document(one), "popularity": 0.1234})) for one in documents]
    assert sum(indexed) / len(indexed) == about("index_document")


def test_profiles_and_accounts_are_as_large_as_importers_write_them() -> None:
    [of_all] = household_ranges(7, 200, 200)
    found = list(households(7, of_all, SimulationPeriod(AT, 30), ("Rookhaven",)))
    profiles = [profile_to_document(viewer.profile) for one in found for viewer in one.viewers]
    assert len(profiles) == 200
    assert mean_bson(profiles) == about("profile_document")
    assert mean_bson([account_to_document(one.account) for one in found]) == about("account_document")
    assert len(profiles) / len(found) == pytest.approx(PROFILES_A_ACCOUNT, rel=ABOUT)


@pytest.mark.parametrize("watched", [20, 150, 1000])
def test_activities_grow_with_watched_titles(watched: int) -> None:
    """Half of the titles are episodes; each watched title comes with an impression and every tenth with a thumb."""
    watches = {
        TitleId(f"m{number:05}"): a_watch(
            timedelta(days=number % 300),
            1320 + number,
            series="s00012" if number % 2 else "",
            done=number % 3 == 0,
        )
        for number in range(watched)
    }
    rated = {TitleId(f"m{number:05}"): Rating(AT, 1.0) for number in range(0, watched, 10)}
    document = activity_to_document(Activity(ProfileId("p00001234567"), 7, watched=watches, rated=rated))
    document["shown"] = {"742": {f"m{number:05}": number % 29 for number in range(watched)}}
    expected = measured("activity_base") + watched * measured("activity_title")
    assert mean_bson([document]) == pytest.approx(expected, rel=ABOUT)


def test_events_are_as_large_as_a_service_stores_them() -> None:
    event = Event(
        "0190a1b2c3d4e5f6a7b8c9d0e1f2a3b4",
        ProfileId("p00001234567"),
        TitleId("m00101"),
        EventType.COMPLETE,
        AT,
        Region("US"),
        kind=TitleKind.MOVIE,
        position_seconds=1320,
        duration_seconds=6000,
    )
    stored = {"_id": f"{event.profile_id}:{event.id}", "recorded_at": 1_795_968_000_000, "expires_at": AT}
    assert mean_bson([{**event_to_document(event), **stored}]) == about("event_document")


@pytest.mark.parametrize(
    ("kind", "count", "item", "fields"),
    [
        (
            "top_picks",
            50,
            lambda one: [one, 0.734211, "similar", "m00044", 5],
            {"profile_id": "p00001234567"},
        ),
        ("similar", 40, lambda one: [one, 0.734211, 17], {}),
        ("popular", 100, lambda one: [one, 0.734211, 17], {"region": "US", "genre": "Drama"}),
    ],
)
def test_lists_are_as_large_as_their_documents(kind: str, count: int, item: Any, fields: Any) -> None:
    document = {
        "_id": "20261120-1:p00001234567",
        "version": "20261120-1",
        "computed_at": 1_795_968_000_000,
        "items": [item(f"m{number:05}") for number in range(count)],
        **fields,
    }
    assert mean_bson([document]) == pytest.approx(list_bytes(kind, count), rel=ABOUT)


def test_pages_are_as_large_as_redis_gets_them() -> None:
    random, [row] = Random(7), KEPT.rows

    def a_row(place: int, cards: int) -> Any:
        candidates = tuple(
            Candidate(TitleId(f"m{random.randrange(50_000):05}"), "similar", score=random.random())
            for _ in range(cards)
        )
        return replace(
            row,
            position=place,
            candidates=replace(row.candidates, candidates=candidates),
            columns=tuple(range(cards)),
            scores=tuple(one.score for one in candidates),
            signatures=random.randbytes(16 * cards),
        )

    for rows, cards in ((8, 20), (20, 20), (30, 40)):
        page = replace(KEPT, rows=tuple(a_row(place, cards) for place in range(rows)))
        assert len(page_to_bytes(page)) == pytest.approx(page_bytes(rows, cards), rel=ABOUT)


@pytest.mark.stores
def test_trending_lists_and_keys_are_as_large_as_the_server_says(stack: Any) -> None:
    from batch.storage.clients import open_redis

    client = open_redis(stack.redis_url)
    items = [[f"m{number:05}", 3.1415, 17] for number in range(TRENDING_SIZE)]
    key = "marquee:{20261120-1:US}:trend:week:capacity-test"
    try:
        client.set(key, json.dumps({"items": items, "computed_at": 1_795_968_000_000}, separators=(",", ":")))
        expected = measured("trending_list_base") + TRENDING_SIZE * measured("trending_list_item")
        assert int(client.memory_usage(key)) == pytest.approx(expected, rel=ABOUT)
        client.set(key, "a short value")
        assert int(client.memory_usage(key)) == about("redis_key")
    finally:
        client.delete(key)
        client.close()


def test_a_list_takes_about_the_processor_time() -> None:
    """Random rows as long as those of a model of 50,000 titles; seen in several attempts, so that compiling and other
    processes do not count.
    """
    random, titles, profiles, length = np.random.default_rng(7), 5_000, 200, 67
    model = ItemModel(random_rows(random, titles, 109), random_rows(random, titles, 191))
    watched = np.sort(random.integers(0, titles, (profiles, length)), axis=1).astype(np.int32).ravel()
    starts = np.arange(profiles + 1, dtype=np.int64) * length
    places = np.arange(profiles * length) % length
    histories = Histories(
        starts, watched, (length - places).astype(np.float32), np.ones(len(watched), np.float32),
        places.astype(np.int16), np.arange(profiles, dtype=np.int64),
    )  # fmt: skip
    audiences = audiences_of(random.random((1, titles), np.float32), np.ones((1, titles), np.bool_))
    audience = np.zeros(profiles, np.int32)
    seconds = []
    for _ in range(3):
        before = process_time()
        picks = score_histories(
            histories, audience, starts, watched, model, no_rows(titles), audiences, BlendWeights(), 50
        )
        seconds.append((process_time() - before) / profiles)
    assert picks.titles.shape == (profiles, 50)
    # Scoring alone, among a tenth of the titles, took 0.00016 s where the whole took 0.001.
    assert measured("list_cpu") / 20 < min(seconds) < 5 * measured("list_cpu")


def random_rows(random: np.random.Generator, titles: int, length: int) -> SparseRows:
    columns = np.sort(random.integers(0, titles, (titles, length)), axis=1).astype(np.int32).ravel()
    starts = np.arange(titles + 1, dtype=np.int64) * length
    return SparseRows(starts, columns, random.random(len(columns), np.float32))


def test_a_history_entry_is_packed() -> None:
    assert {"titles", "ages", "strengths", "steps"} <= set(Histories.__dataclass_fields__)
    assert measured("history_entry") == 4 + 4 + 4 + 2
