"""Viewers by the stretch: simulated in worker processes, handed back as finished documents and archive lines.

Every stretch depends on its seed alone, so the result is the same for any number of workers. Only a few
stretches are under way at a time: memory does not grow with the number of profiles.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import chain

from batch.sample.catalogue import make_catalogue
from batch.sample.personas import persona_households
from batch.sample.shelves import Shelves
from batch.sample.truth import profile_truth
from batch.sample.viewers import Household, SampleViewer, Span, Stretch, households, stretches
from batch.sample.viewing import watch
from batch.storage.event_archive import Months
from batch.storage.jsonl_file import encode_line
from domain.catalog.documents import title_to_document
from domain.serialization import Document
from domain.viewers.activity import Activity
from domain.viewers.documents import account_to_document, activity_to_document, profile_to_document
from domain.viewers.event_documents import event_to_document
from domain.viewers.events import changes_of

PERSONA_PROFILES = 4
STRETCH_PROFILES = 100
AHEAD = 3
"""Stretches under way per worker."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made. The same order gives the same bytes."""

    seed: int
    titles: int
    profiles: int
    span: Span


@dataclass(slots=True)
class SampleBatch:
    """A stretch of households, ready to be written. `lines` are archive lines by month."""

    accounts: list[Document] = field(default_factory=list)
    profiles: list[Document] = field(default_factory=list)
    activity: list[Document] = field(default_factory=list)
    truth: list[Document] = field(default_factory=list)
    lines: dict[str, list[str]] = field(default_factory=dict)


class SampleBuilder:
    """The catalogue with its shelves, and the simulation of whoever comes to it."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.works = make_catalogue(order.seed, order.titles, order.span.until)
        names = {work.title.franchise for work in self.works if work.title.franchise}
        self._franchises = tuple(sorted(names))
        self._shelves = Shelves(order.seed, self.works, order.span)
        self._months = Months()

    def personas(self) -> SampleBatch:
        """The demo's account and the other one; PERSONA_PROFILES profiles, or fewer when fewer are ordered."""
        order = self.order
        every = persona_households(order.seed, order.span, self._franchises)
        return self._make(every if order.profiles >= PERSONA_PROFILES else every[:1])

    def make(self, stretch: Stretch) -> SampleBatch:
        order = self.order
        return self._make(households(order.seed, stretch, order.span, self._franchises))

    def _make(self, these: Iterable[Household]) -> SampleBatch:
        made = SampleBatch()
        for household in these:
            made.accounts.append(account_to_document(household.account))
            for viewer in household.viewers:
                self._add(made, viewer)
        return made

    def _add(self, made: SampleBatch, viewer: SampleViewer) -> None:
        events = watch(viewer, self._shelves, self.order.span)
        made.profiles.append(profile_to_document(viewer.profile))
        made.truth.append(profile_truth(viewer))
        for event in events:
            document = event_to_document(event)
            month = self._months.of(document["occurred_at"])
            made.lines.setdefault(month, []).append(encode_line(document))
        if events:
            changes = changes_of(events)
            activity = Activity(viewer.profile.id, 1, changes.watched, changes.listed, changes.rated)
            made.activity.append(activity_to_document(activity))


def make_all(workshop: SampleBuilder, workers: int) -> Iterator[tuple[int, SampleBatch]]:
    """Everybody, personas first, each stretch with its number of profiles."""
    order = workshop.order
    first = workshop.personas()
    yield len(first.profiles), first
    cut = stretches(order.seed, max(0, order.profiles - len(first.profiles)), STRETCH_PROFILES)
    if workers <= 1:
        for stretch in cut:
            yield stretch.profiles, workshop.make(stretch)
    else:
        yield from _in_parallel(workshop, cut, workers)


def _in_parallel(
    workshop: SampleBuilder, cut: Iterator[Stretch], workers: int
) -> Iterator[tuple[int, SampleBatch]]:
    forking = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if forking else "spawn")
    with ProcessPoolExecutor(
        workers, context, _Worker.begin, (workshop if forking else workshop.order,)
    ) as pool:
        waiting: deque[tuple[int, Future[SampleBatch]]] = deque()
        try:
            for stretch in cut:
                waiting.append((stretch.profiles, pool.submit(_Worker.run, stretch)))
                if len(waiting) >= workers * AHEAD:
                    profiles, future = waiting.popleft()
                    yield profiles, future.result()
            while waiting:
                profiles, future = waiting.popleft()
                yield profiles, future.result()
        finally:
            pool.shutdown(cancel_futures=True)


class _Worker:
    """A worker process's own workshop: inherited where processes fork, made anew where they do not."""

    workshop: SampleBuilder

    @classmethod
    def begin(cls, given: SampleBuilder | Order) -> None:
        cls.workshop = SampleBuilder(given) if isinstance(given, Order) else given

    @classmethod
    def run(cls, stretch: Stretch) -> SampleBatch:
        return cls.workshop.make(stretch)


def catalogue_titles(workshop: SampleBuilder) -> Iterator[Document]:
    """Every title document: movies, series, episodes."""
    for work in workshop.works:
        for title in chain((work.title,), work.episodes):
            yield title_to_document(title)
