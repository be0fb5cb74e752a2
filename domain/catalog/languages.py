"""Languages as people call them."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES: Mapping[str, str] = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "sv": "Swedish",
}


def language_name(tag: str) -> str:
    """ "pt-BR" -> "Portuguese (BR)"; the tag itself for a language without a name here."""
    language, _, rest = tag.partition("-")
    name = LANGUAGES.get(language, language)
    return f"{name} ({rest})" if rest else name
