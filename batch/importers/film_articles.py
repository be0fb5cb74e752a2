"""Articles at the end of film names, and whether a word there is one: it depends on the language of the name."""

from __future__ import annotations

import re

ARTICLES: dict[str, tuple[str, ...]] = {
    "en": ("The", "A", "An"),
    "fr": ("Le", "La", "Les", "L'", "Un", "Une"),
    "de": ("Der", "Das", "Die", "Ein", "Eine"),
    "es": ("El", "La", "Los", "Las", "Lo", "Un", "Una"),
    "it": ("Il", "Lo", "La", "L'", "I", "Gli", "Le", "Un", "Uno", "Una"),
    "pt": ("O", "A", "Os", "As", "Um", "Uma"),
    "nl": ("De", "Het", "Een"),
    "sv": ("De", "Den", "Det", "En", "Ett"),
    "da": ("De", "Den", "Det", "En", "Et"),
    "no": ("De", "Den", "Det", "En", "Et"),
    "hu": ("A", "Az"),
    "ca": ("El", "Els", "La", "Les", "L'"),
}
_USUAL: dict[str, tuple[str, ...]] = {
    "Le": ("fr",),
    "Les": ("fr",),
    "L'": ("fr",),
    "El": ("es",),
    "Lo": ("it",),
}
"""Of an article of several languages, the one that film lists nearly always mean."""

WORDS: dict[str, str] = {
    "Die": "der des dem den und von vom zum zur im um ist sind mit für auf aus nicht über ohne wie sie ich du "
    "wir das ein eine einen einer war wird zwei drei vier sieben",
    "I": "di del della dei delle degli da nel nella che e il la lo gli con per non",
    "O": "o a os as do da dos das de em no na e que com um uma não por para",
    "As": "o a os as do da dos das de em no na e que com um uma não por para",
}
"""Words that English has too -> words beside which they are an article."""

_LETTERS = {"Die": "äöüß", "I": "àèéìòù", "O": "ãõçáéíóúâêô", "As": "ãõçáéíóúâêô"}
_ENGLISH_VERBS = frozenset(
    {"cry", "dance", "dream", "fight", "kill", "laugh", "live", "love", "play", "pray", "run"}
)
_ENGLISH_ASIDE = re.compile(r", (?:The|An?)\)")


def languages_of(article: str) -> tuple[str, ...]:
    found = tuple(language for language, articles in ARTICLES.items() if article in articles)
    return _USUAL.get(article, found)


def is_article_of(article: str, rest: str, language: str | None = None, asides: str = "") -> bool:
    """Whether `article` at the end of "rest, article" is one.

    `asides` are the names in brackets: an English one beside it says that this one is not English.
    """
    if language is not None:
        known = ARTICLES.get(language.partition("-")[0])
        return article in ARTICLES["en"] or (known is not None and article in known)
    if not any(article in articles for articles in ARTICLES.values()):
        return False
    if article not in WORDS:
        return True
    words = re.findall(r"[^\W\d_]+", rest.casefold())
    if "," in rest or article.casefold() in words:
        return False
    return (
        bool(_ENGLISH_ASIDE.search(asides))
        or not set(WORDS[article].split()).isdisjoint(words)
        or not set(_LETTERS[article]).isdisjoint(rest.casefold())
        or (len(words) == 1 and article != "I" and words[0] not in _ENGLISH_VERBS)
        or (article == "I" and all(word[-1] in "aeio" for word in words))
    )
