"""Film names as MovieLens and MovieTweetings write them: "Matrix, The (a.k.a. ...) (1999)"."""

from __future__ import annotations

import re

from batch.importers.film_articles import is_article_of, languages_of

_YEAR = re.compile(r"\s*\((\d{4})(?:/[IVX]+)?(?:\s*[-–]\s*(?:\d{4})?)?\)\s*$")
_MEDIUM = re.compile(
    r"\s*\((?:TV|V|VG|TV (?:Movie|Series|Mini[- ]?Series|Episode|Special)|Video|Short)\)\s*$", re.I
)
""" "(TV)" and "(V)" say how a film came out; they stand before or after the year."""

_ASIDE = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)\s*$")
_ARTICLE = re.compile(r"^(?P<rest>.+), ?(?P<article>[^\W\d_]+'?)$")
FIRST_YEAR, LAST_YEAR = 1870, 2100


def parse_film_name(text: str, language: str | None = None) -> tuple[str, int | None]:
    """ "City of Lost Children, The (Cité des enfants perdus, La) (1995)" -> "The City of Lost Children", 1995.

    Trailing names in brackets are dropped. An article moves to the front where it is one in `language` or, when that
    is not known, in the language that the name looks like: "Welle, Die", but "Die, Mommie, Die".
    """
    name, year = _without_medium(text.strip()), None
    match = _YEAR.search(name)
    if match and FIRST_YEAR <= int(match.group(1)) <= LAST_YEAR and match.start() > 0:
        year, name = int(match.group(1)), _without_medium(name[: match.start()].strip())
    short = _without_asides(name)
    return _article_first(short, name[len(short) :], language), year


def language_hint(text: str) -> str | None:
    """ "(Sept samouraïs, Les)" -> "fr". "La" gives None: French, Italian and Spanish share it."""
    for part in re.split(r"[()]", text):
        match = _ARTICLE.match(part.strip())
        if match and is_article_of(match["article"], match["rest"]):
            languages = languages_of(match["article"])
            if len(languages) == 1 and languages != ("en",):
                return languages[0]
    return None


def _without_medium(name: str) -> str:
    shortened = _MEDIUM.sub("", name)
    return shortened or name


def _without_asides(name: str) -> str:
    while True:
        shortened = _ASIDE.sub("", name)
        # "Birdman: Or (The Unexpected Virtue of Ignorance)" and "(500) Days of Summer" keep their brackets.
        if shortened == name or not shortened or shortened.endswith((":", " Or", " or", "&")):
            return name
        name = shortened


def _article_first(name: str, asides: str, language: str | None) -> str:
    match = _ARTICLE.match(name)
    if not match or not is_article_of(match["article"], match["rest"], language, asides):
        return name
    article, rest = match["article"], match["rest"]
    return f"{article}{rest}" if article.endswith("'") else f"{article} {rest}"
