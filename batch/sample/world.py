"""Facts of the sample's world: regions with their languages and clocks, licences, launches. Data and draws."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from domain.catalog.titles import LicenceWindow, Title
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
"""Share of households by region."""

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
"""Minutes east of UTC, winter time; a region with several clocks lists them by weight."""

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
"""Original languages of the catalogue."""

TOP_PLAN = "premium"
TOP_PLAN_SHARE = 0.03
CREDITS_KNOWN = 0.6
CREDITS_SHARES = (0.02, 0.06)
"""Credits take such a part of a title."""
"""Share of titles that only households with the dearest plan have."""


def pick(random: Random, shares: dict[str, float]) -> str:
    return random.choices(list(shares), weights=list(shares.values()))[0]


def audio_languages(random: Random, original: str) -> tuple[str, ...]:
    """The original first, then dubs: most titles have some, big ones many."""
    others = [code for code in ("en", "es", "de", "fr", "pt", "hi", "ja") if code != original]
    dubs = random.sample(others, random.choice((0, 1, 2, 2, 3, 4, 6)))
    return (original, *sorted(dubs))


def launch(random: Random, until: datetime) -> datetime:
    """When a title came to the service: years of back catalogue, a fresh edge, a few still to come."""
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


def licences(
    random: Random, language: str, launched_at: datetime, until: datetime
) -> tuple[LicenceWindow, ...]:
    """Most titles are the service's own, everywhere and for good; others come and go by region."""
    home = [region for region in REGIONS if HOME_LANGUAGE[region] == language]
    draw = random.random()
    fresh = launched_at > until - timedelta(days=60)
    if draw < 0.74 or fresh:
        return (LicenceWindow(REGIONS, launched_at),)
    if draw < 0.84:
        return (LicenceWindow(_some(random, home, 3, 6), launched_at),)
    if draw < 0.89:
        ended = until - timedelta(days=random.randint(2, 50))
        return (LicenceWindow(REGIONS, launched_at, ended),)
    if draw < 0.95:
        ends = (until + timedelta(days=random.randint(2, 25))).replace(minute=0, second=0, microsecond=0)
        return (LicenceWindow(REGIONS, launched_at, ends),)
    first = _some(random, home, 2, 4)
    rest = tuple(region for region in REGIONS if region not in first)
    later = launched_at + timedelta(days=random.randint(60, 400))
    return (LicenceWindow(first, launched_at), LicenceWindow(rest, later))


def plans(title_id: str) -> tuple[str, ...]:
    """Most titles come with every plan, a few with one only; drawn apart, so that nothing else depends on it."""
    return (TOP_PLAN,) if Random(f"plan:{title_id}").random() < TOP_PLAN_SHARE else ()


def with_credits(title: Title) -> Title:
    """Where the credits begin: known of three titles in five, as of a real catalogue; drawn apart as well."""
    chance = Random(f"credits:{title.id}")
    if title.runtime_seconds is None or chance.random() >= CREDITS_KNOWN:
        return title
    credits = round(title.runtime_seconds * chance.uniform(*CREDITS_SHARES))
    return replace(title, credits_seconds=title.runtime_seconds - credits)


def _some(random: Random, home: list[Region], least: int, most: int) -> tuple[Region, ...]:
    chosen = {*home, *random.sample(REGIONS, random.randint(least, most))}
    return tuple(region for region in REGIONS if region in chosen)
