"""A made home page for every made profile: all kinds of row that the schema has, from a seed, without a store.

Pages are what `serve_home` hands to the schema: domain objects. No two profiles have the same rows in the same
order, and progress, lists, badges, reasons and tokens are each profile's own, so no answer fits two of them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

import made
from made_rows import KINDS, Kind, proposal_of

from domain.candidates.model import Candidate
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.ids import AccountId, ProfileId, TitleId
from domain.page.model import Card, Page, Row
from domain.snapshots.snapshot import snapshot_id
from domain.viewers.activity import Activity, Listing
from domain.viewers.profiles import Audience, Profile
from domain.viewers.watches import Watch, one_playback
from resolvers.request.viewer import Viewer

SEED = 7
ODD_SHARE = 0.01
ARTICLES = ("The", "A", "Año", "Été,")
"""Letters of Latin-1 and no others: a single one beyond them doubles all text in JavaScript."""

FINISHED, BEGUN, LISTED = 40, 30, 25
"""Titles that each profile has finished, has begun, and keeps on its list."""


class OddName(str):
    """Text that is not exactly a `str`: what a compiled selection must notice and leave to graphql-core."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to make. `odd`: a hundredth of the titles has a name of an unexpected type.

    `regions`: how many, at most 8, the viewers live in. What is rendered of a title differs from region to region.
    """

    rows: int = 16
    cards: int = 20
    titles: int = 5000
    profiles: int = 200
    seed: int = SEED
    odd: bool = False
    regions: int = 8


class MadePages:
    """All pages of a recipe. The same recipe makes equal ones in every process."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.titles = catalogue(recipe)

    @cached_property
    def homes(self) -> dict[ProfileId, tuple[Viewer, Page]]:
        """Profile -> who it is, and its page."""
        watchable = [title for title in self.titles if title.kind != TitleKind.SERIES]
        shows = [title for title in self.titles if title.kind != TitleKind.EPISODE]
        homes = {}
        for number in range(self.recipe.profiles):
            # A generator of its own for each: a profile is the same however many there are.
            chance = random.Random(f"{self.recipe.seed}:{number}")
            viewer = _viewer(ProfileId(f"bench-p{number}"), self.recipe.regions, watchable, chance)
            homes[viewer.profile.id] = viewer, _page(self.recipe, viewer, watchable, shows, chance)
        return homes


def catalogue(recipe: Recipe) -> list[Title]:
    """Movies, series and episodes of them; one in twenty leaves soon, one in twenty came lately."""
    chance = random.Random(recipe.seed)
    titles: list[Title] = []
    for number, title in enumerate(made.titles(recipe.titles, recipe.seed)):
        changed = replace(title, name=f"{chance.choice(ARTICLES)} Harbour {number}")
        if number % 20 == 3:
            leaves = made.NOW + timedelta(days=chance.randrange(1, 13), hours=5)
            changed = replace(changed, windows=(LicenceWindow(made.REGIONS, title.launched_at, leaves),))
        if number % 20 == 7:
            changed = replace(changed, launched_at=made.NOW - timedelta(days=chance.randrange(13)))
        if number % 10 == 9:
            changed = _episode_of(titles[number // 2], changed, chance)
        if recipe.odd and number % round(1 / ODD_SHARE) == 0:
            changed = replace(changed, name=OddName(changed.name))
        titles.append(changed)
    return titles


def _episode_of(series: Title, title: Title, chance: random.Random) -> Title:
    return replace(
        title,
        kind=TitleKind.EPISODE,
        series_id=series.id,
        series_name=series.name,
        season=chance.randrange(1, 6),
        episode=chance.randrange(1, 11),
    )


def _viewer(profile_id: ProfileId, regions: int, watchable: Sequence[Title], chance: random.Random) -> Viewer:
    region = chance.choice(made.REGIONS[:regions])
    drawn = chance.sample(watchable, min(len(watchable), FINISHED + BEGUN + LISTED))
    watched = {title.id: _watch(title, place < FINISHED, chance) for place, title in enumerate(drawn)}
    # What was listed was begun in part, and some of it is on no row of this page.
    listed = {title.id: Listing(made.NOW, True) for title in drawn[-LISTED - 5 :]}
    for title in drawn[-LISTED:]:
        del watched[title.id]
    profile = Profile(
        profile_id, AccountId("bench"), "Viewer", False, 18, "en", made.NOW - timedelta(days=400)
    )
    audience = Audience(region, 18, False, made.NOW)
    return Viewer(profile, Activity(profile_id, 1, watched, listed), audience)


def _watch(title: Title, finished: bool, chance: random.Random) -> Watch:
    length = title.runtime_seconds or 3000
    at = made.NOW - timedelta(minutes=chance.randrange(60_000))
    stands = length if finished else chance.randrange(60, length - 60)
    return one_playback(at, stands, length, finished, title.series_id or "")


def _page(
    recipe: Recipe,
    viewer: Viewer,
    watchable: Sequence[Title],
    shows: Sequence[Title],
    chance: random.Random,
) -> Page:
    known = {title.id: title for title in watchable}
    seeds = [known[title_id] for title_id, watch in viewer.activity.watched.items() if watch.finished]
    kinds = [KINDS[number % len(KINDS)] for number in range(recipe.rows)]
    chance.shuffle(kinds)
    rows = tuple(
        _row(kind, place, recipe.cards, viewer, chance.choice(seeds), known, shows, chance)
        for place, kind in enumerate(kinds)
    )
    page = Page("", "home", 1, "made", made.NOW, rows)
    return replace(page, snapshot_id=snapshot_id(viewer.profile.id, page))


def _row(
    kind: Kind,
    position: int,
    cards: int,
    viewer: Viewer,
    seed: Title,
    known: dict[TitleId, Title],
    shows: Sequence[Title],
    chance: random.Random,
) -> Row:
    own = [known[title_id] for title_id in kind.own(viewer.activity)]
    titles = own[:cards] + chance.sample(shows, max(0, cards - len(own)))
    row_candidates = proposal_of(kind, position, titles, seed, viewer, chance)
    made_cards = tuple(
        Card(title, candidate, column, seed if _names_seed(candidate) else None, candidate.score)
        for column, (title, candidate) in enumerate(zip(titles, row_candidates.candidates, strict=True))
    )
    return Row(row_candidates, position, made_cards, seed if kind.seeded else None)


def _names_seed(candidate: Candidate) -> bool:
    return candidate.reason is not None and candidate.reason.seed is not None
