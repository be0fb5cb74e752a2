"""The table of an evaluation as a file of the version's folder."""

from __future__ import annotations

import json
from pathlib import Path

from domain.evaluation.table import EvaluationTable, table_from_document, table_to_document

EVALUATION_FILE = "evaluation.json"


def write_table(folder: Path, table: EvaluationTable) -> None:
    """The file appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{EVALUATION_FILE}.new"
    temporary.write_text(json.dumps(table_to_document(table), indent=1) + "\n", "utf-8")
    temporary.replace(folder / EVALUATION_FILE)


def read_table(folder: Path) -> EvaluationTable | None:
    """None where the version was not evaluated."""
    path = folder / EVALUATION_FILE
    return table_from_document(json.loads(path.read_text("utf-8"))) if path.exists() else None
