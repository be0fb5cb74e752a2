"""What rating sets lack is derived: always alike, and with sense."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.importers.derivation import (
    REGIONS,
    FilmRecord,
    derive_launch,
    derive_maturity_age,
    derive_runtime,
    derive_title,
    draw,
)
from batch.importers.history import history_shift
from batch.importers.members import derive_account, favourite_genres
from domain.catalog.genres import GENRES
from domain.ids import TitleId

NEWEST = datetime(2018, 9, 24, 14, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("genres", "age"),
    [
        (("Animation", "Family"), 0),
        (("Adventure", "Family"), 6),
        (("Animation", "Comedy"), 12),
        (("Horror", "Family"), 12),
        (("Comedy",), 12),
        (("Crime", "Drama"), 16),
        (("War",), 16),
        (("Documentary",), None),
        ((), None),
    ],
)
def test_maturity_follows_the_genres(genres: tuple[str, ...], age: int | None) -> None:
    assert derive_maturity_age("tt0000001", genres) == age


def test_horror_is_16_or_18_and_adult_films_18() -> None:
    ages = [derive_maturity_age(f"tt{number:07}", ("Horror",)) for number in range(400)]
    assert set(ages) == {16, 18}
    assert ages.count(18) == pytest.approx(100, abs=30)
    assert derive_maturity_age("tt1", (), adult=True) == 18


@given(st.text(max_size=12), st.lists(st.sampled_from(GENRES), max_size=5, unique=True))
def test_derived_titles_are_whole_and_always_the_same(key: str, genres: list[str]) -> None:
    facts = FilmRecord(TitleId(key), "Name", 1999, tuple(genres), None)
    moved = timedelta(days=3)
    title = derive_title(facts, NEWEST, moved)
    assert title == derive_title(facts, NEWEST, moved)
    assert 5 * 60 <= (title.runtime_seconds or 0) <= 160 * 60
    assert title.windows
    assert set(title.windows[0].regions) <= set(REGIONS)
    assert (title.launched_at - moved).year == 1999
    assert "kind" in title.derived


def test_draws_are_even_and_differ_by_purpose() -> None:
    draws = [draw(str(number), "x") for number in range(2_000)]
    assert sum(draws) / len(draws) == pytest.approx(0.5, abs=0.03)
    assert draw("1", "x") != draw("1", "y")


@given(st.integers(1900, 2030))
def test_no_title_is_launched_after_the_data_ends(year: int) -> None:
    assert derive_launch("tt1", year, NEWEST) < NEWEST


def test_shorts_are_short() -> None:
    assert derive_runtime("a", ("Short", "Drama")) < 30 * 60 < derive_runtime("a", ("Drama",))


def test_favourites_are_the_genres_most_often_liked() -> None:
    liked = [("Drama", "Crime"), ("Drama",), ("Comedy", "Crime"), ("War",)]
    assert favourite_genres(liked) == ("Crime", "Drama", "Comedy")
    assert favourite_genres([]) == ()


def test_households_hold_one_to_five_neighbours() -> None:
    accounts = [derive_account("ml", person, NEWEST).id for person in range(1, 611)]
    sizes = [accounts.count(account) for account in dict.fromkeys(accounts)]
    assert min(sizes) >= 1
    assert max(sizes) <= 4
    assert accounts == sorted(accounts, key=accounts.index)
    assert accounts == [derive_account("ml", person, NEWEST).id for person in range(1, 611)]


INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2025, 1, 1), timezones=st.just(UTC))


@given(INSTANTS, INSTANTS)
def test_history_shifted_to_a_date_ends_on_it_with_times_of_day_kept(
    newest: datetime, target: datetime
) -> None:
    shift = history_shift(newest, target, whole_days=True, now=datetime(2030, 1, 1, tzinfo=UTC))
    assert (newest + shift).date() == target.date()
    assert (newest + shift).time() == newest.time()


@given(INSTANTS, INSTANTS)
def test_history_shifted_to_an_instant_ends_there(newest: datetime, target: datetime) -> None:
    assert newest + history_shift(newest, target, whole_days=False, now=target) == target


def test_history_never_ends_in_the_future_of_today() -> None:
    newest = datetime(2018, 9, 24, 23, tzinfo=UTC)
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert (newest + history_shift(newest, now, whole_days=True, now=now)).date().isoformat() == "2026-11-21"
    assert history_shift(newest, None, whole_days=False, now=now) == timedelta(0)
