"""Builds the sample in batches of households, in worker processes.

A batch depends on its seed only, so any number of workers gives equal results. Few batches are pending, so memory
does not grow with profiles.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import chain

from batch.sample.availability import SampleAvailability
from batch.sample.catalogue import make_catalogue
from batch.sample.personas import persona_households
from batch.sample.robots import simulate_robot
from batch.sample.truth import profile_truth, title_truths
from batch.sample.viewers import (
    Household,
    HouseholdRange,
    SampleViewer,
    SimulationPeriod,
    household_ranges,
    households,
)
from batch.sample.viewing import simulate_viewing
from batch.storage.event_archive import MonthCache
from batch.storage.jsonl_file import encode_line
from domain.catalog.documents import title_to_document
from domain.serialization import Document
from domain.viewers.activity import Activity
from domain.viewers.documents import account_to_document, activity_to_document, profile_to_document
from domain.viewers.event_documents import event_to_document
from domain.viewers.events import activity_changes

PERSONA_PROFILES = 4
BATCH_PROFILES = 100
PENDING_PER_WORKER = 3


@dataclass(frozen=True, slots=True)
class SampleSpec:
    """Equal specs give equal bytes."""

    seed: int
    titles: int
    profiles: int
    period: SimulationPeriod


@dataclass(slots=True)
class SampleBatch:
    """`event_lines`: month -> archive lines."""

    accounts: list[Document] = field(default_factory=list)
    profiles: list[Document] = field(default_factory=list)
    activity: list[Document] = field(default_factory=list)
    truth: list[Document] = field(default_factory=list)
    event_lines: dict[str, list[str]] = field(default_factory=dict)


class SampleBuilder:
    def __init__(self, spec: SampleSpec) -> None:
        self.spec = spec
        self.works = make_catalogue(spec.seed, spec.titles, spec.period.until)
        names = {work.title.franchise for work in self.works if work.title.franchise}
        self._franchises = tuple(sorted(names))
        self.availability = SampleAvailability(spec.seed, self.works, spec.period)
        self._months = MonthCache()

    def title_truths(self) -> Iterator[Document]:
        return title_truths(self.works, self.availability.next_titles, self.spec.seed)

    def build_personas(self) -> SampleBatch:
        spec = self.spec
        all_households = persona_households(spec.seed, spec.period, self._franchises)
        return self._build_households(
            all_households if spec.profiles >= PERSONA_PROFILES else all_households[:1]
        )

    def build(self, household_range: HouseholdRange) -> SampleBatch:
        spec = self.spec
        return self._build_households(households(spec.seed, household_range, spec.period, self._franchises))

    def _build_households(self, group: Iterable[Household]) -> SampleBatch:
        batch = SampleBatch()
        for household in group:
            batch.accounts.append(account_to_document(household.account))
            for viewer in household.viewers:
                self._add_viewer(batch, viewer)
        return batch

    def _add_viewer(self, batch: SampleBatch, viewer: SampleViewer) -> None:
        simulate = simulate_robot if viewer.robot else simulate_viewing
        events = simulate(viewer, self.availability, self.spec.period)
        batch.profiles.append(profile_to_document(viewer.profile))
        batch.truth.append(profile_truth(viewer))
        for event in events:
            document = event_to_document(event)
            month = self._months.month_of(document["occurred_at"])
            batch.event_lines.setdefault(month, []).append(encode_line(document))
        if events:
            changes = activity_changes(events)
            activity = Activity(viewer.profile.id, 1, changes.watched, changes.listed, changes.rated)
            batch.activity.append(activity_to_document(activity))


def build_all(builder: SampleBuilder, workers: int) -> Iterator[tuple[int, SampleBatch]]:
    """(profiles, batch), personas first."""
    spec = builder.spec
    personas = builder.build_personas()
    yield len(personas.profiles), personas
    ranges = household_ranges(spec.seed, max(0, spec.profiles - len(personas.profiles)), BATCH_PROFILES)
    if workers <= 1:
        for household_range in ranges:
            yield household_range.profiles, builder.build(household_range)
    else:
        yield from _in_parallel(builder, ranges, workers)


def _in_parallel(
    builder: SampleBuilder, ranges: Iterator[HouseholdRange], workers: int
) -> Iterator[tuple[int, SampleBatch]]:
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if can_fork else "spawn")
    with ProcessPoolExecutor(
        workers, context, _Worker.start, (builder if can_fork else builder.spec,)
    ) as pool:
        pending: deque[tuple[int, Future[SampleBatch]]] = deque()
        try:
            for household_range in ranges:
                pending.append((household_range.profiles, pool.submit(_Worker.run, household_range)))
                if len(pending) >= workers * PENDING_PER_WORKER:
                    profiles, future = pending.popleft()
                    yield profiles, future.result()
            while pending:
                profiles, future = pending.popleft()
                yield profiles, future.result()
        finally:
            pool.shutdown(cancel_futures=True)


class _Worker:
    """A process's builder: inherited by fork, else created from the spec."""

    builder: SampleBuilder

    @classmethod
    def start(cls, source: SampleBuilder | SampleSpec) -> None:
        cls.builder = SampleBuilder(source) if isinstance(source, SampleSpec) else source

    @classmethod
    def run(cls, household_range: HouseholdRange) -> SampleBatch:
        return cls.builder.build(household_range)


def title_documents(builder: SampleBuilder) -> Iterator[Document]:
    for work in builder.works:
        for title in chain((work.title,), work.episodes):
            yield title_to_document(title)
