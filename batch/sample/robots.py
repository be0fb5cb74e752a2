"""Robots among the sample's profiles: players that run through the catalogue day and night, as bought accounts do.

They finish whatever they start, in order of title id, and say nothing of taste. Hidden truth names them (truth.py).
"""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from batch.sample.availability import SampleAvailability, is_suitable
from batch.sample.viewers import SampleViewer, SimulationPeriod
from domain.catalog.titles import TitleKind
from domain.viewers.events import Event, EventType

PLAYS = 400
PAUSE_SECONDS = 240


def simulate_robot(
    viewer: SampleViewer, availability: SampleAvailability, period: SimulationPeriod
) -> list[Event]:
    """In order of time, within a few days of the period."""
    random = Random(f"{viewer.seed}:robot-viewing")
    at = period.start.timestamp() + random.random() * max(0.0, (period.days - 3) * 86_400)
    works = [work for work in availability.works if not work.episodes]
    first = random.randrange(max(1, len(works)))
    events: list[Event] = []
    for work in [*works[first:], *works[:first]][:PLAYS]:
        at += random.uniform(0.5, 1.5) * PAUSE_SECONDS
        plans = work.title.plans
        if at >= availability.until:
            break
        if not is_suitable(work, viewer.profile.maturity_limit) or (plans and viewer.plan not in plans):
            continue
        if availability.is_licensed(work, viewer.region, at):
            runtime = work.title.runtime_seconds or 0
            events.append(
                Event(
                    id=f"made-{len(events) + 1}",
                    profile_id=viewer.profile.id,
                    title_id=work.title.id,
                    type=EventType.COMPLETE,
                    occurred_at=datetime.fromtimestamp(int(at), UTC),
                    region=viewer.region,
                    kind=TitleKind.MOVIE,
                    position_seconds=runtime,
                    duration_seconds=runtime,
                    device="web",
                )
            )
    return events
