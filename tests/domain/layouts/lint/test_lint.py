"""Lint finds what cannot be used, and layouts that only their names decide between."""

from __future__ import annotations

from domain.layouts.lint.lint import LINTS, Linted, LintFinding, LintLevel, lint
from domain.layouts.resolution import book_of
from tests.domain.made_layouts import a_document, an_edition


def test_layouts_that_can_be_used_and_told_apart_have_no_finding() -> None:
    documents = {"home": a_document(), "tv": a_document(layout="tv", targets={"devices": ["tv"]})}
    book = book_of(an_edition(document) for document in documents.values())
    assert lint(Linted(documents, book)) == ()


def test_what_cannot_be_used_is_an_error_with_its_path() -> None:
    assert lint(Linted({"home": a_document(order=["new"])}))[0] == LintFinding(
        "L100",
        LintLevel.ERROR,
        "home",
        "does not stand in `order`, so it would never show.",
        ("rows", "because"),
    )


def test_layouts_of_one_rank_are_an_error_that_says_who_wins_from_when() -> None:
    scheduled = {"targets": {"devices": ["tv"], "markets": ["DE"]}, "schedule": {"from": "2026-12-20T18:00"}}
    documents = {name: a_document(layout=name, **scheduled) for name in ("holiday", "finals")}
    book = book_of(an_edition(document) for document in documents.values())
    [finding] = lint(Linted(documents, book))
    assert (finding.code, finding.level, finding.layout, finding.path) == (
        "L105", LintLevel.ERROR, "holiday", ("schedule",),
    )  # fmt: skip
    assert finding.message == (
        "'finals' and 'holiday' are both for TV in Germany from 20 Dec 2026 17:00 UTC. "
        "'finals' wins by its name alone; 'holiday' never shows then."
    )
    assert finding.fix == "Give one of them a higher priority."


def test_two_layouts_for_everybody_conflict_at_all_times() -> None:
    documents = {name: a_document(layout=name) for name in ("a", "b")}
    [finding] = lint(Linted(documents, book_of(an_edition(each) for each in documents.values())))
    assert finding.message.startswith("'a' and 'b' are both for every device in every market at all times.")


def test_every_lint_is_a_function_to_which_more_can_be_added() -> None:
    assert [each.__name__ for each in LINTS][:2] == ["unusable", "overlapping"]
