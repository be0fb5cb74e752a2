"""What Top Picks are: a linear blend of four parts, its weights learned for each deployment (`learning.py`).

    score(t) = c (similar  S(t) / sd S + next  N(t) / sd N + content  C(t) / sd C) + popular  P(t)
    S(t)     = sum over the history h of weight(h) B[h, t]             item-item weights (`item_weights.py`)
    N(t)     = the same with transitions and decays of their own      next titles (`item_model.py`)
    C(t)     = the same with likeness of content                      titles that few have watched (`content.py`)
    P(t)     = recent popularity among the viewers of the audience    (`popularity_prior.py`)
    c        = n / (n + caution), n the liked titles of the history   few titles say little

Standard deviations are over all titles, so that a weight compares parts of the same size. Linear blends of item-item
weights on a decayed history with transitions and recent popularity beat each of them and factor models on our data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from batch.models.history_decay import Decay
from batch.models.item_model import ItemParameters
from batch.models.popularity_prior import Shape

Document = dict[str, object]


class BadWeights(ValueError):
    """A stored blend lacks a value or has one of another kind; the message names it."""


@dataclass(frozen=True, slots=True)
class BlendWeights:
    """Half-lives in days, ranks in titles. The defaults are what is used where nothing can be learned."""

    similar: float = 1.0
    next: float = 0.5
    content: float = 0.1
    popular: float = 0.5
    caution: float = 1.0
    negative: float = 0.5
    similar_decay: Decay = field(default_factory=lambda: Decay(10.0))
    next_decay: Decay = field(default_factory=lambda: Decay(2.0))
    half_life: float = 30.0
    """Of popularity, in days."""
    shape: Shape = Shape.ROOT
    ridge: float = 300.0
    transition_power: float = 0.5
    ties: bool = True

    def item_parameters(self) -> ItemParameters:
        return ItemParameters(ridge=self.ridge, transition_power=self.transition_power, ties=self.ties)


def blend_to_document(weights: BlendWeights) -> Document:
    """Infinite half-lives become None: JSON has no infinity."""
    return {name: _plain(value) for name, value in asdict(weights).items()}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, Shape):
        return str(value)
    return None if isinstance(value, float) and math.isinf(value) else value


def blend_from_document(document: Mapping[str, object]) -> BlendWeights:
    """Raises `BadWeights`. Names that this release does not know are ignored."""
    try:
        return BlendWeights(
            similar=_number(document, "similar"),
            next=_number(document, "next"),
            content=_number(document, "content"),
            popular=_number(document, "popular"),
            caution=_number(document, "caution"),
            negative=_number(document, "negative"),
            similar_decay=_decay(document, "similar_decay"),
            next_decay=_decay(document, "next_decay"),
            half_life=_number(document, "half_life"),
            shape=Shape(str(document["shape"])),
            ridge=_number(document, "ridge"),
            transition_power=_number(document, "transition_power"),
            ties=bool(document["ties"]),
        )
    except KeyError as missing:
        raise BadWeights(f"{missing.args[0]}: is missing; learn the blend again") from missing
    except ValueError as wrong:
        raise wrong if isinstance(wrong, BadWeights) else BadWeights(f"shape: {wrong}") from wrong


def _number(document: Mapping[str, object], name: str) -> float:
    value = document[name]
    if value is None:
        return math.inf
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadWeights(f"{name}: {value!r} is no number; learn the blend again")
    return float(value)


def _decay(document: Mapping[str, object], name: str) -> Decay:
    value = document[name]
    if not isinstance(value, Mapping):
        raise BadWeights(f"{name}: {value!r} has no `rank` and `age`; learn the blend again")
    return Decay(_number(value, "rank"), _number(value, "age"))
