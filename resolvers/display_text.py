"""All texts on the page, in English; clients show them unchanged."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from domain.candidates.model import Tier
from domain.catalog.licences import days_left
from domain.catalog.maturity_ratings import spoken_rating
from domain.catalog.regions import region_name
from domain.catalog.titles import Title, TitleKind, season_number
from domain.ids import GLOBAL, Region
from domain.page.model import Card, Row
from domain.recommendations.lists import TrendWindow
from domain.recommendations.reasons import CARD_REASON_LENGTH, WITH_KIDS, Reason, ReasonKind, shorten
from domain.viewers.continue_watching import Resume, ResumeFilter, ResumeKind
from resolvers.durations import compact_duration, drawn_duration, spoken_duration

_WINDOW_TEXTS = {TrendWindow.HOUR: "this hour", TrendWindow.DAY: "today", TrendWindow.WEEK: "this week"}
_SUBTITLES = {
    ReasonKind.CONTINUE: "Pick up where you left off",
    ReasonKind.TASTE: "Chosen from what you watch and like",
    ReasonKind.BECAUSE_YOU_WATCHED: "People who enjoyed it enjoyed these too",
    ReasonKind.BECAUSE_YOU_LIKED: "People who liked it liked these too",
    ReasonKind.TRENDING: "Watched more than usual right now",
    ReasonKind.NEW: "The latest arrivals",
    ReasonKind.GENRE: "The most watched of this genre",
    ReasonKind.MY_LIST: "What you saved for later",
    ReasonKind.ONBOARDING: "Give a thumb up to what you like, and this page becomes yours",
    ReasonKind.WATCH_AGAIN: "Loved once, worth another evening",
    ReasonKind.LEAVING: "Your last chance to watch these",
    ReasonKind.EDITORIAL: "Chosen by our editors",
}
NEW_DAYS = 13
"""With the day of its launch, two weeks."""
LEAVING_DAYS = 14


SEED_NAME = "{pivot}"
"""In a designer's row title."""

PERSONAL_TIERS = frozenset({Tier.FRESH, Tier.LAST_GOOD})
"""Their cards are the row's own."""


def row_title(row: Row, locale: str = "en") -> str:
    """The layout's title in this language, else the source's."""
    key = f"title in {locale}"
    known = row.memo.get(key)
    if known is None:
        known = row.memo[key] = _designed_title(row, locale) or _default_title(row)
    return cast("str", known)


def _designed_title(row: Row, locale: str) -> str | None:
    """None, too, where it would be untrue of fallback cards."""
    words, tier = row.candidates.spec.title, row.candidates.tier
    if not words or tier not in PERSONAL_TIERS or row.candidates.reason.kind == ReasonKind.POPULAR:
        return None
    text = words.get(locale) or words.get(locale.split("-")[0]) or words.get("en")
    if text is None or (SEED_NAME in text and row.seed is None):
        return None
    return text.replace(SEED_NAME, isolated(row.seed.name)) if row.seed else text


def _default_title(row: Row) -> str:
    reason = row.candidates.reason
    genre = row.candidates.spec.text_option("genre", "")
    if row.seed is not None:
        verb = "liked" if reason.kind == ReasonKind.BECAUSE_YOU_LIKED else "watched"
        return f"Because you {verb} {isolated(row.seed.name)}"
    match reason.kind:
        case ReasonKind.TRENDING:
            return _trending_title(reason, genre, len(row.cards), row.candidates.repeats)
        case ReasonKind.POPULAR:
            detail = reason.detail.removesuffix(WITH_KIDS)
            where, _, more = detail.partition(":")
            place = "around the World" if where == GLOBAL else f"in {region_name(where)}"
            return f"{'More Popular' if more else 'Popular'} {_kids(reason)}{place}"
        case ReasonKind.GENRE:
            return reason.detail
        case ReasonKind.CONTINUE:
            return "Next Up" if reason.detail == ResumeFilter.NEXT else "Continue Watching"
        case ReasonKind.NEW:
            return "New Releases"
        case ReasonKind.MY_LIST:
            return "My List"
        case ReasonKind.ONBOARDING:
            return "What Do You Like?"
        case ReasonKind.WATCH_AGAIN:
            return "Watch Again"
        case ReasonKind.LEAVING:
            return "Leaving Soon"
        case ReasonKind.EDITORIAL:
            return "Editors' Picks"
        case _:
            return "Top Picks for You"


