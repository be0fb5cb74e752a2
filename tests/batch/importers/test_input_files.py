"""Files that are missing, cut off, wrongly encoded or broken: one clear sentence each."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from batch.importers.input_files import BrokenRows, Problems, read_lines
from batch.importers.movielens import MovieLens
from batch.importers.movietweetings import MovieTweetings
from batch.importers.rating_set import RatingStatistics, collect_statistics
from domain.errors import BadInput
from tests.batch.rating_files import LINKS, MOVIES, RATINGS, write_movielens, write_movietweetings


def read(files: MovieLens | MovieTweetings) -> RatingStatistics:
    films = files.read_films({})
    found = collect_statistics(files.ratings_path, lambda: files.read_ratings(films, files.problems))
    files.problems.raise_if_any()
    return found


def test_a_whole_set_is_read(tmp_path: Path) -> None:
    found = read(MovieLens(write_movielens(tmp_path), Problems()))
    assert (found.ratings, found.newest_second, len(found.people)) == (6, 1_000_086_400, 3)
    assert found.people[2] == (3, 1_000_086_400)
    assert found.choose_demo_person() == 2


def test_the_demo_gets_an_active_person_with_a_long_but_incomplete_history() -> None:
    long_ago, lately = 1, 100
    people = {1: (400, long_ago), 2: (2700, lately), 3: (390, lately), 4: (20, lately), 5: (300, long_ago)}
    everybody = people | dict.fromkeys(range(6, 10), (400, long_ago))
    assert RatingStatistics(ratings=1, newest_second=lately, people=everybody).choose_demo_person() == 3
    assert RatingStatistics().choose_demo_person() is None


def test_films_have_imdb_ids_names_and_known_genres(tmp_path: Path) -> None:
    films = MovieLens(write_movielens(tmp_path), Problems()).read_films({})
    assert {key: film.id for key, film in films.items()} == {
        "1": "tt0114709", "2": "tt0133093", "3": "tt0114369", "4": "ml-4",
    }  # fmt: skip
    assert (films["2"].name, films["2"].year) == ("The Matrix", 1999)
    assert films["1"].genres == ("Adventure", "Animation", "Family", "Comedy", "Fantasy")
    assert films["4"].genres == ()


@pytest.mark.parametrize(
    ("file", "content", "place", "what"),
    [
        ("ratings", RATINGS + "7,2,six,1000\n", "ratings.csv, line 8", "rating 'six' is not from 0.5 to 5"),
        ("ratings", RATINGS + "7,2,5.5,1000\n", "ratings.csv, line 8", "rating '5.5' is not from 0.5 to 5"),
        ("ratings", RATINGS + "7,99,5,1000\n", "ratings.csv, line 8", "movieId '99' is not in movies.csv"),
        ("ratings", RATINGS + "x,1,5,1000\n", "ratings.csv, line 8", "userId 'x' is not a number"),
        ("ratings", RATINGS + "7,1,5,-1\n", "ratings.csv, line 8", "timestamp '-1' is not a time"),
        ("ratings", RATINGS + "7,1,5,9999999999999\n", "ratings.csv, line 8", "is not a time"),
        ("ratings", RATINGS + "7,1\n", "ratings.csv, line 8", "has 2 columns, expected 4"),
        ("movies", MOVIES + "5,,Drama\n", "movies.csv, line 6", "needs a number and a title"),
        ("movies", MOVIES + "1,Again (1995),Drama\n", "movies.csv, line 6", "movie 1 occurs twice"),
        (
            "ratings",
            RATINGS + "7,1,3.5,1000000001\n",
            "ratings.csv, line 8",
            "has rated film 1 on line 7 already",
        ),
        ("links", LINKS + "1,0114709,862\n", "links.csv, line 6", "movie 1 occurs twice; keep one line"),
        ("links", LINKS + "5,ttx,1\n", "links.csv, line 6", "imdbId 'ttx' is not a number"),
    ],
)
def test_broken_rows_are_named_or_counted(
    tmp_path: Path, file: str, content: str, place: str, what: str
) -> None:
    folder = write_movielens(tmp_path, **{file: content})
    with pytest.raises(BrokenRows) as caught:
        read(MovieLens(folder, Problems()))
    assert place in str(caught.value)
    assert what in str(caught.value)
    assert "nothing was written" in str(caught.value)
    skipping = Problems(skip=True)
    assert read(MovieLens(folder, skipping)).ratings == 6
    assert skipping.count == 1


def test_a_film_of_movietweetings_that_occurs_twice_is_named(tmp_path: Path) -> None:
    folder = write_movietweetings(tmp_path, movies="0133093::The Matrix (1999)::Action\n" * 2)
    with pytest.raises(BrokenRows, match=r"movies.dat, line 2: film 0133093 occurs twice; keep one line"):
        read(MovieTweetings(folder, Problems()))


def test_the_fifth_broken_row_ends_the_reading(tmp_path: Path) -> None:
    folder = write_movielens(tmp_path, ratings=RATINGS + "x,1,5,1\n" * 1_000)
    with pytest.raises(BrokenRows) as caught:
        read(MovieLens(folder, Problems()))
    assert str(caught.value).count("userId 'x'") == 5


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("ratings.csv", b"", "is empty; expected a header with the columns userId"),
        ("ratings.csv", b"userId,movieId,stars\n1,1,4\n", "has no column rating, timestamp"),
        ("ratings.csv", b"userId,movieId,rating,timestamp\n", "has no valid rating"),
        ("movies.csv", "movieId,title,genres\n1,Misérables,Drama\n".encode("latin-1"), "is not UTF-8 text"),
        ("ratings.csv", (RATINGS + "1,3,4.0,1000000000\n").encode(), "person 1 appears again; sort the file"),
    ],
)
def test_unusable_files_are_reported_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, what: str
) -> None:
    folder = write_movielens(tmp_path)
    (folder / name).write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read(MovieLens(folder, Problems()))
    assert str(folder / name) in str(caught.value)
    assert what in str(caught.value)


def test_missing_folders_and_files_are_reported(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not a folder"):
        MovieLens(tmp_path / "no", Problems())
    (write_movielens(tmp_path) / "links.csv").unlink()
    with pytest.raises(BadInput, match=r"has no links\.csv"):
        MovieLens(tmp_path, Problems())
    with pytest.raises(BadInput, match=r"has no movies\.dat and no ratings\.dat"):
        MovieTweetings(tmp_path, Problems())


def cut(path: Path) -> None:
    path.write_bytes(gzip.compress(b'{"id": 1}\n' * 10_000)[:-20])


def damage(path: Path) -> None:
    path.write_bytes(gzip.compress(b'{"id": 1}\n' * 10_000)[:40] + b"damage" * 9)


@pytest.mark.parametrize("spoil", [cut, damage])
def test_truncated_gzip_is_reported(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = tmp_path / "titles.jsonl.gz"
    spoil(path)
    with pytest.raises(BadInput, match="is not a whole gzip file"):
        list(read_lines(path))


@pytest.mark.parametrize("name", ["titles.jsonl", "titles.jsonl.gz", "titles"])
@pytest.mark.parametrize("pack", [gzip.compress, bytes])
def test_the_content_tells_whether_a_file_is_gzipped(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    (tmp_path / name).write_bytes(pack(b"\xef\xbb\xbfone\r\ntwo"))
    assert list(read_lines(tmp_path / name)) == ["one\r\n", "two"]


def zipped(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("diary.csv", text)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (zipped("Date,Name,Year,Letterboxd URI\n" * 99), "is a ZIP archive or a spreadsheet; give a file of"),
        ("Title,Date\n".encode("utf-16"), "is UTF-16 text; .* iconv -f UTF-16"),
        (lzma.compress(b"x" * 999), "is compressed with xz"),
        (bz2.compress(b"x" * 999), "is compressed with bzip2"),
        ("Café".encode("latin-1"), "is not UTF-8 text"),
    ],
)
def test_what_is_no_text_is_called_by_its_kind(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "export").write_bytes(content)
    with pytest.raises(BadInput, match=what):
        list(read_lines(tmp_path / "export"))


def test_movietweetings_maps_tenths_to_stars(tmp_path: Path) -> None:
    files = MovieTweetings(write_movietweetings(tmp_path), Problems())
    films = files.read_films({})
    stars = [rating.stars for _, rating in files.read_ratings(films, files.problems)]
    assert stars == [5.0, 0.5, 3.5]
    assert [film.id for film in films.values()] == ["tt0133093", "tt0468569", "tt0000008"]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("3::0133093::11::1381945744", "rating '11' is not from 0 to 10"),
        ("3::0133093::10", "has 3 columns"),
        ("3::1::10::1381945744", "IMDb number '1' is not in movies.dat"),
        ("?::0133093::10::1381945744", "person '?' is not a number"),
        ("3::0133093::10::soon", "time 'soon' is not a time"),
    ],
)
def test_broken_tweets_are_named(tmp_path: Path, row: str, what: str) -> None:
    folder = write_movietweetings(tmp_path, ratings=f"1::0133093::10::1381945744\n{row}\n")
    with pytest.raises(BrokenRows) as caught:
        read(MovieTweetings(folder, Problems()))
    assert f"ratings.dat, line 2: {what}" in str(caught.value)
