"""Display text: singular, plural and spoken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, Tier
from domain.catalog.titles import Title, TitleKind
from domain.ids import GLOBAL, Region, TitleId
from domain.layouts.model import RowSpec, RowStyle
from domain.layouts.row_kinds import RowSource
from domain.page.model import Card, Row
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.continue_watching import Resume
from resolvers.display_text import (
    availability_label,
    card_label,
    card_reason,
    metadata_line,
    row_label,
    row_subtitle,
    row_title,
)
from tests.domain.made import DE, NOW, US, a_title, an_episode

SERIES = a_title("s1", kind=TitleKind.SERIES, name="Tidewater", season_count=2, runtime_seconds=2700)
EPISODE = an_episode("s1", 2, 4, name="The Gauge", series_name="Tidewater", genres=("Drama", "Crime"))


def a_card(
    title: Title, resume: Resume | None = None, reason: Reason | None = None, seed: Title | None = None
) -> Card:
    return Card(title, Candidate(title.id, "test", reason, resume=resume), 0, seed)


def a_row(
    reason: Reason, cards: int = 20, seed: Title | None = None, position: int = 0, **options: str | bool
) -> Row:
    repeats = bool(options.pop("chart", False))
    spec = RowSpec("row", RowSource.TRENDING, RowStyle.SHELF, options={k: str(v) for k, v in options.items()})
    row_candidates = RowCandidates(spec, (), reason, FreshnessSource.BATCH, NOW, repeats=repeats)
    return Row(row_candidates, position, tuple(a_card(a_title(f"m{n}")) for n in range(cards)), seed)


def trending(detail: str) -> Reason:
    return Reason(ReasonKind.TRENDING, detail=detail)


@pytest.mark.parametrize(
    ("row", "title"),
    [
        (a_row(Reason(ReasonKind.CONTINUE)), "Continue Watching"),
        (a_row(Reason(ReasonKind.TASTE)), "Top Picks for You"),
        (a_row(Reason(ReasonKind.POPULAR, detail="DE")), "Popular in Germany"),
        (a_row(Reason(ReasonKind.POPULAR, detail="NZ")), "Popular in New Zealand"),
        (a_row(Reason(ReasonKind.POPULAR, detail="DE:more")), "More Popular in Germany"),
        (a_row(Reason(ReasonKind.POPULAR, detail=GLOBAL)), "Popular around the World"),
        (a_row(Reason(ReasonKind.NEW)), "New Releases"),
        (a_row(Reason(ReasonKind.MY_LIST)), "My List"),
        (a_row(Reason(ReasonKind.ONBOARDING)), "What Do You Like?"),
        (a_row(Reason(ReasonKind.WATCH_AGAIN)), "Watch Again"),
        (a_row(Reason(ReasonKind.LEAVING)), "Leaving Soon"),
        (a_row(Reason(ReasonKind.EDITORIAL)), "Editors' Picks"),
        (a_row(Reason(ReasonKind.GENRE, detail="Film Noir")), "Film Noir"),
        (a_row(Reason(ReasonKind.BECAUSE_YOU_WATCHED), seed=SERIES), "Because you watched Tidewater"),
        (a_row(Reason(ReasonKind.BECAUSE_YOU_LIKED), seed=SERIES), "Because you liked Tidewater"),
        (a_row(trending("US:day")), "Trending in the United States Today"),
        (a_row(trending("GLOBAL:week")), "Trending Everywhere This Week"),
        (a_row(trending("DE:hour"), genre="Crime"), "Trending Crime in Germany This Hour"),
        (a_row(trending("DE:day"), 10, chart=True), "Top 10 in Germany Today"),
        (a_row(trending("GLOBAL:day"), 4, chart=True), "Top 4 Everywhere Today"),
        (a_row(trending("DE:day"), 1, chart=True), "Most Watched in Germany Today"),
    ],
)
def test_row_titles(row: Row, title: str) -> None:
    assert row_title(row) == title


@pytest.mark.parametrize(
    ("words", "locale", "title"),
    [
        ({"en": "Made for Tonight", "de": "Für heute Abend"}, "de-AT", "Für heute Abend"),
        ({"en": "Made for Tonight"}, "fr", "Made for Tonight"),
        ({"de": "Für heute Abend"}, "fr", "Top Picks for You"),
        ({"en": "If you liked {pivot}"}, "en", "Top Picks for You"),
    ],
)
def test_a_designers_words_stand_where_there_are_some(words: dict[str, str], locale: str, title: str) -> None:
    row = titled(a_row(Reason(ReasonKind.TASTE)), words)
    assert row_title(row, locale) == title
    assert row_label(row, locale).startswith(f"Row 1, {title}, ")


def test_a_designers_words_may_name_the_title_a_row_is_about() -> None:
    row = a_row(Reason(ReasonKind.BECAUSE_YOU_WATCHED), seed=SERIES)
    assert row_title(titled(row, {"en": "More like {pivot}"})) == "More like Tidewater"


def test_a_designers_words_never_stand_over_what_is_there_instead() -> None:
    words = {"en": "Chosen by Us"}
    popular = titled(a_row(Reason(ReasonKind.POPULAR, detail="DE")), words)
    assert row_title(popular) == "Popular in Germany"
    stand_in = titled(a_row(Reason(ReasonKind.TASTE)), words)
    stand_in = replace(stand_in, candidates=replace(stand_in.candidates, tier=Tier.SIMILAR))
    assert row_title(stand_in) == "Top Picks for You"


def titled(row: Row, words: dict[str, str]) -> Row:
    row_candidates = row.candidates
    return replace(row, candidates=replace(row_candidates, spec=replace(row_candidates.spec, title=words)))


def test_every_kind_of_row_says_why_it_is_there() -> None:
    subtitles = {kind: row_subtitle(a_row(Reason(kind, detail="DE:day"))) for kind in ReasonKind}
    assert subtitles == {
        ReasonKind.LEAVING: "Your last chance to watch these",
        ReasonKind.EDITORIAL: "Chosen by our editors",
        ReasonKind.CONTINUE: "Pick up where you left off",
        ReasonKind.TASTE: "Chosen from what you watch and like",
        ReasonKind.BECAUSE_YOU_WATCHED: "People who enjoyed it enjoyed these too",
        ReasonKind.BECAUSE_YOU_LIKED: "People who liked it liked these too",
        ReasonKind.POPULAR: "Loved by many. Watch a little, and this row becomes yours",
        ReasonKind.TRENDING: "Watched more than usual right now",
        ReasonKind.NEW: "The latest arrivals",
        ReasonKind.GENRE: "The most watched of this genre",
        ReasonKind.MY_LIST: "What you saved for later",
        ReasonKind.ONBOARDING: "Give a thumb up to what you like, and this page becomes yours",
        ReasonKind.WATCH_AGAIN: "Loved once, worth another evening",
    }


def test_next_up_kept_apart_has_a_name_of_its_own() -> None:
    row = a_row(Reason(ReasonKind.CONTINUE, detail="next"))
    assert row_title(row) == "Next Up"
    assert row_subtitle(row) == "The next episode of what you are watching"
    assert row_title(a_row(Reason(ReasonKind.CONTINUE, detail="continue"))) == "Continue Watching"


def test_a_stand_in_does_not_promise_to_become_personal() -> None:
    row = a_row(Reason(ReasonKind.POPULAR, detail="DE"))
    stand_in = replace(row, candidates=replace(row.candidates, tier=Tier.REGIONAL))
    assert row_subtitle(stand_in) == "Loved by many"


def test_a_row_is_spoken_with_its_place_and_length() -> None:
    assert row_label(a_row(trending("DE:day"), position=2)) == "Row 3, Trending in Germany Today, 20 titles"
    assert row_label(a_row(Reason(ReasonKind.MY_LIST), cards=1)) == "Row 1, My List, 1 title"


@pytest.mark.parametrize(
    ("title", "region", "line"),
    [
        (a_title("a", maturity_age=13), US, "2024 · 13+ · 2h 4m · Thriller"),
        (a_title("a", maturity_age=13), DE, "2024 · 13+ · 2h 4m · Thriller"),
        (a_title("a", maturity_age=None, year=None, runtime_seconds=None), DE, "Thriller"),
        (a_title("a", genres=("Drama", "Crime", "War")), DE, "2024 · 0+ · 2h 4m · Drama · Crime"),
        (SERIES, DE, "2024 · 0+ · 2 seasons · Thriller"),
        (a_title("a", kind=TitleKind.SERIES, season_count=1), DE, "2024 · 0+ · 1 season · Thriller"),
        (a_title("a", kind=TitleKind.SERIES), DE, "2024 · 0+ · Thriller"),
        (EPISODE, DE, "2024 · 0+ · 45m · Drama · Crime"),
    ],
)
def test_metadata_lines(title: Title, region: Region, line: str) -> None:
    assert metadata_line(title, region) == line


@pytest.mark.parametrize(
    ("genre", "named"), [("War", "War · Drama"), ("Crime", "Crime · Drama"), ("Western", "Drama · Crime")]
)
def test_in_a_row_of_a_genre_that_genre_is_named_first(genre: str, named: str) -> None:
    title = a_title("a", genres=("Drama", "Crime", "War"))
    assert metadata_line(title, DE, genre) == f"2024 · 0+ · 2h 4m · {named}"


@pytest.mark.parametrize(
    ("title", "spoken"),
    [
        (SERIES, "Tidewater, series, 2024, 2 seasons, suitable for all ages."),
        (
            a_title("a", runtime_seconds=60, year=None, maturity_age=None),
            "Movie a, movie, 1 minute, not rated.",
        ),
        (
            an_episode("s1", 1, 1, series_name=None, maturity_age=12),
            "Part 1, episode, 2024, 45 minutes, suitable from age 12.",
        ),
    ],
)
def test_cards_are_spoken_as_one_sentence(title: Title, spoken: str) -> None:
    assert card_label(a_card(title), DE) == spoken


def test_a_card_names_its_reason_only_with_a_seed_that_may_be_shown() -> None:
    reason = Reason(ReasonKind.BECAUSE_YOU_LIKED, seed=TitleId("s1"))
    assert card_reason(a_card(a_title("m1"), reason=reason)) is None
    assert card_reason(a_card(a_title("m1"), seed=SERIES)) is None
    assert card_reason(a_card(a_title("m1"), reason=reason, seed=SERIES)) == "Because you liked Tidewater"


@given(
    st.text(min_size=1, max_size=80),
    st.sampled_from([ReasonKind.BECAUSE_YOU_LIKED, ReasonKind.BECAUSE_YOU_WATCHED]),
)
def test_card_reasons_fit_in_forty_characters(name: str, kind: ReasonKind) -> None:
    seed = a_title("s", name=name)
    text = card_reason(a_card(a_title("m1"), reason=Reason(kind, seed=seed.id), seed=seed))
    assert text is not None
    assert len(text) <= 40


@pytest.mark.parametrize(
    ("left", "label"),
    [
        (None, None),
        (timedelta(days=15), None),
        (timedelta(days=14, hours=3), "Leaves in 14 days"),
        (timedelta(hours=47), "Leaves in 2 days"),
        (timedelta(hours=19), "Leaves tomorrow"),
        (timedelta(hours=4), "Leaves tomorrow"),
        (timedelta(hours=3), "Leaves today"),
    ],
)
def test_titles_that_leave_soon_say_when_in_days_of_the_market(
    left: timedelta | None, label: str | None
) -> None:
    """It is nine in the evening in Germany; a licence that ends at midnight ends today."""
    assert availability_label(left and NOW + left, NOW, DE) == label
