"""A canary of data: a staged version is read by 1, 5, 25 and then all viewers, and returns by itself when it harms.

It is an arm of the experiment `data-canary`. Assignment is by bucket and not sticky, and the canary's range grows
from its end, so a step adds viewers and moves none back. The state is one document; the experiment follows it, so a
crash between the two is repaired by the next step. Nights are held while a canary runs, and after it has returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from batch.pipeline.canary_guardrails import CanaryMove, CanaryVerdict, judge_canary
from batch.pipeline.canary_measure import CANARY_EXPERIMENT, CANDIDATE, CONTROL, measure_arms
from batch.pipeline.failpoints import hit
from batch.pipeline.history import record_act, settle
from batch.pipeline.pointer import Act, ChangeAuthor, Hold, scheduled, set_hold
from batch.pipeline.publish import prepare_staged, publish_staged
from batch.pipeline.sweep import experiment_versions
from batch.storage.clients import BatchStores
from domain.errors import Conflict, MarqueeError
from domain.serialization import Document
from domain.storage_names import EXPERIMENTS, POINTERS
from domain.timestamps import from_millis, to_iso, to_millis

CANARY_POINTER = "canary"
STEPS = (0.01, 0.05, 0.25, 1.0)
"""Share of viewers; the last is the publication."""


class CanaryStatus(StrEnum):
    RUNNING = "running"
    PUBLISHED = "published"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Canary:
    """`step`: index into STEPS."""

    run_id: str
    version: str
    status: CanaryStatus
    step: int
    started_at: datetime
    step_at: datetime
    by: str
    says: str = ""

    @property
    def share(self) -> float:
        return STEPS[self.step]


def read_canary(database: Database[Document]) -> Canary | None:
    """The latest, whatever became of it."""
    found = database[POINTERS].find_one({"_id": CANARY_POINTER})
    if found is None:
        return None
    return Canary(
        found["run"],
        found["version"],
        CanaryStatus(found["status"]),
        found["step"],
        from_millis(found["started_at"]),
        from_millis(found["step_at"]),
        found["by"],
        found["says"],
    )


def start_canary(stores: BatchStores, name: str, actor: ChangeAuthor) -> Canary:
    """Raises NotFound, Conflict, and PublicationBlocked when a gate blocks it."""
    database, running = stores.mongo, read_canary(stores.mongo)
    if running is not None and running.status == CanaryStatus.RUNNING:
        raise Conflict(
            f"Version {running.version} is a canary already, at {running.share:.0%}: advance it, or end it with "
            "marquee data canary --back."
        )
    others = experiment_versions(database)
    if others:
        raise Conflict(
            f"An experiment compares {', '.join(sorted(others))}, and a page can read only one version: "
            "stop it first."
        )
    staged = prepare_staged(stores, name, actor)
    pointer = settle(database)
    if pointer.hold is None:
        set_hold(database, pointer, Hold(Act.CANARY, actor.by, actor.at, f"canary of {staged.version}"))
    hit("canary.begun")
    canary = Canary(
        staged.run_id, staged.version, CanaryStatus.RUNNING, 0, actor.at, actor.at, actor.by, actor.why
    )
    _save(database, canary, actor)
    record_act(
        database, Act.CANARY, _saying(actor, f"{canary.share:.0%} of viewers"), canary.version, canary.run_id
    )
    return canary


def advance_canary(
    stores: BatchStores, actor: ChangeAuthor, force: bool = False
) -> tuple[Canary, CanaryVerdict]:
    """One step on, back, or nothing, as the guardrails say; `force` does not wait. Raises Conflict without a running
    canary, and as `publish_staged` at the last step.
    """
    canary = _running(stores.mongo)
    _follow(stores.mongo, canary, actor)
    hours = (actor.at - canary.step_at).total_seconds() / 3600
    control, candidate = measure_arms(stores.mongo, canary.step_at)
    verdict = judge_canary(control, candidate, hours)
    if verdict.verdict == CanaryMove.RETURN:
        return return_canary(stores, _saying(actor, verdict.says)), verdict
    if verdict.verdict == CanaryMove.WAIT and not force:
        return canary, verdict
    grown = replace(canary, step=canary.step + 1, step_at=actor.at, says=verdict.says)
    if grown.share == 1.0:
        publish_staged(stores, canary.run_id, _saying(actor, f"canary: {verdict.says}"), resume=True)
        grown = replace(grown, status=CanaryStatus.PUBLISHED)
    _save(stores.mongo, grown, actor)
    says = _saying(actor, f"{grown.share:.0%} of viewers: {verdict.says}")
    record_act(stores.mongo, Act.CANARY, says, grown.version, grown.run_id)
    return grown, verdict


def judge_running_canary(stores: BatchStores) -> None:
    """At night. What stops it stays for the next: the night's own version is judged on its own."""
    canary = read_canary(stores.mongo)
    if canary is not None and canary.status == CanaryStatus.RUNNING:
        with suppress(MarqueeError):
            advance_canary(stores, scheduled())


