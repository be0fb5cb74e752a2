"""What a version's models are, as files of its folder: top picks, evaluation and reports read them.

learned.json            the blend's weights, and how they were learned
item_model.npz          item-item weights, transitions and content likeness, by title number
history_totals.parquet  sums over all histories (history_totals.py)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from batch.models.blend import BlendWeights, blend_from_document, blend_to_document
from batch.models.item_model import ItemModel
from batch.models.sparse_rows import SparseRows
from domain.serialization import Document

LEARNED_FILE = "learned.json"
MODEL_FILE = "item_model.npz"
TOTALS_FILE = "history_totals.parquet"
_MATRICES = ("weights", "transitions", "content")


def write_learned(folder: Path, weights: BlendWeights, how: Mapping[str, object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    content = {"weights": blend_to_document(weights), **how}
    _replace(folder / LEARNED_FILE, json.dumps(content, indent=2, sort_keys=True).encode() + b"\n")


def read_learned(folder: Path) -> tuple[BlendWeights, Document]:
    """(weights, the whole file). Raises FileNotFoundError, `BadWeights`."""
    content: Document = json.loads((folder / LEARNED_FILE).read_bytes())
    return blend_from_document(content["weights"]), content


def write_model(folder: Path, model: ItemModel, content: SparseRows) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, rows in zip(_MATRICES, (model.weights, model.transitions, content), strict=True):
        arrays |= {
            f"{name}_starts": rows.starts,
            f"{name}_columns": rows.columns,
            f"{name}_values": rows.values,
        }
    path = folder / MODEL_FILE
    temporary = path.with_name(f".{MODEL_FILE}.new.npz")
    np.savez(temporary, allow_pickle=False, **arrays)
    temporary.replace(path)


def read_model(folder: Path) -> tuple[ItemModel, SparseRows]:
    """(item model, content likeness). Raises FileNotFoundError."""
    with np.load(folder / MODEL_FILE) as arrays:
        weights, transitions, content = (
            SparseRows(arrays[f"{name}_starts"], arrays[f"{name}_columns"], arrays[f"{name}_values"])
            for name in _MATRICES
        )
    return ItemModel(weights, transitions), content


def write_totals(folder: Path, sums: pa.Table) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{TOTALS_FILE}.new"
    pq.write_table(sums, temporary)
    temporary.replace(folder / TOTALS_FILE)


def read_totals(folder: Path) -> pa.Table:
    return pq.read_table(folder / TOTALS_FILE)


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(content)
    temporary.replace(path)
