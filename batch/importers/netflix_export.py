"""Netflix's viewing activity: a CSV of Title and Date, in the language of the profile.

    Title,Date
    "The Quay: Season 2: Ebb and Flood","11/26/24"

A title is the name of a movie, or series, season and episode with colons between them. Names hold colons as well, so
a title has several readings; the catalogue decides which of them is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from batch.importers.export_dates import DateOrder, order_of_dates, parse_export_date
from batch.importers.viewing_entries import EntryKind, Reading, ViewingEntry, instant_of_day
from domain.errors import BadInput

TITLE_HEADERS = frozenset(
    {"title", "titel", "titre", "título", "titolo", "titul", "tytuł", "tittel", "titlu", "cím", "název", "otsikko",
     "başlık", "название", "タイトル", "제목", "标题", "標題"}
)  # fmt: skip
DATE_HEADERS = frozenset(
    {"date", "datum", "fecha", "data", "dato", "dátum", "päivämäärä", "tarih", "дата", "日付",
     "視聴日", "날짜", "日期"}
)  # fmt: skip

_COLON = re.compile(r"\s*[:：]\s+|：")
_SEASON_WORD = (
    r"season|series|staffel|temporada|saison|stagione|seizoen|säsong|sæson|sesong|kausi|sezon(?:ul)?|séria|série|řada"
    r"|évad|сезон|シーズン|시즌|part|parte|partie|teil|deel|del|osa|część|rész|volume|vol\.?|volumen|band|book|buch|libro"
    r"|livre|collection|chapter|kapitel|pt\.?|μέρος|ภาค"
)
_SEASON = re.compile(
    rf"^(?:(?:{_SEASON_WORD})\s*(\d{{1,4}})|(\d{{1,4}})\.?\s*(?:{_SEASON_WORD}))$", re.IGNORECASE
)
_ASIAN_SEASON = re.compile(r"^(?:第\s*)?(\d{1,4})\s*(?:季|期|部|シリーズ)$")
_ONLY_SEASON = re.compile(
    r"^(?:limited series|mini-?series?|miniserie|mini-?série|miniserien|serie limitada|minissérie|serie evento|"
    r"édition limitée|мини-сериал|リミテッドシリーズ|리미티드 시리즈)$",
    re.IGNORECASE,
)
_SPECIALS = re.compile(r"^(?:specials?|extras?|especiales|spéciaux|speciali)$", re.IGNORECASE)
_NUMBER_AT_END = re.compile(r"\s(\d{1,2})$")
_EPISODE = re.compile(
    r"^(?:episode|épisode|episodio|episódio|folge|aflevering|avsnitt|afsnit|jakso|odcinek|díl|epizóda|epizód|rész|bölüm|"
    r"эпизод|серия|エピソード|第|화|에피소드|chapter|chapitre|capítulo|capitolo|kapitel|hoofdstuk|kapittel)\s*(\d{1,4})\s*(?:話|集|화)?$",
    re.IGNORECASE,
)


def is_netflix(header: Sequence[str]) -> bool:
    words = [word.strip().casefold() for word in header]
    return len(words) == 2 and words[0] in TITLE_HEADERS and words[1] in DATE_HEADERS


def netflix_order(rows: Sequence[Sequence[str]], asked: DateOrder | None) -> DateOrder:
    """Raises BadInput when the dates do not tell."""
    return asked or order_of_dates([row[1] for row in rows if len(row) > 1])


def netflix_entries(line: int, row: Sequence[str], order: DateOrder, now: datetime) -> Iterator[ViewingEntry]:
    """Raises BadInput that names the field."""
    if len(row) != 2:
        raise BadInput(f"has {len(row)} columns, expected Title and Date; put the title in quotation marks")
    title = row[0].strip()
    if not title:
        raise BadInput("Title: is empty; write what was watched, or leave the line out")
    try:
        day = parse_export_date(row[1], order)
    except BadInput as error:
        raise BadInput(f"Date: {error}") from error
    at = instant_of_day(day, now, "Date")
    yield ViewingEntry(line, title, EntryKind.WATCHED, at, f"{day} {title}", readings_of(title))


def readings_of(title: str) -> tuple[Reading, ...]:
    """A movie first; then each colon as the end of the series' name, with the season where one is named."""
    colons = [(match.start(), match.end()) for match in _COLON.finditer(title) if match.start() > 0]
    with_season: list[Reading] = []
    without: list[Reading] = []
    for index, (end, start) in enumerate(colons):
        name, rest = title[:end], title[start:]
        if index + 1 < len(colons):
            label_end, rest_start = colons[index + 1]
            label, tail = title[start:label_end], title[rest_start:]
            season = season_number(label)
            (without if season is None else with_season).append(_episode(name, season, tail))
        without.append(_episode(name, None, rest))
    return (Reading(title), *with_season, *without)


def season_number(label: str) -> int | None:
    """ "Staffel 2" -> 2, "Limited Series" -> 1, "The Quay 4" -> 4; None for a season that has a name."""
    label = label.strip()
    match = _SEASON.match(label)
    if match:
        return int(match[1] or match[2])
    match = _ASIAN_SEASON.match(label) or _NUMBER_AT_END.search(label)
    if match:
        return int(match[1])
    if _ONLY_SEASON.match(label):
        return 1
    return 0 if _SPECIALS.match(label) else None


def _episode(series: str, season: int | None, name: str) -> Reading:
    number = _EPISODE.match(name.strip())
    return Reading(
        series,
        is_episode=True,
        season=season,
        episode=int(number[1]) if number else None,
        episode_name=name,
    )
