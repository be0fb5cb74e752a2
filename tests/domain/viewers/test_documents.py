"""What is stored comes back as it was; documents hold milliseconds and leave out what is not known."""

from __future__ import annotations

import json
from dataclasses import replace

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
from domain.viewers.activity import Activity, Changes, Listing, Rating, Watch
from domain.viewers.documents import (
    account_from_document,
    account_to_document,
    activity_from_document,
    activity_to_document,
    changes_to_document,
    impressions_to_document,
    profile_from_document,
    profile_to_document,
)
from domain.viewers.event_documents import event_from_document, event_to_document
from domain.viewers.events import Event, EventType
from domain.viewers.profiles import Account, Profile
from tests.domain.made import (
    DAY,
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
)

LAUNCHED = to_millis(NOW - 400 * DAY)
ids = raw_ids.map(ProfileId)
names = st.text(max_size=12)
word_tuples = st.lists(names, max_size=3).map(tuple)
watches = st.builds(Watch, instants, st.booleans(), st.integers(0, 9000), st.integers(0, 9000), names)
activities = st.builds(
    Activity,
    ids,
    st.integers(0, 10**9),
    st.dictionaries(few_ids, watches, max_size=3),
    st.dictionaries(few_ids, st.builds(Listing, instants, st.booleans()), max_size=3),
    st.dictionaries(few_ids, st.builds(Rating, instants, st.floats(-1, 1)), max_size=3),
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
        {TitleId("a"): Watch(NOW, True, 5, 9, "s1")},
        {TitleId("b"): Listing(NOW, False)},
        {TitleId("c"): Rating(NOW, 1)},
    )
    at = to_millis(NOW)
    document = changes_to_document(changes)
    assert document == {
        "watched.a": {"at": at, "finished": True, "position": 5, "duration": 9, "series": "s1"},
        "listed.b": {"at": at, "added": False},
        "rated.c": {"at": at, "value": 1.0},
    }
    assert [list(entry) for entry in document.values()] == [
        ["at", "finished", "position", "duration", "series"],
        ["at", "added"],
        ["at", "value"],
    ]
    assert isinstance(document["rated.c"]["value"], float)


def test_what_was_shown_is_or_ed_in_bit_by_bit() -> None:
    shown = {742: {"a": 5, "~top-picks": 1}, 743: {"a": 1}}
    assert impressions_to_document(shown) == {
        "shown.742.a": {"or": 5},
        "shown.742.~top-picks": {"or": 1},
        "shown.743.a": {"or": 1},
    }
    assert changes_to_document(Changes(impressions=shown)) == {}


@given(watches, watches)
def test_entries_compare_as_documents_exactly_as_they_do_as_values(one: Watch, two: Watch) -> None:
    stored = [
        list(changes_to_document(Changes({TitleId("a"): watch}))["watched.a"].values())
        for watch in (one, two)
    ]
    assert (stored[0] < stored[1]) == (one < two)


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
