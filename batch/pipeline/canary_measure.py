"""Measures both arms of a data canary from stored exposures and events: a bounded sample of viewers.

Which arm a viewer is in is computed from its id, as the service does, so viewers that a step has moved count where
they are now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pymongo.database import Database

from batch.pipeline.canary_guardrails import ArmFacts
from batch.storage.batching import batched
from domain.experiments.bucketing import bucket
from domain.experiments.documents import experiments_from_documents
from domain.serialization import Document
from domain.storage_names import EVENTS, EXPERIMENTS, EXPOSURES
from domain.timestamps import to_millis
from domain.viewers.events import EventType

CANARY_EXPERIMENT = "data-canary"
CONTROL, CANDIDATE = "live", "candidate"
UNITS_SAMPLED = 4000
CHUNK = 500


def measure_arms(database: Database[Document], since: datetime) -> tuple[ArmFacts, ArmFacts]:
    """(live, canary). `since`: the start of the step."""
    book, _ = experiments_from_documents(database[EXPERIMENTS].find({"_id": CANARY_EXPERIMENT}))
    experiment = book.by_key.get(CANARY_EXPERIMENT)
    if experiment is None:
        return ArmFacts(), ArmFacts()
    exposed = {"experiment": CANARY_EXPERIMENT, "phase": experiment.phase}
    arms: dict[str, list[Document]] = {CONTROL: [], CANDIDATE: []}
    for one in _sampled(database, exposed):
        is_candidate = bucket(experiment.seed, one["unit_id"]) >= experiment.ranges[1][0]
        arm = CANDIDATE if is_candidate else CONTROL
        if arm in one.get("served", {}):
            arms[arm].append(one)
    return _arm_facts(database, CONTROL, arms[CONTROL], since), _arm_facts(
        database, CANDIDATE, arms[CANDIDATE], since
    )


def _sampled(database: Database[Document], exposed: Document) -> Iterator[Document]:
    """Some of each arm; all of a small canary."""
    fields = {"unit_id": 1, "profile_id": 1, "served": 1}
    seen: set[str] = set()
    for arm in (CANDIDATE, CONTROL):
        found = database[EXPOSURES].find({**exposed, "variants": arm}, fields)
        for one in found.limit(UNITS_SAMPLED):
            if one["_id"] not in seen:
                seen.add(one["_id"])
                yield one


def _arm_facts(database: Database[Document], arm: str, units: list[Document], since: datetime) -> ArmFacts:
    served: list[dict[str, Any]] = [one["served"][arm] for one in units]
    profiles = [one["profile_id"] for one in units if one.get("profile_id")]
    players: set[str] = set()
    for chunk in batched(profiles, CHUNK):
        played = {
            "profile_id": {"$in": chunk},
            "type": EventType.PLAY.value,
            "recorded_at": {"$gte": to_millis(since)},
        }
        players.update(database[EVENTS].distinct("profile_id", played))
    return ArmFacts(
        units=len(units),
        pages=sum(int(one.get("pages", 0)) for one in served),
        rows=sum(int(one.get("rows", 0)) for one in served),
        degraded=sum(int(one.get("degraded", 0)) for one in served),
        players=len(players),
    )
