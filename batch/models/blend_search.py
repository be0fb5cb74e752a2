"""Coordinate search over the settings of a blend.

From each of two starts, each setting moves along its scale while the measure of `validation_scores.py`, averaged
over all cuts by their viewers, grows by more than `LEAST_GAIN`; rounds repeat until none moves. The result is
compared with each part alone, so that popularity, or any other part, wins where nothing beats it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from threadpoolctl import ThreadpoolController

from batch.models.blend import BlendWeights
from batch.models.history_decay import Decay
from batch.models.popularity_prior import Shape
from batch.models.trial import Trial
from batch.models.validation_scores import Quality

ROUNDS = 2
STEPS = (1, 2)
LEAST_GAIN = 0.001
"""Relative: less is noise of the cuts."""

CONTENT_GAIN = 0.01
"""Relative: what content must bring."""

HALF_LIVES = (
    0.05,
    0.125,
    0.25,
    0.5,
    1.0,
    2.0,
    4.0,
    8.0,
    16.0,
    32.0,
    64.0,
    128.0,
    256.0,
    512.0,
    1024.0,
    math.inf,
)
RANKS = (1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 50.0, math.inf)
AGES = (0.02, 0.25, 1.0, 4.0, 15.0, 60.0, 240.0, math.inf)
SHARES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.45, 0.65, 1.0, 1.5, 2.2, 3.3, 5.0, 8.0)
FIRST_SHARES = (0.2, 0.45, 1.0, 2.2)
RIDGES = (10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)
POWERS = (0.0, 0.25, 0.5, 0.75)
CAUTIONS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)

START = BlendWeights(
    similar=1.0,
    next=0.45,
    content=0.0,
    popular=0.45,
    similar_decay=Decay(12.0),
    next_decay=Decay(2.0),
    half_life=32.0,
)
"""On the scales."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a setting stands on its scale, and a blend that has it moved."""

    scale: Sequence[object]
    value: Callable[[BlendWeights], object]
    moved: Callable[[BlendWeights, object], BlendWeights]


def field_setting(name: str, scale: Sequence[object]) -> Setting:
    return Setting(
        scale,
        lambda weights: getattr(weights, name),
        lambda weights, value: replace(weights, **{name: value}),  # type: ignore[arg-type]
    )


def decay_setting(name: str, by: str, scale: Sequence[float]) -> Setting:
    return Setting(
        scale,
        lambda weights: getattr(getattr(weights, name), by),
        lambda weights, value: replace(weights, **{name: replace(getattr(weights, name), **{by: value})}),
    )


def settings_to_search(has_ties: bool, has_dislikes: bool) -> list[Setting]:
    """In the order of what they usually change."""
    settings = [
        field_setting("popular", SHARES),
        field_setting("next", SHARES),
        field_setting("half_life", HALF_LIVES),
        field_setting("shape", tuple(Shape)),
        decay_setting("similar_decay", "rank", RANKS),
        decay_setting("next_decay", "rank", RANKS),
        field_setting("ridge", RIDGES),
        decay_setting("similar_decay", "age", AGES),
        decay_setting("next_decay", "age", AGES),
        field_setting("transition_power", POWERS),
        field_setting("similar", SHARES),
        field_setting("caution", CAUTIONS),
    ]
    settings += [field_setting("ties", (False, True))] if has_ties else []
    settings += [field_setting("negative", (0.0, 0.25, 0.5, 1.0))] if has_dislikes else []
    return settings


class SearchStopped(Exception):
    """There is no time for another blend."""


