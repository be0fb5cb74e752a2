"""The genre vocabulary onto which importers map their sources."""

from __future__ import annotations

GENRES: tuple[str, ...] = (
    "Action",
    "Adventure",
    "Animation",
    "Biography",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Family",
    "Fantasy",
    "Film Noir",
    "History",
    "Horror",
    "Music",
    "Mystery",
    "Reality",
    "Romance",
    "Science Fiction",
    "Short",
    "Sport",
    "Talk",
    "Thriller",
    "War",
    "Western",
)

_ALIASES = {
    "children": "Family",
    "children's": "Family",
    "kids": "Family",
    "sci-fi": "Science Fiction",
    "scifi": "Science Fiction",
    "film-noir": "Film Noir",
    "noir": "Film Noir",
    "musical": "Music",
    "game-show": "Reality",
    "reality-tv": "Reality",
    "talk-show": "Talk",
    "news": "Talk",
}
_BY_FOLDED_NAME = {genre.casefold(): genre for genre in GENRES} | _ALIASES


def canonical_genre(name: str) -> str | None:
    """None for a genre outside the vocabulary ("IMAX", "Adult")."""
    return _BY_FOLDED_NAME.get(name.strip().casefold())


def genre_slug(genre: str) -> str:
    """ "Science Fiction" -> "science-fiction", for keys and row ids."""
    return genre.casefold().replace(" ", "-")
