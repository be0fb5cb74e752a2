"""Random households and profiles, each from its own seed, so none depends on another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from batch.sample.taste_profile import Taste, draw_taste
from batch.sample.world import HOME_LANGUAGE, REGION_SHARES, TOP_PLAN, UTC_OFFSETS, weighted_choice
from domain.ids import AccountId, ProfileId, Region
from domain.viewers.profiles import Account, Profile

SIZES = (1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5)
"""Profiles per household, by weight."""

PLANS = ("standard", "standard", TOP_PLAN, "with-ads")
ROOMS = ("Living room", "Upstairs", "Night owl", "Weekends", "Study", "Kitchen TV", "Guest", "Attic")
KIDS_ROOMS = ("Kids", "Kids corner", "Little ones", "Bunk bed")

ROBOT_SHARE = 0.001

VIEWINGS_MEDIAN = 33.0
VIEWINGS_SPREAD = 1.25
VIEWINGS_LIMIT = 900.0
"""Log-normal viewings in 90 days: the ninth decile is five times the median, as in MovieLens."""


@dataclass(frozen=True, slots=True)
class Habits:
    """`rhythm` is a key of session_times."""

    viewings: float
    binge_chance: float
    patience: float
    rhythm: str
    utc_offset_minutes: int


@dataclass(frozen=True, slots=True)
class SampleViewer:
    """`seed` starts every draw of its viewing. `robot`: its viewing says nothing of its taste (robots.py)."""

    profile: Profile
    region: Region
    plan: str
    taste: Taste
    habits: Habits
    seed: str
    robot: bool = False


@dataclass(frozen=True, slots=True)
class Household:
    account: Account
    viewers: tuple[SampleViewer, ...]


@dataclass(frozen=True, slots=True)
class SimulationPeriod:
    """`days` days that end at `until`."""

    until: datetime
    days: int

    @property
    def start(self) -> datetime:
        return self.until - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class HouseholdRange:
    """Households from number `first` on, with `profiles` profiles."""

    first: int
    profiles: int


def household_ranges(seed: int, profiles: int, length: int) -> Iterator[HouseholdRange]:
    """All but the last hold at least `length` profiles."""
    first, number, size_so_far, left = 1, 1, 0, profiles
    while left > 0:
        size = min(_household_size(Random(f"{seed}:household:{number}")), left)
        size_so_far, left, number = size_so_far + size, left - size, number + 1
        if size_so_far >= length or left == 0:
            yield HouseholdRange(first, size_so_far)
            first, size_so_far = number, 0


def households(
    seed: int, household_range: HouseholdRange, period: SimulationPeriod, franchises: tuple[str, ...]
) -> Iterator[Household]:
    number, left = household_range.first, household_range.profiles
    while left > 0:
        household = _household(seed, number, left, period, franchises)
        number, left = number + 1, left - len(household.viewers)
        yield household


def _household_size(random: Random) -> int:
    """The seed's first draw, so the size is known without the household."""
    return random.choice(SIZES)


def _household(
    seed: int, number: int, remaining: int, period: SimulationPeriod, franchises: tuple[str, ...]
) -> Household:
    random = Random(f"{seed}:household:{number}")
    size = min(_household_size(random), remaining)
    region = Region(weighted_choice(random, {str(region): share for region, share in REGION_SHARES.items()}))
    created_at = _join_date(random, period)
    account = Account(AccountId(f"a{number:07d}"), region, random.choice(PLANS), created_at)
    kids = _kids_places(random, size)
    utc_offset = random.choice(UTC_OFFSETS[region])
    viewers = tuple(
        _viewer(
            f"{seed}:profile:{number}:{place}", account, place, place in kids, utc_offset, period, franchises
        )
        for place in range(1, size + 1)
    )
    return Household(account, viewers)


def _viewer(
    seed: str,
    account: Account,
    place: int,
    kids: bool,
    utc_offset: int,
    period: SimulationPeriod,
    franchises: tuple[str, ...],
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
        favourite_genres=_declared_favourites(random, taste),
        languages=(language,) if random.random() < 0.7 else tuple(dict.fromkeys((language, "en"))),
    )
    habits = _habits(random, kids, utc_offset, account, period)
    robot = not kids and Random(f"{seed}:robot").random() < ROBOT_SHARE
    return SampleViewer(profile, account.region, account.plan, taste, habits, seed, robot)


def _join_date(random: Random, period: SimulationPeriod) -> datetime:
    if random.random() < 0.33:
        return period.start + timedelta(days=period.days * random.random() ** 0.8)
    return period.start - timedelta(days=random.uniform(1, 1_200))


def _kids_places(random: Random, size: int) -> set[int]:
    if size < 2 or random.random() < 0.45:
        return set()
    return {size} if size < 4 or random.random() < 0.5 else {size - 1, size}


def _declared_favourites(random: Random, taste: Taste) -> tuple[str, ...]:
    """Mostly true top genres; a fifth declare none."""
    if random.random() < 0.2:
        return ()
    ranked = sorted(taste.genres, key=lambda genre: (-taste.genres[genre], genre))
    return tuple(random.sample(ranked[:5], random.choice((2, 3))))


def _habits(
    random: Random, kids: bool, utc_offset: int, account: Account, period: SimulationPeriod
) -> Habits:
    viewings_in_90_days = min(VIEWINGS_LIMIT, VIEWINGS_MEDIAN * random.lognormvariate(0.0, VIEWINGS_SPREAD))
    active_share = min(1.0, (period.until - account.created_at) / timedelta(days=period.days))
    lapse_factor = random.uniform(0.1, 0.7) if random.random() < 0.08 else 1.0
    viewings = max(1.0, viewings_in_90_days * period.days / 90 * max(0.05, active_share) * lapse_factor)
    rhythm = "kids" if kids else random.choice(("evening", "evening", "evening", "late", "day", "weekend"))
    return Habits(
        viewings=viewings,
        binge_chance=random.betavariate(3, 3),
        patience=random.betavariate(5, 2),
        rhythm=rhythm,
        utc_offset_minutes=utc_offset,
    )
