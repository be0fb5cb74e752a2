"""The JSON Schema of experiments, in MongoDB and in files for `marquee experiment`.

domain/experiments/validation.py has the rules that it cannot express.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.experiments.model import ExperimentStatus, Unit
from domain.json_schema_builder import boolean, by_name, choice, integer, mapping, number, text
from domain.layouts.row_schema import CONDITION, ID

INSTANT = text(
    "An instant, such as 2026-12-01T00:00:00Z.",
    pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})$",
)
VARIANT = mapping(
    "One of the pages that are compared.",
    {
        "weight": number("Its share, in proportion to the other variants'.", 0, 1_000_000),
        "data_version": text(
            "The data version its pages read; the live one when left out.", minLength=1, maxLength=64
        ),
    },
    ("weight",),
)
NOTE = mapping(
    "Something that was done with it.",
    {
        "at": INSTANT,
        "by": text("Who.", maxLength=200),
        "what": text("What.", maxLength=200),
        "why": text("Why.", maxLength=1000),
    },
    ("at", "what"),
)
EXPERIMENT_SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://marquee.example/experiment.schema.json",
    "title": "Marquee experiment",
    "examples": [{"experiment": "row-order", "variants": {"A": {"weight": 50}, "B": {"weight": 50}}}],
    **mapping(
        "Who is shown which variant. What a variant changes stands in the layout, under `variants`.",
        {
            "experiment": {**ID, "description": f"Its key. {ID['description']}"},
            "hypothesis": text("What is expected to happen, and why.", maxLength=2000),
            "status": choice("Only a running experiment assigns variants.", ExperimentStatus),
            "phase": integer("Counts restarts; each assigns all units again.", 1, 10_000),
            "unit": choice("What is assigned as a whole.", Unit),
            "layout": {**ID, "description": "The layout whose `variants` say what its arms change."},
            "layer": {**ID, "description": "Experiments of one layer never meet in one viewer."},
            "segments": mapping(
                "The part of the layer that is its own, within 0 to 1.",
                {
                    "from": number("The first segment.", 0, 1),
                    "to": number("The segment it ends before.", 0, 1),
                },
                ("from", "to"),
            ),
            "coverage": number("The share of each variant that takes part.", 0, 1),
            "when": CONDITION,
            "from": {**INSTANT, "description": f"Not before. {INSTANT['description']}"},
            "to": {**INSTANT, "description": f"No longer from here on. {INSTANT['description']}"},
            "variants": by_name("Variants by key; the first is the control.", ID, VARIANT)
            | {"examples": [{"A": {"weight": 50}, "B": {"weight": 50}}]},
            "sticky": boolean("Who was shown a variant keeps it. True when left out."),
            "bucket_version": integer("Another one forgets what was sticky.", 0, 10_000),
            "min_bucket_version": integer(
                "Who was shown one of an older version takes no further part.", 0, 10_000
            ),
            "notes": {"type": "array", "items": NOTE, "description": "What was done with it, oldest first."},
        },
        ("experiment", "variants"),
    ),
}
SYNONYMS = {
    "key": "experiment",
    "name": "experiment",
    "id": "experiment",
    "arms": "variants",
    "variations": "variants",
    "namespace": "layer",
    "range": "segments",
    "rollout": "coverage",
    "condition": "when",
    "targeting": "when",
    "start": "from",
    "starts_at": "from",
    "end": "to",
    "ends_at": "to",
}
"""Names in other systems, for "did you mean"."""

HOLDOUT_SCHEMA: Mapping[str, Any] = mapping(
    "The accounts that take part in nothing.",
    {
        "share": number("Of all accounts.", 0, 1),
        "phase": integer("Another one holds out others.", 1, 10_000),
    },
    ("share",),
)
