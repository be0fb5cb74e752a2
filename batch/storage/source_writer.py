"""Writes the documents of a source that replaces what it brought before: a rating set, the sample.

Documents that exist are updated, so that what the service and other importers stored in them stays. Those that the
source no longer has are withdrawn at the end, so that readers never see the gap between deletion and writing. What
another source brings, too, stays.
"""

from __future__ import annotations

from collections.abc import Iterable

from pymongo.database import Database

from batch.storage.document_writer import BATCH_SIZE, DocumentWriter, delete_by_ids, insert_missing
from batch.storage.known_documents import find_by_ids
from batch.storage.sources import SOURCES_FIELD, sources_of
from domain.catalog.documents import TITLE_FIELDS
from domain.serialization import Document
from domain.storage_names import PROFILES, TITLES

FIRST_ONLY = ("created_at",)
_SOURCES = {SOURCES_FIELD: 1, "source": 1}
ANSWERED, ANSWERS = "welcomed_at", ("favourite_genres",)
"""Once a viewer answered onboarding, these fields are the viewer's."""


class SourceWriter:
    """Of one collection. Call `withdraw_rest` after everything has been added; documents in `keep` stay."""

    def __init__(self, database: Database[Document], collection: str, source: str) -> None:
        self._database = database
        self._name = collection
        self._source = source
        self._batch: list[Document] = []
        query = {"$or": [{SOURCES_FIELD: source}, {"source": source}]}
        earlier = database[collection].find(query, {SOURCES_FIELD: 1, "source": 1})
        self._rest: set[str] = {one["_id"] for one in earlier if source in sources_of(one)}
        self.written = 0

    def add(self, documents: Iterable[Document]) -> None:
        for document in documents:
            self._batch.append({**document, "source": self._source})
            if len(self._batch) >= BATCH_SIZE:
                self.flush()

    def flush(self) -> None:
        batch, self._batch = self._batch, []
        self._rest.difference_update(document["_id"] for document in batch)
        self.written += len(batch)
        existing = insert_missing(self._database[self._name], batch)
        owned = TITLE_FIELDS if self._name == TITLES else ()
        with DocumentWriter(self._database, self._name, owned, FIRST_ONLY) as writer:
            for document in self._with_sources(self._without_answers(existing)):
                writer.put(document, is_new=False)

    def withdraw_rest(self, keep: Iterable[str] = ()) -> list[str]:
        """Returns the ids of those that are gone."""
        self.flush()
        gone: list[str] = []
        rest = find_by_ids(self._database[self._name], self._rest.difference(keep), _SOURCES)
        with DocumentWriter(self._database, self._name) as writer:
            for document in list(rest):
                others = [one for one in sources_of(document) if one != self._source]
                if others:
                    writer.set(document["_id"], {SOURCES_FIELD: others, "source": others[0]})
                else:
                    gone.append(document["_id"])
        delete_by_ids(self._database[self._name], gone)
        return sorted(gone)

    def _with_sources(self, documents: list[Document]) -> list[Document]:
        """Documents of other sources become this one's as well."""
        stored = find_by_ids(self._database[self._name], {one["_id"] for one in documents}, _SOURCES)
        sources = {one["_id"]: {*sources_of(one), self._source} for one in stored}
        return [
            {**one, SOURCES_FIELD: sorted(names)}
            if len(names := sources.get(one["_id"], {self._source})) > 1
            else one
            for one in documents
        ]

    def _without_answers(self, documents: list[Document]) -> list[Document]:
        if self._name != PROFILES:
            return documents
        ids = {document["_id"] for document in documents}
        stored = find_by_ids(self._database[PROFILES], ids, {ANSWERED: 1})
        answered = {one["_id"] for one in stored if ANSWERED in one}
        return [
            {key: value for key, value in one.items() if key not in ANSWERS}
            if one["_id"] in answered
            else one
            for one in documents
        ]
