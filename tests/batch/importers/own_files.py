"""Files of own data for tests, and imports of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pymongo.database import Database

from batch.importers.catalog_import import CatalogChanges, load_catalog
from batch.importers.events_import import load_events
from batch.importers.import_options import ImportOptions
from batch.importers.input_files import Problems
from batch.importers.own_data import InputFile
from batch.importers.profiles_import import MemberChanges, load_profiles

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Row = dict[str, Any]


def movie(title_id: str, **more: Any) -> Row:
    return {"id": title_id, "kind": "movie", "name": title_id.title(), "runtime_seconds": 5400, **more}


def series(title_id: str, **more: Any) -> Row:
    return {"id": title_id, "kind": "series", "name": title_id.title(), **more}


def episode(title_id: str, series_id: str, season: int, number: int, **more: Any) -> Row:
    numbers = {"series_id": series_id, "season": season, "episode": number}
    return {
        "id": title_id,
        "kind": "episode",
        "name": title_id.title(),
        "runtime_seconds": 1800,
        **numbers,
        **more,
    }


def profile(profile_id: str, account_id: str = "home", **more: Any) -> Row:
    return {"id": profile_id, "account_id": account_id, "region": "DE", **more}


def event(profile_id: str, title_id: str, kind: str, day: int, **more: Any) -> Row:
    at = f"2026-11-{day:02}T20:00:00Z"
    return {"profile_id": profile_id, "title_id": title_id, "type": kind, "occurred_at": at, **more}


class Importer:
    """Imports rows into one database and lake, and keeps what was announced."""

    def __init__(self, database: Database[dict[str, Any]], folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.catalog_changes: list[CatalogChanges] = []
        self.member_changes: list[MemberChanges] = []
        self.on_catalog: Callable[[CatalogChanges], None] = self.catalog_changes.append
        self.problems = Problems()

    def catalog(self, *rows: Row | str, skip: bool = False, **options: Any) -> dict[str, int]:
        file = self._file("catalog", rows, skip)
        chosen = ImportOptions(**{"confirm": lambda _: True, **options})
        return load_catalog(self.database, file, NOW, chosen, self.on_catalog)

    def profiles(self, *rows: Row | str, skip: bool = False, **options: Any) -> dict[str, int]:
        file = self._file("profiles", rows, skip)
        chosen = ImportOptions(**{"confirm": lambda _: True, **options})
        return load_profiles(self.database, file, NOW, chosen, self.member_changes.append)

    def events(self, *rows: Row | str, skip: bool = False, name: str = "", **options: Any) -> dict[str, int]:
        file = self._file("events", rows, skip)
        chosen = ImportOptions(**{"confirm": lambda _: True, **options})
        return load_events(self.database, self.folder, file, NOW, chosen, name, self.member_changes.append)

    def one(self, collection: str, document_id: str) -> dict[str, Any]:
        return self.database[collection].find_one({"_id": document_id}) or {}

    def ids(self, collection: str) -> set[str]:
        return {document["_id"] for document in self.database[collection].find({}, {"_id": 1})}

    def _file(self, kind: str, rows: tuple[Row | str, ...], skip: bool) -> InputFile:
        path = self.folder / f"{kind}.jsonl"
        text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
        path.write_text(text, "utf-8", errors="surrogatepass")
        self.problems = Problems(skip)
        return InputFile(path, kind, self.problems)
