"""Rows that overrides and arms change are linted as the rows of the base are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.json_schema import path_text
from domain.layouts.lint.lint import lint_layouts
from domain.layouts.lint.model import LintInput
from domain.layouts.lint.static_rules import STATIC_LINTS
from domain.layouts.patches import apply_patch
from domain.layouts.resolution import decode_layouts
from tests.domain.made import NOW
from tests.domain.made_layouts import a_document, a_layout_version


def codes(document: dict[str, Any]) -> list[tuple[str, str]]:
    layouts = decode_layouts([a_layout_version(document)])
    found = lint_layouts(LintInput({"home": document}, layouts, NOW), STATIC_LINTS)
    return [(one.code, path_text(one.path)) for one in found]


LONG = {"title": {"de": "Die schönsten Krimis aus dem hohen Norden"}}


@pytest.mark.parametrize(
    ("patch", "found"),
    [
        ({"when": {"device": "tv"}, "set": {"new": LONG}}, [("L106", "set.new.title.de")]),
        ({"when": {"device": "web"}, "set": {"new": LONG}}, []),
        ({"when": {"market": "DE"}, "set": {"new": {"style": "hero"}}}, [("L116", "set.new.style")]),
        ({"when": {"kids": True}, "set": {"new": {"source": "trending"}}}, [("L107", "set.new.source")]),
        ({"when": {"kids": True}, "add": {"chart": {"source": "trending"}}}, [("L107", "add.chart.source")]),
        ({"when": {"kids": True}, "set": {"trending": {"max_cards": 9}}}, []),
        ({"when": {"device": "tv"}, "set": {"new": {"schedule": {"monthly": [31]}}}},
         [("L113", "set.new.schedule.monthly")]),
        ({"when": {"device": "tv"}, "set": {"new": {"schedule": {"to": "2026-01-01"}}}},
         [("L120", "set.new.schedule.to")]),
    ],
)  # fmt: skip
def test_a_patched_row_has_the_findings_of_the_row_that_it_makes(
    patch: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    document = a_document(targets={"devices": ["tv", "web"]}, overrides=[patch])
    assert codes(document) == [(code, f"overrides[1].{path}") for code, path in found]
    arm = dict(patch)
    variants = {"exp": {"weights": {"A": 1, "B": 1}, "B": [arm]}}
    in_arm = a_document(targets={"devices": ["tv", "web"]}, variants=variants)
    assert codes(in_arm) == [(code, f"variants.exp.B[1].{path}") for code, path in found]


def test_a_schedule_has_ended_where_the_last_market_is_past_it() -> None:
    """NOW is 20:00 UTC: 12:00 in Los Angeles has no market of its own, 15:00 in New York has."""
    end = NOW.replace(tzinfo=None) - timedelta(hours=3)
    schedule = {"to": end.strftime("%Y-%m-%dT%H:%M")}
    in_berlin = a_document(schedule=schedule, targets={"markets": ["DE"]})
    in_both = a_document(schedule=schedule, targets={"markets": ["DE", "US"]})
    assert ("L120", "schedule.to") in codes(in_berlin)
    assert [one for one in codes(in_both) if one[0] == "L120"] == []


def test_the_days_of_a_patch_are_left_to_its_author() -> None:
    document = a_document(
        overrides=[{"when": {"kids": True}, "set": {"new": {"schedule": {"monthly": [31]}}}}]
    )
    layouts = decode_layouts([a_layout_version(document)])
    [finding] = lint_layouts(LintInput({"home": document}, layouts, NOW), STATIC_LINTS)
    assert (finding.code, finding.patch) == ("L113", None)
    assert apply_patch(document, document["overrides"][0]).unapplied == ()
