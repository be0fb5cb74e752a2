"""A share of the accounts, whole, by a digest of their id: the same accounts in every run, and in Python as in Spark.

For a run on a small machine: models, lists and report are those of a service of fewer accounts.
"""

from __future__ import annotations

import hashlib

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

SHARDS = 10_000
DIGITS = 8
"""Of the digest, hexadecimal: enough that shards are equally large."""


def kept_shards(share: float) -> int:
    """`share`: 0 to 1."""
    return min(SHARDS, max(1, round(share * SHARDS)))


def is_account_sampled(account_id: str, share: float) -> bool:
    digest = hashlib.sha256(account_id.encode()).hexdigest()
    return int(digest[:DIGITS], 16) % SHARDS < kept_shards(share)


def is_sampled(account_id: Column, share: float) -> Column:
    digest = F.conv(F.substring(F.sha2(account_id.cast("binary"), 256), 1, DIGITS), 16, 10).cast("long")
    return F.pmod(digest, F.lit(SHARDS)) < kept_shards(share)


def sample_accounts(profiles: DataFrame, share: float) -> DataFrame:
    """Profiles with `account_id`; all of them for a share of 1."""
    return profiles if share >= 1 else profiles.where(is_sampled(F.col("account_id"), share))


def sample_events(events: DataFrame, profiles: DataFrame) -> DataFrame:
    """Of the profiles; those of anonymous sessions are left out."""
    return events.join(profiles.select(F.col("id").alias("profile_id")), on="profile_id", how="left_semi")
