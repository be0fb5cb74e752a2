"""Parts of a report that others measured, from their JSON: scores of lists and pages, learned weights, detections.

What a file says beyond the report's fields is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from batch.reports.detectors import Detection, Detections
from batch.reports.json_document import part_from_json
from batch.reports.parts import ReportedDetection, ReportedDifference, ReportedEvaluation, ReportedScore
from batch.reports.reported_detections import reported_detections
from domain.errors import BadInput

EVALUATION_FILES = ("evaluation.json", "page_evaluation.json")
"""In a version's folder."""

LEARNED_FILE = "learned.json"
MODEL_NAMES = {"candidate": "this version", "last version": "the last version"}


def read_object(path: Path) -> Mapping[str, Any]:
    """Raises BadInput that names the file."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise BadInput(f"{path} does not exist.") from error
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise BadInput(f"{path}: must be a JSON object, such as {{...}}.")
    return content


def evaluation_of(documents: Sequence[Mapping[str, Any]]) -> ReportedEvaluation | None:
    """Joins the rows of all. None without any row. Raises BadInput that names the field."""
    found = [_evaluation(one) for one in documents]
    joined = ReportedEvaluation(
        tuple(score for one in found for score in one.scores),
        tuple(difference for one in found for difference in one.differences),
        " ".join(one.note for one in found if one.note),
    )
    return joined if joined.scores or joined.differences else None


def _evaluation(document: Mapping[str, Any]) -> ReportedEvaluation:
    scores = part_from_json(tuple[ReportedScore, ...], document.get("scores", []), "scores")
    differences = part_from_json(
        tuple[ReportedDifference, ...], document.get("differences", []), "differences"
    )
    return ReportedEvaluation(
        tuple(replace(one, model=MODEL_NAMES.get(one.model, one.model)) for one in scores),
        tuple(replace(one, against=MODEL_NAMES.get(one.against, one.against)) for one in differences),
        str(document.get("note") or ""),
    )


def replace_levels(old: ReportedEvaluation | None, new: ReportedEvaluation) -> ReportedEvaluation:
    """With the rows of `new` instead of those of its levels."""
    if old is None:
        return new
    levels = {one.level for one in new.scores} | {one.level for one in new.differences}
    return ReportedEvaluation(
        tuple(one for one in old.scores if one.level not in levels) + new.scores,
        tuple(one for one in old.differences if one.level not in levels) + new.differences,
        " ".join(dict.fromkeys(note for note in (old.note, new.note) if note)),
    )


def weights_of(document: Mapping[str, Any]) -> dict[str, float]:
    """The numbers below `weights`; those of a part are named "part.name"."""
    return dict(_numbers(document.get("weights") or {}, ""))


def _numbers(values: Mapping[str, Any], prefix: str) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            found += _numbers(value, f"{prefix}{name}.")
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            found.append((f"{prefix}{name}", float(value)))
    return found


def detections_of(document: Mapping[str, Any]) -> tuple[ReportedDetection, ...]:
    """`detections`: [{detector, summary, found, examples, command}], or what `marquee data detectors --json` prints.

    Raises BadInput that names the field.
    """
    listed = document.get("detections")
    if isinstance(listed, list) and any(isinstance(one, Mapping) and "says" in one for one in listed):
        found = part_from_json(tuple[Detection, ...], listed, "detections")
        return reported_detections(Detections(0, found), {}, None)
    return part_from_json(tuple[ReportedDetection, ...], listed, "detections")
