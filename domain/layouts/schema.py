"""The JSON Schema of layouts, for files, MongoDB and editors (`bff/layout_files/layout.schema.json`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.json_schema_builder import (
    Schema,
    array,
    boolean,
    by_name,
    choice,
    integer,
    mapping,
    merge_patch,
    number,
)
from domain.layouts.row_schema import (
    BUDGET,
    CAPS,
    CONDITION,
    DEVICES,
    ID,
    MARKET_OR_ALL,
    PROMISE,
    ROW,
    SCHEDULE,
    WEIGHTS,
)

SYNONYMS = {
    "min_items": "min_cards",
    "minimum": "min_cards",
    "limit": "max_cards",
    "max_items": "max_cards",
    "art": "card_shape",
    "shape": "card_shape",
    "fallback": "stand_in",
    "kind": "source",
    "type": "source",
    "name": "title",
    "id": "layout",
    "experiments": "variants",
    "condition": "when",
    "if": "when",
    "timezone": "zone",
    "start": "from",
    "end": "to",
    "until": "to",
}
"""Keys in other systems, for "did you mean"."""

PAGE: Schema = {
    "personal_order": boolean("Order rows without a pin by their value for the viewer."),
    "caps": CAPS,
    "weights": WEIGHTS,
    "promise": PROMISE,
    "budget_ms": BUDGET,
}
"""Top-level keys that a patch may change."""

MOVE: Schema = {
    **mapping(
        "The new position.",
        {
            "to": integer("This position, from 1.", 1, 100),
            "after": {**ID, "description": "Below this row."},
            "before": {**ID, "description": "Above this row."},
        },
    ),
    "minProperties": 1,
    "maxProperties": 1,
}
PATCH: Schema = {
    "when": {"$ref": "#/$defs/condition"},
    "remove": array("Rows to remove.", ID),
    "add": by_name("New rows, added at the end; `move` places them.", ID, {"$ref": "#/$defs/row"}),
    "set": by_name(
        "Changes of rows: only named keys change, null removes a key.",
        ID,
        {"$ref": "#/$defs/row_change"},
    ),
    "move": by_name("Rows to move.", ID, MOVE),
    "page": merge_patch(mapping("Changes of the layout's top-level keys.", PAGE)),
}
LAYOUT_SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://marquee.example/layout.schema.json",
    "title": "Marquee layout",
    "examples": [{"layout": "home", "order": ["picks"], "rows": {"picks": {"source": "top_picks"}}}],
    **mapping(
        "Which rows a home page has, in which order, for whom and when.",
        {
            "layout": {**ID, "description": f"Its name. {ID['description']}"},
            "targets": mapping(
                "Devices and markets of the layout; default: all.",
                {
                    "devices": array("Devices.", choice("A device.", DEVICES), 1),
                    "markets": array('Markets; "*" means all.', MARKET_OR_ALL, 1),
                },
            ),
            "schedule": {"$ref": "#/$defs/schedule"},
            "priority": integer(
                "Of two layouts that match, the one with the higher priority is used.", -1000, 1000
            ),
            **PAGE,
            "order": array("Ids of the rows, top to bottom.", ID, 1),
            "rows": by_name("Rows by id.", ID, {"$ref": "#/$defs/row"}, 1),
            "stand_ins": by_name("Rows that only replace another row.", ID, {"$ref": "#/$defs/row"}),
            "overrides": array(
                "Changes for some viewers, applied in this order.",
                mapping("A change and its viewers.", PATCH, ("when",)),
            ),
            "variants": by_name(
                "Experiments by key: weights and patches of the arms.",
                ID,
                {
                    "type": "object",
                    "properties": {
                        "weights": by_name("Arm to weight.", ID, number("Weight.", 0, 1_000_000), 1)
                        | {"examples": [{"A": 50, "B": 50}]}
                    },
                    "required": ["weights"],
                    "propertyNames": ID,
                    "additionalProperties": array("Patches of this arm.", mapping("A patch.", PATCH)),
                },
            ),
        },
        ("layout", "order", "rows"),
    ),
    "$defs": {"row": ROW, "row_change": merge_patch(ROW), "condition": CONDITION, "schedule": SCHEDULE},
}
