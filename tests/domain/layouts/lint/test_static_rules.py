"""Lint of files alone, code by code: the exact sentence, and silence where all is well."""

from __future__ import annotations

from typing import Any

import pytest

from domain.layouts.lint.lint import invalid_draft_findings, lint_layouts
from domain.layouts.lint.model import LintFinding, LintInput, LintLevel
from domain.layouts.lint.static_rules import STATIC_LINTS
from domain.layouts.patches import apply_patch
from domain.layouts.resolution import decode_layouts
from domain.layouts.validation import layout_problems
from tests.domain.made_layouts import a_document, a_layout_version


def found(*documents: dict[str, Any]) -> list[LintFinding]:
    named = {document["layout"]: document for document in documents}
    return list(
        lint_layouts(
            LintInput(named, decode_layouts(a_layout_version(each) for each in documents)), STATIC_LINTS
        )
    )


def one(*documents: dict[str, Any]) -> LintFinding:
    [finding] = found(*documents)
    return finding


def rows(**changed: dict[str, Any]) -> dict[str, Any]:
    return {**a_document()["rows"], **{name.replace("_", "-"): row for name, row in changed.items()}}


def test_a_good_layout_has_no_finding() -> None:
    assert found(a_document()) == []


def test_l104_a_schedule_with_nothing_behind_it() -> None:
    winter = {"layout": "winter", "targets": {"markets": ["FR"]}, "schedule": {"from": "2026-12-20T18:00"}}
    finding = one(a_document(**winter))
    assert (finding.code, finding.level, finding.path) == ("L104", LintLevel.WARN, ("schedule",))
    assert finding.message == (
        "No layout here covers every device in France outside the schedule of 'winter': viewers then get the "
        "layout that ships with Marquee."
    )
    assert found(a_document(**winter), a_document()) == []
    assert found(a_document(**winter), a_document(layout="tv", targets={"devices": ["tv"]})) != []


def test_l106_a_title_that_does_not_fit() -> None:
    long = {"source": "genre", "title": {"de": "Die schönsten Krimis aus dem hohen Norden"}}
    document = a_document(rows=rows(new=long), targets={"devices": ["tv"]})
    finding = one(document)
    assert (finding.code, finding.level, finding.path) == (
        "L106",
        LintLevel.WARN,
        ("rows", "new", "title", "de"),
    )
    assert finding.message == "Title is 41 characters in German; TV cuts at 32."


def test_l107_a_row_for_kids_made_of_what_everybody_watches() -> None:
    finding = one(a_document(rows=rows(trending={"source": "trending", "when": {"kids": True}})))
    assert (finding.code, finding.level, finding.path) == (
        "L107",
        LintLevel.ERROR,
        ("rows", "trending", "source"),
    )
    assert finding.message == (
        "*trending* is for kids, but its source includes titles for 16 and over. They are filtered out, so the row "
        "is short or empty."
    )


def test_l108_continue_watching_out_of_sight() -> None:
    order = ["picks", "because", "trending", "new", "continue"]
    finding = one(a_document(order=order))
    assert (finding.code, finding.level, finding.path) == ("L108", LintLevel.WARN, ("order", 4))
    assert finding.message == (
        "Continue Watching is row 5, below screen 2: viewers must scroll to resume a title."
    )
    assert finding.patch == {"move": {"continue": {"to": 4}}}
    assert found(apply_patch(a_document(order=order), finding.patch).document) == []
    assert found(a_document(order=order, personal_order=True)) == []


def test_l110_more_rows_than_viewers_scroll() -> None:
    more = {f"g{number}": {"source": "genre"} for number in range(9)}
    document = a_document(rows=rows(**more), order=[*a_document()["order"], *more])
    finding = one(document)
    assert (finding.code, finding.level) == ("L110", LintLevel.INFO)
    assert finding.message == "14 rows; few viewers scroll past 10. Rows 11–14 reach few of them."


def test_l113_a_day_that_months_lack() -> None:
    finding = one(a_document(rows=rows(new={"source": "new_releases", "schedule": {"monthly": [31]}})))
    assert (finding.code, finding.level, finding.path) == (
        "L113",
        LintLevel.WARN,
        ("rows", "new", "schedule", "monthly"),
    )
    assert finding.message == "Day 31 does not exist in every month: this monthly rule skips 5 months."
    assert finding.patch == {"set": {"new": {"schedule": {"monthly": ["last"]}}}}


