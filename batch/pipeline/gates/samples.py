"""Reads a bounded sample of a version's lists, and what their profiles may see.

The same profiles for both versions, so that two versions differ by their lists and not by the draw. Kids are sampled
on their own, because a fault that shows adult titles to kids may touch few profiles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pymongo.database import Database

from batch.storage.documents_by_id import find_by_ids
from domain.catalog.maturity_ratings import ADULT_AGE, KIDS_AGE
from domain.ids import ProfileId, Region, TitleId
from domain.recommendations.keys import top_picks_id
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, PROFILES, TITLES, TOP_PICKS
from domain.visibility.facts import FACT_FIELDS, TitleFacts, facts_from_document

PROFILES_SAMPLED = 3000
KIDS_SAMPLED = 1000
_FIELDS = {"account_id": 1, "kids": 1, "maturity_limit": 1, "created_at": 1}


@dataclass(frozen=True, slots=True)
class GateProfile:
    """`age_limit` as the service applies it: a kids profile keeps the kids limit."""

    id: ProfileId
    region: Region
    age_limit: int
    kids: bool
    created_at: int = 0
    """Epoch milliseconds."""

    @property
    def is_for_kids(self) -> bool:
        return self.kids or self.age_limit <= KIDS_AGE


def sample_profiles(database: Database[Document], size: int = PROFILES_SAMPLED) -> list[GateProfile]:
    """All profiles of a small service. Those without an account cannot sign in and have no list."""
    profiles = database[PROFILES]
    if profiles.estimated_document_count() <= size:
        found = list(profiles.find({}, _FIELDS))
    else:
        found = list(profiles.aggregate([{"$sample": {"size": size}}, {"$project": _FIELDS}]))
        found += profiles.find({"kids": True}, _FIELDS).limit(KIDS_SAMPLED)
    documents = {one["_id"]: one for one in found}
    accounts = {one["account_id"] for one in documents.values()}
    regions = {
        one["_id"]: Region(one["region"])
        for one in find_by_ids(database[ACCOUNTS], sorted(accounts), {"region": 1})
    }
    return [
        GateProfile(
            ProfileId(key),
            regions[one["account_id"]],
            _age_limit(one),
            bool(one.get("kids")),
            int(one.get("created_at") or 0),
        )
        for key, one in sorted(documents.items())
        if one["account_id"] in regions
    ]


def sample_titles(database: Database[Document], size: int) -> list[TitleId]:
    """Sorted; all titles of a small catalogue."""
    titles = database[TITLES]
    if titles.estimated_document_count() <= size:
        found = list(titles.find({}, {"_id": 1}))
    else:
        found = list(titles.aggregate([{"$sample": {"size": size}}, {"$project": {"_id": 1}}]))
    return sorted({TitleId(one["_id"]) for one in found})


def read_lists(
    database: Database[Document], version: str, profiles: Iterable[GateProfile]
) -> dict[ProfileId, Document]:
    ids = {top_picks_id(version, one.id): one.id for one in profiles}
    return {ids[one["_id"]]: one for one in find_by_ids(database[TOP_PICKS], ids)}


def read_title_facts(database: Database[Document], ids: Iterable[str]) -> dict[TitleId, TitleFacts]:
    """Without titles that no longer exist or cannot be read."""
    fields = dict.fromkeys(FACT_FIELDS, 1)
    facts: dict[TitleId, TitleFacts] = {}
    for document in find_by_ids(database[TITLES], sorted(set(ids)), fields):
        try:
            facts[TitleId(document["_id"])] = facts_from_document(document)
        except (KeyError, TypeError, ValueError):
            continue
    return facts


def _age_limit(profile: Document) -> int:
    limit = min(int(profile.get("maturity_limit", ADULT_AGE)), ADULT_AGE)
    return min(limit, KIDS_AGE) if profile.get("kids") else limit
