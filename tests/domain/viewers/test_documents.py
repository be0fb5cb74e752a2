"""What is stored comes back as it was; documents hold milliseconds and leave out what is not known."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalog.documents import title_from_document, title_to_document
from domain.catalog.titles import Title
from domain.ids import ProfileId, TitleId
from domain.recommendations.documents import (
    data_version_from_document,
    data_version_to_document,
    neighbours_from_document,
    ranked_list_from_document,
    top_picks_from_document,
)
from domain.recommendations.lists import (
    DataVersion,
    Neighbour,
    Pick,
    PickSource,
    RankedList,
    RankedTitle,
    TopPicks,
)
from domain.timestamps import to_millis
from domain.viewers.activity import Activity, Changes, Listing, Rating
from domain.viewers.documents import (
    account_from_document,
    account_to_document,
    activity_from_document,
    activity_to_document,
    changes_to_update,
    impressions_to_document,
    profile_from_document,
    profile_to_document,
)
from domain.viewers.event_documents import event_from_document, event_to_document
from domain.viewers.events import Event, EventType
from domain.viewers.profiles import Account, Profile
from domain.viewers.watch_documents import watch_from_document, watch_to_document
from domain.viewers.watches import Watch, merge_watches, one_playback
from tests.domain.made import (
    DAY,
    HOUR,
    MINA,
    NOW,
    a_profile,
    a_title,
    an_event,
    events,
    few_ids,
    instants,
    raw_ids,
    titles,
    watches,
)

LAUNCHED = to_millis(NOW - 400 * DAY)
ids = raw_ids.map(ProfileId)
names = st.text(max_size=12)
word_tuples = st.lists(names, max_size=3).map(tuple)
activities = st.builds(
    Activity,
    ids,
    st.integers(0, 10**9),
    st.dictionaries(few_ids, watches, max_size=3),
    st.dictionaries(few_ids, st.builds(Listing, instants, st.booleans()), max_size=3),
    st.dictionaries(
        few_ids, st.builds(Rating, instants, st.floats(-1, 1), st.sampled_from(["", "s1"])), max_size=3
    ),
    st.dictionaries(
        st.integers(0, 900), st.dictionaries(raw_ids, st.integers(1, 2**28 - 1), max_size=3), max_size=2
    ),
)
profiles = st.builds(
    Profile, ids, raw_ids, names, st.booleans(), st.integers(0, 18), names, instants, word_tuples, word_tuples,
    st.none() | st.just("binge"), word_tuples,
)  # fmt: skip


@given(titles)
@settings(max_examples=40)
def test_titles(title: Title) -> None:
    document = title_to_document(title)
    assert title_from_document(json.loads(json.dumps(document))) == title
    assert None not in document.values()
    assert [] not in document.values()


def test_a_title_document_field_by_field() -> None:
    assert title_to_document(a_title("tt1", maturity_age=None, popularity=0.5)) == {
        "_id": "tt1",
        "kind": "movie",
        "name": "Movie tt1",
        "year": 2024,
        "synopsis": "Something happens.",
        "genres": ["Thriller"],
        "cast": ["Ada Example"],
        "language": "en",
        "runtime_seconds": 7440,
        "windows": [{"regions": ["DE", "US"], "starts_at": LAUNCHED}],
        "launched_at": LAUNCHED,
        "palette": ["#101020", "#404060", "#a0a0c0"],
        "popularity": 0.5,
    }


@given(st.builds(Account, ids, raw_ids, names, instants))
def test_accounts(account: Account) -> None:
    assert account_from_document(account_to_document(account)) == account


@given(profiles)
@settings(max_examples=50)
def test_profiles(profile: Profile) -> None:
    document = profile_to_document(profile)
    assert profile_from_document(json.loads(json.dumps(document))) == profile


def test_only_personas_have_the_field_that_finds_them() -> None:
    assert "persona" not in profile_to_document(a_profile())
    assert profile_to_document(a_profile(persona="kids"))["persona"] == "kids"


@given(activities)
@settings(max_examples=50)
def test_activity(activity: Activity) -> None:
    assert activity_from_document(json.loads(json.dumps(activity_to_document(activity)))) == activity


def test_a_profile_that_did_one_thing_has_only_that() -> None:
    assert activity_from_document({"_id": "mina"}) == Activity(MINA)


@given(events)
def test_events(event: Event) -> None:
    stored = json.loads(json.dumps(event_to_document(event))) | {"_id": "x", "recorded_at": 1}
    assert event_from_document(stored) == event


def test_an_event_document_field_by_field() -> None:
    event = replace(an_event(EventType.RATING, stars=4.5), device="tv")
    assert event_to_document(event) == {
        "id": "e1",
        "profile_id": "mina",
        "title_id": "tt1",
        "type": "rating",
        "occurred_at": to_millis(NOW) - 3_600_000,
        "region": "DE",
        "kind": "movie",
        "stars": 4.5,
        "device": "tv",
    }


def test_changes_are_paths_whose_entries_stand_in_merge_order() -> None:
    """MongoDB's $max compares embedded documents field by field, so their order is their meaning."""
    changes = Changes(
        {TitleId("a"): one_playback(NOW, 5, 9, True, "s1", 0, 2), TitleId("m"): one_playback(NOW, 5, 10)},
        {TitleId("b"): Listing(NOW, False)},
        {TitleId("c"): Rating(NOW, 1)},
    )
    at = to_millis(NOW)
    update = changes_to_update(changes)
    assert update == {
        "$max": {
            "listed.b": {"at": at, "added": False},
            "rated.c": {"at": at, "value": 1.0},
            "watched.a.last": {"at": at, "series": "s1", "season": 0, "episode": 2},
            "watched.a.stands": {"at": at, "position": 5, "duration": 9},
            "watched.a.finished_at": at,
            "watched.m.last": {"at": at},
            "watched.m.stands": {"at": at, "position": 5, "duration": 10},
            "watched.m.furthest": {"share": 0.5, "at": at},
        },
        "$min": {"watched.a.first_finished_at": at},
    }
    assert [list(entry) for entry in update["$max"].values() if isinstance(entry, dict)] == [
        ["at", "added"],
        ["at", "value"],
        ["at", "series", "season", "episode"],
        ["at", "position", "duration"],
        ["at"],
        ["at", "position", "duration"],
        ["share", "at"],
    ]
    assert isinstance(update["$max"]["rated.c"]["value"], float)
    assert isinstance(update["$max"]["watched.m.furthest"]["share"], float)


