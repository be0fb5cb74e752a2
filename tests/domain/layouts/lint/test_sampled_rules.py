"""Lint of sampled pages, code by code: shares are counted, profiles are named, and good pages are left in peace."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.ids import ProfileId, Region, TitleId
from domain.layouts.lint.model import LintFinding, LintLevel
from domain.layouts.lint.sampled_rules import lint_sample
from domain.layouts.lint.samples import Sample, SampledPage, sample_order, union_layout
from domain.layouts.model import Layout, Pin, RowSpec, ShortRule
from domain.layouts.patches import apply_patch
from domain.layouts.row_kinds import RowSource
from tests.domain.made import DAY, NOW
from tests.domain.made_layouts import a_document

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


def one(sample: Sample) -> LintFinding:
    [finding] = lint_sample(sample)
    return finding


GOOD = tuple(a_page(number) for number in range(10))


def test_good_pages_have_no_finding_and_no_pages_have_none() -> None:
    assert lint_sample(a_sample(*GOOD)) == []
    assert lint_sample(a_sample()) == []


def test_l101_a_row_that_many_do_not_get() -> None:
    pages = (*GOOD[:6], *(a_page(number, because=()) for number in range(6, 10)))
    finding = one(a_sample(*pages))
    assert (finding.code, finding.level, finding.path, finding.share) == (
        "L101",
        LintLevel.ERROR,
        ("rows", "because"),
        0.4,
    )
    assert finding.message == "Row *because* is empty for 40% of TV profiles in Germany (4 of 10 sampled)."
    assert finding.profiles == ("p6", "p7", "p8", "p9")
    covered = replace(BECAUSE, short=(ShortRule.REPLACE,), stand_in="spare")
    layout = Layout("home", 1, (covered, TRENDING), NOW)
    assert one(a_sample(*pages, layout=layout)).level == LintLevel.WARN


def test_l101_tells_the_commonest_cause() -> None:
    why = {6: "nothing was liked yet", 7: "too few titles were left for it", 8: "nothing was liked yet"}
    pages = (
        *GOOD[:6],
        *(
            replace(a_page(number, because=()), missing_reasons={"because": text})
            for number, text in why.items()
        ),
    )
    finding = one(a_sample(*pages))
    assert finding.message == (
        "Row *because* is empty for 33% of TV profiles in Germany (3 of 9 sampled): nothing was liked yet."
    )
    assert (finding.affected, finding.sampled, finding.patch) == (3, 9, None)


def test_l101_counts_only_profiles_whose_layout_has_the_row() -> None:
    corner = RowSpec("corner", RowSource.GENRE)
    layout = Layout("home", 1, (BECAUSE, TRENDING, corner), NOW)
    kids = (a_page(10, corner=ids(40, 8)), a_page(11, corner=ids(40, 8)))
    assert lint_sample(a_sample(*GOOD, *kids, layout=layout)) == []
    finding = one(a_sample(*GOOD, kids[0], a_page(11, corner=()), layout=layout))
    assert finding.message == (
        "Row *corner* is empty for 50% of TV profiles in Germany (1 of 2 sampled whose layout has it)."
    )
    assert (finding.share, finding.profiles) == (0.5, ("p11",))


def test_l102_a_row_that_looks_broken_on_a_television() -> None:
    pages = (*GOOD[:8], *(a_page(number, trending=ids(20, 5)) for number in range(8, 10)))
    finding = one(a_sample(*pages))
    assert (finding.code, finding.level) == ("L102", LintLevel.WARN)
    assert finding.message == (
        "Row *trending* shows fewer than 6 titles for 20%. On TV a row under 6 looks broken."
    )
    assert (finding.affected, finding.sampled, finding.profiles) == (2, 10, ("p8", "p9"))
    assert finding.patch == {"set": {"trending": {"min_cards": 6}}}
    assert lint_sample(a_sample(*pages, device="web")) == []
    five = Layout("home", 1, (BECAUSE, replace(TRENDING, max_cards=5)), NOW)
    finding = one(a_sample(*pages, layout=five))
    assert (finding.fix, finding.patch) == ("Raise max_cards.", None)


def test_l103_rows_that_are_alike() -> None:
    finding = one(a_sample(*(a_page(number, trending=ids(5, 10)) for number in range(3))))
    assert (finding.code, finding.path) == ("L103", ("rows", "trending"))
    assert (
        finding.message == "*because* and *trending* share 5 of the first 12 titles for the median profile."
    )
    assert (finding.affected, finding.sampled, finding.fix) == (3, 3, "Move them apart.")


@pytest.mark.parametrize("repeating", ["because", "trending"])
def test_l103_names_the_row_that_repeats(repeating: str) -> None:
    rows = [replace(spec, repeats=spec.id == repeating) for spec in (BECAUSE, TRENDING)]
    pages = [a_page(number, trending=ids(5, 10)) for number in range(3)]
    finding = one(a_sample(*pages, layout=Layout("home", 1, tuple(rows), NOW)))
    assert finding.fix == f"Remove `repeats` from {repeating!r}, or move them apart."
    assert finding.patch == {"set": {repeating: {"repeats": False}}}


def test_l109_data_that_is_old() -> None:
    finding = one(a_sample(*GOOD, data_age=timedelta(hours=51)))
    assert (finding.code, finding.level) == ("L109", LintLevel.ERROR)
    assert finding.message == "Data of picks, similar titles and trends is 51 h old; the limit is 36 h."


def test_l111_pins_that_cannot_be_shown() -> None:
    pins = tuple(Pin(TitleId(f"x{number}"), number + 1, NOW + DAY) for number in range(3))
    layout = Layout("home", 1, (replace(BECAUSE, pins=pins), TRENDING), NOW)
    finding = one(
        a_sample(
            *GOOD, layout=layout, unavailable_pins={("because", TitleId("x1")): "is not in the catalogue"}
        )
    )
    assert (finding.code, finding.level) == ("L111", LintLevel.ERROR)
    assert finding.message == "1 of 3 pinned titles cannot be shown: x1 is not in the catalogue."
    assert finding.patch is None  # a layout that has these pins from elsewhere


def test_l111_its_patch_removes_only_the_unavailable_pins() -> None:
    pins = [{"title_id": f"x{number}", "slot": number + 1, "until": "2027-01-01"} for number in range(3)]
    document = a_document()
    document["rows"]["because"] = {"source": "because_you_watched", "pins": pins}
    spec = replace(
        BECAUSE, pins=tuple(Pin(TitleId(f"x{number}"), number + 1, NOW + DAY) for number in range(3))
    )
    lost = {("because", TitleId("x1")): "is not in the catalogue"}
    layout = Layout("home", 1, (spec, TRENDING), NOW)
    finding = one(a_sample(*GOOD, layout=layout, unavailable_pins=lost, document=document))
    assert finding.patch is not None
    mended: Any = apply_patch(document, finding.patch).document
    assert mended["rows"]["because"]["pins"] == [pins[0], pins[2]]


def test_l112_a_variant_that_changes_nothing() -> None:
    pages = tuple(replace(page, equal_to_control={"order:b": number < 3}) for number, page in enumerate(GOOD))
    finding = one(a_sample(*pages))
    assert (finding.code, finding.path) == ("L112", ("variants", "order"))
    assert finding.message == "Variant b of order shows the base's page to 30% of the profiles."


def test_l115_slow_pages() -> None:
    finding = one(a_sample(*(a_page(number, seconds=0.24) for number in range(10))))
    assert (finding.code, finding.level) == ("L115", LintLevel.WARN)
    assert finding.message == "Composing a page took 240 ms at p95 on this machine; the budget is 200 ms."


def test_rows_that_are_rightly_empty_are_left_in_peace() -> None:
    assert all(finding.path != ("rows", "list") for finding in lint_sample(a_sample(*GOOD)))


def test_a_sample_s_layout_has_the_rows_of_all_its_pages_once() -> None:
    kids = Layout("home", 1, (RowSpec("corner", RowSource.GENRE), BECAUSE), NOW)
    adults = Layout("home", 1, (BECAUSE, TRENDING), NOW)
    assert [spec.id for spec in union_layout([adults, kids]).rows] == ["because", "trending", "corner"]


def test_a_smaller_sample_is_the_beginning_of_a_larger_one_and_no_order_of_ids() -> None:
    everybody = [ProfileId(f"p{number:03}") for number in range(200)]
    first = sample_order(everybody)
    assert sample_order(reversed(everybody)) == first
    assert sorted(first) == everybody
    half = everybody[::2]
    assert sample_order(half) == [one for one in first if one in half]
    assert sum(one < "p100" for one in first[:100]) == pytest.approx(50, abs=15)
