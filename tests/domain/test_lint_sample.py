"""Lint of sampled pages, code by code: shares are counted, profiles are named, and good pages are left in peace."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from domain.ids import ProfileId, Region, TitleId
from domain.layout_lint import Finding, Level
from domain.layouts import Layout, Pin, RowSource, RowSpec, ShortRule
from domain.lint_sample import Sample, SampledPage, findings_of
from tests.domain.made import DAY, NOW

BECAUSE = RowSpec("because", RowSource.BECAUSE_YOU_WATCHED)
TRENDING = RowSpec("trending", RowSource.TRENDING)
LIST = RowSpec("list", RowSource.MY_LIST)


def ids(first: int, count: int) -> tuple[TitleId, ...]:
    return tuple(TitleId(f"m{number}") for number in range(first, first + count))


def a_page(number: int, seconds: float = 0.05, **rows: tuple[TitleId, ...]) -> SampledPage:
    return SampledPage(
        ProfileId(f"p{number}"), {"because": ids(0, 10), "trending": ids(20, 10), **rows}, seconds
    )


def a_sample(*pages: SampledPage, **changes: object) -> Sample:
    layout = Layout("home", 1, (BECAUSE, TRENDING, LIST), NOW)
    return replace(Sample("home", "tv", Region("DE"), layout, pages, timedelta(hours=8)), **changes)  # type: ignore[arg-type]


def one(sample: Sample) -> Finding:
    [finding] = findings_of(sample)
    return finding


GOOD = tuple(a_page(number) for number in range(10))


def test_good_pages_have_no_finding_and_no_pages_have_none() -> None:
    assert findings_of(a_sample(*GOOD)) == []
    assert findings_of(a_sample()) == []


def test_l101_a_row_that_many_do_not_get() -> None:
    pages = (*GOOD[:6], *(a_page(number, because=()) for number in range(6, 10)))
    finding = one(a_sample(*pages))
    assert (finding.code, finding.level, finding.path, finding.share) == (
        "L101",
        Level.ERROR,
        ("rows", "because"),
        0.4,
    )
    assert finding.message == "Row *because* is empty for 40% of TV profiles in Germany (4 of 10 sampled)."
    assert finding.profiles == ("p6", "p7", "p8", "p9")
    covered = replace(BECAUSE, short=(ShortRule.REPLACE,), stand_in="spare")
    layout = Layout("home", 1, (covered, TRENDING), NOW)
    assert one(a_sample(*pages, layout=layout)).level == Level.WARN


def test_l102_a_row_that_looks_broken_on_a_television() -> None:
    pages = (*GOOD[:8], *(a_page(number, trending=ids(20, 5)) for number in range(8, 10)))
    finding = one(a_sample(*pages))
    assert (finding.code, finding.level) == ("L102", Level.WARN)
    assert finding.message == (
        "Row *trending* shows fewer than 6 titles for 20%. On TV a row under 6 looks broken."
    )
    assert findings_of(a_sample(*pages, device="web")) == []


def test_l103_rows_that_are_alike() -> None:
    finding = one(a_sample(*(a_page(number, trending=ids(5, 10)) for number in range(3))))
    assert (finding.code, finding.path) == ("L103", ("rows", "trending"))
    assert (
        finding.message == "*because* and *trending* share 5 of the first 12 titles for the median profile."
    )


def test_l109_data_that_is_old() -> None:
    finding = one(a_sample(*GOOD, data_age=timedelta(hours=51)))
    assert (finding.code, finding.level) == ("L109", Level.ERROR)
    assert finding.message == "Data of picks, similar titles and trends is 51 h old; the limit is 36 h."


def test_l111_pins_that_nobody_will_see() -> None:
    pins = tuple(Pin(TitleId(f"x{number}"), number + 1, NOW + DAY) for number in range(3))
    layout = Layout("home", 1, (replace(BECAUSE, pins=pins), TRENDING), NOW)
    finding = one(
        a_sample(*GOOD, layout=layout, lost_pins={("because", TitleId("x1")): "is not in the catalogue"})
    )
    assert (finding.code, finding.level) == ("L111", Level.ERROR)
    assert finding.message == "1 of 3 pinned titles cannot be shown: x1 is not in the catalogue."


def test_l112_a_variant_that_changes_nothing() -> None:
    pages = tuple(replace(page, equal={"order:b": number < 3}) for number, page in enumerate(GOOD))
    finding = one(a_sample(*pages))
    assert (finding.code, finding.path) == ("L112", ("variants", "order"))
    assert finding.message == "Variant b of order equals the base for 30% of the split."


def test_l115_pages_that_cost_too_much() -> None:
    finding = one(a_sample(*(a_page(number, seconds=0.24) for number in range(10))))
    assert (finding.code, finding.level) == ("L115", Level.WARN)
    assert finding.message == "Page cost 240 ms at p95 where this ran; the budget is 200."


def test_rows_that_are_rightly_empty_are_left_in_peace() -> None:
    assert all(finding.path != ("rows", "list") for finding in findings_of(a_sample(*GOOD)))
