"""Data of a newer or an older release is read: while versions roll out, and after a rollback of either."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.recommendations.documents import (
    data_version_from_document,
    data_version_to_document,
    neighbours_from_document,
    ranked_list_from_document,
    top_picks_from_document,
)
from domain.recommendations.lists import DataVersion, ListAudience, PickSource

AT = datetime(2026, 11, 20, tzinfo=UTC)
LIVE = DataVersion(
    "20261120-1", "marquee-titles-20261120-1", "run", "2026-11-20", AT, "20261119-1", {"trending": "v"}
)
PICKS = {"computed_at": 0, "genres": ["Drama"], "items": [["t", 1.0, "similar", "s", 1]]}


@pytest.mark.parametrize(
    ("read", "document", "items"),
    [
        (top_picks_from_document, PICKS, True),
        (neighbours_from_document, {"items": [["t", 1.0, 3]]}, True),
        (ranked_list_from_document, {"computed_at": 0, "items": [["t", 1.0, 3]], "audience": "kids"}, True),
        (data_version_from_document, data_version_to_document(LIVE), False),
    ],
)
def test_what_a_newer_release_adds_is_passed_over(read: Any, document: dict[str, Any], items: bool) -> None:
    newer = {**document, "added": {"by": "a newer release"}}
    if items:
        # Genres of a pick are the one column whose meaning is a sum.
        more = [] if read is top_picks_from_document else ["added"]
        newer["items"] = [[*item, *more] for item in document["items"]]
    assert read(newer) == read(document)


def test_a_source_that_is_not_known_yet_costs_no_list() -> None:
    newer = {**PICKS, "items": [["t", 1.0, "by-mood", "s", 1]]}
    assert [pick.source for pick in top_picks_from_document(newer).picks] == [PickSource.POPULAR]


def test_what_an_older_release_left_out_has_its_default() -> None:
    older = {
        name: data_version_to_document(LIVE)[name] for name in ("version", "index", "run_id", "logical_date")
    }
    found = data_version_from_document({**older, "published_at": 0})
    assert (found.previous, found.parts) == (None, {})
    picks = top_picks_from_document({"computed_at": 0, "items": [["t", 1.0, "popular", None]]})
    assert (picks.genres, picks.taste, picks.picks[0].seed) == ((), (), None)
    assert ranked_list_from_document({"computed_at": 0, "items": []}).audience is ListAudience.ALL
