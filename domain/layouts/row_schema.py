"""JSON Schema of rows, conditions and schedules; domain/layouts/schema.py has the rest."""

from __future__ import annotations

from domain.catalog.genres import GENRES
from domain.catalog.regions import REGION_PATTERN, region_problem
from domain.ids import TITLE_ID
from domain.json_schema import Formats
from domain.json_schema_builder import (
    array,
    boolean,
    by_name,
    choice,
    integer,
    mapping,
    number,
    one_or_more,
    text,
)
from domain.layouts.model import MAX_CARDS, MAX_ROWS_PER_SPEC, CardShape, Rotation, RowStyle, ShortRule
from domain.layouts.row_kinds import ROW_KINDS, RowSource
from domain.layouts.schedules import LAST_DAY, MARKET_LOCAL, WEEKDAYS
from domain.recommendations.lists import TrendWindow

DEVICES = ("tv", "web", "mobile", "tablet")

ID = text("1 to 64 letters, digits, '-' or '_'.", pattern="^[A-Za-z0-9_-]{1,64}$", examples=["picks"])
TITLE = text("Id of a title in the catalogue.", pattern=TITLE_ID.pattern.replace("\\Z", "$"))
LANGUAGE = text(
    "A language tag such as en or pt-BR.", pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", examples=["en"]
)
MARKET = text(
    "A region of ISO 3166, such as DE, or a sub-region, such as CA-QC.",
    pattern=REGION_PATTERN,
    format="region",
    examples=["DE"],
)
MARKET_OR_ALL = {**MARKET, "pattern": f"^({REGION_PATTERN.strip('^$')}|[*])$", "format": "region-or-all"}
FORMATS: Formats = {
    "region": region_problem,
    "region-or-all": lambda code: None if code == "*" else region_problem(code),
}
"""What the schema's `format` words check."""
TIME = text(
    "Write it like 2026-12-20T18:00 (time of the market), 2026-12-20 (midnight) or 2026-12-20T18:00Z.",
    pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{3})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$",
    examples=["2026-12-20T18:00"],
)
VERSION = text(
    "A version in quotes, such as '4.2'.", pattern="^[0-9]{1,9}([.][0-9]{1,9}){0,3}$", examples=["4.2"]
)
RULE = text("A filter rule.", maxLength=1000, examples=["genre = Drama"])
SHARE = "A share from 0 to 1."

