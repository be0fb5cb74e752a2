"""An explanation as the command prints it, from the running service or from this process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bff.layout_files.layout_api import LayoutService
from domain.candidates.trace import TraceEvent, TraceStage
from domain.errors import NotFound
from domain.ids import ProfileId, TitleId, global_id
from domain.page.explanation import Cause, RowExplanation, TitleExplanation
from domain.ranking.scoring import ScoreParts

WHY_NOT = """
query Why($profile: ID!, $title: ID!, $device: FormFactor!) {
  whyNot(profileId: $profile, titleId: $title, device: {formFactor: $device}) {
    cause told isCertain titleName profileName snapshotId dataVersion
    layout { id version } experiments { key variant }
    rows { row sources stage detail rank cut score margin
      parts { base taste trending newness context fatigue dislike boost } }
  }
}
"""


@dataclass(frozen=True, slots=True)
class ExplainedTitle:
    """With the page that it is about."""

    explanation: TitleExplanation
    title_name: str
    profile_name: str
    snapshot_id: str
    layout_id: str
    layout_version: int
    data_version: str | None
    arms: Mapping[str, str] = field(default_factory=dict)


def explanation_of_service(
    service: LayoutService, profile: ProfileId, title: TitleId, device: str
) -> ExplainedTitle:
    """Raises NotFound for an unknown profile."""
    asked = {
        "profile": global_id("profile", profile),
        "title": global_id("title", title),
        "device": device.upper(),
    }
    told = service.ask(WHY_NOT, asked)["whyNot"]
    if told is None:
        raise NotFound(f"The service knows no profile {profile!r}.")
    explanation = TitleExplanation(
        title,
        Cause(told["cause"].lower()),
        told["told"],
        tuple(_row(title, row) for row in told["rows"]),
        is_certain=told["isCertain"],
    )
    return ExplainedTitle(
        explanation,
        told["titleName"],
        told["profileName"],
        told["snapshotId"],
        told["layout"]["id"],
        told["layout"]["version"],
        told["dataVersion"],
        {one["key"]: one["variant"] for one in told["experiments"]},
    )


def _row(title: TitleId, row: Mapping[str, Any]) -> RowExplanation:
    stage = TraceStage(row["stage"].lower())
    event = TraceEvent(row["row"], title, stage, row["detail"], row["rank"], row["cut"], row["score"])
    parts = ScoreParts(**row["parts"]) if row["parts"] else None
    return RowExplanation(row["row"], tuple(row["sources"]), event, row["margin"], parts)
