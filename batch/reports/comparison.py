"""Two runs side by side, from their `run_results.json`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Results = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """`change` is b minus a of two numbers, else None."""

    name: str
    a: float | str | None
    b: float | str | None

    @property
    def change(self) -> float | None:
        if isinstance(self.a, (int, float)) and isinstance(self.b, (int, float)):
            return self.b - self.a
        return None


_FACTS = ("job", "logical_date", "version", "status", "git_sha", "job_version", "host", "duration")
_FIGURES = (
    "profiles",
    "coverage",
    "personal_share",
    "items_per_profile",
    "catalogue_share",
    "top_title_share",
    "gini",
    "novelty",
    "mean_age_days",
)


def compare_results(a: Results, b: Results) -> list[ComparedValue]:
    """Values that either has, in a fixed order."""
    readers: list[Callable[[Results], dict[str, float | str | None]]] = [
        lambda one: {name: one.get(name) for name in _FACTS},
        lambda one: {f"{name} seconds": seconds for name, seconds in _stages(one).items()},
        lambda one: {f"{row['dataset']} rows read": row.get("rows") for row in one.get("inputs") or ()},
        lambda one: {f"{row['dataset']} fingerprint": row.get("fingerprint") for row in _fingerprints(one)},
        lambda one: {f"{row['dataset']} rows written": row.get("rows") for row in one.get("outputs") or ()},
        lambda one: {name: (one.get("metrics") or {}).get(name) for name in _FIGURES},
        _scores,
        lambda one: {f"gate {gate['id']}": gate.get("value") for gate in one.get("gates") or ()},
        lambda one: {f"weight {name}": weight for name, weight in (one.get("weights") or {}).items()},
    ]
    compared = []
    for read in readers:
        left, right = read(a), read(b)
        for name in dict.fromkeys([*left, *right]):
            value = ComparedValue(name, left.get(name), right.get(name))
            if value.a is not None or value.b is not None:
                compared.append(value)
    return compared


def _stages(results: Results) -> dict[str, float | str | None]:
    return {stage["name"]: stage["seconds"] for stage in results.get("stages") or ()}


def _fingerprints(results: Results) -> list[Mapping[str, Any]]:
    return [row for row in results.get("inputs") or () if row.get("fingerprint")]


def _scores(results: Results) -> dict[str, float | str | None]:
    evaluation = results.get("evaluation") or {}
    return {
        f"{score['level']} {score['metric']} of {score['model']}, {score['slice']}": score["value"]
        for score in evaluation.get("scores") or ()
    }
