"""Lists of sampled profiles, read back from MongoDB: what viewers get, not what a stage says it wrote.

The sample is bounded, so a report costs the same for a thousand profiles and for a hundred million.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pymongo.database import Database

from batch.jobs.account_sample import is_account_sampled
from batch.storage.documents_by_id import find_by_ids
from domain.ids import ProfileId, Region
from domain.recommendations.documents import top_picks_from_document
from domain.recommendations.keys import top_picks_id
from domain.recommendations.lists import Pick
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, PROFILES, TOP_PICKS

SAMPLE_SIZE = 1000
ALL_IDS = 20_000
"""Up to so many profiles the sample is the same every night; above, MongoDB draws it (`$sample` reads no more)."""

UNKNOWN_REGION = Region("?")

Lists = Mapping[str, tuple[Pick, ...]]
"""Picks by profile id; profiles without a list are missing."""


@dataclass(frozen=True, slots=True)
class SampledProfile:
    id: str
    region: Region
    kids: bool = False
    persona: str | None = None
    """The id of an invented profile, which may be shown."""


def sample_profiles(
    database: Database[Document], size: int = SAMPLE_SIZE, share: float = 1.0
) -> list[SampledProfile]:
    """Personas first, then by a digest of their id. `share`: of the accounts that a version is of."""
    fields = {"account_id": 1, "kids": 1, "persona": 1}
    profiles = database[PROFILES]
    if profiles.estimated_document_count() > ALL_IDS:
        drawn = min(ALL_IDS, round(size / share))
        found = list(profiles.aggregate([{"$sample": {"size": drawn}}, {"$project": fields}]))
    else:
        named = profiles.find({}, {"_id": 1} if share >= 1 else {"account_id": 1})
        chosen = (one["_id"] for one in named if _is_in(one, share))
        ids = sorted(chosen, key=_order)[:size]
        found = list(find_by_ids(profiles, ids, fields))
    found += profiles.find({"persona": {"$exists": True}}, fields).limit(size)
    by_id = {str(one["_id"]): one for one in found if _is_in(one, share)}
    accounts = list({one["account_id"] for one in by_id.values()})
    regions = {
        one["_id"]: Region(one["region"]) for one in find_by_ids(database[ACCOUNTS], accounts, {"region": 1})
    }
    sampled = [
        SampledProfile(
            profile_id,
            regions.get(one["account_id"], UNKNOWN_REGION),
            bool(one.get("kids")),
            profile_id if one.get("persona") else None,
        )
        for profile_id, one in by_id.items()
    ]
    return sorted(sampled, key=lambda one: (one.persona is None, _order(one.id)))


def read_lists(database: Database[Document], version: str, profiles: Sequence[SampledProfile]) -> Lists:
    ids = [top_picks_id(version, ProfileId(one.id)) for one in profiles]
    return {
        str(one["profile_id"]): top_picks_from_document(one).picks
        for one in find_by_ids(database[TOP_PICKS], ids)
    }


def _is_in(profile: Document, share: float) -> bool:
    return share >= 1 or is_account_sampled(profile["account_id"], share)


def _order(profile_id: str) -> bytes:
    return hashlib.sha256(profile_id.encode()).digest()
