"""Why, and why not: the first cause for each way in which a title can miss a page, and for staff alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.ids import AccountId
from domain.viewers.profiles import Principal, Role
from resolvers.request.context import Context
from tests.resolvers.conftest import Face

pytestmark = pytest.mark.stores

WHY = """
query Why($profile: ID!, $title: ID!) {
  whyNot(profileId: $profile, titleId: $title, device: {formFactor: TV}) {
    cause told snapshotId layoutVersion
    rows { row sources stage detail rank cut score parts { base taste fatigue boost } }
  }
}
"""


def staff(face: Face) -> Context:
    """A member of staff, whose own account has none of these profiles."""
    return replace(face.context(), principal=Principal(AccountId("office"), Role.STAFF, None))


async def why(face: Face, title: str, profile: str = "ade") -> dict[str, Any]:
    variables = {"profile": f"profile_{profile}", "title": f"title_{title}"}
    answer: dict[str, Any] = (await face.data(WHY, staff(face), **variables))["whyNot"]
    return answer


@pytest.mark.parametrize(
    ("title", "cause", "told"),
    [
        ("mv08", "SHOWN", "It is card 1 of row picks."),
        ("mv04", "NOT_FOR_THIS_ROW", "It was disliked, and rows that recommend leave such titles out."),
        ("us01", "WITHHELD", "This profile may not see it: not in region."),
        ("nothing", "UNKNOWN", "The catalogue has no such title."),
    ],
)
async def test_the_first_cause_is_named(face: Face, title: str, cause: str, told: str | None) -> None:
    answer = await why(face, title)
    assert answer["cause"] == cause, answer
    assert told in (None, answer["told"])
    assert answer["layoutVersion"] == 3


async def test_the_terms_of_a_score_add_up_to_it(face: Face) -> None:
    row = (await why(face, "mv08"))["rows"][0]
    assert row["stage"] == "SHOWN"
    assert sum(row["parts"].values()) == row["score"] == 1.0


async def test_a_card_is_explained_by_its_token_in_its_own_row(face: Face) -> None:
    page = await face.data(
        """{ home(profileId: "profile_ade", device: {formFactor: TV}) { snapshotId rows(first: 20) { nodes {
          id tracking { rowToken } cards { nodes { title { id } tracking { cardToken } } } } } } }"""
    )
    rows = {row["id"].split("~")[1]: row for row in page["home"]["rows"]["nodes"]}
    card = rows["picks"]["cards"]["nodes"][1]
    document = """query Explain($token: String!) { explain(profileId: "profile_ade", cardToken: $token,
      device: {formFactor: TV}) { cause titleId snapshotId told rows { row stage rank margin parts { base } } } }"""
    told = (await face.data(document, staff(face), token=card["tracking"]["cardToken"]))["explain"]
    assert (told["cause"], told["titleId"], told["snapshotId"]) == (
        "SHOWN", card["title"]["id"], page["home"]["snapshotId"],
    )  # fmt: skip
    assert (told["rows"][0]["row"], told["rows"][0]["stage"], told["rows"][0]["rank"]) == (
        "picks",
        "SHOWN",
        2,
    )
    assert told["rows"][0]["parts"]["base"] > 0
    row_token = await face.ask(document, staff(face), token=rows["picks"]["tracking"]["rowToken"])
    assert row_token.errors is not None
    assert "is a row's token" in row_token.errors[0].message


async def test_only_staff_may_ask(face: Face) -> None:
    for role in (Role.VIEWER, Role.DESIGNER, Role.OPERATOR):
        context = replace(face.context(), principal=Principal(AccountId("home"), role, None))
        result = await face.ask(WHY, context, profile="profile_ade", title="title_mv08")
        assert result.data == {"whyNot": None}
        assert result.errors is not None
        assert "role staff" in result.errors[0].message


async def test_a_profile_that_does_not_exist_is_not_found(face: Face) -> None:
    result = await face.ask(WHY, staff(face), profile="profile_nobody", title="title_mv08")
    assert result.errors is not None
    assert result.errors[0].message == "There is no such profile."
