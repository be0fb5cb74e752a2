"""L117: editors read which pins, boosts, quotas and exploration conflict or have ended, and where."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.json_schema import Path
from domain.layouts.lint.lint import invalid_draft_findings, lint_draft, lint_layouts
from domain.layouts.lint.model import LintFinding, LintInput, LintLevel
from domain.layouts.lint.static_rules import STATIC_LINTS
from domain.layouts.resolution import NO_LAYOUTS, decode_layouts
from domain.layouts.shipped_layout import SHIPPED_DOCUMENT
from tests.domain.made import NOW
from tests.domain.made_layouts import a_document, a_layout_version

SOON, LATER = "2026-12-01T18:00", "2026-12-24T18:00"
NEW, NEWER = "year > 2000", "year > 2010"


def pin(title: str, slot: int, until: str = LATER, **more: str) -> dict[str, Any]:
    return {"title_id": title, "slot": slot, "until": until} | more


def boost(match: str, by: float, until: str = LATER) -> dict[str, Any]:
    return {"match": match, "by": by, "until": until}


def with_row(**row: Any) -> dict[str, Any]:
    changed = {"source": "new_releases", "max_cards": 10} | row
    return a_document(rows={**a_document()["rows"], "new": changed})


def found(document: dict[str, Any], now: datetime | None = NOW) -> list[LintFinding]:
    layouts = decode_layouts([a_layout_version(document)])
    return list(lint_layouts(LintInput({document["layout"]: document}, layouts, now), STATIC_LINTS))


@pytest.mark.parametrize(
    ("row", "path", "message", "fix"),
    [
        (
            {"pins": [pin("a", 2), pin("b", 3), pin("c", 2, since=SOON)]},
            ("pins", 2),
            "a and c are both pinned to slot 2: the second follows it.",
            "Use another slot, or let one end before the other begins.",
        ),
        (
            {"pins": [pin("a", 2), pin("a", 5)]},
            ("pins", 1),
            "a is pinned twice at once, to slots 2 and 5: the lower slot counts.",
            "Remove one, or let it end before the other begins.",
        ),
        (
            {
                "quotas": [{"match": NEW, "share": 0.8}],
                "exploration": {"share": 0.3},
                "pins": [pin("a", 1)],
            },
            (),
            "Quotas (8), exploration (3) and pins (1) claim 12 of 10 slots.",
            "Raise max_cards, or ask for less.",
        ),
        (
            {"exploration": {"share": 0.1}, "pins": [pin("a", 7)]},
            ("exploration",),
            "Exploration uses pinned slot 7 too: the explored title moves down.",
            "Pin to another slot.",
        ),
        (
            {"boosts": [boost(NEW, 0.8), boost(NEWER, 0.7)]},
            ("boosts",),
            "Boosts of this row add up to +1.50; a title gets 1 at most.",
            "Use smaller ones.",
        ),
        (
            {"boosts": [boost(NEW, -0.8), boost(NEWER, -0.7)]},
            ("boosts",),
            "Buries of this row add up to -1.50; a title gets 1 at most.",
            "Use smaller ones.",
        ),
        (
            {"boosts": [boost(NEW, 0.3), boost("year>2000", -0.2)]},
            ("boosts", 1),
            "'year>2000' is boosted both up and down: +0.30 and -0.20.",
            "Keep one of them.",
        ),
        (
            {"boosts": [boost(NEW, 0.3), boost(NEW, 0.2)]},
            ("boosts", 1),
            "'year > 2000' is boosted twice: +0.30 and +0.20.",
            "Keep one of them.",
        ),
    ],
)
def test_a_conflict_is_a_warning_with_its_path_and_its_fix(
    row: dict[str, Any], path: Path, message: str, fix: str
) -> None:
    expected = LintFinding("L117", LintLevel.WARN, "home", message, ("rows", "new", *path), fix=fix)
    assert found(with_row(**row)) == found(with_row(**row), None) == [expected]


@pytest.mark.parametrize(
    "row",
    [
        {"pins": [pin("a", 1), pin("b", 2)], "quotas": [{"match": NEW, "share": 0.5}]},
        {"pins": [pin("a", 2, SOON), pin("b", 2, since=SOON)]},
        {"pins": [pin("a", 2, SOON), pin("a", 5, since=SOON)]},
        {"boosts": [boost(NEW, 0.7), boost(NEWER, 0.2), boost("year > 2020", 0.1)]},
        {"boosts": [boost(NEW, 0.8), boost("year < 1950", -0.8)]},
    ],
)
def test_entries_that_agree_have_no_finding(row: dict[str, Any]) -> None:
    assert found(with_row(**row)) == []


@pytest.mark.parametrize(
    ("row", "code", "path"),
    [
        ({"pins": [pin("a", 1, SOON, since=LATER)]}, "L114", ("pins", 0, "until")),
        ({"pins": [pin("a", 11)]}, "L100", ("pins", 0, "slot")),
        ({"pins": [pin("a", 2), pin("b", 2)]}, "L100", ("pins", 1, "slot")),
        ({"quotas": [{"match": NEW, "share": 0.7}, {"match": NEWER, "share": 0.5}]}, "L100", ("quotas",)),
        (
            {"mix": [{"source": "trending", "share": 0.7}, {"source": "genre", "share": 0.5}]},
            "L100",
            ("mix",),
        ),
    ],
)
def test_what_can_never_hold_is_an_error_of_validation(row: dict[str, Any], code: str, path: Path) -> None:
    [finding] = invalid_draft_findings(with_row(**row))
    assert (finding.code, finding.path) == (code, ("rows", "new", *path))


def test_ended_entries_are_hints_and_conflict_with_nothing() -> None:
    document = with_row(
        pins=[pin("a", 2, "2026-11-01"), pin("b", 2, since=SOON)],
        boosts=[boost(NEW, 0.8, "2026-11-01"), boost(NEW, 0.7)],
    )
    assert found(document) == [
        LintFinding("L117", LintLevel.INFO, "home", message, ("rows", "new", *path), fix="Remove it.")
        for path, message in (
            (("boosts", 0), "The boost of 'year > 2000' has ended."),
            (("pins", 0), "The pin of a has ended."),
        )
    ]
    assert [one.level for one in found(document, None)] == [LintLevel.WARN, LintLevel.WARN]


def test_a_pin_has_ended_when_it_has_ended_in_every_target_market() -> None:
    """18:00 is 17:00 UTC in Germany and 23:00 UTC in New York."""
    document = with_row(pins=[pin("a", 2, SOON)])
    germany = document | {"targets": {"markets": ["DE"]}}
    both = document | {"targets": {"markets": ["DE", "US"]}}
    until = datetime.fromisoformat("2026-12-01T17:00+00:00")
    assert found(germany, until - timedelta(seconds=1)) == []
    assert [one.message for one in found(germany, until)] == ["The pin of a has ended."]
    assert found(both, until) == []
    assert len(found(both, until + timedelta(hours=6))) == 1


def test_a_patch_gets_findings_for_the_conflicts_it_adds() -> None:
    document = with_row(pins=[pin("a", 2), pin("a", 5)], boosts=[boost(NEW, 0.8)])
    document["overrides"] = [
        {"when": {"device": "tv"}, "set": {"new": {"title": {"en": "New"}}}},
        {"when": {"market": "DE"}, "set": {"new": {"boosts": [boost(NEW, 0.8), boost(NEWER, 0.8)]}}},
    ]
    document["variants"] = {
        "x": {
            "weights": {"A": 1, "B": 1},
            "B": [{"add": {"more": {"source": "genre", "pins": [pin("b", 1), pin("b", 2)]}}}],
        }
    }
    assert [(one.code, one.path) for one in found(document)] == [
        ("L117", ("overrides", 1, "set", "new", "boosts")),
        ("L117", ("rows", "new", "pins", 1)),
        ("L117", ("variants", "x", "B", 0, "add", "more", "pins", 1)),
    ]


def test_stand_ins_are_looked_at_too() -> None:
    document = with_row(short=["replace"], stand_in="other")
    document["stand_ins"] = {"other": {"source": "genre", "boosts": [boost(NEW, 0.1), boost(NEW, 0.2)]}}
    assert [one.path for one in found(document)] == [("stand_ins", "other", "boosts", 1)]


def test_the_shipped_layout_has_no_such_finding() -> None:
    assert "L117" not in {one.code for one in found(SHIPPED_DOCUMENT)}


def test_a_draft_is_linted_by_its_clock() -> None:
    document = with_row(pins=[pin("a", 2)])
    assert lint_draft(document, NO_LAYOUTS, NOW) == ()
    [finding] = lint_draft(document, NO_LAYOUTS, NOW + timedelta(days=40))
    assert (finding.code, finding.level) == ("L117", LintLevel.INFO)
