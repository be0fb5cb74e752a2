"""Pages with experiments on them: the world's layout with patches, experiments in MongoDB, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pymongo import MongoClient

from bff.local_stack import StoreUrls
from domain import storage_names
from domain.layouts.documents import layout_to_document
from domain.layouts.versions import LayoutVersion, version_to_record
from resolvers.request.context import Context
from tests.resolvers import world

HOME = """{ home(profileId: "profile_ade", device: {formFactor: TV}) {
  snapshotId experiments { key variant forced }
  rows(first: 20) { nodes { id title tracking { experiment modelVersion } cards { nodes { title { id } } } } }
} }"""
PLAIN = layout_to_document(world.LAYOUT)
HALVES = {"A": {"weight": 1}, "B": {"weight": 1}}
ONLY = {"A": {"weight": 0.000001}, "B": {"weight": 1}}
"""All new units get B, and A is still sticky for some."""

FIRST = {"move": {"mine": {"to": 1}}}


def an_experiment(key: str, variants: dict[str, Any] = ONLY, **changes: Any) -> dict[str, Any]:
    return {"_id": key, "revision": 1, "experiment": key, "status": "running", "variants": variants} | changes


def begin(
    urls: StoreUrls, patches: dict[str, Sequence[Any]], *experiments: dict[str, Any], holdout: float = 0.0
) -> None:
    """Publish the world's layout with these patches of variant B, and run these experiments; nothing else is left."""
    with MongoClient[dict[str, Any]](urls.mongo_url) as client:
        database = client.get_default_database()
        weights = {"A": 1, "B": 1}
        variants = {key: {"weights": weights, "B": list(steps)} for key, steps in patches.items()}
        version = LayoutVersion("e4", "home", 4, {**PLAIN, "variants": variants}, world.NOW)
        database[storage_names.LAYOUTS].replace_one({"_id": "home"}, version_to_record(version))
        database[storage_names.EXPERIMENTS].delete_many({})
        database[storage_names.EXPOSURES].delete_many({})
        database[storage_names.ACCOUNTS].update_many({}, {"$unset": {"arms": 1}})
        held = {"_id": ":holdout", "share": holdout}
        database[storage_names.EXPERIMENTS].insert_many([held, *experiments])
    world.forget_pages(urls)


async def served(face: Any, context: Context | None = None) -> dict[str, Any]:
    """A page, with all that is done behind the answer done."""
    context = context or face.context()
    home: dict[str, Any] = (await face.data(HOME, context))["home"]
    await context.start_background_work()
    await face.process.background.settle()
    await face.stores.exposures.flush()
    return home


def rows(home: dict[str, Any]) -> list[str]:
    return [row["id"].partition("~")[2] for row in home["rows"]["nodes"]]


def decided(home: dict[str, Any]) -> dict[str, str]:
    found = {row["id"].partition("~")[2]: row["tracking"]["experiment"] for row in home["rows"]["nodes"]}
    return {name: arm for name, arm in found.items() if arm}


def exposures(urls: StoreUrls) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](urls.mongo_url) as client:
        return list(client.get_default_database()[storage_names.EXPOSURES].find().sort("_id"))
