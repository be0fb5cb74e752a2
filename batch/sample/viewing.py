"""Simulates the viewing of one profile, session by session, from its taste and habits.

A session continues a series, resumes a title, takes one from My List, watches a film again, goes on with what follows
the last one (next_titles.py) or chooses a new one. Titles of low affinity are stopped early.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from random import Random

from batch.sample.availability import SampleAvailability, is_suitable
from batch.sample.catalogue import Work
from batch.sample.next_titles import REWATCH_CHANCE
from batch.sample.session_times import session_starts
from batch.sample.viewers import SampleViewer, SimulationPeriod
from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId
from domain.viewers.events import Event, EventType

SESSION_DECAY = 0.86
"""Factor of each further viewing of a session."""

CONTINUE_AFTER_EPISODE = 0.95
CONTINUE_AFTER_MOVIE = 0.45
MAX_TRIES = 7
SKIP_CREDITS_SECONDS = 40


@dataclass(slots=True, eq=False)
class _SeriesProgress:
    """The next episode and its watched seconds."""

    work: Work
    next: int = 0
    position: int = 0


@dataclass(slots=True)
class _ViewerState:
    seen: set[TitleId] = field(default_factory=set)
    series: list[_SeriesProgress] = field(default_factory=list)
    unfinished: list[tuple[Work, int]] = field(default_factory=list)
    listed: list[Work] = field(default_factory=list)
    finished: list[Work] = field(default_factory=list)


def simulate_viewing(
    viewer: SampleViewer, availability: SampleAvailability, period: SimulationPeriod
) -> list[Event]:
    """In order of time; equal viewers have equal events."""
    random = Random(f"{viewer.seed}:viewing")
    simulation = _ViewerSimulation(viewer, availability, random)
    clock = 0.0
    for start in session_starts(random, viewer.profile, viewer.habits, period):
        clock = simulation.simulate_session(max(start, clock + 60))
    return simulation.events


class _ViewerSimulation:
    def __init__(self, viewer: SampleViewer, availability: SampleAvailability, random: Random) -> None:
        self.events: list[Event] = []
        self._viewer = viewer
        self._availability = availability
        self._random = random
        self._state = _ViewerState()
        self._last: Work | None = None
        self._limit = viewer.profile.maturity_limit
        self._microgenres = list(viewer.taste.microgenres)
        weights = (
            weight**1.2 * availability.total_appeal(microgenre) ** 0.6
            for microgenre, weight in viewer.taste.microgenres.items()
        )
        self._cumulative = list(accumulate(weights))
        self._devices = random.choice((("tv",), ("tv",), ("tv", "mobile"), ("web", "tv"), ("mobile",)))

    def simulate_session(self, at: float) -> float:
        """Returns its end."""
        if self._random.random() < 0.09:
            self._add_to_list(at)
        chance = 1.0
        while at < self._availability.until and self._random.random() < chance:
            at, is_series = self._simulate_viewing(at)
            continue_chance = CONTINUE_AFTER_EPISODE if is_series else CONTINUE_AFTER_MOVIE
            binge_factor = 0.45 + 0.55 * self._viewer.habits.binge_chance
            chance = (chance if chance < 1 else 1.0) * continue_chance * binge_factor * SESSION_DECAY
            at += self._random.uniform(5, 240)
        return at

    def _simulate_viewing(self, at: float) -> tuple[float, bool]:
        state, random = self._state, self._random
        if state.series and random.random() < 0.5 + 0.3 * self._viewer.habits.binge_chance:
            latest = random.random() < 0.75
            return self._watch_next_episode(
                state.series[-1] if latest else random.choice(state.series), at
            ), True
        if state.unfinished and random.random() < 0.3:
            work, position = state.unfinished.pop(random.randrange(len(state.unfinished)))
            return self._watch_movie(work, position, at), False
        if state.finished and random.random() < REWATCH_CHANCE:
            return self._watch_again(at), False
        if state.listed and random.random() < 0.25:
            work = state.listed.pop(0)
        else:
            chosen = self._choose_following(at) or self._choose_title(at)
            if chosen is None:
                return at, False
            work = chosen
        if work.title.id in state.seen or not self._availability.is_licensed(work, self._viewer.region, at):
            return at, False
        state.seen.add(work.title.id)
        if work.episodes:
            progress = _SeriesProgress(work)
            state.series.append(progress)
            return self._watch_next_episode(progress, at), True
        return self._watch_movie(work, 0, at), False

    def _watch_again(self, at: float) -> float:
        """A finished film that is liked, from the start."""
        films = sorted(self._state.finished, key=self._affinity)[-5:]
        work = self._random.choice(films)
        if not self._availability.is_licensed(work, self._viewer.region, at):
            return at
        return self._watch_movie(work, 0, at)

    def _choose_following(self, at: float) -> Work | None:
        """What comes after the last finished title."""
        if self._last is None:
            return None
        work = self._availability.next_titles.choose(self._random, self._last)
        self._last = None
        if work is None or not self._is_new(work) or not is_suitable(work, self._limit):
            return None
        return work if self._random.random() < self._trial_chance(work) else None

    def _choose_title(self, at: float) -> Work | None:
        viewer, random = self._viewer, self._random
        burst_title = self._availability.choose_burst_title(random, viewer.region, self._limit, at)
        if burst_title and self._is_new(burst_title) and random.random() < self._trial_chance(burst_title):
            return burst_title
        for _ in range(MAX_TRIES):
            microgenre = self._microgenres[bisect(self._cumulative, random.random() * self._cumulative[-1])]
            work = self._availability.choose_title(random, viewer.region, microgenre, self._limit, at)
            if work is None or not self._is_new(work):
                continue
            franchise_factor = 1.0 if work.title.franchise in viewer.taste.franchises else 0.65
            if random.random() < franchise_factor * viewer.taste.languages[work.title.language]:
                return work
        return None

    def _is_new(self, work: Work) -> bool:
        plans = work.title.plans
        return work.title.id not in self._state.seen and (not plans or self._viewer.plan in plans)

    def _trial_chance(self, work: Work) -> float:
        return 0.25 + 0.75 * self._affinity(work)

    def _affinity(self, work: Work) -> float:
        title = work.title
        return self._viewer.taste.affinity(work.microgenre, title.language, title.franchise)

    def _watch_movie(self, work: Work, position: int, at: float) -> float:
        runtime = work.title.runtime_seconds or 0
        reached = self._stop_position(self._affinity(work), runtime, position, at, has_begun=position > 0)
        ended_at = at + max(1, reached - position)
        finished = reached >= runtime
        self._record_playback(work.title, reached, ended_at, finished)
        if not finished and reached > 0.22 * runtime:
            self._state.unfinished.append((work, reached))
        if finished:
            self._last = work
            if work not in self._state.finished:
                self._state.finished.append(work)
        self._record_opinion(work, ended_at, finished, reached < 0.2 * runtime)
        return ended_at

    def _watch_next_episode(self, progress: _SeriesProgress, at: float) -> float:
        work, state = progress.work, self._state
        episode = work.episodes[progress.next]
        if episode.launched_at.timestamp() > at:
            return at
        runtime = episode.runtime_seconds or 0
        has_begun = progress.position > 0 or progress.next > 1
        reached = self._stop_position(self._affinity(work), runtime, progress.position, at, has_begun)
        ended_at = at + max(1, reached - progress.position)
        finished = reached >= runtime
        self._record_playback(episode, reached, ended_at, finished)
        state.series.remove(progress)
        was_stopped = reached < 0.2 * runtime
        if finished:
            progress.next, progress.position = progress.next + 1, 0
        else:
            progress.position = reached
        if progress.next == len(work.episodes):
            self._last = work
        if progress.next < len(work.episodes) and not (was_stopped and self._random.random() < 0.7):
            state.series.append(progress)
        if was_stopped or progress.next in (1, len(work.episodes)):
            self._record_opinion(work, ended_at, finished, was_stopped)
        return ended_at

    def _stop_position(self, affinity: float, runtime: int, position: int, at: float, has_begun: bool) -> int:
        """Seconds, limited by the end of the simulation."""
        random = self._random
        dislike = (
            0.5 * (1 - affinity) ** 2 * (1.3 - self._viewer.habits.patience) * (0.35 if has_begun else 1.0)
        )
        draw = random.random()
        if draw < dislike:
            reached = position + int((runtime - position) * random.uniform(0.02, 0.19))
        elif draw < dislike + 0.11:
            reached = position + int((runtime - position) * random.uniform(0.25, 0.85))
        else:
            reached = runtime
        seconds_left = int(self._availability.until - at)
        return max(position + 1, position + seconds_left) if reached - position > seconds_left else reached

    def _record_playback(self, title: Title, reached: int, at: float, finished: bool) -> None:
        runtime = title.runtime_seconds or 0
        kind = EventType.COMPLETE if finished else EventType.PROGRESS
        position = max(0, runtime - SKIP_CREDITS_SECONDS) if finished else reached
        self._record(title, kind, at, position, runtime)

    def _record_opinion(self, work: Work, at: float, finished: bool, was_stopped: bool) -> None:
        random, affinity = self._random, self._affinity(work)
        if was_stopped:
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
        work = self._choose_title(at)
        if work is not None and work not in self._state.listed:
            self._state.listed.append(work)
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
        at = min(at, self._availability.until)
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
                season=title.season,
                episode=title.episode,
            )
        )
