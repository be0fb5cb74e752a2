"""Differences between two versions' lists, and the figures of one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.reports.list_figures import gini, list_figures, novelty
from batch.reports.sampled_lists import Lists, SampledProfile
from batch.reports.version_diff import diff_versions, kendall_tau, overlap_at
from domain.ids import Region, TitleId
from domain.recommendations.lists import Pick, PickSource

ORDERS = st.permutations(list("abcdefgh"))


def picks(ids: str, seed: str | None = None) -> tuple[Pick, ...]:
    return tuple(
        Pick(TitleId(one), 1.0 - place / 10, PickSource.SIMILAR, TitleId(seed) if seed else None)
        for place, one in enumerate(ids)
    )


def test_overlap_is_of_the_shorter_list() -> None:
    assert overlap_at("abc", "bcd") == pytest.approx(2 / 3)
    assert overlap_at("abcdefghijk", "kabcdefghij") == 0.9
    assert overlap_at("a", "abcdefghij") == 1.0
    assert overlap_at("", "ab") is None


def test_kendalls_tau_is_of_the_titles_in_both() -> None:
    assert kendall_tau("abcx", "yabc") == 1.0
    assert kendall_tau("abc", "cba") == -1.0
    assert kendall_tau("abc", "acb") == pytest.approx(1 / 3)
    assert kendall_tau("ab", "bc") is None


@given(ORDERS, ORDERS)
def test_tau_and_overlap_have_no_direction(a: list[str], b: list[str]) -> None:
    assert kendall_tau(a, b) == kendall_tau(b, a)
    assert kendall_tau(a, list(reversed(a))) == -1.0
    assert overlap_at(a, b, 4) == overlap_at(b, a, 4)


def test_a_diff_counts_who_changed_and_which_titles_moved() -> None:
    old: Lists = {"p1": picks("abc"), "p2": picks("ab"), "p3": picks("a")}
    new: Lists = {"p1": picks("abd"), "p2": picks("ab"), "p4": picks("d")}
    diff = diff_versions("V1", "V2", old, new, {"d": "Delta"})
    assert (diff.profiles, diff.only_before, diff.only_after) == (2, 1, 1)
    assert diff.overlap_at_10 == pytest.approx((2 / 3 + 1) / 2)
    assert (diff.kendall, diff.share_changed_first_screen) == (1.0, 0.5)
    assert (diff.new_titles, diff.lost_titles) == (1, 1)
    assert [(one.name, one.before, one.after) for one in diff.gained] == [
        ("Delta", 0.0, pytest.approx(2 / 3))
    ]
    assert [(one.name, round(one.before, 2), round(one.after, 2)) for one in diff.lost] == [
        ("a", 1.0, 0.67),
        ("c", 0.33, 0.0),
    ]


def test_versions_without_a_common_profile_are_not_compared() -> None:
    diff = diff_versions("V1", "V2", {"p1": picks("ab")}, {"p2": picks("ab")}, {})
    assert (diff.profiles, diff.overlap_at_10, diff.kendall, diff.share_changed_first_screen) == (
        0,
        None,
        None,
        None,
    )


def test_figures_of_a_version() -> None:
    profiles = [SampledProfile(f"p{n}", Region("US" if n < 3 else "DE")) for n in range(4)]
    lists: Lists = {"p0": picks("abc", seed="z"), "p1": picks("ab"), "p3": picks("ac")}
    figures = list_figures(profiles, lists, None, 10, {"a": 86_400.0, "b": 3 * 86_400.0})
    assert figures is not None
    assert (figures.profiles, figures.coverage, figures.items_per_profile) == (4, 0.75, 2.0)
    assert (figures.catalogue_share, figures.top_title_share) == (0.3, 1.0)
    assert figures.personal_share == pytest.approx(1 / 3)
    assert figures.mean_age_days == pytest.approx((3 * 1 + 2 * 3) / 5)
    assert [(one.region, one.profiles, one.with_list) for one in figures.markets] == [
        ("US", 3, 2),
        ("DE", 1, 1),
    ]
    assert figures.long_tail == (3, 2, 2)
    assert (sum(figures.scores.candidate), figures.scores.live) == (7, None)
    assert list_figures(profiles, {}, None, 10, {}) is None


def test_equal_scores_are_one_bar() -> None:
    lists: Lists = {"p": (Pick(TitleId("a"), 0.5, PickSource.POPULAR),)}
    figures = list_figures([SampledProfile("p", Region("US"))], lists, lists, None, {})
    assert figures is not None
    assert (sum(figures.scores.candidate), sum(figures.scores.live or ())) == (1, 1)
    assert (figures.catalogue_share, figures.mean_age_days) == (None, None)


def test_gini_and_novelty_have_known_values() -> None:
    assert (gini([5, 5, 5]), gini([])) == (0.0, 0.0)
    assert gini([0, 0, 9]) == pytest.approx(2 / 3)
    assert novelty({"a": 4}, 4) == 0.0
    assert novelty({"a": 1, "b": 1}, 4) == 2.0
