"""Hidden tastes: the ground truth for recommendations.

affinity(profile, title) = micro-genre x language x franchise, each 0..1 (a favourite franchise lifts by half): how
likely the profile chooses and finishes the title.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from batch.sample.vocabulary import Microgenre, microgenres
from batch.sample.world import LANGUAGE_SHARES
from domain.catalog.genres import GENRES

FRANCHISE_LIFT = 1.5
KIDS_GENRES = ("Animation", "Family")
OTHER_AGE, OTHER_AGE_KIDS = 0.25, 0.1

ARCHETYPES: tuple[tuple[str, ...], ...] = (
    ("Crime", "Mystery", "Thriller"),
    ("Science Fiction", "Mystery", "Fantasy"),
    ("Romance", "Comedy", "Drama"),
    ("Action", "Thriller", "Adventure"),
    ("Horror", "Thriller", "Science Fiction"),
    ("Documentary", "History", "Biography"),
    ("Comedy", "Animation", "Family"),
    ("History", "Drama", "War"),
    ("Family", "Animation", "Fantasy"),
    ("Reality", "Comedy", "Romance"),
    ("Film Noir", "Crime", "Western"),
    ("Music", "Romance", "Drama"),
    ("Sport", "Documentary", "Biography"),
)
"""Often liked together; a profile mixes two."""


@dataclass(frozen=True, slots=True)
class Taste:
    """Weights 0..1 with maximum 1."""

    genres: dict[str, float]
    microgenres: dict[str, float]
    languages: dict[str, float]
    franchises: frozenset[str]

    def affinity(self, microgenre: str, language: str, franchise: str | None) -> float:
        lift = FRANCHISE_LIFT if franchise in self.franchises else 1.0
        return min(1.0, lift * self.microgenres.get(microgenre, 0.0) * self.languages.get(language, 0.0))


def draw_taste(random: Random, language: str, kids: bool, franchises: tuple[str, ...]) -> Taste:
    genres = _genres(random, kids)
    weights = {
        microgenre.id: _microgenre_weight(random, microgenre, genres, kids) for microgenre in microgenres()
    }
    favourites = (
        random.sample(franchises, min(len(franchises), random.choice((0, 0, 1, 2, 3)))) if franchises else []
    )
    return Taste(
        genres=genres,
        microgenres=_scale_to_one(weights),
        languages=_languages(random, language),
        franchises=frozenset(favourites),
    )


def _genres(random: Random, kids: bool) -> dict[str, float]:
    weights = dict.fromkeys(GENRES, 0.0)
    for genre in GENRES:
        weights[genre] = 0.08 * random.gammavariate(1.0, 1.0)
    for archetype, share in zip(random.sample(ARCHETYPES, 2), (1.0, random.uniform(0.2, 0.9)), strict=True):
        for position, genre in enumerate(archetype):
            weights[genre] += share * random.uniform(0.5, 1.2) / (1 + 0.35 * position)
    if kids:
        for genre in KIDS_GENRES:
            weights[genre] += random.uniform(0.6, 1.4)
    return _scale_to_one(weights)


def _microgenre_weight(random: Random, microgenre: Microgenre, genres: dict[str, float], kids: bool) -> float:
    fit = sum(genres[genre] for genre in microgenre.genres) / len(microgenre.genres)
    personal_factor = random.lognormvariate(0.0, 0.7)
    return float(_age_fit(microgenre, kids) * personal_factor * fit**1.6)


def _age_fit(microgenre: Microgenre, kids: bool) -> float:
    """Children rarely choose titles for adults, and the reverse."""
    for_families = "Family" in microgenre.genres
    if kids:
        return 1.0 if for_families else OTHER_AGE_KIDS
    return OTHER_AGE if for_families and "Comedy" not in microgenre.genres else 1.0


def _languages(random: Random, language: str) -> dict[str, float]:
    openness = random.betavariate(1.6, 2.6)
    weights = {code: openness * random.uniform(0.5, 1.0) for code in LANGUAGE_SHARES}
    weights["en"] = max(weights["en"], random.uniform(0.6, 0.95))
    weights[language] = 1.0
    return {code: round(weight, 4) for code, weight in weights.items()}


def _scale_to_one(weights: dict[str, float]) -> dict[str, float]:
    top = max(weights.values())
    return {key: round(weight / top, 4) for key, weight in weights.items()}
