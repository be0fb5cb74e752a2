"""Each tier of the fallback chain: its row candidates, its reasons, its cost, and when it is skipped."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, Tier
from domain.errors import StoreUnavailable
from domain.ids import GLOBAL, ProfileId, TitleId
from domain.layouts.model import RowSpec, RowStyle
from domain.layouts.row_kinds import RowSource
from domain.page.model import Card, Row
from domain.recommendations.lists import DataVersion, Neighbour, PopularKey, RankedList, RankedTitle, TopPicks
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.activity import Activity, Rating
from domain.viewers.profiles import Audience
from resolvers.home.fallbacks import FallbackRows, fallback_rows
from resolvers.request.loaders import TitleLoader, VersionLoaders
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources
from resolvers.runtime.process import Process
from tests.domain.made import (
    DAY,
    DE,
    HOUR,
    MINA,
    NOW,
    a_profile,
    a_title,
    a_watch,
)
from tests.resolvers.shipped import a_process

VERSION = DataVersion("v1", "index", "run", "2026-11-22", NOW - HOUR)
CHART = RowSpec("chart", RowSource.TRENDING, RowStyle.NUMBERED, title={"en": "Hot Right Now"})
PICKS = RowSpec("picks", RowSource.TOP_PICKS)
CRIME = RowSpec("crime", RowSource.GENRE, options={"genre": "Crime"})
MINE = RowSpec("mine", RowSource.MY_LIST)


@dataclass
class Lists:
    """A Recommendations port over what it is given; can be `down` or silent."""

    near: Mapping[TitleId, tuple[Neighbour, ...]] = field(default_factory=dict)
    ranked: Mapping[PopularKey, RankedList] = field(default_factory=dict)
    down: bool = False
    silent: bool = False
    asked: list[str] = field(default_factory=list)

    async def top_picks(self, version: str, ids: Sequence[ProfileId]) -> Mapping[ProfileId, TopPicks]:
        raise AssertionError("the ladder asks for no picks")

    async def similar(self, version: str, ids: Sequence[TitleId]) -> Mapping[TitleId, tuple[Neighbour, ...]]:
        await self._answer("similar")
        return {one: self.near[one] for one in ids if one in self.near}

    async def popular(self, version: str, keys: Sequence[PopularKey]) -> Mapping[PopularKey, RankedList]:
        await self._answer("popular")
        return {key: self.ranked[key] for key in keys if key in self.ranked}

    async def _answer(self, what: str) -> None:
        self.asked.append(what)
        if self.silent:
            await asyncio.Event().wait()
        if self.down:
            raise StoreUnavailable("mongo")


def ids(*numbers: int) -> list[TitleId]:
    return [TitleId(f"t{number}") for number in numbers]


def ranked(*numbers: int) -> RankedList:
    return RankedList(tuple(RankedTitle(one, 1.0) for one in ids(*numbers)), NOW - DAY)


LISTS = {
    PopularKey(DE): ranked(1, 2, 3),
    PopularKey(DE, "Comedy"): ranked(4, 5),
    PopularKey(DE, "Crime"): ranked(6, 7),
    PopularKey(GLOBAL): ranked(8, 9),
}


def a_viewer(**rated: float) -> Viewer:
    activity = Activity(
        MINA, 1, rated={TitleId(one): Rating(NOW - DAY, value) for one, value in rated.items()}
    )
    return Viewer(a_profile(favourite_genres=("Comedy",)), activity, Audience(DE, 18, False, NOW))


def sources_over(lists: Lists) -> Sources:
    class Stores:
        recommendations = lists

    loaders = VersionLoaders(Stores(), VERSION)  # type: ignore[arg-type]  # the fallback chain uses no other port
    return Sources(loaders, TitleLoader(loaders, Audience(DE, 18, False, NOW)), None, NOW)


async def asked(
    specs: Sequence[RowSpec], lists: Lists, viewer: Viewer | None = None, process: Process | None = None
) -> FallbackRows:
    return await fallback_rows(specs, viewer or a_viewer(), sources_over(lists), process or Process())


def described(found_rows: Sequence[RowCandidates]) -> list[tuple[str, str, str, str, str]]:
    """Spec, tier, reason, its detail, titles."""
    return [
        (
            each.spec.id,
            each.tier.value,
            each.reason.kind.value,
            each.reason.detail,
            " ".join(candidate.title_id for candidate in each.candidates),
        )
        for each in found_rows
    ]


async def test_popular_titles_of_the_region_come_before_those_of_everywhere_and_are_called_popular() -> None:
    found = await asked([PICKS], Lists(ranked=LISTS))
    assert described(found.lower_tiers) == [
        ("picks", "regional", "popular", "DE", "t1 t2 t3"),
        ("picks", "regional", "genre", "Comedy", "t4 t5"),
        ("picks", "global", "popular", "GLOBAL", "t8 t9"),
    ]
    assert {each.freshness for each in found.lower_tiers} == {FreshnessSource.FALLBACK}
    assert {each.computed_at for each in found.lower_tiers} == {NOW - DAY}
    assert [each.kind for each in found.lower_tiers] == [
        RowSource.TOP_PICKS,
        RowSource.GENRE,
        RowSource.TOP_PICKS,
    ]


async def test_a_genre_row_gets_its_own_genre_first() -> None:
    found = await asked([CRIME], Lists(ranked=LISTS))
    assert described(found.lower_tiers)[0] == ("crime", "regional", "genre", "Crime", "t6 t7")


async def test_what_is_like_several_loved_titles_comes_before_what_is_popular() -> None:
    """t5 is close to both seeds; t9 and t7 to one each, the card names that one."""
    near = {
        TitleId("s1"): tuple(
            Neighbour(one, score, 9) for one, score in zip(ids(5, 9), (0.5, 0.6), strict=True)
        ),
        TitleId("s2"): tuple(
            Neighbour(one, score, 9) for one, score in zip(ids(5, 7), (0.4, 0.3), strict=True)
        ),
    }
    found = await asked([PICKS], Lists(near, LISTS), a_viewer(s1=1.0, s2=1.0, t3=-1.0))
    likeness = found.lower_tiers[0]
    assert described([likeness]) == [("picks", "similar", "taste", "", "t5 t9 t7")]
    assert [(one.reason, one.score) for one in likeness.candidates] == [
        (Reason(ReasonKind.BECAUSE_YOU_LIKED, TitleId("s1"), share=0.556), 1.0),
        (Reason(ReasonKind.BECAUSE_YOU_LIKED, TitleId("s1"), share=1.0), pytest.approx(0.6 / 0.9)),
        (Reason(ReasonKind.BECAUSE_YOU_LIKED, TitleId("s2"), share=1.0), pytest.approx(0.3 / 0.9)),
    ]
    assert described(found.lower_tiers)[1] == ("picks", "regional", "popular", "DE", "t1 t2")


async def test_a_stand_in_is_no_chart_and_does_not_go_by_the_rows_own_name() -> None:
    for stand_in in (await asked([CHART], Lists(ranked=LISTS), process=a_process())).lower_tiers:
        assert stand_in.spec.id == "chart"
        assert (stand_in.spec.style, dict(stand_in.spec.title)) == (RowStyle.SHELF, {})
        assert not stand_in.repeats
        assert stand_in.kind in (RowSource.TOP_PICKS, RowSource.GENRE)


@pytest.mark.parametrize(
    "source",
    [
        RowSource.CONTINUE_WATCHING,
        RowSource.EDITORIAL,
        RowSource.LEAVING_SOON,
        RowSource.MY_LIST,
        RowSource.ONBOARDING,
        RowSource.WATCH_AGAIN,
    ],
)
async def test_no_other_titles_stand_in_for_rows_about_certain_titles(source: RowSource) -> None:
    lists = Lists(ranked=LISTS)
    found = await asked([RowSpec("own", source)], lists, a_viewer(s1=1.0), a_process())
    assert (found.lower_tiers, found.last_known, lists.asked) == ((), (), [])
    assert found.filler_rows != ()


async def test_all_rows_of_a_page_cost_two_calls() -> None:
    lists = Lists(ranked=LISTS)
    await asked([PICKS, CHART, CRIME, replace(CHART, id="week")], lists, a_viewer(s1=1.0, s2=1.0))
    assert sorted(lists.asked) == ["popular", "similar"]


@pytest.mark.parametrize("trouble", ["down", "silent"])
async def test_a_store_that_fails_or_is_slow_costs_its_tiers(trouble: str) -> None:
    lists = Lists(ranked=LISTS, **{trouble: True})  # type: ignore[arg-type]
    process = a_process()
    process.fallback_timeout_seconds = 0.1
    async with asyncio.timeout(2):
        found = await asked([PICKS], lists, a_viewer(s1=1.0), process)
    assert {each.tier for each in found.lower_tiers} == {Tier.STATIC}
    assert [each.spec.id for each in found.lower_tiers] == ["picks"] * 5


async def test_without_a_data_version_nothing_is_asked() -> None:
    found = await fallback_rows([PICKS], a_viewer(), None, a_process())
    assert {each.tier for each in found.lower_tiers} == {Tier.STATIC}
    assert {
        each.tier for each in (await fallback_rows([PICKS], a_viewer(), None, Process())).filler_rows
    } == set()


def a_row(spec: RowSpec, *numbers: int, tier: Tier = Tier.FRESH, **changes: Any) -> Row:
    each = RowCandidates(
        spec,
        tuple(Candidate(one, "test") for one in ids(*numbers)),
        Reason(ReasonKind.TASTE),
        FreshnessSource.BATCH,
        NOW - HOUR,
        tier=tier,
        **changes,
    )
    cards = tuple(
        Card(a_title(candidate.title_id), candidate, column)
        for column, candidate in enumerate(each.candidates)
    )
    return Row(each, 0, cards, tier=tier)


async def test_what_a_row_held_last_comes_back_without_what_was_seen_or_disliked_since() -> None:
    process = Process()
    process.last_known.store(MINA, NOW - HOUR, [a_row(PICKS, 1, 2, 3), a_row(MINE, 3, 4, 5)], {})
    viewer = a_viewer(t2=-1.0)
    viewer = replace(
        viewer,
        activity=replace(viewer.activity, watched={TitleId("t3"): a_watch(HOUR, 6000, 6000, done=True)}),
    )
    found = await asked([PICKS, MINE, CHART], Lists(), viewer, process)
    assert described(found.last_known) == [
        ("picks", "last_good", "taste", "", "t1"),
        ("mine", "last_good", "taste", "", "t3 t4 t5"),
    ]
    assert {each.computed_at for each in found.last_known} == {NOW - HOUR}


async def test_a_row_about_a_title_that_is_no_longer_loved_does_not_come_back() -> None:
    process = Process()
    about = replace(a_row(PICKS, 1, 2).candidates, reason=Reason(ReasonKind.BECAUSE_YOU_LIKED, TitleId("s1")))
    process.last_known.store(MINA, NOW, [replace(a_row(PICKS), candidates=about)], {})
    assert len((await asked([PICKS], Lists(), a_viewer(s1=1.0), process)).last_known) == 1
    assert (await asked([PICKS], Lists(), a_viewer(s1=-1.0), process)).last_known == ()


async def test_a_stand_in_is_never_remembered_as_what_was_good() -> None:
    process = Process()
    process.last_known.store(MINA, NOW, [a_row(PICKS, 1, 2)], {})
    process.last_known.store(MINA, NOW, [a_row(PICKS, 8, 9, tier=Tier.GLOBAL)], {})
    assert described(process.last_known.rows(MINA)) == [("picks", "last_good", "taste", "", "t1 t2")]


async def test_a_guest_sees_nothing_of_what_the_profile_had() -> None:
    """It is unknown whose profile a guest asked for."""
    process = Process()
    process.last_known.store(MINA, NOW, [a_row(PICKS, 1, 2)], {})
    assert (await asked([PICKS], Lists(), replace(a_viewer(), is_guest=True), process)).last_known == ()


async def test_another_profile_has_nothing_of_it() -> None:
    process = Process()
    process.last_known.store(ProfileId("other"), NOW, [a_row(PICKS, 1, 2)], {})
    assert (await asked([PICKS], Lists(), process=process)).last_known == ()
