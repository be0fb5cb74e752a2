"""Whole pages, title by title: a personal one, a kids one, a new one. Traps stand in every list."""

from __future__ import annotations

from typing import Any

import pytest

from tests.resolvers.conftest import Face

pytestmark = pytest.mark.stores

HOME = """
query Home($profile: ID!) {
  home(profileId: $profile, device: {formFactor: TV}) {
    layout { id version } degradations { what }
    rows(first: 20) { nodes {
      id kind title subtitle accessibilityLabel
      reason { text pivots { title { id } } }
      presentation { style cardShape numbered }
      freshness { source stale }
      cards(first: 40) { totalCount nodes { title { id } reason { text kind } } }
    } }
  }
}
"""


async def page_of(face: Face, name: str) -> dict[str, Any]:
    home: dict[str, Any] = (await face.data(HOME, profile=f"profile_{name}"))["home"]
    return home


def outline(home: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (
            row["id"].partition("~")[2],
            row["title"],
            " ".join(card["title"]["id"].removeprefix("title_") for card in row["cards"]["nodes"]),
        )
        for row in home["rows"]["nodes"]
    ]


async def test_a_personal_page(face: Face) -> None:
    home = await page_of(face, "ade")
    assert outline(home) == [
        ("continue", "Continue Watching", "sa-2-1 mv02"),
        ("picks", "Top Picks for You", "mv08 mv09 mv10 mv11 mv12"),
        ("because~mv03", "Because you liked Hollow Harbour", "mv14 mv19 mv20 mv21"),
        ("because~sa", "Because you watched Tidewater", "mv05 mv06 mv07"),
        ("chart", "Top 4 in Germany Today", "mv17 mv01 mv18 mv02"),
        ("mine", "My List", "mv06 mv05"),
        ("new", "New Releases", "mv03 mv13 mv15"),
        ("genres~crime", "Crime", "nr01 mv22"),
        ("genres~drama", "Drama", "mv16 mv24 sb"),
    ]
    assert home["layout"] == {"id": "home", "version": 3}
    assert home["degradations"] == []


async def test_a_kids_page_has_no_row_about_what_the_child_may_not_see(face: Face) -> None:
    """The child finished mv17 (18) and an episode of sb (16): neither is a seed, nor continued."""
    assert outline(await page_of(face, "kids")) == [
        ("continue", "Continue Watching", "sa-1-1"),
        ("picks", "Popular in Germany", "mv01 mv02 mv03 mv04 mv05"),
        ("chart", "Top 4 in Germany Today", "mv04 mv01 mv02 mv03"),
        ("new", "New Releases", "mv06 mv07 mv08"),
    ]


async def test_a_new_page_alternates_popular_titles_and_stated_preferences(
    face: Face,
) -> None:
    home = await page_of(face, "new")
    assert outline(home) == [
        ("picks", "Popular in Germany", "mv01 nr01 mv05 mv09 mv02"),
        ("chart", "Top 4 in Germany Today", "mv04 mv17 mv01 mv18"),
        ("new", "New Releases", "mv03 mv06 mv07 mv08 mv10 mv11"),
        ("genres~comedy", "Comedy", "mv13 mv21"),
        ("genres~drama", "Drama", "mv12 mv16 mv20 mv24"),
        ("week", "Trending Everywhere This Week", "mv23 mv22 mv19"),
    ]
    assert home["rows"]["nodes"][0]["subtitle"] == "Loved by many. Watch a little, and this row becomes yours"


async def test_rows_say_why_they_are_there(face: Face) -> None:
    rows = {row["id"].split("~")[1]: row for row in (await page_of(face, "ade"))["rows"]["nodes"]}
    assert rows["because"]["reason"] == {
        "text": "Because you watched Tidewater",
        "pivots": [{"title": {"id": "title_sa"}}],
    }
    assert rows["because"]["subtitle"] == "People who enjoyed it enjoyed these too"
    assert rows["picks"]["reason"] == {"text": "Chosen from what you watch and like", "pivots": []}
    assert rows["chart"]["accessibilityLabel"] == "Row 5, Top 4 in Germany Today, 4 titles"


async def test_top_picks_name_a_seed_only_while_it_is_loved(face: Face) -> None:
    """mv10 came from mv04, which was disliked since."""
    rows = (await page_of(face, "ade"))["rows"]["nodes"]
    assert [card["reason"] for card in rows[1]["cards"]["nodes"]] == [
        {"text": "Because you liked Hollow Harbour", "kind": "BECAUSE_YOU_LIKED"},
        {"text": "Because you watched Amber Harbour", "kind": "BECAUSE_YOU_WATCHED"},
        None,
        None,
        None,
    ]


async def test_how_rows_are_drawn_and_how_fresh_they_are(face: Face) -> None:
    rows = {row["id"].split("~")[1]: row for row in (await page_of(face, "ade"))["rows"]["nodes"]}
    assert rows["continue"]["presentation"] == {
        "style": "LANDSCAPE",
        "cardShape": "LANDSCAPE",
        "numbered": False,
    }
    assert rows["chart"]["presentation"] == {"style": "NUMBERED", "cardShape": "POSTER", "numbered": True}
    assert rows["continue"]["freshness"] == {"source": "LIVE", "stale": False}
    assert rows["picks"]["freshness"] == {"source": "BATCH", "stale": False}
    assert [row["kind"] for row in rows.values()] == [
        "CONTINUE_WATCHING", "TOP_PICKS", "BECAUSE_YOU_WATCHED", "TRENDING", "MY_LIST", "NEW_RELEASES", "GENRE",
    ]  # fmt: skip


async def test_a_device_gets_no_style_it_cannot_draw(face: Face) -> None:
    document = """{ home(profileId: "profile_ade", device: {formFactor: TV, supports: [SHELF]}) {
        rows(first: 20) { nodes { presentation { style fallbackStyle numbered } } } } }"""
    rows = (await face.data(document))["home"]["rows"]["nodes"]
    assert len(rows) == 9
    assert all(
        row["presentation"] == {"style": "SHELF", "fallbackStyle": "SHELF", "numbered": False} for row in rows
    )


async def test_the_same_page_twice_is_the_same_to_the_last_token(face: Face) -> None:
    document = HOME.replace("layout {", "id snapshotId layout {").replace(
        "nodes { title { id }", "nodes { cardId tracking { cardToken } title { id }"
    )
    first = await face.data(document, profile="profile_ade")
    assert first == await face.data(document, profile="profile_ade")
    cards = [card for row in first["home"]["rows"]["nodes"] for card in row["cards"]["nodes"]]
    assert len({card["cardId"] for card in cards}) == len(cards) == 28
