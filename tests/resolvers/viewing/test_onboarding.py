"""Onboarding: diverse and eligible questions, idempotent answers, used by the next page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.ids import ProfileId
from domain.layouts.model import Layout, RowSpec
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import DataVersion
from domain.viewers.activity import Rating
from resolvers.request.loaders import TitleLoader
from resolvers.request.viewer import load_viewer
from resolvers.rows.onboarding import fill
from resolvers.rows.source import Sources
from tests.domain.made import DAY, NOW
from tests.resolvers import world
from tests.resolvers.conftest import Face
from tests.resolvers.world import TITLES

pytestmark = pytest.mark.stores

ASK = """
query Ask($profile: ID!) { onboarding(profileId: $profile, first: 10) { needed genres titles { id genres } } }
"""
ANSWER = """
mutation Answer($input: OnboardingAnswerInput!) { onboardingAnswer(input: $input) {
  __typename
  ... on InputRefused { errorCode message }
  ... on EventsRecorded { acceptedCount duplicateCount rejected { code errorCode } changedKinds
    changedRows(device: {formFactor: TV}) { kind }
    home(device: {formFactor: TV}) { rows(first: 20) { nodes { kind title cards { nodes { title { id } } } } } } }
} }
"""

PAGE = """
query Page($profile: ID!) { home(profileId: $profile, device: {formFactor: TV}) {
  rows(first: 20) { nodes { kind cards { nodes { title { id } } } } }
} }
"""

NOT_AN_ID = "This is not an id of this API. Use ids as the API returned them."

LAYOUT = Layout(
    "home",
    3,
    (
        RowSpec("picks", RowSource.TOP_PICKS, max_cards=4),
        RowSpec("asking", RowSource.ONBOARDING, max_cards=6),
        RowSpec("liked", RowSource.BECAUSE_YOU_LIKED, options={"rows": 1}),
        RowSpec("genres", RowSource.GENRE, min_cards=1, options={"rows": 2}),
    ),
    NOW - DAY,
)


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    """The world with a layout that has an onboarding row and leaves titles for other rows."""
    world.fill(corner, version, layout=LAYOUT)
    return corner


async def ask(face: Face, profile: str) -> dict[str, Any]:
    asked: dict[str, Any] = (await face.data(ASK, profile=f"profile_{profile}"))["onboarding"]
    return asked


async def answer(face: Face, **given: Any) -> dict[str, Any]:
    wanted = {"profileId": "profile_new", "clientEventId": "answer-1", **given}
    told: dict[str, Any] = (await face.data(ANSWER, input=wanted))["onboardingAnswer"]
    return told


async def test_a_new_profile_is_asked_about_titles_of_every_genre_there_is(face: Face) -> None:
    asked = await ask(face, "new")
    assert asked["needed"] is True
    assert sorted(asked["genres"]) == ["Comedy", "Crime", "Drama", "Family"]
    assert len(asked["titles"]) == 10
    assert {genre for title in asked["titles"][:4] for genre in title["genres"]} == set(asked["genres"])


async def test_the_row_that_asks_repeats_nothing_of_the_rows_around_it(face: Face) -> None:
    page = await face.data(PAGE, profile="profile_new")
    shown = {
        row["kind"]: [card["title"]["id"] for card in row["cards"]["nodes"]]
        for row in page["home"]["rows"]["nodes"]
        if row["kind"] in {"ONBOARDING", "TOP_PICKS"}
    }
    assert (len(shown["TOP_PICKS"]), len(shown["ONBOARDING"])) == (4, 6)
    assert set(shown["ONBOARDING"]).isdisjoint(shown["TOP_PICKS"])


async def test_a_title_that_was_liked_stays_in_the_row_whatever_rows_above_want_it(face: Face) -> None:
    context = face.context()
    viewer = await load_viewer(context, ProfileId("new"))
    spec = LAYOUT.rows[1]
    loaders = await context.version_loaders()
    sources = Sources(loaders, TitleLoader(loaders, viewer.audience), None, NOW)
    [row, _] = await fill(spec, viewer, sources, 6)
    assert not row.repeats
    liked, disliked = row.candidates[2].title_id, row.candidates[4].title_id
    rated = {liked: Rating(NOW, 1.0), disliked: Rating(NOW, -1.0)}
    answered = replace(viewer, activity=replace(viewer.activity, rated=rated))
    [row, _] = await fill(spec, answered, sources, 6)
    assert row.repeats
    assert row.candidates[0].title_id == liked
    assert disliked not in {candidate.title_id for candidate in row.candidates}


async def test_a_child_is_asked_about_what_suits_it_alone(face: Face) -> None:
    asked = await ask(face, "kids")
    ages = [TITLES[title["id"].removeprefix("title_")].maturity_age for title in asked["titles"]]
    assert ages
    assert all(age is not None and age <= world.KIDS.maturity_limit for age in ages)


async def test_a_known_profile_need_not_be_asked_and_never_about_what_it_saw(face: Face) -> None:
    asked = await ask(face, "ade")
    assert asked["needed"] is False
    seen = {"title_mv01", "title_mv02", "title_mv04", "title_mv24"}
    assert seen.isdisjoint(title["id"] for title in asked["titles"])


async def test_the_next_page_is_made_with_the_answer_and_asks_no_more(face: Face) -> None:
    told = await answer(face, likedTitleIds=["title_mv03", "title_us01"], genres=["Crime"])
    assert (told["acceptedCount"], told["duplicateCount"]) == (1, 0)
    assert told["rejected"] == [{"code": "NOT_FOUND", "errorCode": "NOT_FOUND"}]
    assert {"ONBOARDING", "GENRE", "TOP_PICKS", "BECAUSE_YOU_LIKED"} <= set(told["changedKinds"])
    assert {row["kind"] for row in told["changedRows"]} == {"TOP_PICKS", "BECAUSE_YOU_LIKED", "GENRE"}
    rows = told["home"]["rows"]["nodes"]
    liked = [row["title"] for row in rows if row["title"].startswith("Because you liked")]
    assert liked == [f"Because you liked {TITLES[world.tid(3)].name}"]
    genres = [row["title"] for row in rows if row["kind"] == "GENRE"]
    assert genres[0] == "Crime"
    assert (await ask(face, "new"))["needed"] is False

    again = await answer(face, likedTitleIds=["title_mv03"], genres=["Crime"])
    assert (again["acceptedCount"], again["duplicateCount"]) == (1, 1)


async def test_skipping_keeps_earlier_answers_and_is_remembered(face: Face) -> None:
    told = await answer(face, clientEventId="answer-2")
    assert (told["__typename"], told["acceptedCount"]) == ("EventsRecorded", 0)
    assert told["changedKinds"] == ["ONBOARDING"]
    assert told["changedRows"] == []
    assert (await ask(face, "new"))["needed"] is False


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"genres": ["Nonsense"]},
            "genres: there is no genre 'Nonsense'; offer those that `onboarding` returned.",
        ),
        (
            {"genres": ["Crime", "War", "Drama", "Comedy", "Music", "Sport"]},
            "genres: choose at most 5, not 6.",
        ),
        ({"likedTitleIds": ["title_mv01"] * 21}, "likedTitleIds: at most 20, not 21."),
        ({"likedTitleIds": ["mv01"]}, NOT_AN_ID),
        ({"profileId": "new"}, NOT_AN_ID),
    ],
)
async def test_an_invalid_answer_is_refused_whole(face: Face, given: dict[str, Any], message: str) -> None:
    variables = {"profileId": "profile_new", "clientEventId": "answer-3", **given}
    assert (await face.data(ANSWER, input=variables))["onboardingAnswer"] == {
        "__typename": "InputRefused",
        "errorCode": "BAD_USER_INPUT",
        "message": message,
    }


async def test_another_accounts_profile_is_not_found(face: Face) -> None:
    assert (await answer(face, profileId="profile_other"))["__typename"] == "ProfileNotFound"