class BlendSearch:
    """`is_over` is asked before each blend; once it says so, no further one is tried."""

    def __init__(
        self,
        trials: Sequence[Trial],
        settings: Sequence[Setting],
        has_content: bool = False,
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        self._trials = trials
        self._is_over = is_over
        self._settings = settings
        self._has_content = has_content
        self._known: dict[BlendWeights, Quality] = {}
        self._libraries = ThreadpoolController()

    @property
    def blends_tried(self) -> int:
        return len(self._known)

    def run(self) -> BlendWeights:
        """The best blend: climbs from one for changing tastes and trends, and from one for constant ones.

        Raises SearchStopped.
        """
        first = self._with_popularity()
        ends = [self._improve(first, ROUNDS), self._improve(constant_taste(first), 1)]
        if self.quality(ends[1]).value > self.quality(ends[0]).value:
            ends.append(self._improve(ends[1], ROUNDS))
        parts = [blend for end in ends for blend in blends_of_one_part(end).values()]
        best = max([*ends, *parts], key=lambda blend: self.quality(blend).value)
        return self._with_content(best) if self._has_content else best

    def _with_content(self, best: BlendWeights) -> BlendWeights:
        """Content puts titles that hardly anybody knows into lists: only where that foretells what is watched.

        It comes last, so that a catalogue with descriptions leads the search nowhere else than one without.
        """
        described = self._improve(self._climb(best, field_setting("content", SHARES)), 1)
        least = self.quality(best).value * (1.0 + CONTENT_GAIN)
        return described if described.content and self.quality(described).value > least else best

    def _improve(self, best: BlendWeights, rounds: int) -> BlendWeights:
        for _ in range(rounds):
            before = best
            for setting in self._settings:
                best = self._climb(best, setting)
            if best == before:
                break
        return best

    def quality(self, weights: BlendWeights) -> Quality:
        if weights not in self._known:
            if self._is_over():
                raise SearchStopped
            # Two threads that both call BLAS with two threads wait for each other.
            with (
                self._libraries.limit(limits=1, user_api="blas"),
                ThreadPoolExecutor(len(self._trials)) as threads,
            ):
                found = list(threads.map(lambda trial: trial.quality(weights), self._trials))
            viewers = sum(quality.viewers for quality in found)
            ndcg = sum(quality.ndcg * quality.viewers for quality in found) / viewers
            recall = sum(quality.recall * quality.viewers for quality in found) / viewers
            self._known[weights] = Quality(ndcg, recall, viewers)
        return self._known[weights]

    def _half_life_alone(self) -> float:
        alone = replace(START, similar=0.0, next=0.0, content=0.0, popular=1.0)
        return max(HALF_LIVES, key=lambda days: self.quality(replace(alone, half_life=days)).value)

    def _with_popularity(self) -> BlendWeights:
        """Half-life, shape and share of popularity depend on each other: all shapes are tried before the climb."""
        start = replace(START, half_life=self._half_life_alone())
        blends = [replace(start, shape=shape, popular=share) for shape in Shape for share in FIRST_SHARES]
        return max(blends, key=lambda blend: self.quality(blend).value)

    def _climb(self, best: BlendWeights, setting: Setting) -> BlendWeights:
        """A step looks two places far, over one where a scale is uneven."""
        place = setting.scale.index(setting.value(best))
        for direction in (1, -1):
            moved = True
            while moved:
                moved = False
                for step in STEPS:
                    ahead = place + direction * step
                    if not 0 <= ahead < len(setting.scale):
                        continue
                    candidate = setting.moved(best, setting.scale[ahead])
                    if self.quality(candidate).value > self.quality(best).value * (1.0 + LEAST_GAIN):
                        best, place, moved = candidate, ahead, True
                        break
        return best


def constant_taste(weights: BlendWeights) -> BlendWeights:
    """Nothing fades, no order, no trend: where viewers keep their taste, a climb ends near here."""
    return replace(
        weights, similar=1.0, next=0.0, popular=0.0, similar_decay=Decay(), ridge=300.0, caution=0.0
    )


def blends_of_one_part(weights: BlendWeights) -> dict[str, BlendWeights]:
    """Each part by itself, with the decays of the blend."""
    nothing = replace(weights, similar=0.0, next=0.0, content=0.0, popular=0.0)
    return {
        "similar": replace(nothing, similar=1.0),
        "next": replace(nothing, next=1.0),
        "popular": replace(nothing, popular=1.0),
    }
