"""Sums that come out the same in any order: numbers as whole millionths.

Spark adds rows in the order in which tasks end, and sums of floating-point numbers depend on their order.
Whole numbers do not, so the same night computed twice, or on another number of machines, is equal to the bit.
"""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

UNIT = 1_000_000


def to_fixed(value: Column) -> Column:
    """Nearest whole number of millionths, as a long."""
    return F.floor(value * UNIT + 0.5)


def from_fixed(value: Column) -> Column:
    return value / F.lit(float(UNIT))


def sum_fixed(value: Column) -> Column:
    """Aggregate: the order-independent sum of a column of doubles, as millionths."""
    return F.sum(to_fixed(value))


def rounded(value: Column) -> Column:
    """A score as it is stored: six decimals."""
    return F.round(value, 6)
