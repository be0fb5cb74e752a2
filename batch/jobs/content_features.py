"""What the catalogue says of titles, as the features that content likeness compares (batch/models/content.py)."""

from __future__ import annotations

import re
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql.types import ArrayType, StringType, StructType

from batch.storage.spark_io import read_collection
from domain.catalog.titles import TitleKind
from domain.serialization import Document
from domain.storage_names import TITLES

SCHEMA = StructType().add("id", StringType()).add("features", ArrayType(StringType(), containsNull=False))
FIELDS = ("kind", "genres", "franchise", "cast", "language", "year", "maturity_age", "synopsis")
MAX_PEOPLE = 12
MAX_WORDS = 60
MIN_WORD = 4
AGE_STEPS = (7, 12, 16)

_WORD = re.compile(rf"[^\W\d_]{{{MIN_WORD},}}")


def read_features(spark: SparkSession, url: str) -> dict[str, list[str]]:
    """Title -> features, without episodes. Grows with titles only."""
    without_episodes = {"kind": {"$ne": TitleKind.EPISODE.value}}
    table = read_collection(spark, url, TITLES, SCHEMA, without_episodes, _columns, FIELDS).toArrow()
    return dict(zip(table["id"].to_pylist(), table["features"].to_pylist(), strict=True))


def features_of(title: Document) -> list[str]:
    """ "field:value" of a stored title; what it lacks has none."""
    found = [f"genre:{one}" for one in title.get("genres") or ()]
    found += [f"person:{one}" for one in (title.get("cast") or ())[:MAX_PEOPLE]]
    words = dict.fromkeys(_WORD.findall((title.get("synopsis") or "").casefold()))
    found += [f"word:{one}" for one in list(words)[:MAX_WORDS]]
    found += [f"{name}:{title[name]}" for name in ("franchise", "kind", "language") if title.get(name)]
    if title.get("year") is not None:
        found.append(f"decade:{title['year'] // 10}")
    age = title.get("maturity_age")
    if age is not None:
        found.append(f"age:{sum(age > step for step in AGE_STEPS)}")
    return found


def _columns(document: Document) -> tuple[Any, ...]:
    return document["_id"], features_of(document)