def test_what_was_shown_is_or_ed_in_bit_by_bit() -> None:
    shown = {742: {"a": 5, "~top-picks": 1}, 743: {"a": 1}}
    assert impressions_to_document(shown) == {
        "shown.742.a": {"or": 5},
        "shown.742.~top-picks": {"or": 1},
        "shown.743.a": {"or": 1},
    }
    assert changes_to_update(Changes(impressions=shown)) == {}


@given(watches, watches)
def test_stored_watches_merge_key_by_key_as_values_do(one: Watch, two: Watch) -> None:
    stored = [watch_to_document(watch) for watch in (one, two)]
    merged = dict(stored[0])
    for register, value in stored[1].items():
        known = merged.get(register)
        choose = min if register == "first_finished_at" else max
        merged[register] = value if known is None else choose(known, value, key=in_bson_order)
    assert watch_from_document(merged) == merge_watches(one, two)


def in_bson_order(value: Any) -> Any:
    """MongoDB compares embedded documents key by key, null before any number."""
    if isinstance(value, dict):
        return [in_bson_order(part) for part in value.values()]
    return (value is not None, value or 0) if not isinstance(value, str) else value


FLAT = {"at": to_millis(NOW - HOUR), "finished": False, "position": 60, "duration": 2700, "series": ""}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (FLAT, one_playback(NOW - HOUR, 60, 2700)),
        (FLAT | {"series": "s1"}, one_playback(NOW - HOUR, 60, 2700, series_id="s1")),
        (FLAT | {"finished": True, "position": 2700}, one_playback(NOW - HOUR, 2700, 2700, True)),
        # Stored with eight minutes of 145 left: credits, as the rule is today.
        (FLAT | {"position": 8220, "duration": 8700}, one_playback(NOW - HOUR, 8220, 8700, True)),
        (FLAT | {"position": 90, "duration": 0}, one_playback(NOW - HOUR, 90, 0)),
    ],
)
def test_a_flat_entry_of_an_earlier_build_is_one_playback(entry: dict[str, Any], expected: Watch) -> None:
    assert watch_from_document(entry) == expected


@given(watches)
def test_registers_beside_a_flat_entry_merge_with_it(watch: Watch) -> None:
    flat = FLAT | {"finished": True, "position": 2700}
    expected = merge_watches(one_playback(NOW - HOUR, 2700, 2700, True), watch)
    assert watch_from_document(flat | watch_to_document(watch)) == expected


def test_lists_of_the_nightly_run() -> None:
    at = to_millis(NOW)
    picks = {
        "profile_id": "mina",
        "items": [["a", 0.9, "similar", "s", 5], ["b", 0.1, "popular", None]],
        "genres": ["Crime", "Drama", "War"],
        "computed_at": at,
    }
    assert top_picks_from_document(picks) == TopPicks(
        (
            Pick(TitleId("a"), 0.9, PickSource.SIMILAR, TitleId("s"), ("Crime", "War")),
            Pick(TitleId("b"), 0.1, PickSource.POPULAR),
        ),
        ("Crime", "Drama", "War"),
        NOW,
    )
    assert neighbours_from_document({"items": [["a", 0.5, 12]]}) == (Neighbour(TitleId("a"), 0.5, 12),)
    assert ranked_list_from_document({"items": [["a", 2.5, 12]], "computed_at": at}) == RankedList(
        (RankedTitle(TitleId("a"), 2.5),), NOW
    )


@given(st.builds(DataVersion, names, names, names, names, instants, st.none() | names))
@settings(max_examples=50)
def test_the_pointer(live: DataVersion) -> None:
    assert data_version_from_document(data_version_to_document(live)) == live
