"""Options of row sources: their names, values and meaning. Row kinds (row_kinds.py) declare which they read."""

from __future__ import annotations

from dataclasses import dataclass

from domain.catalog.genres import GENRES
from domain.json_schema_builder import Schema, choice, integer, text
from domain.recommendations.lists import TrendWindow


@dataclass(frozen=True, slots=True)
class RowOption:
    """`schema` is the JSON Schema of its value; the description in it says what it does."""

    name: str
    schema: Schema


WATCHED_FROM = RowOption(
    "watched_from", integer("Per cent from which a title counts as watched and is left out (5).", 0, 100)
)
KINDS = RowOption(
    "kinds",
    choice(
        "Which titles: all, continue (unfinished) or next (next and new episodes).",
        ("all", "continue", "next"),
    ),
)
SEED_ROWS = RowOption("rows", integer("How many titles get a row of their own (2).", 1, 4))
SEED_OPTIONS = (
    SEED_ROWS,
    RowOption("last", integer("How many titles take turns from day to day (8).", 1, 20)),
    RowOption("half_life", integer("Days in which a title's weight halves (30).", 1, 100_000)),
    RowOption("floor", integer("Minimum similarity in per cent (2).", 0, 100)),
    RowOption("support", integer("Minimum number of profiles that liked both titles (3).", 0, 1_000_000)),
)
GENRE = RowOption("genre", choice("Only this genre.", GENRES))
GENRE_ROWS = RowOption("rows", integer("How many of the profile's genres get a row (3).", 1, 5))
WINDOW = RowOption("window", choice("Time window of trends (day).", TrendWindow))
DAYS_AGO = RowOption("days", integer("Minimum days since the title was last watched (30).", 0, 100_000))
DAYS_AHEAD = RowOption("days", integer("Licences that end within so many days (14).", 1, 14))
TITLES = RowOption(
    "titles", text("Raw ids of the titles, separated by spaces.", maxLength=1000, examples=["m00042 m00007"])
)
ORDER = RowOption(
    "order", choice("As the editor listed them (editor) or ranked for the viewer.", ("editor", "personal"))
)
