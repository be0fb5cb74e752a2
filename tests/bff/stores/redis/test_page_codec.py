"""Pages as bytes: round trips, and no damaged byte goes unnoticed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from bff.stores.redis.page_codec import (
    UnreadableRecord,
    cached_page_from_bytes,
    cached_page_to_bytes,
    page_from_bytes,
    page_to_bytes,
)
from domain.ids import TitleId
from domain.page_cache.cached_page import CachedPage
from domain.snapshots.snapshot import PageSnapshot
from domain.viewers.activity import Activity, Listing, Rating
from domain.viewers.profiles import Account
from tests.bff.stores.redis.test_page_snapshots import ID, KEPT
from tests.domain.made import DAY, DE, MINA, NOW, a_profile, a_watch, an_account
from tests.resolvers.world import a_version

WARM = CachedPage(
    ID,
    a_profile(blocked=(TitleId("t9"),), onboarded_at=NOW),
    replace(an_account(), sticky_assignments={}),
    Activity(
        MINA,
        7,
        watched={TitleId("t1"): a_watch(DAY, 60)},
        listed={TitleId("t1"): Listing(NOW, False)},
        rated={TitleId("t1"): Rating(NOW, -1.0)},
        household={TitleId("t2"): a_watch(DAY, 2700, series="s1", done=True)},
    ),
    a_version("v1"),
    "people",
    NOW,
    NOW + timedelta(seconds=1),
    NOW + timedelta(minutes=5),
    NOW + DAY,
)


def test_what_was_written_is_read() -> None:
    assert page_from_bytes(page_to_bytes(KEPT)) == KEPT
    assert cached_page_from_bytes(cached_page_to_bytes(WARM)) == WARM
    bare = replace(
        WARM, changes_at=None, activity=Activity(MINA), account=Account(WARM.account.id, DE, "", NOW)
    )
    assert cached_page_from_bytes(cached_page_to_bytes(bare)) == bare


def test_gaps_and_scores_are_kept() -> None:
    [row] = KEPT.rows
    gapped = replace(KEPT, rows=(replace(row, columns=(3,), scores=(None,)),))
    assert page_from_bytes(page_to_bytes(gapped)) == gapped


@pytest.mark.parametrize("kind", ["page", "warm"])
def test_no_flipped_bit_and_no_lost_end_is_read_as_something_else(kind: str) -> None:
    record = page_to_bytes(KEPT) if kind == "page" else cached_page_to_bytes(WARM)

    def read(damaged: bytes) -> PageSnapshot | CachedPage:
        return page_from_bytes(damaged) if kind == "page" else cached_page_from_bytes(damaged)

    dice = random.Random(7)
    for place in range(len(record)):
        flipped = bytearray(record)
        flipped[place] ^= 1 << dice.randrange(8)
        with pytest.raises(UnreadableRecord):
            read(bytes(flipped))
        with pytest.raises(UnreadableRecord):
            read(record[:place])
