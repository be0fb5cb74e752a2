"""The one JSON Schema of layouts: of files, of documents in MongoDB, and of what a designer's editor completes.

`bff/layout_files/layout.schema.json` is this, printed. What a schema cannot say (names that must exist, a pin that
ends before it starts) stands in domain/layouts/validation.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.json_schema_builder import (
    Schema,
    by_name,
    changes_of,
    choice,
    flag,
    listing,
    mapping,
    number,
    whole,
)
from domain.layouts.row_schema import (
    BUDGET,
    CAPS,
    CONDITION,
    DEVICES,
    ID,
    MARKET,
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
"""What other systems call a key, for "did you mean"."""


PAGE: Schema = {
    "personal_order": flag("Rows without a pin are ordered by how much each should matter to the viewer."),
    "caps": CAPS,
    "weights": WEIGHTS,
    "promise": PROMISE,
    "budget_ms": BUDGET,
}
"""The keys of a layout that a patch may change too."""

MOVE: Schema = {
    **mapping(
        "Where to.",
        {
            "to": whole("This position, counted from 1.", 1, 100),
            "after": {**ID, "description": "Below this row."},
            "before": {**ID, "description": "Above this row."},
        },
    ),
    "minProperties": 1,
    "maxProperties": 1,
}
PATCH: Schema = {
    "when": {"$ref": "#/$defs/condition"},
    "remove": listing("Rows taken away.", ID),
    "add": by_name("New rows, put last; `move` puts them elsewhere.", ID, {"$ref": "#/$defs/row"}),
    "set": by_name(
        "Changes of rows: only what is named changes, null takes a key away.",
        ID,
        {"$ref": "#/$defs/row_change"},
    ),
    "move": by_name("Rows put elsewhere.", ID, MOVE),
    "page": changes_of(mapping("Changes of the layout's own keys.", PAGE)),
}
LAYOUT_SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://marquee.example/layout.schema.json",
    "title": "Marquee layout",
    **mapping(
        "Which rows a home page has, in which order, for whom and when.",
        {
            "layout": {**ID, "description": f"Its name. {ID['description']}"},
            "targets": mapping(
                "The devices and markets it is for; all of them when left out.",
                {
                    "devices": listing("Devices.", choice("A device.", DEVICES), 1),
                    "markets": listing(
                        'Markets; "*" is every one.', {**MARKET, "pattern": "^([A-Z]{2}|[*])$"}, 1
                    ),
                },
            ),
            "schedule": {"$ref": "#/$defs/schedule"},
            "priority": whole("Of two layouts that fit, the higher is used.", -1000, 1000),
            **PAGE,
            "order": listing("Ids of the rows, top to bottom.", ID, 1),
            "rows": by_name("Rows by id.", ID, {"$ref": "#/$defs/row"}, 1),
            "stand_ins": by_name(
                "Rows that appear only in the place of another.", ID, {"$ref": "#/$defs/row"}
            ),
            "overrides": listing(
                "Changes for some viewers, made in this order.",
                mapping("A change and for whom.", PATCH, ("when",)),
            ),
            "variants": by_name(
                "Experiments by key: the weight of each arm, and the patches of each.",
                ID,
                {
                    "type": "object",
                    "properties": {
                        "weights": by_name("Arm to weight.", ID, number("Weight.", 0, 1_000_000), 1)
                    },
                    "required": ["weights"],
                    "propertyNames": ID,
                    "additionalProperties": listing("Patches of this arm.", mapping("A patch.", PATCH)),
                },
            ),
        },
        ("layout", "order", "rows"),
    ),
    "$defs": {"row": ROW, "row_change": changes_of(ROW), "condition": CONDITION, "schedule": SCHEDULE},
}
