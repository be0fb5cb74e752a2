"""Staff look at a page as it was served: what stood where and why, how it would look now, what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.ids import AccountId
from domain.viewers.profiles import Principal, Role
from resolvers.request.context import Context
from tests.domain.made import DAY, NOW
from tests.resolvers.conftest import Face
from tests.resolvers.home.test_snapshots import FINISH, home, nodes

pytestmark = pytest.mark.stores

PAGE = """
query Page($id: ID!) {
  page(snapshotId: $id) {
    then { ...record } now { ...record } changes { kind row titleId text }
  }
}
fragment record on PageRecord {
  id profileId generatedAt device layout { version } dataVersion arms { experiment variant } degradations
  rows { name title kind position tier source reason diversity
    cards { titleId name withheld column source score sourceScore propensity reason } }
}
"""


def staff(face: Face, **changes: Any) -> Context:
    """Staff belong to no account of viewers."""
    return replace(face.context(**changes), principal=Principal(AccountId("office"), Role.STAFF))


async def look(face: Face, snapshot_id: str, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await face.data(PAGE, staff(face, **changes), id=snapshot_id))["page"]
    return found


async def test_a_replay_shows_the_page_as_it_was_served(face: Face, version: Any) -> None:
    served = await home(face)
    then = (await look(face, served["snapshotId"]))["then"]
    assert (then["id"], then["profileId"], then["device"]) == (served["snapshotId"], "profile_ade", "tv")
    assert (then["layout"], then["dataVersion"]) == ({"version": 3}, version.version)
    assert [row["title"] for row in then["rows"]] == [row["title"] for row in nodes(served["rows"])]
    assert [[card["titleId"] for card in row["cards"]] for row in then["rows"]] == [
        [card["title"]["id"] for card in nodes(row["cards"])] for row in nodes(served["rows"])
    ]
    picks = next(row for row in then["rows"] if row["name"] == "picks")
    assert (picks["kind"], picks["tier"], picks["source"], picks["reason"]) == (
        "TOP_PICKS", "FRESH", "BATCH", "taste",
    )  # fmt: skip
    alike = [row["diversity"] for row in then["rows"]]
    assert all(0 <= each <= 1 for each in alike if each is not None)
    assert picks["diversity"] == 0.6
    first = picks["cards"][0]
    assert (first["titleId"], first["name"], first["withheld"], first["column"]) == (
        "title_mv08", "Silent Orchard", None, 0,
    )  # fmt: skip
    assert (first["source"], first["sourceScore"], first["reason"]) == (
        "top_picks:similar", 0.9, "because_you_liked mv03",
    )  # fmt: skip


async def test_nothing_became_of_a_page_when_nothing_happened(face: Face) -> None:
    found = await look(face, (await home(face))["snapshotId"])
    assert found["changes"] == []
    assert found["now"] == found["then"]


async def test_a_replay_describes_changes_in_sentences(face: Face) -> None:
    served = await home(face)
    await face.data(FINISH, id="replay-8", title="title_mv08")
    found = await look(face, served["snapshotId"])
    assert found["now"]["id"] == (await home(face))["snapshotId"]
    texts = [change["text"] for change in found["changes"]]
    assert "Silent Orchard is gone from “Top Picks for You”; it stood in place 1." in texts
    gone = next(change for change in found["changes"] if change["titleId"] == "title_mv08")
    assert (gone["kind"], gone["row"]) == ("CARD_REMOVED", "picks")


async def test_what_may_not_be_seen_by_now_is_not_named(face: Face) -> None:
    served = await home(face)
    found = await look(face, served["snapshotId"], now=NOW + 4 * DAY)
    cards = [
        card for row in found["then"]["rows"] for card in row["cards"] if card["titleId"] == "title_mv02"
    ]
    assert {(card["name"], card["withheld"]) for card in cards} == {(None, "LICENCE_OVER")}
    gone = next(change for change in found["changes"] if change["titleId"] == "title_mv02")
    assert gone["text"].startswith("mv02 is gone from “Continue Watching”; it stood in place ")
    assert gone["text"].endswith(". It may no longer be seen: licence_over.")


@pytest.mark.parametrize("snapshot", ["", "x", "0" * 24])
async def test_a_page_that_is_not_stored_is_not_found(face: Face, snapshot: str) -> None:
    result = await face.ask(PAGE, staff(face), id=snapshot)
    assert result.data == {"page": None}
    assert [getattr(error.original_error, "code", "?") for error in result.errors or ()] == ["NOT_FOUND"]
