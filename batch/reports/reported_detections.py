"""What detectors found, as a part of the report.

A report is kept, so no profile is named in it: titles are explained for a persona, who is invented, and what is about
profiles or has no persona leads to `marquee data detectors`, which names them while they are there.
"""

from __future__ import annotations

from collections.abc import Mapping

from batch.reports.detectors import THIN_PROFILES, Detection, Detections
from batch.reports.parts import ReportedDetection

EXAMPLES = 3
NAME_ALL = "marquee data detectors"


def reported_detections(
    found: Detections, names: Mapping[str, str], persona: str | None
) -> tuple[ReportedDetection, ...]:
    """`names` of titles, by id; `persona`: the id of an invented profile, for commands."""
    return tuple(_reported(one, names, persona) for one in found.detections)


def _reported(one: Detection, names: Mapping[str, str], persona: str | None) -> ReportedDetection:
    if one.unmeasured:
        return ReportedDetection(one.detector, f"{one.says} Not measured: {one.unmeasured}", 0, (), NAME_ALL)
    first = one.suspects[:EXAMPLES]
    is_about_profiles = one.detector == THIN_PROFILES
    named = tuple(
        suspect.evidence if is_about_profiles else f"{names.get(suspect.id, suspect.id)}: {suspect.evidence}"
        for suspect in first
    )
    return ReportedDetection(
        detector=one.detector,
        summary=f"{one.says} {one.count:,} of {one.checked:,}.",
        found=one.count,
        examples=named,
        command=_command(one, persona) if first else None,
        checked=one.checked,
    )


def _command(one: Detection, persona: str | None) -> str:
    suspect = one.suspects[0]
    if persona and suspect.command.startswith("marquee explain"):
        return f"marquee explain --profile {persona} --title {suspect.id}"
    return suspect.command if "--profile" not in suspect.command and suspect.command else NAME_ALL
