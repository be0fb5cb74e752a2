"""The invented catalogue: movies, series with seasons and episodes, franchises. The same seed, the same titles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from batch.sample import stories
from batch.sample.episodes import episodes_of
from batch.sample.stories import Story
from batch.sample.words import UNRATED, Strand, Tongue, strands, tongues
from batch.sample.world import (
    LANGUAGE_SHARES,
    audio_languages,
    launch,
    licences,
    pick,
    plans,
    with_credits,
)
from domain.catalog.artwork_palettes import palette_for
from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId

SERIES_SHARE = 0.3
FRANCHISE_SHARE = 0.045
"""Of movies that have sequels; with one to four sequels each, a ninth of all movies is part of a franchise."""

APPEAL_EXPONENT = 1.15
APPEAL_OFFSET = 9.0
"""Appeal of the title of rank r is (r + offset) ** -exponent: chosen so that viewing is skewed like real sets."""


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """A movie or a series with what only the sample knows: its strand, its appeal, its episodes."""

    title: Title
    strand: str
    appeal: float
    episodes: tuple[Title, ...] = ()


@dataclass(slots=True)
class _Draft:
    """State of one making: names given so far, and the sequels that wait for their turn."""

    seed: str
    until: datetime
    appeals: list[float]
    names: set[str] = field(default_factory=set)
    people: dict[str, list[str]] = field(default_factory=dict)


def make_catalogue(seed: int, count: int, until: datetime) -> list[Work]:
    """Exactly `count` movies and series; episodes come on top."""
    draft = _Draft(f"{seed}:catalogue", until, _appeals(seed, count))
    works: list[Work] = []
    while len(works) < count:
        works.extend(_next_works(draft, len(works) + 1, count - len(works)))
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


def _next_works(draft: _Draft, number: int, room: int) -> Iterator[Work]:
    random = Random(f"{draft.seed}:{number}")
    strand = random.choices(strands(), weights=_strand_weights())[0]
    tongue = tongues()[_language(random, strand)]
    story = stories.new_story(random, strand, tongue)
    if random.random() < strand.series * _series_scale():
        yield _series(draft, random, number, story, tongue)
        return
    first = _movie(draft, random, number, story, tongue)
    sequels = min(random.choice((1, 1, 2, 2, 3, 4)), room - 1) if random.random() < FRANCHISE_SHARE else 0
    if not sequels:
        yield first
        return
    yield replace(first, title=replace(first.title, franchise=first.title.name))
    previous = first.title
    for part in range(2, sequels + 2):
        sequel = _sequel(draft, random, number + part - 1, story, previous, first.title.name, part)
        yield replace(sequel, appeal=max(sequel.appeal, 0.5 * first.appeal))
        previous = sequel.title


def _movie(draft: _Draft, random: Random, number: int, story: Story, tongue: Tongue) -> Work:
    title = _title(draft, random, f"m{number:05d}", TitleKind.MOVIE, story, tongue)
    return Work(title, story.strand.id, draft.appeals[number - 1])


def _sequel(
    draft: _Draft, random: Random, number: int, story: Story, previous: Title, base: str, part: int
) -> Work:
    year = min((previous.year or draft.until.year) + random.randint(1, 4), draft.until.year)
    launched_at = min(previous.launched_at + timedelta(days=random.randint(20, 500)), draft.until)
    launched_at = max(launched_at.replace(hour=8, minute=0), previous.launched_at)
    unused = [noun for noun in story.strand.nouns if noun not in base]
    subtitle = f"The {random.choice(story.strand.adjectives)} {random.choice(unused)}"
    forms = (f"{base} {part}", f"{base}: {subtitle}", f"{base}: {subtitle}")
    identity = TitleId(f"m{number:05d}")
    title = replace(
        previous,
        id=identity,
        name=_unused(draft, [random.choice(forms), f"{base} {part}"]),
        year=year,
        synopsis=stories.sequel_synopsis_of(random, story, part),
        runtime_seconds=_runtime(random, story.strand),
        windows=licences(random, previous.language, launched_at, draft.until),
        launched_at=launched_at,
        palette=palette_for(identity, previous.genres),
        franchise=base,
        plans=plans(identity),
    )
    return Work(title, story.strand.id, draft.appeals[number - 1])


def _series(draft: _Draft, random: Random, number: int, story: Story, tongue: Tongue) -> Work:
    show = _title(draft, random, f"s{number:05d}", TitleKind.SERIES, story, tongue)
    episodes = episodes_of(random, show, story, draft.until)
    show = replace(
        show,
        runtime_seconds=None,
        season_count=max(episode.season or 1 for episode in episodes),
        episode_count=len(episodes),
    )
    return Work(show, story.strand.id, draft.appeals[number - 1], tuple(episodes))


def _title(
    draft: _Draft, random: Random, identity: str, kind: TitleKind, story: Story, tongue: Tongue
) -> Title:
    strand = story.strand
    launched_at = launch(random, draft.until)
    age = random.choice(strand.ages) if random.random() > 0.02 else UNRATED
    name = _unused(draft, [stories.name_of(random, story) for _ in range(8)])
    return Title(
        id=TitleId(identity),
        kind=kind,
        name=name,
        year=_year(random, launched_at),
        synopsis=stories.synopsis_of(random, story),
        genres=strand.genres,
        cast=_cast(draft, random, tongue),
        language=tongue.code,
        audio_languages=audio_languages(random, tongue.code),
        runtime_seconds=_runtime(random, strand),
        maturity_age=None if age == UNRATED else age,
        windows=licences(random, tongue.code, launched_at, draft.until),
        launched_at=launched_at,
        palette=palette_for(identity, strand.genres),
        plans=plans(identity),
    )


def _unused(draft: _Draft, candidates: list[str]) -> str:
    """The first candidate that no title has, numbered when all are taken."""
    for name in candidates:
        if name not in draft.names:
            draft.names.add(name)
            return name
    part = 2
    while f"{candidates[-1]} {part}" in draft.names:
        part += 1
    draft.names.add(f"{candidates[-1]} {part}")
    return f"{candidates[-1]} {part}"


def _cast(draft: _Draft, random: Random, tongue: Tongue) -> tuple[str, ...]:
    """Mostly known faces: a pool per language that grows slowly, its early members cast most."""
    pool = draft.people.setdefault(tongue.code, [])
    cast: dict[str, None] = {}
    for _ in range(random.randint(3, 7)):
        if len(pool) < 25 or random.random() < 0.22:
            pool.append(tongue.person(random))
            cast[pool[-1]] = None
        else:
            cast[pool[int(len(pool) * random.random() ** 1.6)]] = None
    return tuple(cast)


def _language(random: Random, strand: Strand) -> str:
    if strand.id == "frontier" and random.random() < 0.8:
        return "en"
    return pick(random, LANGUAGE_SHARES)


def _year(random: Random, launched_at: datetime) -> int:
    """A third are the service's own and new at launch; the rest are older, the older the fewer."""
    age = 0 if random.random() < 0.35 else int(random.expovariate(1 / 9))
    return max(1948, launched_at.year - age)


def _runtime(random: Random, strand: Strand) -> int:
    """Seconds of a movie: around 105 minutes, 84 for the youngest."""
    middle = 84 if min(strand.ages) == 0 else 106
    return 60 * max(62, min(178, round(random.gauss(middle, 14))))


def _series_scale() -> float:
    every = strands()
    return SERIES_SHARE * len(every) / sum(strand.series for strand in every)


def _strand_weights() -> list[float]:
    """Some strands are made more than others: a fixed, mild skew."""
    return [0.5 + 1.5 * Random(f"weight:{strand.id}").random() for strand in strands()]
