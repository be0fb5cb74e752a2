"""Cards, field by field."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.signed_tokens import unseal
from tests.domain.made import DAY, NOW
from tests.resolvers.conftest import SECRET, Face

pytestmark = pytest.mark.stores

CARDS = """
query Cards($profile: ID!) {
  home(profileId: $profile, device: {formFactor: TV}) {
    snapshotId
    rows(first: 20) { nodes { id cards(first: 40) { nodes {
      cardId position { row column }
      title { __typename id name }
      badges { kind label accessibilityLabel }
      match { percent }
      progress { positionSeconds durationSeconds percent updatedAt }
      resume { kind label target }
      availability { endsAt label }
      maturity { rating age accessibilityLabel }
      metadataLine accessibilityLabel
      preview { url }
      actions { kind target label }
      userState { inList rating watched }
      tracking { cardToken }
    } } } }
  }
}
"""


async def cards_of(face: Face, row: str, **context: Any) -> dict[str, dict[str, Any]]:
    home = (await face.data(CARDS, face.context(**context), profile="profile_ade"))["home"]
    [found] = [node for node in home["rows"]["nodes"] if node["id"].endswith(f"~{row}")]
    return {card["title"]["id"]: card for card in found["cards"]["nodes"]}


async def test_a_movie_to_continue(face: Face) -> None:
    card = (await cards_of(face, "continue"))["title_mv02"]
    token = card.pop("tracking")["cardToken"]
    snapshot = card.pop("cardId").partition("-")[0]
    assert unseal(SECRET, "tracking", token) == [snapshot, "continue", "0", "1", "mv02", "activity"]
    assert card == {
        "position": {"row": 0, "column": 1},
        "title": {"__typename": "Movie", "id": "title_mv02", "name": "Silent Harbour"},
        "badges": [
            {"kind": "NEW", "label": "New", "accessibilityLabel": "Recently added"},
            {
                "kind": "LEAVING_SOON",
                "label": "Leaves in 3 days",
                "accessibilityLabel": "Leaves in 3 days",
            },
        ],
        "match": None,
        "progress": {
            "positionSeconds": 3720,
            "durationSeconds": 7440,
            "percent": 50,
            "updatedAt": (NOW - DAY).isoformat(),
        },
        "resume": {"kind": "CONTINUE", "label": "1 h 2 min left", "target": "marquee://play/title_mv02"},
        "availability": {"endsAt": (NOW + 3 * DAY).isoformat(), "label": "Leaves in 3 days"},
        "maturity": {"rating": "0+", "age": 0, "accessibilityLabel": "suitable for all ages"},
        "metadataLine": "2024 · 0+ · 2h 4m · Crime",
        "accessibilityLabel": "Silent Harbour, movie, 2024, 2 hours 4 minutes, suitable for all ages, "
        "1 hour 2 minutes left.",
        "preview": None,
        "actions": [
            {"kind": "RESUME", "target": "marquee://play/title_mv02", "label": "Resume"},
            {"kind": "DETAILS", "target": "marquee://title/title_mv02", "label": "Details"},
            {"kind": "LIST_ADD", "target": "title_mv02", "label": "Add to My List"},
            {"kind": "ROW_REMOVE", "target": "title_mv02", "label": "Remove from row"},
            {"kind": "SNOOZE", "target": "title_mv02", "label": "Not now"},
            {"kind": "NOT_ME", "target": "title_mv02", "label": "This was not me"},
        ],
        "userState": {"inList": False, "rating": None, "watched": False},
    }


async def test_a_next_episode(face: Face) -> None:
    card = (await cards_of(face, "continue"))["title_sa-2-1"]
    assert card["title"] == {"__typename": "Episode", "id": "title_sa-2-1", "name": "Tidewater Part 21"}
    assert card["resume"] == {"kind": "NEXT", "label": "Next: S2 E1", "target": "marquee://play/title_sa-2-1"}
    assert card["progress"] is None
    assert [action["kind"] for action in card["actions"]] == [
        "PLAY", "DETAILS", "LIST_ADD", "ROW_REMOVE", "SNOOZE", "NOT_ME",
    ]  # fmt: skip
    assert card["metadataLine"] == "2024 · 0+ · 45m · Thriller"
    assert card["accessibilityLabel"] == (
        "Tidewater, Tidewater Part 21, episode, 2024, 45 minutes, suitable for all ages, next, season 2 episode 1."
    )


async def test_state_is_on_the_card(face: Face) -> None:
    states = {
        title: (card["userState"]["inList"], card["userState"]["rating"], card["userState"]["watched"])
        for row in ("chart", "mine", "new")
        for title, card in (await cards_of(face, row)).items()
    }
    assert states["title_mv05"] == (True, None, False)
    assert states["title_mv01"] == (False, None, True)
    assert states["title_mv03"] == (False, 1.0, False)
    listed = (await cards_of(face, "mine"))["title_mv05"]
    assert listed["actions"][2] == {
        "kind": "LIST_REMOVE",
        "target": "title_mv05",
        "label": "Remove from My List",
    }


async def test_a_chart_counts_from_one(face: Face) -> None:
    cards = await cards_of(face, "chart")
    assert [card["badges"][0] for card in cards.values()] == [
        {"kind": "TOP_10", "label": f"#{place}", "accessibilityLabel": f"Number {place}"}
        for place in (1, 2, 3, 4)
    ]


async def test_texts_follow_the_clock_of_the_request(face: Face) -> None:
    the_day_before = await cards_of(face, "continue", now=NOW + timedelta(days=2, hours=1))
    assert the_day_before["title_mv02"]["availability"]["label"] == "Leaves tomorrow"
    last_day = await cards_of(face, "continue", now=NOW + timedelta(days=2, hours=4))
    assert last_day["title_mv02"]["availability"]["label"] == "Leaves today"
    gone = await cards_of(face, "continue", now=NOW + 3 * DAY)
    assert list(gone) == ["title_sa-2-1"]


async def test_artwork_is_there_in_every_shape_and_as_wide_as_asked(face: Face) -> None:
    document = """query Art($shape: ArtworkShape!) {
      title(id: "title_mv01", profileId: "profile_ade") {
        artwork(shape: $shape, minWidth: 1000) { url width height alt placeholder dominantColor hasTitleText }
      } }"""
    sizes = {}
    for shape in ("HERO", "LANDSCAPE", "POSTER", "SQUARE", "FOUR_THREE", "LOGO"):
        art = (await face.data(document, shape=shape))["title"]["artwork"]
        sizes[shape] = (art["width"], art["height"])
        assert art["url"].startswith(f"/art/{shape.lower()}/mv01-")
        assert art["alt"].endswith(" of Amber Harbour, comedy movie")
        assert art["placeholder"]
        assert art["hasTitleText"] is (shape != "HERO")
    assert sizes == {
        "HERO": (1680, 720),
        "LANDSCAPE": (1000, 562),
        "POSTER": (1000, 1500),
        "SQUARE": (1000, 1000),
        "FOUR_THREE": (1000, 750),
        "LOGO": (1000, 400),
    }


async def test_a_large_card_has_a_logo_and_a_series_the_episode_it_goes_on_with(face: Face) -> None:
    document = """query Large { home(profileId: "profile_ade", device: {formFactor: TV}) { rows(first: 3) { nodes {
      presentation { cardSize backgroundArt { url } }
      cards { nodes { title { id } logo { url hasTitleText }
        nextEpisode { id seriesName seasonNumber episodeNumber } } }
    } } } }"""
    continuing, picks, because = (await face.data(document))["home"]["rows"]["nodes"]
    series, movie = continuing["cards"]["nodes"]
    assert series["nextEpisode"] == {
        "id": "title_sa-2-1",
        "seriesName": "Tidewater",
        "seasonNumber": 2,
        "episodeNumber": 1,
    }
    assert movie["nextEpisode"] is None
    assert movie["logo"]["url"].startswith("/art/logo/mv02-")
    assert movie["logo"]["hasTitleText"] is True
    assert [card["nextEpisode"] for card in picks["cards"]["nodes"]] == [None] * 5
    assert continuing["presentation"] == {"cardSize": "MEDIUM", "backgroundArt": None}
    assert because["presentation"]["cardSize"] == "SMALL"
    assert because["presentation"]["backgroundArt"]["url"].startswith("/art/hero-textless/mv03-")
