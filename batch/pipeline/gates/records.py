"""Gate results and waivers, kept in the run's ledger entry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo.database import Database

from batch.pipeline.gates.checks import judge
from batch.pipeline.gates.facts import GateInput
from batch.pipeline.gates.measure import measure
from batch.pipeline.gates.model import (
    GateId,
    GateResult,
    Level,
    Waiver,
    blocking,
    result_from_document,
    result_to_document,
    waiver_from_document,
)
from batch.pipeline.gates.thresholds import GATES
from batch.pipeline.history import record_act
from batch.pipeline.pointer import Act, ChangeAuthor
from batch.pipeline.staged import StagedRun
from batch.storage.clients import BatchStores
from domain.errors import BadInput
from domain.recommendations.lists import DataVersion
from domain.serialization import Document
from domain.storage_names import RUNS
from domain.timestamps import to_millis

_LENGTH = re.compile(r"^([1-9][0-9]{0,3})([hd])$")
MAX_WAIVER = timedelta(days=7)


def check_version(
    stores: BatchStores, staged: DataVersion, live: DataVersion | None, now: datetime
) -> list[GateResult]:
    """Measures, judges and records. The live version itself has nothing to be compared with."""
    facts = measure(stores, staged, None if live and live.version == staged.version else live, now)
    results = judge(facts, waivers_of(stores.mongo, staged.run_id), now)
    record_results(stores.mongo, staged.run_id, results, facts, now)
    return results


def record_results(
    database: Database[Document], run_id: str, results: Sequence[GateResult], facts: GateInput, now: datetime
) -> None:
    """`input_age_hours` stays that of the first check: later ones would judge a kept version by today's clock."""
    documents = [result_to_document(result) for result in results]
    database[RUNS].update_one({"_id": run_id}, {"$set": {"gates": documents, "gates_at": to_millis(now)}})
    if facts.staged.input_age_hours is not None:
        database[RUNS].update_one(
            {"_id": run_id, "input_age_hours": None},
            {"$set": {"input_age_hours": round(facts.staged.input_age_hours, 2)}},
        )


def record_volume(database: Database[Document], run_id: str, days: Sequence[int]) -> None:
    """Events of the last 24 hours, and of the spans before them."""
    database[RUNS].update_one({"_id": run_id}, {"$set": {"event_days": list(days)}})


def recorded_results(database: Database[Document], run_id: str) -> list[GateResult]:
    """Of the latest check; empty before there is one."""
    run = database[RUNS].find_one({"_id": run_id}, {"gates": 1}) or {}
    return [result_from_document(one) for one in run.get("gates", [])]


def waivers_of(database: Database[Document], run_id: str) -> list[Waiver]:
    run = database[RUNS].find_one({"_id": run_id}, {"waivers": 1}) or {}
    return [waiver_from_document(one) for one in run.get("waivers", [])]


def waive(
    database: Database[Document], gate: str, run: StagedRun, actor: ChangeAuthor, length: timedelta
) -> Waiver:
    """Raises BadInput for a gate that does not exist or cannot be waived, and without a reason."""
    if gate not in list(GateId):
        raise BadInput(f"There is no gate {gate}. There are: {', '.join(GateId)}.")
    name = GateId(gate)
    if not GATES[name].waivable:
        raise BadInput(
            f"Gate {gate} cannot be waived: {GATES[name].catches} are never published. Correct the data and run "
            "the job again."
        )
    if not actor.why.strip():
        raise BadInput('A waiver needs a reason: --reason "why this is right all the same".')
    waiver = Waiver(name, actor.by, actor.why, actor.at, actor.at + length)
    document = {
        "gate": name.value,
        "by": waiver.by,
        "why": waiver.why,
        "at": to_millis(waiver.at),
        "expires_at": to_millis(waiver.expires_at),
    }
    database[RUNS].update_one({"_id": run.id}, {"$push": {"waivers": document}})
    why = f"{gate}, until {waiver.expires_at:%Y-%m-%d %H:%M} UTC: {actor.why}"
    record_act(database, Act.WAIVE, ChangeAuthor(actor.by, actor.at, why), run.version, run.id)
    return waiver


def parse_length(text: str) -> timedelta:
    """ "24h" or "3d". Raises BadInput for another text, and above seven days."""
    found = _LENGTH.match(text)
    if found is None:
        raise BadInput(f"{text!r} is no length of time; write it like 24h or 3d.")
    number = int(found.group(1))
    length = timedelta(hours=number) if found.group(2) == "h" else timedelta(days=number)
    if length > MAX_WAIVER:
        raise BadInput(f"A waiver lasts at most {MAX_WAIVER.days} days, and {text} is longer.")
    return length


def describe_blocking(results: Sequence[GateResult], run_id: str) -> str:
    """Each gate that blocks, with both numbers, and what to type next."""
    blocked = blocking(results)
    lines = [f"{one.id}: {one.says} ({describe_numbers(one)})" for one in blocked]
    waivable = [one.id for one in blocked if GATES[one.id].waivable]
    step = f"Look: marquee gates check {run_id}."
    if waivable and len(waivable) == len(blocked):
        step += (
            f' If it is right all the same: marquee gates waive {waivable[0]} --run {run_id} --reason "..." '
            f"--expires 24h, then marquee data publish {run_id}."
        )
    return f"{'; '.join(lines)}. The data is kept and the pointer has not moved. {step}"


def describe_numbers(result: GateResult) -> str:
    """ "value 12.5 %, limit 10 %, live 4.1 %"."""
    unit = GATES[result.id].unit
    parts = [("value", result.value), ("limit", result.limit), ("live", result.baseline)]
    return ", ".join(f"{name} {number:g} {unit}" for name, number in parts if number is not None)


def worst_level(results: Sequence[GateResult]) -> Level:
    order = (Level.BLOCK, Level.WARN, Level.OPEN, Level.OK)
    return next((level for level in order if any(one.level == level for one in results)), Level.OK)