SCHEDULE = mapping(
    "When it shows, in the viewer's market time. `from` is included, `to` is not.",
    {
        "from": {**TIME, "description": f"Start. {TIME['description']}"},
        "to": {**TIME, "description": f"End. {TIME['description']}"},
        "weekdays": array("Only on these days.", choice("A day.", WEEKDAYS), 1),
        "monthly": array(
            "Only on these days of the month. Months without that day are skipped; last is every last day.",
            {"anyOf": [integer("A day of the month.", 1, 31), choice("The last day.", (LAST_DAY,))]},
            1,
        ),
        "zone": text(f"{MARKET_LOCAL} (the default) or a time zone such as Europe/Berlin."),
    },
)
NUMBER_RANGE = {"min": integer("At least.", 0, 1_000_000), "max": integer("At most.", 0, 1_000_000)}
CONDITION = mapping(
    "For whom. All keys must hold; missing keys do not restrict.",
    {
        "device": one_or_more("On these devices.", choice("A device.", DEVICES)),
        "market": one_or_more("In these markets.", MARKET),
        "kids": boolean("true: only children's profiles; false: only the others."),
        "maturity": mapping("By the profile's age limit.", NUMBER_RANGE),
        "plan": one_or_more("With these plans.", text("A plan.", minLength=1, maxLength=64)),
        "tenure_days": mapping("By the profile's age in days.", NUMBER_RANGE),
        "history": mapping("By the number of titles that the profile started.", NUMBER_RANGE),
        "hour": mapping(
            "By the hour in the market; `to` is excluded. 22 to 2 runs past midnight and belongs to the day on which "
            "it began, for `weekday` and for the days of the row's `schedule`.",
            {"from": integer("The first hour.", 0, 23), "to": integer("The hour after the last.", 0, 24)},
            ("from", "to"),
        ),
        "weekday": one_or_more("On these days in the market.", choice("A day.", WEEKDAYS)),
        "client": mapping(
            "By the client's version. An unknown version counts as the oldest.",
            {"min": VERSION, "below": VERSION},
        ),
        "arm": by_name("By experiment: the arms that match.", ID, one_or_more("Arms.", ID), 1),
    },
)
OPTION_VALUE = {"anyOf": [text("A text.", maxLength=1000), integer("A number.", -1_000_000, 1_000_000)]}
OPTIONS = {
    "type": "object",
    "description": "Settings of the source; each source has its own. docs/adding-a-row.md lists them.",
    "examples": [{"rows": 2}],
    "properties": {
        **{
            option.name: {**OPTION_VALUE, "description": f"Of {kind.source}: {option.schema['description']}"}
            for kind in ROW_KINDS.values()
            for option in kind.options
        },
        "rows": integer("Maximum number of rows.", 1, MAX_ROWS_PER_SPEC),
        "window": choice("Time window of trends.", TrendWindow),
        "genre": choice("Only this genre.", GENRES),
    },
    "propertyNames": ID,
    "additionalProperties": OPTION_VALUE,
}
PLACE = mapping(
    "Allowed positions on the page, from 1.",
    {
        "pin": integer("Exact position.", 1, 100),
        "earliest": integer("First allowed position.", 1, 100),
        "latest": integer("Last allowed position.", 1, 100),
        "after": {**ID, "description": "Somewhere below this row."},
        "before": {**ID, "description": "Somewhere above this row."},
        "apart_from": array("Never next to these rows.", ID),
    },
)
CAPS = mapping(
    "Limits on similar titles.",
    {
        "franchise": integer("Maximum titles of one franchise.", 1, 100),
        "genre_share": number("Maximum share of one genre.", 0, 1),
        "diversity": number(
            "Weight of difference from neighbouring titles against a title's own score.", 0, 1
        ),
    },
)
WEIGHTS = mapping(
    "Weights of the parts of a card's score.",
    {
        name: number(f"Weight of {name}.", 0, 10)
        for name in ("base", "taste", "trending", "newness", "context", "fatigue", "dislike")
    },
)
PROMISE = mapping(
    "Invariants of every page of this layout.",
    {
        "min_rows": integer("Minimum number of rows.", 1, 40),
        "discovery_rows": integer("Minimum number of rows with titles new to the viewer.", 0, 40),
        "genre_share": number("Maximum share of the page's titles of one genre.", 0, 1),
    },
)
SOURCE = choice("The source that fills the row.", RowSource)
BUDGET = integer("Maximum milliseconds for a source.", 1, 10_000)
ROW = mapping(
    "A row.",
    {
        "source": SOURCE,
        "style": choice("How to draw it.", RowStyle),
        "card_shape": choice("The shape of its cards.", CardShape),
        "min_cards": integer("With fewer cards, the `short` rules apply.", 1, MAX_CARDS),
        "max_cards": integer("Maximum number of cards.", 1, MAX_CARDS),
        "options": OPTIONS,
        "title": by_name(
            "Row title by language, instead of the source's own. {pivot} is the title that the row is about.",
            LANGUAGE,
            text("A name.", minLength=1, maxLength=120, examples=["Chosen for You"]),
        ),
        "mix": array(
            "Further sources.",
            mapping(
                "A further source.",
                {
                    "source": SOURCE,
                    "share": number(f"Of the row's cards. {SHARE}", 0, 1),
                    "weight": number("Factor for its scores.", 0, 10),
                    "options": OPTIONS,
                },
                ("source", "share"),
            ),
        ),
        "place": PLACE,
        "priority": integer(
            "When two rows want one title, the row with the higher priority gets it.", -1000, 1000
        ),
        "short": array("What to do with too few cards, in this order.", choice("A rule.", ShortRule), 1),
        "stand_in": {**ID, "description": "The row of `stand_ins` that replaces it."},
        "filter": RULE,
        "filter_tests": array(
            "Test titles for the filter, checked with the layout.",
            mapping(
                "A title in the filter's terms, and whether it must match.",
                {
                    "title": {
                        "type": "object",
                        "description": "Such as {kind: movie, genre: [Crime], year: 1994}.",
                    },
                    "matches": boolean("Whether the filter must match it."),
                },
                ("title", "matches"),
            ),
        ),
        "pins": array(
            "Titles chosen by hand for a slot, for a time.",
            mapping(
                "A pinned title.",
                {
                    "title_id": TITLE,
                    "slot": integer("Its slot, from 1.", 1, MAX_CARDS),
                    "since": TIME,
                    "until": TIME,
                },
                ("title_id", "slot", "until"),
            ),
        ),
        "boosts": array(
            "Titles ranked higher or lower, for a time.",
            mapping(
                "A boost.",
                {
                    "match": RULE,
                    "by": number("Added to the score; below 0 ranks lower.", -1, 1),
                    "until": TIME,
                },
                ("match", "by", "until"),
            ),
        ),
        "quotas": array(
            "Minimum shares of the row for certain titles.",
            mapping("A quota.", {"match": RULE, "share": number(SHARE, 0, 1)}, ("match", "share")),
        ),
        "caps": CAPS,
        "exploration": mapping(
            "Cards for little-known titles.",
            {"share": number(SHARE, 0, 1), "earliest": integer("First allowed slot.", 1, MAX_CARDS)},
            ("share",),
        ),
        "rotation": choice("How often it may change its order without new data.", Rotation),
        "repeats": boolean("Allows titles that other rows of the page show."),
        "budget_ms": BUDGET,
        "when": {"$ref": "#/$defs/condition"},
        "schedule": {"$ref": "#/$defs/schedule"},
    },
    ("source",),
)
