"""What a row of a profiles file changes in stored documents: the fields that it gives, and nothing else."""

from __future__ import annotations

from batch.importers.profile_rows import KIDS_LIMIT
from batch.storage.sources import SOURCES_FIELD, sources_of
from domain.catalog.maturity_ratings import KIDS_AGE
from domain.serialization import Document
from domain.viewers.documents import account_to_document, profile_to_document
from domain.viewers.profiles import Account, Profile

ACCOUNT_FIELDS = ("region", "plan")
PROFILE_FIELDS = (
    "name",
    "kids",
    "maturity_limit",
    "language",
    "languages",
    "favourite_genres",
    "blocked",
    "created_at",
)
IMPORTED_FIELD = "imported"
"""Of a profile: the values of VIEWERS_FIELDS as they were last imported."""

VIEWERS_FIELDS = ("favourite_genres",)
"""Fields that viewers change, too. The file's value is set when it differs from the value of the last import."""


def account_changes(row: Document, account: Account, stored: Document | None, source: str) -> Document:
    """Of a new account the whole document without `_id`; empty when nothing changes."""
    document = account_to_document(account)
    del document["_id"]
    if stored is None:
        return document | _marks(None, source)
    given = {name: document[name] for name in ACCOUNT_FIELDS if name in row}
    return _differing(given, stored) | _marks(stored, source)


def profile_changes(row: Document, profile: Profile, stored: Document | None, source: str) -> Document:
    """Of a new profile the whole document without `_id`; empty when nothing changes."""
    document = profile_to_document(profile)
    del document["_id"]
    imported = {name: document[name] for name in VIEWERS_FIELDS if name in row}
    if stored is None:
        return document | ({IMPORTED_FIELD: imported} if imported else {}) | _marks(None, source)
    before = stored.get(IMPORTED_FIELD, {})
    given = {"account_id": document["account_id"]} | {
        name: document[name]
        for name in PROFILE_FIELDS
        if name in row and not _is_viewers(name, document[name], stored, before)
    }
    if imported and imported != before:
        given[IMPORTED_FIELD] = {**before, **imported}
    return _differing(given | _implied(row, document, stored), stored) | _marks(stored, source)


def _is_viewers(name: str, value: object, stored: Document, before: Document) -> bool:
    """The viewer changed the field, and the file still says what it said before.

    Profiles of older imports do not know what the file said: an answered onboarding then counts.
    """
    if name not in VIEWERS_FIELDS:
        return False
    return before[name] == value if name in before else "welcomed_at" in stored


def _implied(row: Document, document: Document, stored: Document) -> Document:
    """A new language is also the spoken one if it was; a profile that becomes a child's gets a child's limit."""
    implied: Document = {}
    if "language" in row and "languages" not in row and stored.get("languages") == [stored.get("language")]:
        implied["languages"] = document["languages"]
    if row.get("kids") and "maturity_limit" not in row and stored.get("maturity_limit", 0) > KIDS_AGE:
        implied["maturity_limit"] = KIDS_LIMIT
    return implied


def _differing(values: Document, stored: Document) -> Document:
    return {name: value for name, value in values.items() if stored.get(name) != value}


def _marks(stored: Document | None, source: str) -> Document:
    """Who brings the document, if that is new."""
    sources = sources_of(stored) if stored else ()
    return {} if source in sources else {"source": source, SOURCES_FIELD: sorted({*sources, source})}
