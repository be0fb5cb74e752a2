"""Names as rating sets write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.importers.film_names import language_hint, parse_film_name


@pytest.mark.parametrize(
    ("text", "name", "year"),
    [
        ("Matrix, The (1999)", "The Matrix", 1999),
        ("Toy Story (1995)", "Toy Story", 1995),
        ("City of Lost Children, The (Cité des enfants perdus, La) (1995)", "The City of Lost Children", 1995),
        ("Seven (a.k.a. Se7en) (1995)", "Seven", 1995),
        ("Léon: The Professional (a.k.a. The Professional) (Léon) (1994)", "Léon: The Professional", 1994),
        ("Misérables, Les (1995)", "Les Misérables", 1995),
        ("Avventura, L' (a.k.a. Adventure, The) (1960)", "L'Avventura", 1960),
        ("(500) Days of Summer (2009)", "(500) Days of Summer", 2009),
        ("Birdman: Or (The Unexpected Virtue of Ignorance) (2014)",
         "Birdman: Or (The Unexpected Virtue of Ignorance)", 2014),
        ("Good Morning, Vietnam (1987)", "Good Morning, Vietnam", 1987),
        ("Babylon 5", "Babylon 5", None),
        ("2001: A Space Odyssey (1968)", "2001: A Space Odyssey", 1968),
        ("96 Minutes (2011) ", "96 Minutes", 2011),
        ("Death Note: Desu nôto (2006–2007)", "Death Note: Desu nôto", 2006),
        ("(1999)", "(1999)", None),
        ("Welle, Die (2008)", "Die Welle", 2008),
        ("Welle, Die (Wave, The) (2008)", "Die Welle", 2008),
        ("Fetten Jahre sind vorbei, Die (2004)", "Die Fetten Jahre sind vorbei", 2004),
        ("Schlacht um Berlin, Die (1973)", "Die Schlacht um Berlin", 1973),
        ("Die, Mommie, Die (2003)", "Die, Mommie, Die", 2003),
        ("Eat, Pray, Die (1990)", "Eat, Pray, Die", 1990),
        ("Tonight They Must Live, Die (1990)", "Tonight They Must Live, Die", 1990),
        ("Aanslag, De (1986)", "De Aanslag", 1986),
        ("Inconfidentes, Os (1972)", "Os Inconfidentes", 1972),
        ("Mariachi, El (1992)", "El Mariachi", 1992),
        ("Vitelloni, I (1953)", "I Vitelloni", 1953),
        ("Me, Myself, I (1992)", "Me, Myself, I", 1992),
        ("Ano em Que Meus Pais Saíram de Férias, O (2006)", "O Ano em Que Meus Pais Saíram de Férias", 2006),
        ("Man som heter Ove, En (2015)", "En Man som heter Ove", 2015),
        ("Batman: Gotham Knight (2008) (V)", "Batman: Gotham Knight", 2008),
        ("Odyssey, The (TV) (1997)", "The Odyssey", 1997),
        ("Band, The (1999/II)", "The Band", 1999),
    ],
)  # fmt: skip
def test_names_are_put_right(text: str, name: str, year: int | None) -> None:
    assert parse_film_name(text) == (name, year)


def test_a_known_language_says_what_is_an_article() -> None:
    assert parse_film_name("Kinder von gestern, Die (1990)", "de") == ("Die Kinder von gestern", 1990)
    assert parse_film_name("Kinder von gestern, Die (1990)", "en") == ("Kinder von gestern, Die", 1990)
    assert parse_film_name("Wave, The (1981)", "de") == ("The Wave", 1981)


@given(st.text(min_size=1).filter(str.strip))
def test_any_text_leaves_a_name(text: str) -> None:
    name, year = parse_film_name(text)
    assert name
    assert year is None or 1870 <= year <= 2100


@given(st.from_regex(r"[A-Za-z][a-z]{0,8}( [A-Z][a-z]{1,8}){0,3}", fullmatch=True), st.integers(1870, 2100))
def test_plain_names_come_back_with_their_year(name: str, year: int) -> None:
    assert parse_film_name(f"{name} ({year})") == (name, year)


def test_articles_hint_at_a_language() -> None:
    assert language_hint("Hate (Haine, La) (1995)") is None
    assert language_hint("Umbrellas of Cherbourg, The (Parapluies de Cherbourg, Les) (1964)") == "fr"
    assert language_hint("Postman, The (Postino, Il) (1994)") == "it"
    assert language_hint("Wave, The (Welle, Die) (2008)") == "de"
    assert language_hint("Die, Mommie, Die (2003)") is None
    assert language_hint("Toy Story (1995)") is None
