"""Layout documents, as they lie in MongoDB, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.errors import BadInput
from domain.genres import GENRES
from domain.ids import is_raw_id
from domain.instants import from_millis, to_millis
from domain.layouts import MAX_CARDS, MAX_ROWS, MIN_CARDS, CardShape, Layout, RowSource, RowSpec, RowStyle
from domain.recommendations import Window


def layout_to_document(layout: Layout) -> dict[str, Any]:
    return {
        "_id": layout.id,
        "version": layout.version,
        "published_at": to_millis(layout.published_at),
        "rows": [
            {
                "id": row.id,
                "source": row.source.value,
                "style": row.style.value,
                "card_shape": row.card_shape.value,
                "min_cards": row.min_cards,
                "max_cards": row.max_cards,
                "options": dict(row.options),
            }
            for row in layout.rows
        ],
    }


def layout_from_document(document: Mapping[str, Any]) -> Layout:
    """Raises BadInput naming the row and the field, for a document that is not a layout."""
    rows = document.get("rows")
    if not isinstance(rows, list) or not rows:
        raise BadInput(f"layout {document.get('_id')!r}: 'rows' must be a list with at least one row")
    specs = tuple(_row_from_document(position, row) for position, row in enumerate(rows, start=1))
    names = [spec.id for spec in specs]
    for name in names:
        if names.count(name) > 1:
            raise BadInput(
                f"layout {document.get('_id')!r}: two rows are called {name!r}; give each its own id"
            )
    return Layout(
        id=str(document["_id"]),
        version=int(document.get("version", 0)),
        rows=specs,
        published_at=from_millis(int(document.get("published_at", 0))),
    )


def _row_from_document(position: int, row: object) -> RowSpec:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str):
        raise BadInput(f"layout row {position}: must be an object with an 'id'")
    name = row["id"]
    if not is_raw_id(name):
        raise BadInput(f"layout row {position} ({name!r}): 'id' takes 1 to 64 letters, digits, '-' or '_'")
    try:
        spec = RowSpec(
            id=name,
            source=RowSource(str(row.get("source"))),
            style=RowStyle(row.get("style", RowStyle.SHELF)),
            card_shape=CardShape(row.get("card_shape", CardShape.POSTER)),
            min_cards=_whole_number("min_cards", row.get("min_cards", MIN_CARDS)),
            max_cards=_whole_number("max_cards", row.get("max_cards", 20)),
            options=_options(row.get("options", {})),
        )
    except (TypeError, ValueError) as error:
        raise BadInput(f"layout row {position} ({name!r}): {error}") from error
    if not 1 <= spec.min_cards <= spec.max_cards <= MAX_CARDS:
        raise BadInput(
            f"layout row {position} ({name!r}): needs 1 <= min_cards <= max_cards <= {MAX_CARDS}, "
            f"not {spec.min_cards} and {spec.max_cards}"
        )
    return spec


def _whole_number(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name!r} must be a whole number, not {value!r}")
    return value


def _options(options: object) -> dict[str, str | int]:
    """Options that can be used, so that no row source has to doubt them. Raises ValueError."""
    if not isinstance(options, dict):
        raise ValueError(f"'options' must be an object, not {options!r}")
    for name, value in options.items():
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise ValueError(f"option {name!r} must be a text or a whole number, not {value!r}")
    if "rows" in options and not 1 <= _whole_number("rows", options["rows"]) <= MAX_ROWS:
        raise ValueError(f"option 'rows' must be from 1 to {MAX_ROWS}, not {options['rows']}")
    for name, allowed in (("window", tuple(Window)), ("genre", GENRES)):
        if name in options and options[name] not in allowed:
            raise ValueError(f"option {name!r} must be one of {', '.join(allowed)}, not {options[name]!r}")
    return dict(options)
