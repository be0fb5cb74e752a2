"""Cast and synopsis of films from Wikipedia, by IMDb id ("tt0111161").

CC BY-SA 4.0 requires attribution: `source` names the article.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from batch.importers.input_files import Problems, read_lines

ARTICLES = "https://en.wikipedia.org/wiki/"


@dataclass(frozen=True, slots=True)
class FilmFacts:
    synopsis: str
    source: str
    cast: tuple[str, ...]


def read_synopses(path: Path, problems: Problems) -> dict[str, FilmFacts]:
    facts: dict[str, FilmFacts] = {}
    for number, line in enumerate(read_lines(path), start=1):
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
