"""Puts the report of an ended run together and writes it. A report that fails never fails its run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from batch.jobs.context import version_folder
from batch.pipeline.failures import error_message
from batch.pipeline.gates.reported import reported_gates
from batch.pipeline.ledger import Ledger, RunRecord
from batch.pipeline.pointer import Pointer, read_pointer
from batch.pipeline.report_pages import compose_pages
from batch.pipeline.run_options import sample_of
from batch.reports.detector_facts import read_facts
from batch.reports.detectors import detect
from batch.reports.files import PAGE, read_results, write_report_files
from batch.reports.given_parts import (
    EVALUATION_FILES,
    LEARNED_FILE,
    evaluation_of,
    read_object,
    weights_of,
)
from batch.reports.host_facts import archive_fingerprint, folder_bytes, git_revision, marquee_version
from batch.reports.html.page import render_page
from batch.reports.instants import instant_of, utc_text
from batch.reports.json_document import to_json
from batch.reports.measured_lists import MeasuredLists, measure_lists
from batch.reports.model import FORMAT, RunReport
from batch.reports.next_commands import next_commands
from batch.reports.parts import (
    DatasetSize,
    Night,
    Publication,
    ReportedDataset,
    ReportedDetection,
    ReportedEvaluation,
    ReportedStage,
    SparkFacts,
)
from batch.reports.reported_detections import reported_detections
from batch.reports.sample_pages import read_titles
from batch.reports.sampled_lists import sample_profiles
from batch.storage.clients import BatchStores
from batch.storage.event_archive import EVENTS_FOLDER
from domain.errors import BadInput, NotFound
from domain.ports.page_composer import PageComposer
from domain.recommendations.lists import DataVersion
from domain.timestamps import from_millis

HISTORY = 30
Part = TypeVar("Part")

_OUTPUTS = {
    "top_picks": "top_picks",
    "similar_lists": "similar_titles",
    "popular_lists": "popular_titles",
    "trending_lists": "trending",
    "titles_indexed": "catalog_index",
}
_INPUTS = {"events": "events", "titles": "titles", "viewers": "viewers", "viewings": "viewings"}


@dataclass(slots=True)
class RunNotes:
    """What only the running process knows."""

    spark: SparkFacts | None = None
    as_of: int | None = None
    """Epoch milliseconds of the newest event."""


def report_run(
    stores: BatchStores,
    run: RunRecord,
    notes: RunNotes,
    say: Callable[[str], None],
    composer: PageComposer | None,
) -> Path | None:
    """Returns the HTML file, None when no report could be written; `say` gets the reason. `composer` composes the
    sample pages."""
    try:
        report = build_report(stores, run, notes, composer)
        folder = write_report_files(stores.settings, run.id, to_json(report), None)
        page = render_page(report)
        write_report_files(stores.settings, run.id, to_json(report), page)
    except (Exception, KeyboardInterrupt) as error:
        say(f"the report of run {run.id} was not written, which changes nothing else: {error_message(error)}")
        return None
    return folder / PAGE


def build_report(
    stores: BatchStores, run: RunRecord, notes: RunNotes, composer: PageComposer | None
) -> RunReport:
    ledger, pointer = Ledger(stores.mongo), read_pointer(stores.mongo)
    live = pointer.live
    before = _version_before(run, live)
    earlier = ledger.find_by_version(before) if before else None
    missing: list[str] = []
    lists = _measured(
        missing,
        "lists",
        lambda: measure_lists(
            stores.mongo,
            before,
            run.version,
            run.started_at,
            version_sizes(stores, earlier, run),
            sample_of(run.parameters),
            lambda *asked: compose_pages(composer, stores.settings, missing.append, *asked),
        ),
        MeasuredLists(),
    )
    last = (
        {stage.name: stage.seconds for stage in earlier.stages} if earlier and earlier.job == run.job else {}
    )
    return RunReport(
        format=FORMAT,
        run_id=run.id,
        job=run.job,
        job_version=marquee_version(),
        git_sha=git_revision(),
        params={"job": run.job, "date": run.logical_date, **_told(run)},
        logical_date=run.logical_date,
        version=run.version,
        status=run.status.value,
        error=run.error,
        started=instant_of(run.started_at),
        ended=instant_of(run.ended_at or datetime.now(UTC)),
        duration=round(run.seconds, 3),
        host=run.host,
        as_of=None if notes.as_of is None else instant_of(from_millis(notes.as_of)),
        stages=tuple(
            ReportedStage(one.name, one.seconds, last.get(one.name), dict(one.counts)) for one in run.stages
        ),
        publish=_publication(run, pointer, before),
        next_commands=next_commands(
            run.id, run.job, run.logical_date, run.status.value, run.published, before
        ),
        spark=notes.spark,
        inputs=_measured(missing, "inputs", lambda: _inputs(stores, run, notes), ()),
        outputs=_outputs(stores, run),
        metrics=lists.figures,
        delta_vs_live=lists.difference,
        samples=lists.pages,
        gates=_measured(missing, "gates", lambda: reported_gates(stores.mongo, run.id), None),
        evaluation=_measured(missing, "evaluation", lambda: _evaluation(stores, run), None),
        weights=_measured(missing, "learned weights", lambda: _weights(stores, run), None),
        detections=_measured(missing, "detectors", lambda: _detections(stores, run, lists), None),
        history=_measured(missing, "history", lambda: _history(stores, ledger, notes, run), ()),
        notes=(*run.notes, *missing),
    )


def _measured(missing: list[str], part: str, measure: Callable[[], Part], otherwise: Part) -> Part:
    """A part that cannot be measured leaves a note, and the rest of the report stands."""
    try:
        return measure()
    except Exception as error:
        missing.append(f"The {part} could not be measured: {error_message(error)}")
        return otherwise


def _evaluation(stores: BatchStores, run: RunRecord) -> ReportedEvaluation | None:
    folder = version_folder(stores.settings, run.version)
    return evaluation_of([read_object(folder / one) for one in EVALUATION_FILES if (folder / one).exists()])


def _detections(
    stores: BatchStores, run: RunRecord, lists: MeasuredLists
) -> tuple[ReportedDetection, ...] | None:
    """None for a version without lists."""
    if lists.figures is None:
        return None
    facts = read_facts(stores.mongo, run.version, run.started_at)
    found = detect(facts)
    named = read_titles(stores.mongo, {suspect.id for one in found.detections for suspect in one.suspects})
    personas = (one.persona for one in sample_profiles(stores.mongo, 1))
    return reported_detections(
        found, {one: title.name for one, title in named.items()}, next(filter(None, personas), None)
    )


def _weights(stores: BatchStores, run: RunRecord) -> dict[str, float] | None:
    path = version_folder(stores.settings, run.version) / LEARNED_FILE
    return (weights_of(read_object(path)) or None) if path.exists() else None


def _told(run: RunRecord) -> dict[str, str]:
    return {name: str(value) for name, value in run.parameters.items()}


def _version_before(run: RunRecord, live: DataVersion | None) -> str | None:
    if live is None:
        return None
    return live.previous if live.version == run.version else live.version


def _publication(run: RunRecord, pointer: Pointer, before: str | None) -> Publication:
    live = pointer.live
    return Publication(
        is_live=live is not None and live.version == run.version,
        pointer_from=before,
        pointer_to=live.version if live else None,
        at=instant_of(live.published_at) if live else None,
        by=str((pointer.move or {}).get("by") or (live.run_id if live else "")),
    )


def _counts(run: RunRecord) -> dict[str, int]:
    return {name: count for stage in run.stages for name, count in stage.counts.items()}


def _inputs(stores: BatchStores, run: RunRecord, notes: RunNotes) -> tuple[ReportedDataset, ...]:
    archive = stores.settings.lake / EVENTS_FOLDER
    counts = _counts(run)
    age = None if notes.as_of is None else (run.started_at - from_millis(notes.as_of)).total_seconds()
    found = []
    for count, dataset in _INPUTS.items():
        if count not in counts:
            continue
        is_events = dataset == "events"
        found.append(
            ReportedDataset(
                dataset=dataset,
                version=None,
                logical_date=run.logical_date,
                rows=counts[count],
                bytes=folder_bytes(archive) if is_events else None,
                fingerprint=archive_fingerprint(archive.rglob("*.jsonl.gz")) if is_events else None,
                age_seconds=age if is_events else None,
            )
        )
    return tuple(found)


def _outputs(stores: BatchStores, run: RunRecord) -> tuple[ReportedDataset, ...]:
    counts = _counts(run)
    stored = [
        ReportedDataset(dataset, run.version, run.logical_date, counts[name], None, None, None)
        for name, dataset in _OUTPUTS.items()
        if name in counts
    ]
    files = folder_bytes(version_folder(stores.settings, run.version))
    return (*stored, ReportedDataset("parquet files", run.version, run.logical_date, None, files, None, None))


def version_sizes(
    stores: BatchStores, before: RunRecord | None, after: RunRecord | None
) -> tuple[DatasetSize, ...]:
    """What the runs of two versions wrote to each store, and their files here. Empty without both runs."""
    if before is None or after is None:
        return ()
    old, new = _counts(before), _counts(after)
    counted = [
        DatasetSize(dataset, "titles" if name == "titles_indexed" else "lists", old.get(name), new.get(name))
        for name, dataset in _OUTPUTS.items()
        if name in old or name in new
    ]
    folders = [folder_bytes(version_folder(stores.settings, one.version)) for one in (before, after)]
    return (*counted, DatasetSize("parquet files", "bytes", folders[0], folders[1]))


def _history(stores: BatchStores, ledger: Ledger, notes: RunNotes, run: RunRecord) -> tuple[Night, ...]:
    nights = [one for one in ledger.latest_runs(HISTORY) if one.published and one.ended_at]
    known = {} if notes.as_of is None else {run.id: utc_text(from_millis(notes.as_of))}
    return tuple(
        Night(
            one.version,
            known.get(one.id) or _newest_event(stores, one),
            utc_text(one.ended_at or one.started_at),
        )
        for one in reversed(nights)
    )


def _newest_event(stores: BatchStores, run: RunRecord) -> str:
    """From the run's report, else the end of its logical date."""
    try:
        found = read_results(stores.settings, run.id)["as_of"]["utc"]
        return str(found)
    except (NotFound, BadInput, KeyError, TypeError):
        end = datetime.fromisoformat(run.logical_date).replace(tzinfo=UTC) + timedelta(days=1)
        return utc_text(min(end, run.started_at))
