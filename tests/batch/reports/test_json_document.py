"""run_results.json keeps the published schema, whatever was measured."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from batch.reports.json_document import json_schema, report_from_json, to_json
from domain.errors import BadInput
from tests.batch.report_example import BARE, REPORT

PUBLISHED = Path(__file__).parents[3] / "docs" / "run_results.schema.json"


def written(report: Any) -> Any:
    return json.loads(json.dumps(to_json(report)))


def test_the_published_schema_is_that_of_the_code() -> None:
    assert json.loads(PUBLISHED.read_text("utf-8")) == json_schema(), (
        "marquee runs schema > docs/run_results.schema.json"
    )
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("report", [REPORT, BARE], ids=["everything measured", "failed early"])
def test_results_keep_the_schema(report: Any) -> None:
    assert list(Draft202012Validator(json_schema()).iter_errors(written(report))) == []


def test_the_schema_refuses_what_a_reader_would_stumble_over() -> None:
    validator = Draft202012Validator(json_schema())
    assert validator.is_valid(written(REPORT))
    assert not validator.is_valid(written(REPORT) | {"surprise": 1})
    assert not validator.is_valid(written(REPORT) | {"duration": "252 s"})
    assert not validator.is_valid({name: one for name, one in written(REPORT).items() if name != "run_id"})
    bad_gate = written(REPORT)
    del bad_gate["gates"][0]["passed"]
    assert not validator.is_valid(bad_gate)


def test_every_field_is_described() -> None:
    def undescribed(schema: Any, path: str = "") -> list[str]:
        found = []
        for name, one in schema.get("properties", {}).items():
            found += [] if one.get("description") else [f"{path}.{name}"]
            nested = [one, one.get("items", {}), *one.get("anyOf", [])]
            found += [field for part in nested for field in undescribed(part, f"{path}.{name}")]
        return found

    assert undescribed(json_schema()) == []


def test_a_field_that_was_not_measured_is_null() -> None:
    results = written(replace(BARE, error=None))
    assert {name for name, value in results.items() if value is None} == {
        "as_of", "delta_vs_live", "detections", "error", "evaluation", "gates", "git_sha", "metrics", "samples",
        "spark", "weights",
    }  # fmt: skip


@pytest.mark.parametrize("report", [REPORT, BARE], ids=["everything measured", "failed early"])
def test_a_report_is_read_back_equal(report: Any) -> None:
    assert report_from_json(written(report)) == report


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 99}, "format: is 99; this Marquee reads 1"),
        ({"host": 3}, "host: '3' must be a text."),
        ({"duration": "long"}, "duration: 'long' must be a number."),
        ({"gates": [{"id": "x"}]}, r"gates\[0\]: level is missing."),
        ({"stages": "none"}, "stages: 'none' must be of another kind."),
    ],
)
def test_a_report_that_was_edited_is_refused_by_its_field(change: Any, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        report_from_json(written(REPORT) | change)
