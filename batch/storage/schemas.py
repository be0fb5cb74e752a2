"""Every input and output of the night shift, column by column. Instants are epoch milliseconds."""

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
    stars=_DOUBLE,
    device=_TEXT,
    tracking=_TEXT,
    household=_BOOL,
    month=_TEXT,
)
"""A line of the event archive (`domain.viewers.event_documents.event_to_document`) and the folder it lies in."""

WINDOW = _struct(regions=_TEXTS, starts_at=_LONG, ends_at=_LONG)

TITLE = _struct(
    id=_TEXT,
    kind=_TEXT,
    genres=_TEXTS,
    maturity_age=_INT,
    franchise=_TEXT,
    launched_at=_LONG,
    windows=ArrayType(WINDOW, containsNull=False),
)
"""What the jobs need of a movie or series; episodes count for their series and are left out."""

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
"""One row per (profile, movie or series). `strength` is the clipped sum of the preference table, `weight` the
same with every signal faded by its age; `seen`: watched or judged, so not to be recommended."""

NEIGHBOUR = _struct(title_id=_TEXT, neighbour_id=_TEXT, score=_DOUBLE, support=_LONG)

POPULARITY = _struct(region=_TEXT, title_id=_TEXT, score=_DOUBLE, count=_LONG)
"""`region` GLOBAL is the whole service; `score` is 0..1 within the region."""