def _trending_title(reason: Reason, genre: str, count: int, chart: bool) -> str:
    where, _, window = reason.detail.removesuffix(WITH_KIDS).partition(":")
    what = f"{genre} {_kids(reason)}" if genre else _kids(reason)
    place = "Everywhere" if where == GLOBAL else f"in {region_name(where)}"
    if chart and count == 1:
        return f"Most Watched {what}{place} {_WINDOW_TEXTS[TrendWindow(window)].title()}"
    if chart:
        return f"Top {count} {what}{place} {_WINDOW_TEXTS[TrendWindow(window)].title()}"
    return f"Trending {what}{place} {_WINDOW_TEXTS[TrendWindow(window)].title()}"


def _kids(reason: Reason) -> str:
    return "with Kids " if reason.detail.endswith(WITH_KIDS) else ""


def row_subtitle(row: Row) -> str:
    reason = row.candidates.reason
    if reason.kind == ReasonKind.POPULAR:
        # Only a new profile's own row becomes personal.
        mine = row.candidates.tier == Tier.FRESH
        return "Loved by many. Watch a little, and this row becomes yours" if mine else "Loved by many"
    if reason.kind == ReasonKind.CONTINUE and reason.detail == ResumeFilter.NEXT:
        return "The next episode of what you are watching"
    if reason.kind == ReasonKind.GENRE and any(card.candidate.reason for card in row.cards):
        return "What you may like, then the most watched"
    return _SUBTITLES[reason.kind]


def row_label(row: Row, locale: str = "en") -> str:
    """ "Row 3, Trending in Germany Today, 20 titles"."""
    count = len(row.cards)
    return f"Row {row.position + 1}, {row_title(row, locale)}, {count} {'title' if count == 1 else 'titles'}"


def card_reason(card: Card) -> str | None:
    """At most 40 characters."""
    reason, seed = card.candidate.reason, card.seed
    if reason is None or seed is None:
        return None
    key = "because", reason.kind
    known: str | None = seed.memo.get(key)
    if known is None:
        verb = "liked" if reason.kind == ReasonKind.BECAUSE_YOU_LIKED else "watched"
        lead = f"Because you {verb} "
        known = seed.memo[key] = lead + _shortened_name(seed.name, CARD_REASON_LENGTH - len(lead))
    return known


FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
"""Unicode's bidirectional algorithm (UAX 9): what stands between them does not turn the text around it."""

_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def isolated(name: str) -> str:
    """A name to stand in a sentence: one with Arabic or Hebrew letters in isolates, so that numbers after it stay
    where they are."""
    if name.isascii() or not any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in name):
        return name
    return f"{FIRST_STRONG_ISOLATE}{name}{POP_ISOLATE}"


def _shortened_name(name: str, length: int) -> str:
    whole = isolated(name)
    return whole if len(whole) <= length else isolated(shorten(name, length - len(whole) + len(name)))


def metadata_line(title: Title, region: Region, genre: str = "") -> str:
    """ "2024 · PG-13 · 2h 4m · Thriller", without unknown parts. `genre`, the row's, is listed first."""
    parts = [str(title.year) if title.year else "", _rating(title, region)]
    if title.kind == TitleKind.SERIES:
        parts.append(_plural(title.season_count, "season"))
    elif title.runtime_seconds:
        parts.append(compact_duration(title.runtime_seconds))
    genres = sorted(title.genres, key=lambda each: each != genre) if genre else title.genres
    parts.extend(genres[:2])
    return " · ".join(part for part in parts if part)


def _rating(title: Title, region: Region) -> str:
    return title.maturity_label_in(region) if title.maturity_age_in(region) is not None else ""


def _plural(count: int | None, word: str) -> str:
    if not count:
        return ""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


FIRST_YEAR_SEASON = 1900
"""Daily shows count their seasons by year."""