@pytest.mark.parametrize(
    ("days", "mended"), [([1, 31], [1, "last"]), ([31, "last"], ["last"]), ([30, 31], None)]
)
def test_l113_the_days_of_a_whole_layout_are_fixed_where_it_is_clear_how(
    days: list[int | str], mended: list[int | str] | None
) -> None:
    document = a_document(schedule={"monthly": days})
    [finding] = [one for one in found(document) if one.code == "L113"]
    assert finding.patch == (mended and {"page": {"schedule": {"monthly": mended}}})
    if mended and finding.patch:
        after = apply_patch(document, finding.patch).document
        assert layout_problems(after) == ()
        assert [one.code for one in found(after)] == ["L104"]


def test_l114_a_pin_that_ends_before_it_starts() -> None:
    pin = {"title_id": "m1", "slot": 1, "since": "2026-12-24T18:00", "until": "2026-12-20T18:00"}
    document = a_document(rows=rows(new={"source": "new_releases", "pins": [pin]}))
    [finding] = invalid_draft_findings(document)
    assert (finding.code, finding.level) == ("L114", LintLevel.ERROR)
    assert finding.message == "it ends at 2026-12-20T18:00, before it starts at 2026-12-24T18:00."


def test_l114_a_pin_that_ends_before_it_starts_in_some_markets_alone() -> None:
    """18:30 in Berlin is 17:30 UTC: there it is over before 18:00 UTC; in London and New York it is not."""
    pin = {"title_id": "m1", "slot": 1, "since": "2026-12-24T18:00+00:00", "until": "2026-12-24T18:30"}
    new = {"source": "new_releases", "pins": [pin]}
    markets = {"markets": ["US", "GB", "DE", "FR"]}
    [finding] = [one for one in found(a_document(rows=rows(new=new), targets=markets)) if one.code == "L114"]
    assert (finding.level, finding.path) == (LintLevel.ERROR, ("rows", "new", "pins", 0))
    assert finding.message == (
        "Pin *m1*, from 2026-12-24T18:00+00:00 to 2026-12-24T18:30, ends before it starts on the clocks of "
        "Germany and France: it never shows there."
    )
    assert found(a_document(rows=rows(new=new), targets={"markets": ["US", "GB"]})) == []
    everywhere = one(a_document(rows=rows(new=new)))
    clocks = "on the clocks of Andorra, the United Arab Emirates, Afghanistan and 158 more"
    assert clocks in everywhere.message


def test_l114_a_schedule_that_clocks_jump_over() -> None:
    """On 28 March 2027 German clocks go from 2:00 to 3:00."""
    night = {"from": "2027-03-28T02:10", "to": "2027-03-28T02:50"}
    new = {"source": "new_releases", "schedule": night}
    finding = one(a_document(rows=rows(new=new), targets={"markets": ["DE"]}))
    assert (finding.code, finding.path) == ("L114", ("rows", "new", "schedule"))
    assert finding.message == (
        "The schedule of *new*, from 2027-03-28T02:10 to 2027-03-28T02:50, ends before it starts on the clocks of "
        "Germany: it never shows there."
    )
    in_london = {"source": "new_releases", "schedule": night | {"zone": "Europe/London"}}
    assert found(a_document(rows=rows(new=in_london), targets={"markets": ["DE"]})) == []


def test_l116_a_style_of_newer_builds() -> None:
    finding = one(a_document(rows=rows(new={"source": "new_releases", "style": "hero"})))
    assert (finding.code, finding.level, finding.path) == ("L116", LintLevel.INFO, ("rows", "new", "style"))
    assert finding.message == "Clients with a schema before 0.2 do not know style *hero*; they get *shelf*."


@pytest.mark.parametrize("each", STATIC_LINTS, ids=lambda each: each.__name__)
def test_every_lint_says_its_code(each: Any) -> None:
    assert (each.__doc__ or "").split(":")[0] in {
        "L104",
        "L106",
        "L107",
        "L108",
        "L110",
        "L120",
        "L113",
        "L114",
        "L116",
        "L117",
        "L121",
    }
