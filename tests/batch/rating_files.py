"""Tiny sets in the formats of MovieLens and MovieTweetings, for tests to write and to break."""

from pathlib import Path

MOVIES = """movieId,title,genres
1,Toy Story (1995),Adventure|Animation|Children|Comedy|Fantasy
2,"Matrix, The (1999)",Action|Sci-Fi|Thriller
3,Seven (a.k.a. Se7en) (1995),Mystery|Thriller
4,Nameless Reel (2001),(no genres listed)
"""
LINKS = """movieId,imdbId,tmdbId
1,0114709,862
2,0133093,603
3,0114369,807
4,,
"""
RATINGS = """userId,movieId,rating,timestamp
1,1,4.0,1000000000
1,2,5.0,1000000100
2,2,0.5,1000003600
2,3,3.0,1000007200
2,4,4.5,1000086400
7,1,2.5,1000000000
"""
TWEETED_MOVIES = """0133093::The Matrix (1999)::Action|Sci-Fi
0468569::The Dark Knight (2008)::Action|Crime|Drama
0000008::Never Rated (1894)::Short
"""
TWEETED_RATINGS = """1::0133093::10::1381945744
1::0468569::0::1381945800
2::0468569::7::1382000000
"""


def write_movielens(folder: Path, **changed: str) -> Path:
    """A MovieLens directory; `movies`, `links`, `ratings` replace a file's content."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("movies", MOVIES), ("links", LINKS), ("ratings", RATINGS)):
        (folder / f"{name}.csv").write_text(changed.get(name, content), "utf-8")
    return folder


def write_movietweetings(folder: Path, **changed: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("movies", TWEETED_MOVIES), ("ratings", TWEETED_RATINGS)):
        (folder / f"{name}.dat").write_text(changed.get(name, content), "utf-8")
    return folder