def season_label(number: int) -> str:
    """ "Season 2", "Specials", "2026"."""
    if number == 0:
        return "Specials"
    return str(number) if number >= FIRST_YEAR_SEASON else f"Season {number}"


def episode_number(title: Title) -> str:
    """ "S2 E4", "S1 E1-E2" of a double episode, "30 Nov 2026" of one that has a day alone.

    A special is of season 0. "S2" or the name of an episode without a number and a day.
    """
    if title.episode is None:
        if title.air_date is not None:
            return f"{title.air_date.day} {title.air_date:%b %Y}"
        return title.name if title.season is None else f"S{title.season}"
    last = f"-E{title.last_episode}" if title.last_episode else ""
    return f"S{season_number(title)} E{title.episode}{last}"


def spoken_episode_number(title: Title) -> str:
    """ "season 2 episode 4"; as `episode_number`."""
    if title.episode is None:
        if title.air_date is not None:
            return f"of {title.air_date.day} {title.air_date:%B %Y}"
        return title.name if title.season is None else f"season {title.season}"
    last = f" to {title.last_episode}" if title.last_episode else ""
    return f"season {season_number(title)} episode {title.episode}{last}"


def resume_label(resume: Resume, title: Title) -> str:
    """ "S2 E4 · 23 min left", "Next: S2 E5", "New: S3 E1", "1 h 48 min left"; "12 min in" of an unknown length."""
    if resume.kind != ResumeKind.CONTINUE:
        return f"{resume.kind.title()}: {episode_number(title)}"
    lead = [episode_number(title)] if title.kind == TitleKind.EPISODE else []
    if resume.duration_seconds <= 0:
        return " · ".join([*lead, f"{drawn_duration(resume.position_seconds)} in"])
    return " · ".join([*lead, f"{drawn_duration(resume.duration_seconds - resume.position_seconds)} left"])


def spoken_resume(resume: Resume, title: Title) -> str:
    """For screen readers: "season 2 episode 4, 23 minutes left"."""
    episode = spoken_episode_number(title)
    if resume.kind != ResumeKind.CONTINUE:
        return f"next, {episode}" if resume.kind == ResumeKind.NEXT else f"new, {episode}"
    lead = [episode] if title.kind == TitleKind.EPISODE else []
    if resume.duration_seconds <= 0:
        return ", ".join([*lead, f"{spoken_duration(resume.position_seconds)} in"])
    left = spoken_duration(resume.duration_seconds - resume.position_seconds)
    return ", ".join([*lead, f"{left} left"])


def availability_label(ends_at: datetime | None, now: datetime, region: Region) -> str | None:
    """ "Leaves in 3 days", in calendar days of the region; None more than two weeks before."""
    days = None if ends_at is None else days_left(ends_at, now, region)
    if days is None or days > LEAVING_DAYS:
        return None
    if days == 0:
        return "Leaves today"
    return "Leaves tomorrow" if days == 1 else f"Leaves in {days} days"


def spoken_text_key(region: Region) -> str:
    """For `Title.memo`, the same for all cards."""
    return f"spoken in {region}"


def card_label(card: Card, region: Region) -> str:
    """One sentence for screen readers."""
    title = card.title
    key = spoken_text_key(region)
    spoken: str | None = title.memo.get(key)
    if spoken is None:
        is_part = title.kind == TitleKind.EPISODE and title.series_name
        name = f"{title.series_name}, {title.name}" if is_part else title.name
        spoken = title.memo[key] = ", ".join([name, *_spoken_facts(title, region)])
    if card.candidate.resume is not None:
        spoken = f"{spoken}, {spoken_resume(card.candidate.resume, title)}"
    reason = card_reason(card)
    return f"{spoken}, {reason}." if reason else f"{spoken}."


def _spoken_facts(title: Title, region: Region) -> Sequence[str]:
    facts = [title.kind.value]
    if title.year:
        facts.append(str(title.year))
    if title.kind == TitleKind.SERIES and title.season_count:
        facts.append(_plural(title.season_count, "season"))
    elif title.runtime_seconds:
        facts.append(spoken_duration(title.runtime_seconds))
    facts.append(spoken_rating(title.maturity_label_in(region), region))
    return facts
