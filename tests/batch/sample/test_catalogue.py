"""The invented catalogue: exact counts, the same for the same seed, and fit to be shown."""

from datetime import UTC, datetime, timedelta

import pytest

from batch.sample.catalogue import Work, make_catalogue
from batch.sample.stories import fix_grammar, plural
from batch.sample.vocabulary import language_names, microgenres
from domain.catalog.documents import title_from_document, title_to_document
from domain.catalog.genres import GENRES
from domain.catalog.titles import TitleKind
from domain.ids import Region, is_raw_id

pytestmark = pytest.mark.slow

UNTIL = datetime(2026, 11, 22, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def works() -> list[Work]:
    return make_catalogue(7, 600, UNTIL)


def test_same_seed_makes_the_same_titles_and_another_seed_others(works: list[Work]) -> None:
    again = make_catalogue(7, 600, UNTIL)
    assert [work.title for work in again] == [work.title for work in works]
    assert [work.episodes for work in again] == [work.episodes for work in works]
    assert make_catalogue(8, 600, UNTIL)[0].title != works[0].title


def test_exactly_as_many_titles_as_asked_for(works: list[Work]) -> None:
    assert [len(make_catalogue(3, count, UNTIL)) for count in (1, 2, 25)] == [1, 2, 25]
    assert len(works) == 600
    ids = [work.title.id for work in works] + [one.id for work in works for one in work.episodes]
    assert len(set(ids)) == len(ids)
    assert all(is_raw_id(one) for one in ids)


def test_seven_in_ten_are_movies_and_only_series_have_episodes(works: list[Work]) -> None:
    movies = [work for work in works if work.title.kind == TitleKind.MOVIE]
    assert 0.65 <= len(movies) / len(works) <= 0.78
    assert not any(work.episodes for work in movies)
    for work in works:
        if work.title.kind == TitleKind.SERIES:
            assert work.title.episode_count == len(work.episodes) > 0
            assert {one.series_id for one in work.episodes} == {work.title.id}
            assert work.title.season_count == max(one.season or 0 for one in work.episodes)


def test_no_name_twice_and_no_slot_left_open(works: list[Work]) -> None:
    names = [work.title.name for work in works]
    assert len(set(names)) == len(names)
    texts = [text for work in works for text in (work.title.name, work.title.synopsis)]
    texts += [text for work in works for one in work.episodes for text in (one.name, one.synopsis)]
    assert not [text for text in texts if "{" in text or "}" in text or "  " in text or not text]


def test_synopses_are_two_to_four_sentences_and_name_the_hero_or_place(works: list[Work]) -> None:
    assert all(2 <= work.title.synopsis.count(". ") + 1 <= 5 for work in works)
    assert all(90 <= len(work.title.synopsis) <= 420 for work in works)


def test_windows_cover_every_kind_of_licence(works: list[Work]) -> None:
    worldwide = sum(work.title.windows[0].regions == () for work in works)
    ended = sum(all(one.ends_at and one.ends_at <= UNTIL for one in work.title.windows) for work in works)
    soon = sum(
        any(one.ends_at and UNTIL < one.ends_at < UNTIL + timedelta(days=30) for one in work.title.windows)
        for work in works
    )
    future = sum(work.title.launched_at > UNTIL for work in works)
    fresh = sum(UNTIL - timedelta(days=30) < work.title.launched_at <= UNTIL for work in works)
    assert worldwide > 0.6 * len(works)
    assert min(ended, soon, future) > 0
    assert fresh >= 20


def test_titles_have_the_labels_of_their_regions_boards_and_ages_elsewhere(works: list[Work]) -> None:
    rated = [work.title for work in works if work.title.maturity_age == 12]
    films = {title.maturity_label_in(Region("US")) for title in rated if title.kind == TitleKind.MOVIE}
    series = {title.maturity_label_in(Region("US")) for title in rated if title.kind == TitleKind.SERIES}
    assert (films, series) == ({"PG-13"}, {"TV-14"})
    assert {title.maturity_label_in(Region("NZ")) for title in rated} == {"12+"}


def test_kids_have_enough_to_watch_and_some_titles_are_unrated(works: list[Work]) -> None:
    ages = [work.title.maturity_age for work in works]
    assert sum(age is not None and age <= 7 for age in ages) > 0.2 * len(ages)
    assert 0 < sum(age is None for age in ages) < 0.1 * len(ages)


def test_a_few_titles_come_with_the_dearest_plan_only_their_episodes_too(works: list[Work]) -> None:
    dear = [work for work in works if work.title.plans]
    assert {work.title.plans for work in dear} == {("premium",)}
    assert len(dear) == 18
    assert {one.plans for work in works for one in work.episodes if not work.title.plans} == {()}
    assert {one.plans for work in dear for one in work.episodes} == {("premium",)}


def test_three_titles_in_five_say_where_their_credits_begin(works: list[Work]) -> None:
    played = [title for work in works for title in (work.title, *work.episodes) if title.runtime_seconds]
    marked = [title for title in played if title.credits_seconds]
    assert 0.55 < len(marked) / len(played) < 0.65
    for title in marked:
        assert title.credits_seconds is not None
        assert 0.93 < title.credits_seconds / (title.runtime_seconds or 0) < 0.99
    assert not any(work.title.credits_seconds for work in works if work.episodes)


def test_sequels_share_franchise_language_and_genres(works: list[Work]) -> None:
    by_franchise: dict[str, list[Work]] = {}
    for work in works:
        if work.title.franchise:
            by_franchise.setdefault(work.title.franchise, []).append(work)
    complete = [group for group in by_franchise.values() if len(group) > 1]
    assert complete
    for group in complete:
        assert len({(work.title.language, work.title.genres) for work in group}) == 1


def test_titles_survive_storage(works: list[Work]) -> None:
    assert all(title_from_document(title_to_document(work.title)) == work.title for work in works)


def test_vocabulary_is_complete() -> None:
    assert len({strand.id for strand in microgenres()}) == len(microgenres()) >= 35
    assert {genre for strand in microgenres() for genre in strand.genres} <= set(GENRES)
    assert all(
        min(len(strand.openings), len(strand.turns), len(strand.roles)) >= 5 for strand in microgenres()
    )
    assert all(len(tongue.places) >= 50 for tongue in language_names().values())


@pytest.mark.parametrize(
    ("noun", "many"), [("Vault", "Vaults"), ("Witness", "Witness"), ("Alley", "Alleys"), ("Fancy", "Fancies")]
)
def test_plurals(noun: str, many: str) -> None:
    assert plural(noun) == many


def test_articles_and_possessives_are_tidied() -> None:
    assert fix_grammar("A Honest Vault") == "A Honest Vault"
    assert fix_grammar("A Iron Badge") == "An Iron Badge"
    assert fix_grammar("Palmares's Redline") == "Palmares' Redline"
