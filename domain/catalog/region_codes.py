"""What somebody may have meant by a code that is no region: "UK" is GB, "usa" is US, "Germany" is DE."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

MAX_LENGTH = 60
"""Of a text that is compared with names."""

COMMON_MISTAKES: Mapping[str, str] = {
    "UK": "GB",
    "EN": "GB",
    "ENG": "GB",
    "ENGLAND": "GB-ENG",
    "SCOTLAND": "GB-SCT",
    "WALES": "GB-WLS",
    "BRITAIN": "GB",
    "GREAT BRITAIN": "GB",
    "EL": "GR",
    "AMERICA": "US",
    "JA": "JP",
    "JPY": "JP",
    "KO": "KR",
    "KOREA": "KR",
    "SOUTH KOREA": "KR",
    "CS": "CZ",
    "CZECH REPUBLIC": "CZ",
    "DA": "DK",
    "DD": "DE",
    "SU": "RU",
    "BU": "MM",
    "TP": "TL",
    "ZR": "CD",
    "FX": "FR",
    "HOLLAND": "NL",
    "TURKEY": "TR",
    "CA-QU": "CA-QC",
    "CA-PQ": "CA-QC",
    "CA-NF": "CA-NL",
}
"""Codes that other lists use, language codes, former codes and everyday names."""


def code_suggestion(
    code: str, names: Mapping[str, str], three_letters: Mapping[str, str], parents: Mapping[str, str]
) -> str | None:
    """`names`: region -> name, `three_letters`: "DEU" -> "DE", `parents`: the keys are the sub-regions."""
    wanted = " ".join(code[:MAX_LENGTH].replace("_", "-").split()).upper()
    if wanted in COMMON_MISTAKES:
        return COMMON_MISTAKES[wanted]
    if wanted in names or wanted in parents:
        return wanted
    if wanted in three_letters:
        return three_letters[wanted]
    if (swapped := _without_region_prefix(wanted)) in names:
        return swapped
    country, dash, part = wanted.partition("-")
    country = COMMON_MISTAKES.get(country) or three_letters.get(country) or country
    if dash:
        return _subdivision(f"{country}-{part}", names, parents)
    return _by_name(wanted, names) if len(wanted) > 3 else None


def _subdivision(code: str, names: Mapping[str, str], parents: Mapping[str, str]) -> str | None:
    country, _, part = code.partition("-")
    if code in parents:
        return code
    if country not in names:
        return None
    same_country = [one for one in parents if one.startswith(f"{country}-")]
    close = get_close_matches(code, same_country, 1, 0.8) if len(part) > 2 else []
    return close[0] if close else country


def _without_region_prefix(wanted: str) -> str:
    """A locale ("en-GB", "pt-BR") whose language is no region: its region."""
    language, dash, region = wanted.partition("-")
    return region if dash and len(language) == 2 and language.isalpha() and len(region) == 2 else ""


def _by_name(wanted: str, names: Mapping[str, str]) -> str | None:
    by_name = {name.removeprefix("the ").upper(): code for code, name in names.items()}
    if wanted in by_name:
        return by_name[wanted]
    close = get_close_matches(wanted.removeprefix("THE "), by_name, 1, 0.85)
    return by_name[close[0]] if close else None
