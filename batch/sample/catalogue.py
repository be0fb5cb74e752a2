"""The invented catalogue: movies, series, franchises. Equal seeds give equal titles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from batch.sample import stories
from batch.sample.episodes import create_episodes
from batch.sample.stories import Story
from batch.sample.vocabulary import UNRATED, LanguageNames, Microgenre, language_names, microgenres
from batch.sample.world import (
    LANGUAGE_SHARES,
    board_labels,
    draw_audio_languages,
    draw_launch,
    draw_licences,
    draw_plans,
    weighted_choice,
    with_credits,
)
from domain.catalog.artwork_palettes import palette_for
from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId

SERIES_SHARE = 0.3
FRANCHISE_SHARE = 0.045
"""Share of movies with sequels; a ninth of all movies is in a franchise."""

APPEAL_EXPONENT = 1.15
APPEAL_OFFSET = 9.0
"""Appeal of rank r: (r + offset) ** -exponent, which skews viewing like real sets."""


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    title: Title
    microgenre: str
    appeal: float
    episodes: tuple[Title, ...] = ()


@dataclass(slots=True)
class _CatalogueState:
    """`people`: casting pools by language."""

    seed: str
    until: datetime
    appeals: list[float]
    names: set[str] = field(default_factory=set)
    people: dict[str, list[str]] = field(default_factory=dict)


def make_catalogue(seed: int, count: int, until: datetime) -> list[Work]:
    """`count` movies and series; episodes are extra."""
    state = _CatalogueState(f"{seed}:catalogue", until, _appeals(seed, count))
    works: list[Work] = []
    while len(works) < count:
        works.extend(_next_works(state, len(works) + 1, count - len(works)))
    return [
        replace(
            work,
            title=with_credits(work.title),
            episodes=tuple(with_credits(episode) for episode in work.episodes),
        )
        for work in works
    ]


def _appeals(seed: int, count: int) -> list[float]:
    appeals = [(rank + APPEAL_OFFSET) ** -APPEAL_EXPONENT for rank in range(count)]
    Random(f"{seed}:appeals").shuffle(appeals)
    return appeals


def _next_works(state: _CatalogueState, number: int, remaining: int) -> Iterator[Work]:
    random = Random(f"{state.seed}:{number}")
    microgenre = random.choices(microgenres(), weights=_microgenre_weights())[0]
    language = language_names()[_language_code(random, microgenre)]
    story = stories.create_story(random, microgenre, language)
    if random.random() < microgenre.series * _series_scale():
        yield _series(state, random, number, story, language)
        return
    first = _movie(state, random, number, story, language)
    sequels = (
        min(random.choice((1, 1, 2, 2, 3, 4)), remaining - 1) if random.random() < FRANCHISE_SHARE else 0
    )
    if not sequels:
        yield first
        return
    yield replace(first, title=replace(first.title, franchise=first.title.name))
    previous = first.title
    for part in range(2, sequels + 2):
        sequel = _sequel(state, random, number + part - 1, story, previous, first.title.name, part)
        yield replace(sequel, appeal=max(sequel.appeal, 0.5 * first.appeal))
        previous = sequel.title


def _movie(
    state: _CatalogueState, random: Random, number: int, story: Story, language: LanguageNames
) -> Work:
    title = _title(state, random, f"m{number:05d}", TitleKind.MOVIE, story, language)
    return Work(title, story.microgenre.id, state.appeals[number - 1])


def _sequel(
    state: _CatalogueState, random: Random, number: int, story: Story, previous: Title, base: str, part: int
) -> Work:
    year = min((previous.year or state.until.year) + random.randint(1, 4), state.until.year)
    launched_at = min(previous.launched_at + timedelta(days=random.randint(20, 500)), state.until)
    launched_at = max(launched_at.replace(hour=8, minute=0), previous.launched_at)
    unused = [noun for noun in story.microgenre.nouns if noun not in base]
    subtitle = f"The {random.choice(story.microgenre.adjectives)} {random.choice(unused)}"
    forms = (f"{base} {part}", f"{base}: {subtitle}", f"{base}: {subtitle}")
    title_id = TitleId(f"m{number:05d}")
    title = replace(
        previous,
        id=title_id,
        name=_unique_name(state, [random.choice(forms), f"{base} {part}"]),
        year=year,
        synopsis=stories.sequel_synopsis(random, story, part),
        runtime_seconds=_runtime(random, story.microgenre),
        windows=draw_licences(random, previous.language, launched_at, state.until),
        launched_at=launched_at,
        palette=palette_for(title_id, previous.genres),
        franchise=base,
        plans=draw_plans(title_id),
    )
    return Work(title, story.microgenre.id, state.appeals[number - 1])


def _series(
    state: _CatalogueState, random: Random, number: int, story: Story, language: LanguageNames
) -> Work:
    show = _title(state, random, f"s{number:05d}", TitleKind.SERIES, story, language)
    episodes = create_episodes(random, show, story, state.until)
    show = replace(
        show,
        runtime_seconds=None,
        season_count=max(episode.season or 1 for episode in episodes),
        episode_count=len(episodes),
    )
    return Work(show, story.microgenre.id, state.appeals[number - 1], tuple(episodes))


def _title(
    state: _CatalogueState,
    random: Random,
    title_id: str,
    kind: TitleKind,
    story: Story,
    language: LanguageNames,
) -> Title:
    microgenre = story.microgenre
    launched_at = draw_launch(random, state.until)
    age = random.choice(microgenre.ages) if random.random() > 0.02 else UNRATED
    name = _unique_name(state, [stories.title_name(random, story) for _ in range(8)])
    return Title(
        id=TitleId(title_id),
        kind=kind,
        name=name,
        year=_year(random, launched_at),
        synopsis=stories.title_synopsis(random, story),
        genres=microgenre.genres,
        cast=_cast(state, random, language),
        language=language.code,
        audio_languages=draw_audio_languages(random, language.code),
        runtime_seconds=_runtime(random, microgenre),
        maturity_age=None if age == UNRATED else age,
        windows=draw_licences(random, language.code, launched_at, state.until),
        launched_at=launched_at,
        palette=palette_for(title_id, microgenre.genres),
        plans=draw_plans(title_id),
        region_labels=board_labels(None if age == UNRATED else age, kind),
    )


def _unique_name(state: _CatalogueState, candidates: list[str]) -> str:
    """The first unused candidate, else the last with a number."""
    for name in candidates:
        if name not in state.names:
            state.names.add(name)
            return name
    part = 2
    while f"{candidates[-1]} {part}" in state.names:
        part += 1
    state.names.add(f"{candidates[-1]} {part}")
    return f"{candidates[-1]} {part}"


def _cast(state: _CatalogueState, random: Random, language: LanguageNames) -> tuple[str, ...]:
    """The pool per language grows slowly; early members are cast most."""
    pool = state.people.setdefault(language.code, [])
    cast: dict[str, None] = {}
    for _ in range(random.randint(3, 7)):
        if len(pool) < 25 or random.random() < 0.22:
            pool.append(language.full_name(random))
            cast[pool[-1]] = None
        else:
            cast[pool[int(len(pool) * random.random() ** 1.6)]] = None
    return tuple(cast)


def _language_code(random: Random, microgenre: Microgenre) -> str:
    if microgenre.id == "frontier" and random.random() < 0.8:
        return "en"
    return weighted_choice(random, LANGUAGE_SHARES)


def _year(random: Random, launched_at: datetime) -> int:
    age = 0 if random.random() < 0.35 else int(random.expovariate(1 / 9))
    return max(1948, launched_at.year - age)


def _runtime(random: Random, microgenre: Microgenre) -> int:
    """Seconds."""
    middle = 84 if min(microgenre.ages) == 0 else 106
    return 60 * max(62, min(178, round(random.gauss(middle, 14))))


def _series_scale() -> float:
    all_microgenres = microgenres()
    return SERIES_SHARE * len(all_microgenres) / sum(microgenre.series for microgenre in all_microgenres)


def _microgenre_weights() -> list[float]:
    return [0.5 + 1.5 * Random(f"weight:{microgenre.id}").random() for microgenre in microgenres()]
