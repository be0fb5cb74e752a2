"""What a database needs before anything is imported: indexes and a layout."""

from __future__ import annotations

from pymongo import IndexModel
from pymongo.database import Database

from domain.layouts.shipped_layout import SHIPPED_LAYOUT
from domain.layouts.versions import layout_to_record
from domain.serialization import Document
from domain.storage_names import LAYOUTS, MONGO_INDEXES


def ensure_indexes(database: Database[Document]) -> None:
    for collection, keys, options in MONGO_INDEXES:
        database[collection].create_indexes([IndexModel(list(keys), **options)])


def ensure_default_layout(database: Database[Document]) -> None:
    document = layout_to_record(SHIPPED_LAYOUT)
    database[LAYOUTS].update_one({"_id": document["_id"]}, {"$setOnInsert": document}, upsert=True)
