"""One Spark session for all batch tests, and small datasets by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

AS_OF = int(datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp() * 1000)
DAY = 86_400_000
HOUR = 3_600_000


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A quiet local session with two cores."""
    from batch.cluster.spark_session import open_session

    session = open_session("tests", tmp_path_factory.mktemp("spark"), master="local[2]")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def frames(spark: Any) -> Any:
    """frames.events([...]) and so on: DataFrames with the jobs' schemas, absent fields null."""
    return Frames(spark)


class Frames:
    as_of, day, hour = AS_OF, DAY, HOUR

    def __init__(self, spark: Any) -> None:
        self.spark = spark

    def of(self, schema: Any, rows: list[dict[str, Any]]) -> Any:
        tuples = [tuple(row.get(name) for name in schema.fieldNames()) for row in rows]
        return self.spark.createDataFrame(tuples, schema)

    def events(self, rows: list[dict[str, Any]]) -> Any:
        from batch.storage.schemas import EVENT

        filled = [{"occurred_at": AS_OF, "region": "US", "kind": "movie", **row} for row in rows]
        return self.of(EVENT, filled)

    def profiles(self, accounts: dict[str, str] | None = None, **ages: int) -> Any:
        """Profiles as MongoDB has them: their accounts by profile, and the age limits of those with one."""
        from batch.storage.schemas import PROFILE

        known = (accounts or {}) | {profile: profile for profile in ages if profile not in (accounts or {})}
        shared = {"kids": False, "favourite_genres": []}
        return self.of(
            PROFILE,
            [
                {"id": profile, "account_id": account, "maturity_limit": ages.get(profile, 18), **shared}
                for profile, account in known.items()
            ],
        )

    def interactions(self, rows: list[tuple[str, str, float, float]]) -> Any:
        """(profile, title, strength, days before AS_OF) rows."""
        from batch.storage.schemas import INTERACTION

        filled = [
            {
                "profile_id": profile,
                "title_id": title,
                "strength": strength,
                "weight": strength,
                "last_at": AS_OF - round(days * DAY),
                "seen": True,
            }
            for profile, title, strength, days in rows
        ]
        return self.of(INTERACTION, filled)

    def titles(self, ids: list[str], **shared: Any) -> Any:
        """Titles as the snapshot stores them, open in US and DE, for all ages."""
        facts = {"kind": "movie", "genres": ["Drama"], "maturity_age": 0, "launched_at": 0, "franchise": None}
        facts |= {"regions": ["US", "DE"]} | shared
        return self.titles_of([{"id": one, **facts} for one in ids])

    def titles_of(self, rows: list[dict[str, Any]]) -> Any:
        from pyspark.sql.types import ArrayType, StringType, StructType

        from batch.storage.schemas import TITLE

        columns = [one for one in TITLE.fields if one.name != "windows"]
        return self.of(StructType(columns).add("regions", ArrayType(StringType())), rows)


@pytest.fixture(scope="module")
def batch_settings(
    stack: Any, module_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """Settings over a MongoDB database, a data folder and versions of one test file's own; all swept after it."""
    from batch.pipeline.ledger import Ledger
    from batch.pipeline.sweep import remove_version
    from batch.storage.clients import BatchStores
    from batch.storage.settings import BatchSettings

    home = tmp_path_factory.mktemp("home")
    yield (settings := BatchSettings(home, module_database, stack.elasticsearch_url, stack.redis_url))
    with BatchStores(settings) as stores:
        for run in Ledger(stores.mongo).unswept_runs():
            remove_version(stores, run.version)


@pytest.fixture(scope="module")
def stores(batch_settings: Any) -> Iterator[Any]:
    from batch.storage.clients import BatchStores

    with BatchStores(batch_settings) as opened:
        yield opened
