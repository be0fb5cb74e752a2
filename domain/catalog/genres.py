"""The genre vocabulary onto which importers map their sources."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
    "soap": "Drama",
    "biopic": "Biography",
    "sports": "Sport",
    "historical": "History",
}
_COMBINED = {
    "sci-fi & fantasy": ("Science Fiction", "Fantasy"),
    "war & politics": ("War",),
}
"""Genres of other catalogues whose parts alone are not words of the vocabulary."""

SAYS_NOTHING = frozenset({"tv movie", "none", "n/a", "unknown", "undefined", "(no genres listed)"})
"""Words in genre fields that name no genre."""

_PARTS = re.compile(r"\s*(?:[&/,;|]|\band\b)\s*", re.IGNORECASE)
_BY_FOLDED_NAME = {genre.casefold(): genre for genre in GENRES} | _ALIASES


def canonical_genre(name: str) -> str | None:
    """None for a genre outside the vocabulary ("IMAX", "Adult")."""
    return _BY_FOLDED_NAME.get(name.strip().casefold())


def canonical_genres(words: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(genres, unknown words), each once, in the order of the words.

    Words that join several genres ("Action & Adventure", "Crime / Thriller") are split. A part that is unknown makes
    itself unknown, not its neighbours.
    """
    genres: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for word in words:
        folded = " ".join(word.split()).casefold()
        if folded in SAYS_NOTHING:
            continue
        for part in _COMBINED.get(folded) or ([word] if canonical_genre(word) else _PARTS.split(word)):
            genre = canonical_genre(part)
            if genre is not None:
                genres[genre] = None
            elif part.strip() and part.strip().casefold() not in SAYS_NOTHING:
                unknown[part.strip()] = None
    return tuple(genres), tuple(unknown)


def genre_slug(genre: str) -> str:
    """ "Science Fiction" -> "science-fiction", for keys and row ids."""
    return genre.casefold().replace(" ", "-")
