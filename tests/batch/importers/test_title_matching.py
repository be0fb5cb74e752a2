"""Which title of the catalogue an entry of a viewing export means."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.importers.name_keys import name_key, without_brackets
from batch.importers.netflix_export import readings_of, season_number
from batch.importers.title_matching import (
    Ambiguous,
    CatalogueNames,
    KnownTitle,
    Match,
    match_readings,
)
from batch.importers.viewing_entries import Reading
from domain.catalog.titles import TitleKind
from domain.ids import TitleId

MOVIE, SERIES, EPISODE = TitleKind


def movie(
    title_id: str, *names: str, year: int | None = 2020, imdb_id: str | None = None, work: str | None = None
) -> KnownTitle:
    return KnownTitle(TitleId(title_id), MOVIE, names, year, 6000, imdb_id, work_id=work)


def series(title_id: str, *names: str, year: int | None = 2019) -> KnownTitle:
    return KnownTitle(TitleId(title_id), SERIES, names, year)


def episode(show: str, season: int, number: int, *names: str, last: int | None = None) -> KnownTitle:
    return KnownTitle(
        TitleId(f"{show}-{season}-{number}"),
        EPISODE,
        names,
        None,
        2700,
        None,
        TitleId(show),
        season,
        number,
        last,
    )


EPISODES = {
    "quay": [
        episode("quay", 1, 1, "Ebb"),
        episode("quay", 1, 2, "Flood"),
        episode("quay", 2, 1, "Ebb", "Ebbe"),
        episode("quay", 2, 2, "Neap: A Beginning", last=3),
    ],
    "quay-home": [episode("quay-home", 1, 1, "Unpacking")],
    "desk-us": [episode("desk-us", 1, 1, "Monday")],
    "desk-uk": [episode("desk-uk", 1, 1, "Monday")],
    "one": [episode("one", 1, 4, "Alone")],
}
TITLES = [
    movie("lamp", "The Lamp", "La Lampe", "Лампа"),
    movie("salt-19", "Salt & Rope", year=2019),
    movie("salt-24", "Salt and Rope", year=2024),
    movie("kite-a", "Kite", imdb_id="tt0000077"),
    movie("kite-b", "Kite", imdb_id="tt0000077"),
    movie("spark-a", "Spark", imdb_id="tt0000078", work="w1"),
    movie("spark-b", "Spark", work="w1"),
    movie("quay-film", "The Quay: Low Water"),
    movie("tmdb-movie-12", "Numbered", year=None),
    series("quay", "The Quay", "Der Kai"),
    series("quay-home", "The Quay: Home"),
    series("desk-us", "The Desk (U.S.)"),
    series("desk-uk", "The Desk (U.K.)"),
    series("one", "One Room"),
]


TEXTS = st.lists(
    st.sampled_from(["Quay", "The Lamp", "1984", "Season", "Ö", "燈", "Part 2"]), min_size=1, max_size=3
).map(": ".join)


@pytest.fixture
def names() -> CatalogueNames:
    def load(show: TitleId) -> Sequence[KnownTitle]:
        return EPISODES[show]

    known = CatalogueNames(load)
    known.add(TITLES)
    return known


def found(match: Match) -> str:
    if isinstance(match, KnownTitle):
        return match.id
    if isinstance(match, Ambiguous):
        return "several: " + " ".join(title.id for title in match.candidates)
    return match.reason


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The Lamp", "lamp"),
        ("LA LAMPE", "lamp"),
        ("ЛАМПА", "lamp"),
        ("Kite", "kite-a"),
        ("Spark", "spark-a"),
        ("The Quay: Low Water", "quay-film"),
        ("The Quay: Season 1: Ebb", "quay-1-1"),
        ("The Quay: Season 2: Ebb", "quay-2-1"),
        ("Der Kai: Staffel 2: Ebbe", "quay-2-1"),
        ("The Quay: Temporada 1: Flood", "quay-1-2"),
        ("The Quay : Saison 1 : Flood", "quay-1-2"),
        ("The Quay: Part 2: Neap: A Beginning", "quay-2-2"),
        ("The Quay: Season 2: Episode 3", "quay-2-2"),
        ("The Quay: Flood", "quay-1-2"),
        ("The Quay: The Quay 2: Ebb", "quay-2-1"),
        ("The Quay: A Season With a Name: Flood", "quay-1-2"),
        ("The Quay: Home: Limited Series: Unpacking", "quay-home-1-1"),
        ("The Desk (U.K.): Series 1: Monday", "desk-uk-1-1"),
        ("One Room: Episode 4", "one-1-4"),
        ("Salt and Rope", "several: salt-19 salt-24"),
        ("The Desk: Season 1: Monday", "several: desk-us-1-1 desk-uk-1-1"),
        ("The Quay: Ebb", "several: quay-1-1 quay-2-1"),
        ("The Quay", "a series, and the export names no episode"),
        ("The Quay: Season 3: Spring", "the series is here, but not the season 3 episode 'Spring'"),
        ("The Quay: Season 1: Episode 9", "the series is here, but not season 1 episode 9"),
        ("Nothing Like It: Season 1: Ebb", "no title of this name"),
        ("Nothing Like It", "no title of this name"),
    ],
)
def test_texts_of_netflix_find_their_titles(names: CatalogueNames, text: str, title: str) -> None:
    assert found(match_readings(names, readings_of(text))) == title


@pytest.mark.parametrize(
    ("reading", "title"),
    [
        (Reading("Salt & Rope", 2019), "salt-19"),
        (Reading("Salt & Rope", 2023), "salt-24"),
        (Reading("Salt & Rope", 2021), "no movie of this name from 2021; there is one from 2019, 2024"),
        (Reading("Another Name", 1999, imdb_id="tt0000077"), "kite-a"),
        (Reading("Another Name", 1999, tmdb_id=12), "tmdb-movie-12"),
        (Reading("Numbered", 1999), "tmdb-movie-12"),
        (Reading("The Quay", 2019, True, 2, 3, "Whatever"), "quay-2-2"),
        (Reading("The Quay", 2001, True, 2, 3), "no title of this name"),
    ],
)
def test_ids_come_first_then_name_and_year(names: CatalogueNames, reading: Reading, title: str) -> None:
    assert found(match_readings(names, [reading])) == title


@pytest.mark.parametrize(
    ("label", "season"),
    [
        ("Season 2", 2), ("Staffel 12", 12), ("Temporada 1", 1), ("2. Sezon", 2), ("시즌 3", 3), ("シーズン2", 2),
        ("第2季", 2), ("Limited Series", 1), ("Miniserie", 1), ("Volume 4", 4), ("The Quay 4", 4), ("Specials", 0),
        ("A Long Winter", None), ("Season of the Witch", None), ("", None),
    ],
)  # fmt: skip
def test_seasons_in_many_languages(label: str, season: int | None) -> None:
    assert season_number(label) == season


@given(
    names=st.tuples(TEXTS, TEXTS),
    label=st.sampled_from(["Season 3", "Staffel 3", "Temporada 3", "Saison 3", "Part 3", "第3季", "시즌 3"]),
    colon=st.sampled_from([": ", " : ", "：", "： "]),
)
def test_however_many_colons_names_have_the_right_reading_is_among_them(
    names: tuple[str, str], label: str, colon: str
) -> None:
    show, part = names
    readings = readings_of(f"{show}{colon}{label}{colon}{part}")
    assert (show, 3, part) in [(one.name, one.season, one.episode_name) for one in readings]
    assert readings[0].name == f"{show}{colon}{label}{colon}{part}", "a film may be called so, too"


def test_names_are_compared_without_accents_signs_and_case() -> None:
    same = [
        "Amélie’s Café & Bar",
        "AMELIES CAFE AND BAR",
        "Ame\u0301lie's  Cafe: & Bar!",
        "amelies-cafe and bar",
    ]
    assert len({name_key(name) for name in same}) == 1
    assert name_key("Straße") == name_key("STRASSE")
    assert name_key("か") != name_key("が")
    assert [name_key("!!!"), name_key("…")] == ["!!!", "…"]
    assert name_key("7+1") != name_key("71")
    assert without_brackets("The Desk (U.S.)") == "The Desk"
    assert without_brackets("(500) Steps") == "(500) Steps"
    assert without_brackets("(What)") == "(What)"
