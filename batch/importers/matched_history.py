"""A viewing export matched with the catalogue, and the list of what was not found."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from pymongo.database import Database

from batch.importers.title_matching import (
    Ambiguous,
    CatalogueNames,
    KnownTitle,
    match_readings,
)
from batch.importers.tmdb_ids import tmdb_episode_id
from batch.importers.viewing_entries import EntryKind, ViewingEntry
from batch.importers.viewing_exports import ExportFormat
from domain.catalog.titles import TitleKind
from domain.errors import BadInput
from domain.ids import ProfileId, TitleId
from domain.serialization import Document
from domain.storage_names import TITLES
from domain.timestamps import to_iso

EVENT_TYPES = {EntryKind.WATCHED: "complete", EntryKind.RATED: "rating", EntryKind.LISTED: "list_add"}
USUAL_SECONDS = {TitleKind.MOVIE: 100 * 60, TitleKind.EPISODE: 45 * 60}
"""Of a title without a runtime, since what was watched to its end needs a length."""

NO_TIME = "the export does not know when it was watched"
COLUMNS = ("line", "entry", "when", "why", "candidates")


@dataclass(frozen=True, slots=True)
class Unmatched:
    """`candidates` are ids, of an ambiguous entry."""

    entry: ViewingEntry
    why: str
    candidates: tuple[TitleId, ...] = ()


@dataclass(slots=True)
class MatchedHistory:
    matched: list[tuple[ViewingEntry, KnownTitle]] = field(default_factory=list)
    ambiguous: list[Unmatched] = field(default_factory=list)
    not_found: list[Unmatched] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """By kind of title or entry."""
        kinds = Counter(
            f"{title.kind.value}s" if entry.kind is EntryKind.WATCHED else entry.kind.value
            for entry, title in self.matched
        )
        return {
            "matched": len(self.matched),
            **dict(kinds.most_common()),
            "ambiguous": len(self.ambiguous),
            "not_found": len(self.not_found),
        }


def match_history(database: Database[Document], entries: Sequence[ViewingEntry]) -> MatchedHistory:
    names, history = read_names(database, entries), MatchedHistory()
    for entry in entries:
        if entry.at is None:
            history.not_found.append(Unmatched(entry, NO_TIME))
            continue
        match = match_readings(names, entry.readings)
        if isinstance(match, KnownTitle):
            history.matched.append((entry, match))
        elif isinstance(match, Ambiguous):
            shown = " or ".join(_described(title) for title in match.candidates[:4])
            ids = tuple(title.id for title in match.candidates)
            history.ambiguous.append(Unmatched(entry, f"may be {shown}", ids))
        else:
            history.not_found.append(Unmatched(entry, match.reason))
    return history


def read_names(database: Database[Document], entries: Iterable[ViewingEntry]) -> CatalogueNames:
    """All movies and series; of the episodes those that an id of an entry names, the others when they are needed."""
    titles = database[TITLES]

    def load_episodes(series: TitleId) -> list[KnownTitle]:
        return [_known_title(one) for one in titles.find({"series_id": series}, FIELDS)]

    names = CatalogueNames(load_episodes)
    shows = {"kind": {"$in": [TitleKind.MOVIE.value, TitleKind.SERIES.value]}}
    names.add(_known_title(one) for one in titles.find(shows, FIELDS))
    readings = [reading for entry in entries for reading in entry.readings if reading.is_episode]
    imdb_ids = sorted({one.imdb_id for one in readings if one.imdb_id})
    ids = sorted({tmdb_episode_id(one.tmdb_id) for one in readings if one.tmdb_id})
    named = {"$or": [{"imdb_id": {"$in": imdb_ids}}, {"_id": {"$in": ids}}]}
    if imdb_ids or ids:
        names.add(_known_title(one) for one in titles.find(named, FIELDS))
    return names


FIELDS = dict.fromkeys(
    ("kind", "name", "other_names", "year", "runtime_seconds", "imdb_id", "series_id", "season", "episode",
     "last_episode", "work_id"),
    1,
)  # fmt: skip


def _known_title(document: Document) -> KnownTitle:
    get = document.get
    return KnownTitle(
        id=TitleId(document["_id"]),
        kind=TitleKind(document["kind"]),
        names=(document["name"], *get("other_names", ())),
        year=get("year"),
        runtime_seconds=get("runtime_seconds"),
        imdb_id=get("imdb_id"),
        series_id=get("series_id"),
        season=get("season"),
        episode=get("episode"),
        last_episode=get("last_episode"),
        work_id=get("work_id"),
    )


def event_rows(history: MatchedHistory, profile_id: ProfileId, format_: ExportFormat) -> list[Document]:
    """Rows of an events file. An entry has the same id in every export, so that it comes in once."""
    rows: dict[str, Document] = {}
    for entry, title in history.matched:
        digest = blake2b(f"{entry.kind} {entry.key}".encode(), digest_size=12).hexdigest()
        row: Document = {
            "id": f"{format_}-{digest}",
            "profile_id": profile_id,
            "title_id": title.id,
            "type": EVENT_TYPES[entry.kind],
            "occurred_at": to_iso(entry.at) if entry.at else "",
        }
        if entry.kind is EntryKind.WATCHED:
            row["duration_seconds"] = title.runtime_seconds or USUAL_SECONDS[title.kind]
        if entry.stars is not None:
            row["stars"] = entry.stars
        rows.setdefault(row["id"], row)
    return list(rows.values())


def write_unmatched(history: MatchedHistory, path: Path) -> int:
    """A CSV of what was not imported, in the order of the export. Returns the lines. Raises BadInput."""
    unmatched = sorted([*history.ambiguous, *history.not_found], key=lambda one: one.entry.line)
    try:
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(COLUMNS)
            for one in unmatched:
                when = to_iso(one.entry.at) if one.entry.at else ""
                writer.writerow([one.entry.line, one.entry.text, when, one.why, " ".join(one.candidates)])
    except OSError as error:
        raise BadInput(f"--not-found: {path} cannot be written: {error.strerror or error}.") from error
    return len(unmatched)


def unmatched_sentences(unmatched: Sequence[Unmatched], most: int) -> list[str]:
    """One for each text, the first ones; then how many there are beside them."""
    texts: dict[tuple[str, str], int] = Counter((one.entry.text, one.why) for one in unmatched)
    sentences = [
        f"{text!r}: {why}{f' ({count} times)' if count > 1 else ''}" for (text, why), count in texts.items()
    ]
    beside = len(sentences) - most
    return [*sentences[:most], f"... and {beside:,} more"] if beside > 0 else sentences


def _described(title: KnownTitle) -> str:
    if title.kind is TitleKind.EPISODE:
        return f"S{title.season} E{title.episode} of {title.series_id}"
    return f"{title.names[0]} ({title.year})" if title.year else f"{title.names[0]} ({title.id})"
