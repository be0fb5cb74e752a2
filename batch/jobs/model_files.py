"""What a version's models are, as files of its folder: top picks, evaluation and reports read them.

learned.json            the blend's weights, and how they were learned
item_model.npz          item-item weights, transitions and content likeness, by title number
content_index.npz       features of the titles: content likeness as it was at a cut needs them
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
from batch.models.content import ContentIndex, index_entries
from batch.models.item_model import ItemModel
from batch.models.sparse_rows import SparseRows
from domain.serialization import Document

LEARNED_FILE = "learned.json"
MODEL_FILE = "item_model.npz"
CONTENT_FILE = "content_index.npz"
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
    _save(folder / MODEL_FILE, arrays)


def read_model(folder: Path) -> tuple[ItemModel, SparseRows]:
    """(item model, content likeness). Raises FileNotFoundError."""
    with np.load(folder / MODEL_FILE) as arrays:
        weights, transitions, content = (
            SparseRows(arrays[f"{name}_starts"], arrays[f"{name}_columns"], arrays[f"{name}_values"])
            for name in _MATRICES
        )
    return ItemModel(weights, transitions), content


def write_content_index(folder: Path, index: ContentIndex) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[np.generic]] = {
        "starts": index.starts,
        "features": index.features,
        "weights": index.feature_weights,
    }
    _save(folder / CONTENT_FILE, arrays)


def read_content_index(folder: Path) -> ContentIndex:
    """Raises FileNotFoundError."""
    with np.load(folder / CONTENT_FILE) as arrays:
        features = arrays["features"]
        count = int(features.max(initial=-1)) + 1
        return index_entries(arrays["starts"], features, arrays["weights"], count)


def write_totals(folder: Path, sums: pa.Table) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{TOTALS_FILE}.new"
    pq.write_table(sums, temporary)
    temporary.replace(folder / TOTALS_FILE)


def read_totals(folder: Path) -> pa.Table:
    return pq.read_table(folder / TOTALS_FILE)


def _save(path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    temporary = path.with_name(f".{path.stem}.new.npz")
    np.savez(temporary, allow_pickle=False, **arrays)
    temporary.replace(path)


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(content)
    temporary.replace(path)
