"""One profile's viewing, simulated session by session from its taste and habits.

A session carries on with a series, goes back to something unfinished, takes from My List or chooses anew; each
further viewing of a session is less likely than the one before. What does not suit is stopped early.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from random import Random

from batch.sample.catalogue import Work
from batch.sample.evenings import session_starts
from batch.sample.shelves import Shelves
from batch.sample.viewers import SampleViewer, Span
from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId
from domain.viewers.events import Event, EventType

FATIGUE = 0.86
"""Each further viewing of a session is this much less likely."""

MORE_OF_SERIES = 0.95
MORE_OF_OTHER = 0.45
TRIES = 7
SKIP_CREDITS_SECONDS = 40


@dataclass(slots=True, eq=False)
class _Progress:
    """A series in progress: the episode that comes next, and where it stands."""

    work: Work
    next: int = 0
    position: int = 0


@dataclass(slots=True)
class _Memory:
    """What the simulated profile remembers from session to session."""

    seen: set[TitleId] = field(default_factory=set)
    series: list[_Progress] = field(default_factory=list)
    unfinished: list[tuple[Work, int]] = field(default_factory=list)
    listed: list[Work] = field(default_factory=list)


def watch(viewer: SampleViewer, shelves: Shelves, span: Span) -> list[Event]:
    """All events of one profile in order of time; the same viewer, the same events."""
    random = Random(f"{viewer.seed}:viewing")
    run = _Run(viewer, shelves, random)
    clock = 0.0
    for start in session_starts(random, viewer.profile, viewer.habits, span):
        clock = run.session(max(start, clock + 60))
    return run.events


class _Run:
    """The simulation of one viewer. `events` grows in order of time."""

    def __init__(self, viewer: SampleViewer, shelves: Shelves, random: Random) -> None:
        self.events: list[Event] = []
        self._viewer = viewer
        self._shelves = shelves
        self._random = random
        self._memory = _Memory()
        self._limit = viewer.profile.maturity_limit
        self._strands = list(viewer.taste.strands)
        weights = (
            weight**1.2 * shelves.mass(strand) ** 0.6 for strand, weight in viewer.taste.strands.items()
        )
        self._cumulative = list(accumulate(weights))
        self._devices = random.choice((("tv",), ("tv",), ("tv", "mobile"), ("web", "tv"), ("mobile",)))

    def session(self, at: float) -> float:
        """Watch from `at` on. Returns the instant at which the session ends."""
        if self._random.random() < 0.09:
            self._add_to_list(at)
        chance = 1.0
        while at < self._shelves.until and self._random.random() < chance:
            at, of_series = self._one_viewing(at)
            step = MORE_OF_SERIES if of_series else MORE_OF_OTHER
            habit = 0.45 + 0.55 * self._viewer.habits.binge
            chance = (chance if chance < 1 else 1.0) * step * habit * FATIGUE
            at += self._random.uniform(5, 240)
        return at

    def _one_viewing(self, at: float) -> tuple[float, bool]:
        memory, random = self._memory, self._random
        if memory.series and random.random() < 0.5 + 0.3 * self._viewer.habits.binge:
            latest = random.random() < 0.75
            return self._next_episode(memory.series[-1] if latest else random.choice(memory.series), at), True
        if memory.unfinished and random.random() < 0.3:
            work, position = memory.unfinished.pop(random.randrange(len(memory.unfinished)))
            return self._movie(work, position, at), False
        if memory.listed and random.random() < 0.25:
            work = memory.listed.pop(0)
        else:
            chosen = self._choose(at)
            if chosen is None:
                return at, False
            work = chosen
        if work.title.id in memory.seen or not self._shelves.licensed(work, self._viewer.region, at):
            return at, False
        memory.seen.add(work.title.id)
        if work.episodes:
            progress = _Progress(work)
            memory.series.append(progress)
            return self._next_episode(progress, at), True
        return self._movie(work, 0, at), False

    def _choose(self, at: float) -> Work | None:
        """Something not seen yet: a title the region talks about, or one that suits."""
        viewer, random = self._viewer, self._random
        talked_of = self._shelves.burst(random, viewer.region, self._limit, at)
        if talked_of and self._is_news(talked_of) and random.random() < self._fit(talked_of):
            return talked_of
        for _ in range(TRIES):
            strand = self._strands[bisect(self._cumulative, random.random() * self._cumulative[-1])]
            work = self._shelves.pick(random, viewer.region, strand, self._limit, at)
            if work is None or not self._is_news(work):
                continue
            lift = 1.0 if work.title.franchise in viewer.taste.franchises else 0.65
            if random.random() < lift * viewer.taste.languages[work.title.language]:
                return work
        return None

    def _is_news(self, work: Work) -> bool:
        """Not seen yet, and in the household's plan."""
        plans = work.title.plans
        return work.title.id not in self._memory.seen and (not plans or self._viewer.plan in plans)

    def _fit(self, work: Work) -> float:
        """How likely a title that everybody talks about is tried: even without fitting, sometimes."""
        return 0.25 + 0.75 * self._affinity(work)

    def _affinity(self, work: Work) -> float:
        title = work.title
        return self._viewer.taste.affinity(work.strand, title.language, title.franchise)

    def _movie(self, work: Work, position: int, at: float) -> float:
        runtime = work.title.runtime_seconds or 0
        reached = self._reach(self._affinity(work), runtime, position, at, begun=position > 0)
        ended = at + max(1, reached - position)
        finished = reached >= runtime
        self._playback(work.title, reached, ended, finished)
        if not finished and reached > 0.22 * runtime:
            self._memory.unfinished.append((work, reached))
        self._opinion(work, ended, finished, reached < 0.2 * runtime)
        return ended

    def _next_episode(self, progress: _Progress, at: float) -> float:
        work, memory = progress.work, self._memory
        episode = work.episodes[progress.next]
        if episode.launched_at.timestamp() > at:
            return at
        runtime = episode.runtime_seconds or 0
        begun = progress.position > 0 or progress.next > 1
        reached = self._reach(self._affinity(work), runtime, progress.position, at, begun)
        ended = at + max(1, reached - progress.position)
        finished = reached >= runtime
        self._playback(episode, reached, ended, finished)
        memory.series.remove(progress)
        stopped = reached < 0.2 * runtime
        if finished:
            progress.next, progress.position = progress.next + 1, 0
        else:
            progress.position = reached
        if progress.next < len(work.episodes) and not (stopped and self._random.random() < 0.7):
            memory.series.append(progress)
        if stopped or progress.next in (1, len(work.episodes)):
            self._opinion(work, ended, finished, stopped)
        return ended

    def _reach(self, affinity: float, runtime: int, position: int, at: float, begun: bool) -> int:
        """Seconds into the title at which this viewing ends; the end of the simulation cuts it short."""
        random = self._random
        dislike = 0.5 * (1 - affinity) ** 2 * (1.3 - self._viewer.habits.patience) * (0.35 if begun else 1.0)
        draw = random.random()
        if draw < dislike:
            reached = position + int((runtime - position) * random.uniform(0.02, 0.19))
        elif draw < dislike + 0.11:
            reached = position + int((runtime - position) * random.uniform(0.25, 0.85))
        else:
            reached = runtime
        room = int(self._shelves.until - at)
        return max(position + 1, position + room) if reached - position > room else reached

    def _playback(self, title: Title, reached: int, at: float, finished: bool) -> None:
        runtime = title.runtime_seconds or 0
        kind = EventType.COMPLETE if finished else EventType.PROGRESS
        position = max(0, runtime - SKIP_CREDITS_SECONDS) if finished else reached
        self._record(title, kind, at, position, runtime)

    def _opinion(self, work: Work, at: float, finished: bool, stopped: bool) -> None:
        """Now and then a thumb, stars or a tidier list, as the taste says."""
        random, affinity = self._random, self._affinity(work)
        if stopped:
            if random.random() < 0.1:
                self._record(work.title, EventType.DISLIKE, at + 4)
            return
        if not finished:
            return
        draw = random.random()
        if draw < 0.02 + 0.16 * affinity:
            self._record(work.title, EventType.LIKE, at + 6)
        elif draw > 0.95:
            stars = max(0.5, min(5.0, round(2 * (2.4 + 2.4 * affinity + random.gauss(0, 0.6))) / 2))
            self._record(work.title, EventType.RATING, at + 9, stars=stars)

    def _add_to_list(self, at: float) -> None:
        work = self._choose(at)
        if work is not None and work not in self._memory.listed:
            self._memory.listed.append(work)
            self._record(work.title, EventType.LIST_ADD, at)

    def _record(
        self,
        title: Title,
        kind: EventType,
        at: float,
        position: int | None = None,
        duration: int | None = None,
        stars: float | None = None,
    ) -> None:
        at = min(at, self._shelves.until)
        self.events.append(
            Event(
                id=f"made-{len(self.events) + 1}",
                profile_id=self._viewer.profile.id,
                title_id=title.id,
                type=kind,
                occurred_at=datetime.fromtimestamp(int(at), UTC),
                region=self._viewer.region,
                kind=title.kind,
                series_id=title.series_id if title.kind == TitleKind.EPISODE else None,
                position_seconds=position,
                duration_seconds=duration,
                stars=stars,
                device=self._random.choice(self._devices),
            )
        )
