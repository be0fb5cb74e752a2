"""Film facts from Wikipedia by IMDb id: cast and synopsis, with the article that the text comes from.

The text is under CC BY-SA 4.0: whoever shows it names the article, so `synopsis_source` always goes along.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from batch.importers.reading import Problems, text_lines

ARTICLES = "https://en.wikipedia.org/wiki/"


@dataclass(frozen=True, slots=True)
class FilmFacts:
    synopsis: str
    source: str
    cast: tuple[str, ...]


def read_synopses(path: Path, problems: Problems) -> dict[str, FilmFacts]:
    """Facts by IMDb id ("tt0111161"). Raises BadInput for a file that cannot be read."""
    facts: dict[str, FilmFacts] = {}
    for number, line in enumerate(text_lines(path), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            cast = tuple(str(name) for name in row.get("cast", ()))
            source = ARTICLES + quote(row["href"], safe="/_(),:!'*")
            facts[row["imdb_id"]] = FilmFacts(str(row["extract"]), source, cast)
        except (ValueError, KeyError, TypeError, AttributeError):
            problems.add(path, number, 'is not an object with "imdb_id", "extract" and "href"')
    return facts
