"""The fallback page: pools by region and age, rows for an audience, and only eligible titles."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.candidates.eligibility import refusal
from domain.candidates.model import FreshnessSource, Tier
from domain.catalog.regions import MARKETS
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.errors import BadInput
from domain.ids import GLOBAL, Region, TitleId
from domain.page.fallback_page import (
    AGE_STEPS,
    EVERYWHERE,
    MIN_LICENCE,
    MIN_ROWS,
    POOL_SIZE,
    ROW_SIZE,
    FallbackPageRows,
    FallbackPages,
    build_fallback_pages,
    eligible_pool_titles,
    fallback_page_rows,
    pages_from_document,
    pages_to_document,
)
from domain.recommendations.lists import ListAudience, PopularKey, RankedList, RankedTitle
from domain.viewers.profiles import Audience
from tests.domain.made import DAY, DE, JP, NOW, US, a_title, audiences, licensed_titles

GENRES = ("Drama", "Comedy", "Crime", "Family", "Action")
ADULT = Audience(DE, 18, False, NOW)
SMALL = replace(ADULT, maturity_limit=0, kids=True)


def ranked(ids: list[str]) -> RankedList:
    return RankedList(tuple(RankedTitle(TitleId(one), 1 - n / 1000) for n, one in enumerate(ids)), NOW)


def pages_of(titles: list[Title], regions: tuple[Region, ...] = (DE, US)) -> FallbackPages:
    lists = {PopularKey(region): ranked([title.id for title in titles]) for region in (*regions, GLOBAL)}
    return build_fallback_pages("v1", NOW, lists, {title.id: title for title in titles})


def a_catalogue(count: int = 300) -> list[Title]:
    """Ages 0, 6, 12 and 18 and five genres in rotation; every seventh title only in the United States."""
    return [
        a_title(
            f"t{number:03}",
            maturity_age=(0, 6, 12, 18)[number % 4],
            genres=(GENRES[number % 5],),
            windows=(LicenceWindow((US,) if number % 7 == 0 else (DE, US), NOW - DAY),),
        )
        for number in range(count)
    ]


def rows_of(page: FallbackPageRows) -> list[tuple[str, str, int]]:
    return [(row.spec.id, row.reason.detail, len(row.candidates)) for row in page.rows]


def ids_of(page: FallbackPageRows) -> list[TitleId]:
    return [candidate.title_id for row in page.rows for candidate in row.candidates]


def test_a_region_has_at_least_four_rows_of_twenty_titles() -> None:
    page = fallback_page_rows(pages_of(a_catalogue()), ADULT)
    assert rows_of(page) == [
        ("shipped-popular", "DE", 20),
        ("shipped-action", "Action", 20),
        ("shipped-comedy", "Comedy", 20),
        ("shipped-crime", "Crime", 20),
        ("shipped-drama", "Drama", 20),
        ("shipped-family", "Family", 20),
    ]
    assert len(set(ids_of(page))) == 120
    assert {row.tier for row in page.rows} == {Tier.STATIC}
    assert {row.freshness for row in page.rows} == {FreshnessSource.FALLBACK}
    assert {row.computed_at for row in page.rows} == {NOW}


def test_the_most_watched_come_first_and_each_title_once() -> None:
    page = fallback_page_rows(pages_of(a_catalogue()), ADULT)
    licensed = [f"t{number:03}" for number in range(300) if number % 7]
    assert ids_of(page)[:20] == licensed[:20]
    assert ids_of(page)[20:22] == ["t024", "t029"]


def test_a_pool_is_bounded_and_built_for_every_age_step_and_for_all_regions() -> None:
    pages = pages_of(a_catalogue())
    assert set(pages.pools) == {
        (region, step) for region in (DE, US, EVERYWHERE, GLOBAL) for step in AGE_STEPS
    }
    assert {step: len(pages.pools[DE, step]) for step in AGE_STEPS} == {
        0: 64, 6: 129, 10: 129, 12: 193, 16: 193, 18: POOL_SIZE
    }  # fmt: skip
    assert len(pages.titles) < 300


def test_a_small_child_sees_titles_for_all_ages() -> None:
    pages = pages_of(a_catalogue())
    page = fallback_page_rows(pages, SMALL)
    assert {pages.titles[one].maturity_age for one in ids_of(page)} == {0}
    assert len(page.rows) >= 4


def test_small_children_see_what_kids_watch_first() -> None:
    titles = a_catalogue(40)
    suitable = [title.id for title in titles if title.maturity_age == 0 and DE in title.windows[0].regions]
    lists = {
        PopularKey(DE): ranked([title.id for title in titles]),
        PopularKey(DE, audience=ListAudience.KIDS): ranked(suitable[::-1][:3]),
    }
    pages = build_fallback_pages("v1", NOW, lists, {title.id: title for title in titles})
    assert pages.pools[DE, 0][:5] == (*suitable[::-1][:3], *suitable[:2])
    assert (
        pages.pools[DE, 18][:5] == tuple(title.id for title in titles if DE in title.windows[0].regions)[:5]
    )


@pytest.mark.parametrize(("limit", "oldest"), [(5, 0), (6, 6), (9, 6), (13, 12), (17, 12), (18, 18)])
def test_an_audience_between_two_age_steps_uses_the_lower_one(limit: int, oldest: int) -> None:
    shown = eligible_pool_titles(pages_of(a_catalogue()), replace(ADULT, maturity_limit=limit)).values()
    assert max(title.maturity_age or 0 for title in shown) == oldest


def test_a_guest_of_unknown_region_sees_titles_licensed_in_every_region() -> None:
    guest = replace(SMALL, region=EVERYWHERE)
    pages = pages_of(a_catalogue())
    page = fallback_page_rows(pages, guest)
    assert len(page.rows) >= 3
    assert page.rows[0].reason.detail == GLOBAL
    assert all({DE, US} <= set(pages.titles[one].windows[0].regions) for one in ids_of(page))


def test_a_guest_of_unknown_region_sees_nothing_when_no_region_is_known() -> None:
    empty = build_fallback_pages("v1", NOW, {}, {"t1": a_title("t1")})  # type: ignore[dict-item]
    assert fallback_page_rows(empty, replace(ADULT, region=EVERYWHERE)) == FallbackPageRows((), {})
    assert (
        fallback_page_rows(
            replace(pages_of(a_catalogue()), regions=()), replace(ADULT, region=EVERYWHERE)
        ).titles
        == {}
    )


def test_a_region_without_a_pool_gets_titles_licensed_in_all_regions_and_there() -> None:
    everywhere = [a_title(f"w{n}", windows=(LicenceWindow((DE, US, JP), NOW - DAY),)) for n in range(6)]
    page = fallback_page_rows(pages_of([*a_catalogue(), *everywhere]), replace(ADULT, region=JP))
    assert set(ids_of(page)) <= {f"w{n}" for n in range(6)}
    assert fallback_page_rows(pages_of(a_catalogue()), replace(ADULT, region=JP)).rows == ()


def test_long_licences_are_preferred_and_expired_ones_not_served() -> None:
    leaving = [
        a_title(f"a{n:03}", windows=(LicenceWindow((DE,), NOW - DAY, NOW + MIN_LICENCE - DAY),))
        for n in range(300)
    ]
    staying = [
        a_title(f"z{n:03}", windows=(LicenceWindow((DE,), NOW - DAY, NOW + MIN_LICENCE + DAY),))
        for n in range(250)
    ]
    assert {one[0] for one in pages_of([*leaving, *staying], (DE,)).pools[DE, 18]} == {"z"}
    few = pages_of([*leaving, *staying[:100]], (DE,))
    assert [one[0] for one in few.pools[DE, 18]] == ["a"] * 140 + ["z"] * 100
    late = fallback_page_rows(few, replace(ADULT, now=NOW + MIN_LICENCE))
    assert {one[0] for one in ids_of(late)} == {"z"}
    assert fallback_page_rows(few, replace(ADULT, now=NOW + MIN_LICENCE + DAY)).rows == ()


def test_avoided_titles_are_left_out_and_rows_stay_full() -> None:
    pages = pages_of(a_catalogue())
    avoided = frozenset(ids_of(fallback_page_rows(pages, ADULT))[:15])
    page = fallback_page_rows(pages, ADULT, avoided)
    assert avoided.isdisjoint(ids_of(page))
    assert [count for _, _, count in rows_of(page)][:4] == [20, 20, 20, 20]


def test_pools_hold_no_episodes() -> None:
    titles = [*a_catalogue(20), a_title("e1", kind=TitleKind.EPISODE, series_id=TitleId("t001"))]
    assert "e1" not in pages_of(titles).titles


@pytest.mark.parametrize("count", range(6, 30))
def test_six_titles_are_enough_for_three_rows_whatever_their_genres(count: int) -> None:
    titles = [a_title(f"t{n}", genres=(f"Genre {n}",) if n % 2 else ()) for n in range(count)]
    page = fallback_page_rows(pages_of(titles), ADULT)
    assert len(page.rows) >= MIN_ROWS
    assert min(len(row.candidates) for row in page.rows) >= 2
    assert len(set(ids_of(page))) == len(ids_of(page))
    assert len({row.name for row in page.rows}) == len(page.rows)


def test_without_a_file_there_are_no_rows() -> None:
    assert fallback_page_rows(None, ADULT) == FallbackPageRows((), {})


def test_pages_survive_the_round_trip_through_a_document() -> None:
    pages = pages_of(a_catalogue())
    content = gzip.compress(json.dumps(pages_to_document(pages)).encode())
    assert pages_from_document(json.loads(gzip.decompress(content))) == pages
    assert len(content) < 20_000


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"format": 2},
        {**pages_to_document(pages_of(a_catalogue(8))), "titles": [{"_id": "t1"}]},
        {**pages_to_document(pages_of(a_catalogue(8))), "pools": [["DE", "twelve", []]]},
        {**pages_to_document(pages_of(a_catalogue(8))), "made_at": None},
        [],
    ],
)
def test_any_other_document_is_refused(document: Any) -> None:
    with pytest.raises(BadInput):
        pages_from_document(document)


@settings(max_examples=300)
@given(st.lists(licensed_titles, max_size=30), audiences, st.booleans(), st.integers(-20, 20))
def test_fallback_rows_hold_only_eligible_titles(
    titles: list[Title], audience: Audience, region_known: bool, days: int
) -> None:
    pages = build_fallback_pages(
        "v1",
        audience.now + timedelta(days=days),
        {PopularKey(region): ranked([title.id for title in titles]) for region in (DE, US, GLOBAL)},
        {title.id: title for title in titles},
    )
    asked = audience if region_known else replace(audience, region=EVERYWHERE)
    page = fallback_page_rows(pages, asked)
    regions = [audience.region] if region_known else [DE, US]
    for one in ids_of(page):
        assert all(refusal(page.titles[one], replace(audience, region=region)) is None for region in regions)
    assert len(page.titles) < 6 or len(page.rows) >= MIN_ROWS
    assert max((len(row.candidates) for row in page.rows), default=0) <= ROW_SIZE


@pytest.mark.parametrize("viewers_in", [(), (DE,), (DE, US, Region("CA"))])
def test_the_shipped_page_has_three_legal_rows_in_each_of_249_regions_and_their_sub_regions(
    viewers_in: tuple[Region, ...],
) -> None:
    """Whoever has watched so far: a third of the titles is licensed everywhere, the rest in the United States."""
    titles = {
        one.id: one
        for one in (
            a_title(f"t{number:03}", genres=("Drama", "Comedy"), windows=(LicenceWindow(regions, NOW - DAY),))
            for number in range(90)
            for regions in [() if number % 3 == 0 else (US,)]
        )
    }
    ranked = RankedList(tuple(RankedTitle(one, 1.0 - place / 1000) for place, one in enumerate(titles)), NOW)
    lists = {PopularKey(region): ranked for region in (*viewers_in, GLOBAL)}
    pages = pages_from_document(pages_to_document(build_fallback_pages("v1", NOW, lists, titles)))
    for code in (*MARKETS, "CA-QC", "US-TX", "FR-75C"):
        for age in (0, 18):
            audience = replace(ADULT, region=Region(code), maturity_limit=age)
            page = fallback_page_rows(pages, audience)
            assert len(page.rows) >= 3, code
            shown = [page.titles[candidate.title_id] for row in page.rows for candidate in row.candidates]
            assert all(title.windows[0].covers(Region(code), NOW) for title in shown), code
            assert len(shown) == len({title.id for title in shown}) >= 6
