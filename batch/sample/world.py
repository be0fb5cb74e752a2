"""Data and draws of the sample's market: regions, languages, licences, launches, plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from domain.catalog.maturity_ratings import label_for_age
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.ids import Region

REGION_SHARES = {
    Region("US"): 0.34,
    Region("GB"): 0.13,
    Region("DE"): 0.13,
    Region("FR"): 0.10,
    Region("ES"): 0.07,
    Region("BR"): 0.09,
    Region("IN"): 0.09,
    Region("JP"): 0.05,
}
"""Share of households."""

REGIONS = tuple(REGION_SHARES)
HOME_LANGUAGE = {
    "US": "en",
    "GB": "en",
    "DE": "de",
    "FR": "fr",
    "ES": "es",
    "BR": "pt",
    "IN": "hi",
    "JP": "ja",
}
UTC_OFFSETS = {
    "US": (-300, -300, -360, -420, -480),
    "GB": (0,),
    "DE": (60,),
    "FR": (60,),
    "ES": (60,),
    "BR": (-180,),
    "IN": (330,),
    "JP": (540,),
}
"""Minutes east of UTC in winter, by weight."""

LANGUAGE_SHARES = {
    "en": 0.5,
    "es": 0.09,
    "fr": 0.08,
    "de": 0.08,
    "pt": 0.06,
    "hi": 0.06,
    "ja": 0.06,
    "ko": 0.04,
    "sv": 0.03,
}
"""Original languages."""

TOP_PLAN = "premium"
TOP_PLAN_SHARE = 0.03

CREDITS_KNOWN_SHARE = 0.6
CREDITS_SHARES = (0.02, 0.06)
"""Share of the runtime."""


def weighted_choice(random: Random, shares: dict[str, float]) -> str:
    return random.choices(list(shares), weights=list(shares.values()))[0]


def draw_audio_languages(random: Random, original: str) -> tuple[str, ...]:
    """The original first, then dubs."""
    others = [code for code in ("en", "es", "de", "fr", "pt", "hi", "ja") if code != original]
    dubs = random.sample(others, random.choice((0, 1, 2, 2, 3, 4, 6)))
    return (original, *sorted(dubs))


def draw_launch(random: Random, until: datetime) -> datetime:
    draw = random.random()
    if draw < 0.74:
        days = 120 + random.expovariate(1 / 900)
    elif draw < 0.89:
        days = random.uniform(30, 120)
    elif draw < 0.98:
        days = random.uniform(0, 30)
    else:
        days = -random.uniform(1, 30)
    morning = (until - timedelta(days=min(days, 3_500))).replace(hour=8, minute=0, second=0, microsecond=0)
    return morning if days < 0 or morning <= until else morning - timedelta(days=1)


def draw_licences(
    random: Random, language: str, launched_at: datetime, until: datetime
) -> tuple[LicenceWindow, ...]:
    """Mostly global and without end."""
    home = [region for region in REGIONS if HOME_LANGUAGE[region] == language]
    draw = random.random()
    is_recent = launched_at > until - timedelta(days=60)
    if draw < 0.74 or is_recent:
        return (LicenceWindow((), launched_at),)
    if draw < 0.84:
        return (LicenceWindow(_home_and_random(random, home, 3, 6), launched_at),)
    if draw < 0.89:
        ended = until - timedelta(days=random.randint(2, 50))
        return (LicenceWindow((), launched_at, ended),)
    if draw < 0.95:
        ends = (until + timedelta(days=random.randint(2, 25))).replace(minute=0, second=0, microsecond=0)
        return (LicenceWindow((), launched_at, ends),)
    first = _home_and_random(random, home, 2, 4)
    later = launched_at + timedelta(days=random.randint(60, 400))
    return (LicenceWindow(first, launched_at), LicenceWindow((), later))


def board_labels(age: int | None, kind: TitleKind) -> tuple[tuple[Region, str], ...]:
    """The labels that the boards of the sample's regions give; the film boards' or, of a series, television's."""
    if age is None:
        return ()
    is_series = kind != TitleKind.MOVIE
    return tuple((region, label_for_age(age, region, is_series)) for region in sorted(REGIONS))


def draw_plans(title_id: str) -> tuple[str, ...]:
    """Empty for all plans. Drawn from a seed of its own, so no other draw depends on it."""
    return (TOP_PLAN,) if Random(f"plan:{title_id}").random() < TOP_PLAN_SHARE else ()


def with_credits(title: Title) -> Title:
    """Drawn from a seed of its own, so no other draw depends on it."""
    chance = Random(f"credits:{title.id}")
    if title.runtime_seconds is None or chance.random() >= CREDITS_KNOWN_SHARE:
        return title
    credits = round(title.runtime_seconds * chance.uniform(*CREDITS_SHARES))
    return replace(title, credits_seconds=title.runtime_seconds - credits)


def _home_and_random(random: Random, home: list[Region], minimum: int, maximum: int) -> tuple[Region, ...]:
    chosen = {*home, *random.sample(REGIONS, random.randint(minimum, maximum))}
    return tuple(region for region in REGIONS if region in chosen)
