"""What a person may tell a run beyond its job and date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from batch.pipeline.run_record import Parameters


@dataclass(frozen=True, slots=True)
class RunOptions:
    """`force`: compute although the same is live, and from the first stage. `steal`: take the lock from a living run.

    `publish`: False stages only. `publish_older`: the pointer may move to an older logical date. `allow_stale`:
    publish although the inputs are old. `window`: stages that can stop early do so when it ends; `hold_partial`: what
    they left out is then not published. `require_evaluation`: what could not be evaluated is not published.
    `sample`: the share of the accounts to compute, 0 to 1; such a version is staged only, unless `publish_sample`.
    `resume`: the run to go on with, whatever its age.
    """

    force: bool = False
    steal: bool = False
    publish: bool = True
    publish_older: bool = False
    allow_stale: bool = False
    window: timedelta | None = None
    hold_partial: bool = False
    require_evaluation: bool = False
    sample: float = 1.0
    publish_sample: bool = False
    resume: str = ""

    def parameters(self) -> Parameters:
        """As the ledger keeps them: only what was told."""
        told: dict[str, str | int | float | bool | None] = {
            "force": self.force,
            "publish": self.publish,
            "publish_older": self.publish_older,
            "allow_stale": self.allow_stale,
            "window_minutes": None if self.window is None else round(self.window.total_seconds() / 60, 1),
            "hold_partial": self.hold_partial,
            "require_evaluation": self.require_evaluation,
            "sample": self.sample,
            "publish_sample": self.publish_sample,
        }
        default = {"publish": True, "window_minutes": None, "sample": 1.0}
        return {name: value for name, value in told.items() if value != default.get(name, False)}


def sample_of(parameters: Parameters) -> float:
    """The share of the accounts that a run is of."""
    return float(parameters.get("sample") or 1.0)


def options_of(parameters: Parameters) -> RunOptions:
    """What a run was told, for its next attempt; `force` was for its first."""
    minutes = parameters.get("window_minutes")
    return RunOptions(
        publish=parameters.get("publish") is not False,
        publish_older=bool(parameters.get("publish_older")),
        allow_stale=bool(parameters.get("allow_stale")),
        window=timedelta(minutes=float(minutes)) if minutes else None,
        hold_partial=bool(parameters.get("hold_partial")),
        require_evaluation=bool(parameters.get("require_evaluation")),
        sample=sample_of(parameters),
        publish_sample=bool(parameters.get("publish_sample")),
    )


DEFAULT_OPTIONS = RunOptions()
