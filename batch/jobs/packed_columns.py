"""Arrays in binary columns of Arrow: a cell holds the numbers of one row, and the column is a packed array as it
stands.

So Spark carries one small row a profile and can join or sort them, and a worker reads all cells of a batch as one
array without a copy.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from batch.models.histories import Integers

Scalar = TypeVar("Scalar", bound=np.generic)


def pack_column(starts: Integers, values: NDArray[np.generic]) -> pa.Array:
    """Cell r holds `values[starts[r] : starts[r + 1]]`. Raises ValueError above 2 GiB, the limit of a column."""
    size = values.dtype.itemsize
    if starts[-1] * size > np.iinfo(np.int32).max:
        raise ValueError(f"{int(starts[-1]):,} values of {size} bytes do not fit one column of 2 GiB")
    offsets = pa.py_buffer((starts * size).astype(np.int32))
    return pa.Array.from_buffers(
        pa.binary(), len(starts) - 1, [None, offsets, pa.py_buffer(np.ascontiguousarray(values))]
    )


def unpack_column(column: pa.Array | pa.ChunkedArray, kind: type[Scalar]) -> tuple[Integers, NDArray[Scalar]]:
    """(starts, values) of a column that `pack_column` made. A null cell is empty."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    whole = whole.cast(pa.binary())
    if whole.null_count:
        whole = whole.fill_null(b"")
    if not len(whole):
        return np.zeros(1, np.int64), np.zeros(0, kind)
    _, offset_buffer, data = whole.buffers()
    offsets = np.frombuffer(offset_buffer, np.int32)[whole.offset : whole.offset + len(whole) + 1]
    size = np.dtype(kind).itemsize
    content = data if data is not None else b""
    values = np.frombuffer(content, np.uint8)[offsets[0] : offsets[-1]]
    starts = (offsets.astype(np.int64) - int(offsets[0])) // size
    # A slice may begin at any byte; arrays of wider numbers must not.
    aligned = values if values.ctypes.data % size == 0 else values.copy()
    return starts, aligned.view(kind)
