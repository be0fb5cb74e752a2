"""Counts equal a small exact reference, for any number of blocks and any order."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.models.counting import count_block, count_titles, counter_kind, empty_counts
from batch.models.histories import Histories, pack_histories
from batch.models.row_counts import HeldTitles, liked_titles

pytestmark = pytest.mark.slow  # kernels are compiled

TITLES = 12
ENTRY = st.tuples(
    st.integers(0, 5), st.integers(0, TITLES - 1), st.integers(0, 6), st.sampled_from([-1.0, 0.0, 0.25, 1.0])
)
ENTRIES = st.lists(ENTRY, max_size=60, unique_by=lambda entry: entry[:2])
"""(profile, title, instant, strength); profiles 0 and 1, 2 and 3 share an account."""


def packed(entries: list[tuple[int, int, int, float]]) -> Histories:
    rows = sorted(entries, key=lambda entry: (entry[0], entry[2], entry[1]))
    profiles, titles, instants, strengths = (
        (np.array(column) for column in zip(*rows, strict=True))
        if rows
        else (np.zeros(0, np.int64) for _ in range(4))
    )
    accounts = np.where(profiles < 4, profiles // 2, profiles)
    return pack_histories(
        profiles.astype(np.int64), titles.astype(np.int32), instants.astype(np.int64),
        strengths.astype(np.float32), 10, TITLES, accounts.astype(np.int64),
    )  # fmt: skip


def reference(entries: list[tuple[int, int, int, float]], ties: bool) -> tuple[np.ndarray, np.ndarray]:
    together, transitions = np.zeros((TITLES, TITLES), int), np.zeros((TITLES, TITLES), int)
    by_profile = defaultdict(list)
    for profile, title, instant, strength in entries:
        if strength >= 0.25:
            by_profile[profile].append((instant, title))
    account_of = {profile: profile // 2 if profile < 4 else profile for profile in by_profile}
    for profile, liked in by_profile.items():
        instants = sorted({instant for instant, _ in liked})
        share = {
            title: int(12 / sum(account_of[other] == account_of[profile] and any(t == title for _, t in shows)
                                for other, shows in by_profile.items()) ** 0.5 + 1e-9)
            for _, title in liked
        }  # fmt: skip
        for at, a in liked:
            for then, b in liked:
                together[a, b] += share[a] * share[b]
                distance = instants.index(then) - instants.index(at)
                if ties and at == then and a != b:
                    distance = 1
                if 0 < distance <= 5:
                    transitions[a, b] += 60 // distance * share[a] * share[b] // 144
    return together, transitions


@settings(max_examples=80, deadline=None)
@given(ENTRIES, st.integers(1, 5), st.booleans())
def test_blocks_of_rows_hold_the_counts_of_the_reference(
    entries: list[tuple[int, int, int, float]], blocks: int, ties: bool
) -> None:
    histories = packed(entries)
    together, transitions = reference(entries, ties)
    for block in range(blocks):
        counts = empty_counts(TITLES, block, blocks)
        count_block(histories, counts, ties)
        assert counts.together.tolist() == together[block::blocks].tolist()
        assert counts.transitions.tolist() == transitions[block::blocks].tolist()
    assert count_titles(histories, TITLES).tolist() == np.diagonal(together).tolist()


def test_an_account_of_many_profiles_counts_once() -> None:
    one = packed([(6, 0, 1, 1.0), (6, 1, 2, 1.0)])
    two = packed([(0, 0, 1, 1.0), (0, 1, 2, 1.0), (1, 0, 1, 1.0), (1, 1, 2, 1.0)])
    counted = []
    for histories in (one, two):
        counts = empty_counts(TITLES)
        count_block(histories, counts)
        counted.append((int(counts.together[0, 1]), int(counts.transitions[0, 1])))
    assert counted == [(144, 60), (128, 52)]


def test_titles_of_one_basket_follow_each_other_only_on_request() -> None:
    histories = packed([(5, 0, 1, 1.0), (5, 1, 1, 1.0), (5, 2, 3, 1.0)])
    for ties, within in ((True, 60), (False, 0)):
        counts = empty_counts(TITLES)
        count_block(histories, counts, ties)
        assert counts.together[0, 1] == 144
        assert (counts.transitions[0, 1], counts.transitions[1, 0]) == (within, within)
        assert (counts.transitions[0, 2], counts.transitions[1, 2]) == (60, 60)


def test_counts_go_on_above_the_accounts_that_four_bytes_hold() -> None:
    """14.9 million accounts that liked one title are 2^31 - 1 in 144ths."""
    most = 2**31 - 1
    kind = counter_kind(np.array([5, most + 1]))
    assert (counter_kind(np.array([most])), kind) == (np.int32, np.int64)
    histories = packed([(4, 0, 1, 1.0), (4, 1, 2, 1.0), (5, 1, 1, 1.0)])
    read, held = (empty_counts(TITLES, kind=kind) for _ in range(2))
    for counts in (read, held):
        counts.together[:] = most
    count_block(histories, read)
    HeldTitles(liked_titles(histories), TITLES).add_to(held)
    assert read.together[0, :2].tolist() == [most + 144, most + 144]
    assert read.together[1, :2].tolist() == [most + 144, most + 288]
    assert (held.together == read.together).all()


def test_a_title_that_everybody_liked_counts_every_profile_once() -> None:
    profiles = 3000
    rows = [(profile, 0, 1, 1.0) for profile in range(4, profiles + 4)]
    histories = packed([*rows, (4, 1, 2, 1.0)])
    counts = empty_counts(TITLES)
    HeldTitles(liked_titles(histories), TITLES).add_to(counts)
    assert counts.together[0].tolist() == [profiles * 144, 144, *[0] * (TITLES - 2)]
    assert counts.transitions.sum() == counts.transitions[0, 1] == 60
