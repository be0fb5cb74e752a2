"""Film names as MovieLens and MovieTweetings write them: "Matrix, The (a.k.a. ...) (1999)"."""

from __future__ import annotations

import re

_YEAR = re.compile(r"\s*\((\d{4})(?:\s*[-–]\s*(?:\d{4})?)?\)\s*$")
_ASIDE = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)\s*$")
_ARTICLE = re.compile(
    r"^(?P<rest>.+), (?P<article>The|A|An|La|Le|Les|L'|Il|Lo|Gli|El|Los|Las|Un|Une|Una|Der|Das|Die|Den|Det|Ein|Eine)$"
)
_LANGUAGE_OF_ARTICLE = {
    **dict.fromkeys(("Le", "Les", "L'", "Une"), "fr"),
    **dict.fromkeys(("Il", "Lo", "Gli"), "it"),
    **dict.fromkeys(("El", "Los", "Las", "Una"), "es"),
    **dict.fromkeys(("Der", "Das", "Die", "Ein", "Eine"), "de"),
}
FIRST_YEAR, LAST_YEAR = 1870, 2100


def parse_film_name(text: str) -> tuple[str, int | None]:
    """ "City of Lost Children, The (Cité des enfants perdus, La) (1995)" -> "The City of Lost Children", 1995.

    Trailing names in brackets are dropped.
    """
    name, year = text.strip(), None
    match = _YEAR.search(name)
    if match and FIRST_YEAR <= int(match.group(1)) <= LAST_YEAR and match.start() > 0:
        year, name = int(match.group(1)), name[: match.start()].strip()
    return _article_first(_without_asides(name)), year


def language_hint(text: str) -> str | None:
    """ "(Sept samouraïs, Les)" -> "fr". "La" gives None: French, Italian and Spanish share it."""
    for part in re.split(r"[()]", text):
        match = _ARTICLE.match(part.strip())
        if match and match.group("article") in _LANGUAGE_OF_ARTICLE:
            return _LANGUAGE_OF_ARTICLE[match.group("article")]
    return None


def _without_asides(name: str) -> str:
    while True:
        shortened = _ASIDE.sub("", name)
        # "Birdman: Or (The Unexpected Virtue of Ignorance)" and "(500) Days of Summer" keep their brackets.
        if shortened == name or not shortened or shortened.endswith((":", " Or", " or", "&")):
            return name
        name = shortened


def _article_first(name: str) -> str:
    match = _ARTICLE.match(name)
    if not match:
        return name
    article, rest = match.group("article"), match.group("rest")
    return f"{article}{rest}" if article.endswith("'") else f"{article} {rest}"
