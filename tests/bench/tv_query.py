"""The query that the TV page sends, read from the page's own source so that both are always the same."""

from __future__ import annotations

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "bff" / "web" / "tv" / "query.js"
CONSTANT = re.compile(r"const (\w+) = (?:`([^`]*)`|\"([^\"]*)\");")
PLACE = re.compile(r"\$\{(\w+)\}")
DEVICE = {
    "formFactor": "TV",
    "locale": "en",
    "supports": ["SHELF", "LANDSCAPE", "NUMBERED"],
    # Not sent by the page, since 1 is its default: graphql-jit refuses a variable without what may not be null.
    "imageDensity": 1,
}


def home_query() -> str:
    """The text of `HOME`, its template's places filled with the constants they name."""
    constants = {
        name: template or text for name, template, text in CONSTANT.findall(SOURCE.read_text("utf-8"))
    }
    query = constants["HOME"]
    while PLACE.search(query):
        query = PLACE.sub(lambda place: constants[place[1]], query)
    return query
