"""Households and their profiles, streamed: each is drawn from its own seed, so none depends on another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from batch.sample.tastes import Taste, draw_taste
from batch.sample.world import HOME_LANGUAGE, REGION_SHARES, TOP_PLAN, UTC_OFFSETS, pick
from domain.ids import AccountId, ProfileId, Region
from domain.viewers.profiles import Account, Profile

SIZES = (1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5)
"""Profiles of a household, by weight."""

PLANS = ("standard", "standard", TOP_PLAN, "with-ads")
ROOMS = ("Living room", "Upstairs", "Night owl", "Weekends", "Study", "Kitchen TV", "Guest", "Attic")
KIDS_ROOMS = ("Kids", "Kids corner", "Little ones", "Bunk bed")

PACE_MEDIAN = 33.0
PACE_SPREAD = 1.25
PACE_LIMIT = 900.0
"""Viewings per profile in 90 days are log-normal: the ninth decile is five times the median, as in MovieLens."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a profile watches. `hours` names its rhythm, `binge` is the chance of one more in a row."""

    viewings: float
    binge: float
    patience: float
    hours: str
    utc_offset_minutes: int


@dataclass(frozen=True, slots=True)
class SampleViewer:
    """A profile with what only the sample knows of it. `seed` begins every draw of its viewing."""

    profile: Profile
    region: Region
    plan: str
    taste: Taste
    habits: Habits
    seed: str


@dataclass(frozen=True, slots=True)
class Household:
    account: Account
    viewers: tuple[SampleViewer, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch of time that is simulated: `days` days that end at `until`."""

    until: datetime
    days: int

    @property
    def start(self) -> datetime:
        return self.until - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive households from number `first` on that hold exactly `profiles` profiles."""

    first: int
    profiles: int


def stretches(seed: int, profiles: int, length: int) -> Iterator[Stretch]:
    """Cut the sample's `profiles` profiles at household borders, each stretch at least `length` of them."""
    first, number, held, left = 1, 1, 0, profiles
    while left > 0:
        size = min(_size(Random(f"{seed}:household:{number}")), left)
        held, left, number = held + size, left - size, number + 1
        if held >= length or left == 0:
            yield Stretch(first, held)
            first, held = number, 0


def households(seed: int, stretch: Stretch, span: Span, franchises: tuple[str, ...]) -> Iterator[Household]:
    """The households of a stretch, one by one: memory does not grow with their number."""
    number, left = stretch.first, stretch.profiles
    while left > 0:
        household = _household(seed, number, left, span, franchises)
        number, left = number + 1, left - len(household.viewers)
        yield household


def _size(random: Random) -> int:
    """The first draw of a household's seed, so that it can be known without making the household."""
    return random.choice(SIZES)


def _household(seed: int, number: int, room: int, span: Span, franchises: tuple[str, ...]) -> Household:
    random = Random(f"{seed}:household:{number}")
    size = min(_size(random), room)
    region = Region(pick(random, {str(region): share for region, share in REGION_SHARES.items()}))
    created_at = _joined(random, span)
    account = Account(AccountId(f"a{number:07d}"), region, random.choice(PLANS), created_at)
    kids = _kids_among(random, size)
    offset = random.choice(UTC_OFFSETS[region])
    viewers = tuple(
        _viewer(f"{seed}:profile:{number}:{place}", account, place, place in kids, offset, span, franchises)
        for place in range(1, size + 1)
    )
    return Household(account, viewers)


def _viewer(
    seed: str, account: Account, place: int, kids: bool, offset: int, span: Span, franchises: tuple[str, ...]
) -> SampleViewer:
    random = Random(seed)
    language = HOME_LANGUAGE[account.region]
    taste = draw_taste(random, language, kids, franchises)
    limit = random.choice((7, 7, 10)) if kids else random.choice((18, 18, 18, 18, 18, 16, 12))
    profile = Profile(
        id=ProfileId(f"p{account.id[1:]}-{place}"),
        account_id=account.id,
        name=random.choice(KIDS_ROOMS if kids else ROOMS),
        kids=kids,
        maturity_limit=limit,
        language=language,
        created_at=account.created_at,
        favourite_genres=_said_favourites(random, taste),
        languages=(language,) if random.random() < 0.7 else tuple(dict.fromkeys((language, "en"))),
    )
    habits = _habits(random, kids, offset, account, span)
    return SampleViewer(profile, account.region, account.plan, taste, habits, seed)


def _joined(random: Random, span: Span) -> datetime:
    """A third joined during the span, so that some histories are short for lack of time."""
    if random.random() < 0.33:
        return span.start + timedelta(days=span.days * random.random() ** 0.8)
    return span.start - timedelta(days=random.uniform(1, 1_200))


def _kids_among(random: Random, size: int) -> set[int]:
    """Which places of a household are kids': none in a household of one, most often the last ones."""
    if size < 2 or random.random() < 0.45:
        return set()
    return {size} if size < 4 or random.random() < 0.5 else {size - 1, size}


def _said_favourites(random: Random, taste: Taste) -> tuple[str, ...]:
    """What the profile ticked when it was made: mostly its true top genres; a fifth ticked nothing."""
    if random.random() < 0.2:
        return ()
    ranked = sorted(taste.genres, key=lambda genre: (-taste.genres[genre], genre))
    return tuple(random.sample(ranked[:5], random.choice((2, 3))))


def _habits(random: Random, kids: bool, offset: int, account: Account, span: Span) -> Habits:
    pace = min(PACE_LIMIT, PACE_MEDIAN * random.lognormvariate(0.0, PACE_SPREAD))
    here = min(1.0, (span.until - account.created_at) / timedelta(days=span.days))
    lapsed = random.uniform(0.1, 0.7) if random.random() < 0.08 else 1.0
    viewings = max(1.0, pace * span.days / 90 * max(0.05, here) * lapsed)
    rhythm = "kids" if kids else random.choice(("evening", "evening", "evening", "late", "day", "weekend"))
    return Habits(
        viewings=viewings,
        binge=random.betavariate(3, 3),
        patience=random.betavariate(5, 2),
        hours=rhythm,
        utc_offset_minutes=offset,
    )
