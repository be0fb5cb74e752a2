"""Lint of layouts, and of a draft in place of the live layout of its name."""

from __future__ import annotations

import pytest

from domain.layouts.lint.lint import (
    LINTS,
    invalid_draft_findings,
    lint_draft,
    lint_layouts,
    with_draft,
)
from domain.layouts.lint.model import LintFinding, LintInput, LintLevel
from domain.layouts.resolution import NO_LAYOUTS, decode_layouts, resolve
from domain.layouts.validation import BadLayout
from tests.domain.made import NOW
from tests.domain.made_layouts import a_context, a_document, a_layout_version

LIVE = decode_layouts(
    [
        a_layout_version(a_document(), 7),
        a_layout_version(a_document(layout="tv", targets={"devices": ["tv"]}, priority=1)),
    ]
)


def test_valid_layouts_for_different_devices_have_no_finding() -> None:
    documents = {"home": a_document(), "tv": a_document(layout="tv", targets={"devices": ["tv"]})}
    layouts = decode_layouts(a_layout_version(document) for document in documents.values())
    assert lint_layouts(LintInput(documents, layouts)) == ()


def test_an_invalid_document_is_an_error_with_its_path() -> None:
    assert invalid_draft_findings(a_document(order=["new"]))[0] == LintFinding(
        "L100",
        LintLevel.ERROR,
        "home",
        "is missing from `order`, so it would never show.",
        ("rows", "because"),
    )


def test_layouts_of_one_rank_are_an_error_that_says_who_wins_from_when() -> None:
    scheduled = {"targets": {"devices": ["tv"], "markets": ["DE"]}, "schedule": {"from": "2026-12-20T18:00"}}
    documents = {name: a_document(layout=name, **scheduled) for name in ("holiday", "finals")}
    layouts = decode_layouts(a_layout_version(document) for document in documents.values())
    [finding] = lint_layouts(LintInput(documents, layouts))
    assert (finding.code, finding.level, finding.layout, finding.path) == (
        "L105", LintLevel.ERROR, "holiday", ("schedule",),
    )  # fmt: skip
    assert finding.message == (
        "'finals' and 'holiday' are both for TV in Germany from 20 Dec 2026 17:00 UTC. "
        "'finals' wins by its name alone; 'holiday' never shows then."
    )
    assert finding.fix == "Give one of them a higher priority."


def test_two_layouts_for_all_viewers_conflict_at_all_times() -> None:
    documents = {name: a_document(layout=name) for name in ("a", "b")}
    [finding] = lint_layouts(
        LintInput(documents, decode_layouts(a_layout_version(each) for each in documents.values()))
    )
    assert finding.message.startswith("'a' and 'b' are both for every device in every market at all times.")


def test_every_lint_is_a_function_to_which_more_can_be_added() -> None:
    assert [each.__name__ for each in LINTS][:1] == ["overlapping_audiences"]


def test_a_draft_replaces_the_live_layout_of_its_name_as_its_next_version() -> None:
    layouts = with_draft(LIVE, a_document(order=["picks", "continue", "because", "trending", "new"]), NOW)
    assert sorted(one.id for one in layouts.layouts) == ["home", "tv"]
    layout = resolve(layouts, a_context(device="web")).layout
    assert (layout.id, layout.version, layout.rows[0].id) == ("home", 8, "picks")
    assert [one.version.number for one in with_draft(NO_LAYOUTS, a_document(), NOW).layouts] == [1]


def test_findings_of_live_layouts_are_not_findings_of_a_draft() -> None:
    more = {f"g{number}": {"source": "genre"} for number in range(9)}
    long = a_document(layout="long", rows={**a_document()["rows"], **more}, order=[*a_document()["order"], *more],
                      targets={"markets": ["JP"]})  # fmt: skip
    live = decode_layouts([a_layout_version(long)])
    assert lint_draft(a_document(), live, NOW) == ()
    assert [one.code for one in lint_draft(long, live, NOW)] == ["L110"]


def test_a_live_layout_that_a_draft_would_hide_is_a_finding() -> None:
    [finding] = lint_draft(a_document(layout="a-home"), LIVE, NOW)
    assert (finding.code, finding.layout) == ("L105", "home")
    assert finding.message.endswith("'a-home' wins by its name alone; 'home' never shows then.")


def test_an_invalid_draft_has_a_finding_for_each_problem() -> None:
    pin = {"title_id": "m1", "slot": 1, "since": "2026-12-24", "until": "2026-12-20"}
    bad = a_document(order=["new", "gone"])
    assert [(one.code, one.path) for one in invalid_draft_findings(bad)][:2] == [
        ("L100", ("order", 1)),
        ("L100", ("rows", "because")),
    ]
    bad = a_document()
    bad["rows"]["new"]["pins"] = [pin]
    assert [one.code for one in invalid_draft_findings(bad)] == ["L114"]
    with pytest.raises(BadLayout):
        lint_draft(bad, LIVE, NOW)
    assert invalid_draft_findings(a_document()) == ()
