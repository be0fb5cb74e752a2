"""Schemas of inputs and datasets. Instants are epoch milliseconds."""

from __future__ import annotations

from pyspark.sql.types import (
    ArrayType,
    BooleanType,
    DataType,
    DoubleType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
)

_TEXT, _LONG, _INT, _DOUBLE, _BOOL = StringType(), LongType(), IntegerType(), DoubleType(), BooleanType()
_TEXTS = ArrayType(_TEXT, containsNull=False)


def _struct(**columns: DataType) -> StructType:
    return StructType([StructField(name, kind) for name, kind in columns.items()])


EVENT = _struct(
    id=_TEXT,
    profile_id=_TEXT,
    title_id=_TEXT,
    type=_TEXT,
    occurred_at=_LONG,
    region=_TEXT,
    kind=_TEXT,
    series_id=_TEXT,
    position_seconds=_LONG,
    duration_seconds=_LONG,
    credits_seconds=_LONG,
    stars=_DOUBLE,
    device=_TEXT,
    tracking=_TEXT,
    household=_BOOL,
    month=_TEXT,
)
"""`domain.viewers.event_documents.event_to_document` and the month folder."""

WINDOW = _struct(regions=_TEXTS, starts_at=_LONG, ends_at=_LONG)

TITLE = _struct(
    id=_TEXT,
    kind=_TEXT,
    genres=_TEXTS,
    maturity_age=_INT,
    franchise=_TEXT,
    launched_at=_LONG,
    windows=ArrayType(WINDOW, containsNull=False),
    works=_TEXTS,
)
"""Without episodes, which count for their series. `works`: ids of the work; titles that share one are one work."""

PROFILE = _struct(
    id=_TEXT,
    account_id=_TEXT,
    kids=_BOOL,
    maturity_limit=_INT,
    favourite_genres=_TEXTS,
)

ACCOUNT = _struct(id=_TEXT, region=_TEXT)

INTERACTION = _struct(
    profile_id=_TEXT,
    title_id=_TEXT,
    strength=_DOUBLE,
    weight=_DOUBLE,
    last_at=_LONG,
    seen=_BOOL,
)
"""`strength`: clipped sum of interaction weights; `weight`: with decay by age; `seen`: watched or rated, so not
recommended.
"""

POPULARITY = _struct(region=_TEXT, audience=_TEXT, title_id=_TEXT, score=_DOUBLE, count=_LONG)
"""`region` may be GLOBAL; `score` is 0..1 within region and audience; `count` are accounts."""