def return_canary(stores: BatchStores, actor: ChangeAuthor) -> Canary:
    """Every viewer reads the live version again, within seconds. Nights stay held. Raises Conflict."""
    canary = _running(stores.mongo)
    back = replace(canary, status=CanaryStatus.RETURNED, step_at=actor.at, says=actor.why)
    _save(stores.mongo, back, actor)
    hit("canary.returned")
    record_act(stores.mongo, Act.CANARY_RETURN, actor, back.version, back.run_id)
    return back


def _running(database: Database[Document]) -> Canary:
    canary = read_canary(database)
    if canary is None or canary.status != CanaryStatus.RUNNING:
        raise Conflict("No canary is running. Start one: marquee data canary RUN.")
    return canary


def _saying(actor: ChangeAuthor, why: str) -> ChangeAuthor:
    return replace(actor, why=f"{why} ({actor.why})" if actor.why else why)


def _save(database: Database[Document], canary: Canary, actor: ChangeAuthor) -> None:
    content = {
        "run": canary.run_id,
        "version": canary.version,
        "status": canary.status.value,
        "step": canary.step,
        "started_at": to_millis(canary.started_at),
        "step_at": to_millis(canary.step_at),
        "by": canary.by,
        "says": canary.says,
    }
    database[POINTERS].replace_one({"_id": CANARY_POINTER}, content, upsert=True)
    _follow(database, canary, actor)


def _follow(database: Database[Document], canary: Canary, actor: ChangeAuthor) -> None:
    """Makes the experiment what the canary says. Raises Conflict when another process changes it at this moment."""
    stored = database[EXPERIMENTS].find_one({"_id": CANARY_EXPERIMENT})
    wanted = experiment_document(canary)
    if stored is not None and {name: stored.get(name) for name in wanted} == wanted:
        return
    revision = int(stored["revision"]) if stored else 0
    phase = int(stored["phase"]) if stored else 0
    is_new = (
        stored is None or stored.get("variants", {}).get(CANDIDATE, {}).get("data_version") != canary.version
    )
    note = {"at": to_iso(actor.at), "by": actor.by, "what": f"{canary.status}, {canary.share:.0%} of viewers"}
    notes = [*(stored or {}).get("notes", [])[-99:], note]
    document = {**wanted, "phase": phase + is_new, "notes": notes, "revision": revision + 1}
    try:
        seen = (
            {"_id": CANARY_EXPERIMENT, "revision": revision}
            if stored
            else {"_id": CANARY_EXPERIMENT, "revision": 0}
        )
        database[EXPERIMENTS].replace_one(seen, document, upsert=stored is None)
    except DuplicateKeyError as error:
        raise Conflict("The experiment data-canary has just been changed. Try again.") from error


def experiment_document(canary: Canary) -> Mapping[str, Any]:
    """domain/experiments/schema.py has the shape."""
    share = 0.0 if canary.status != CanaryStatus.RUNNING else 100 * canary.share
    return {
        "experiment": CANARY_EXPERIMENT,
        "hypothesis": f"Pages of data version {canary.version} are no worse than those of the live one.",
        "status": "running" if canary.status == CanaryStatus.RUNNING else "stopped",
        "sticky": False,
        "variants": {
            CONTROL: {"weight": 100 - share},
            CANDIDATE: {"weight": share, "data_version": canary.version},
        },
    }
