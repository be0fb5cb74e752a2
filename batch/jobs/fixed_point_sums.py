"""Order-independent sums, as whole millionths.

Spark adds rows as tasks end, and floating-point sums depend on order. Integer sums are equal to the bit in every
rerun.
"""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

SCALE = 1_000_000


def to_fixed(value: Column) -> Column:
    return F.floor(value * SCALE + 0.5)


def from_fixed(value: Column) -> Column:
    return value / F.lit(float(SCALE))


def sum_fixed(value: Column) -> Column:
    """In millionths."""
    return F.sum(to_fixed(value))


def round_score(value: Column) -> Column:
    """Six decimals."""
    return F.round(value, 6)
