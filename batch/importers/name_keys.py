"""Names as they are compared: what two spellings of one name have in common.

"Amélie" and "AMELIE", "Tom & Lise" and "Tom and Lise", "It's Late" and "Its late" have one key.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ACCENTS = re.compile("[\u0300-\u036f]")
_SILENT = re.compile("['’‘`´ʼ\u200b-\u200f\u2060\ufeff]")
_BRACKETS = re.compile(r"\s*[(\[（][^()\[\]（）]*[)\]）]\s*$")
_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "&": " and ", "+": " plus "}
)


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """ "" for an empty name only: a name of signs alone ("…", "!!!") is its own key."""
    folded = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    folded = unicodedata.normalize("NFC", _ACCENTS.sub("", _SILENT.sub("", folded)))
    words = "".join(character if _is_word(character) else " " for character in folded).split()
    return " ".join(words) or " ".join(name.split())


def without_brackets(name: str) -> str:
    """ "The Desk (U.S.)" -> "The Desk"; a name that is all brackets stays."""
    return _BRACKETS.sub("", name) or name


def _is_word(character: str) -> bool:
    """Letters, digits, and the marks that other scripts write vowels with."""
    return character.isalnum() or unicodedata.category(character).startswith("M")
