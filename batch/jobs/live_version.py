"""The live version, as a job reads it: what of it a run keeps."""

from __future__ import annotations

from batch.jobs.context import JobContext
from batch.storage.clients import open_mongo
from domain.recommendations.documents import data_version_from_document
from domain.recommendations.lists import DataVersion
from domain.storage_names import LIVE_POINTER, POINTERS


def read_live_version(context: JobContext) -> DataVersion | None:
    """None before there is one."""
    database = open_mongo(context.mongo_url)
    try:
        document = database[POINTERS].find_one({"_id": LIVE_POINTER})
    finally:
        database.client.close()
    return data_version_from_document(document) if document is not None else None
