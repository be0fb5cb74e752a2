"""Lints of arms that cannot differ from the base: patches that leave every row where and as it is."""

from __future__ import annotations

from collections.abc import Iterator

from domain.ids import GLOBAL
from domain.layouts.lint.model import LintFinding, LintInput, LintLevel
from domain.layouts.resolution import LiveLayout


def arms_without_effect(given: LintInput) -> Iterator[LintFinding]:
    """L121: arms with patches whose layout equals the base, for whom no override applies."""
    for live in given.layouts.layouts:
        base = live.apply_steps((), GLOBAL)
        for experiment, arm in dict.fromkeys(step.arm for step in live.steps if step.arm is not None):
            if live.apply_steps(_steps(live, experiment, arm), GLOBAL) == base:
                yield LintFinding(
                    "L121",
                    LintLevel.WARN,
                    live.id,
                    f"Arm {arm} of {experiment} changes nothing: its layout equals the base row by row, so no "
                    "difference can be found.",
                    ("variants", experiment, arm),
                    fix="Change what the arm is about, or remove the arm.",
                )


def _steps(live: LiveLayout, experiment: str, arm: str) -> tuple[int, ...]:
    return tuple(index for index, step in enumerate(live.steps) if step.arm == (experiment, arm))
