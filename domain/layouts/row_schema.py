"""The schema of a row of a layout, of conditions and of schedules: the longer half of domain/layouts/schema.py."""

from __future__ import annotations

from domain.catalog.genres import GENRES
from domain.json_schema_builder import (
    by_name,
    choice,
    flag,
    listing,
    mapping,
    number,
    one_or_more,
    text,
    whole,
)
from domain.layouts.model import MAX_CARDS, MAX_ROWS, CardShape, Rotation, RowSource, RowStyle, ShortRule
from domain.layouts.schedules import LAST, MARKET_LOCAL, WEEKDAYS
from domain.recommendations.lists import TrendWindow

DEVICES = ("tv", "web", "mobile", "tablet")

ID = text("1 to 64 letters, digits, '-' or '_'.", pattern="^[A-Za-z0-9_-]{1,64}$")
LANGUAGE = text("A language tag such as en or pt-BR.", pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
MARKET = text("Two capital letters, such as DE.", pattern="^[A-Z]{2}$")
TIME = text(
    "Write it like 2026-12-20T18:00 (time of the market), 2026-12-20 (midnight) or 2026-12-20T18:00Z.",
    pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{3})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$",
)
VERSION = text("A version in quotes, such as '4.2'.", pattern="^[0-9]{1,9}([.][0-9]{1,9}){0,3}$")
RULE = text("A filter rule.", maxLength=1000)
SHARE = "A share from 0 to 1."

SCHEDULE = mapping(
    "When it shows. Times are those of the market that looks at it; `from` is included and `to` is not.",
    {
        "from": {**TIME, "description": f"Shows from then on. {TIME['description']}"},
        "to": {**TIME, "description": f"Shows until then. {TIME['description']}"},
        "weekdays": listing("Only on these days.", choice("A day.", WEEKDAYS), 1),
        "monthly": listing(
            "Only on these days of the month. A month without that day is skipped; last is every month's last.",
            {"anyOf": [whole("A day of the month.", 1, 31), choice("The last day.", (LAST,))]},
            1,
        ),
        "zone": text(f"{MARKET_LOCAL} (as when left out) or a time zone such as Europe/Berlin."),
    },
)
SPAN = {"min": whole("At least.", 0, 1_000_000), "max": whole("At most.", 0, 1_000_000)}
CONDITION = mapping(
    "For whom. Everything named must hold; what is not named does not matter.",
    {
        "device": one_or_more("On these devices.", choice("A device.", DEVICES)),
        "market": one_or_more("In these markets.", MARKET),
        "kids": flag("For children's profiles, or for the others."),
        "maturity": mapping("By the profile's age limit.", SPAN),
        "plan": one_or_more("With these plans.", text("A plan.", minLength=1, maxLength=64)),
        "tenure_days": mapping("By days since the profile was made.", SPAN),
        "history": mapping("By how many titles the profile has begun.", SPAN),
        "hour": mapping(
            "By the market's clock: from this hour up to that one; 22 to 2 runs past midnight.",
            {"from": whole("The first hour.", 0, 23), "to": whole("The hour it ends at.", 0, 24)},
            ("from", "to"),
        ),
        "weekday": one_or_more("On these days, by the market's clock.", choice("A day.", WEEKDAYS)),
        "client": mapping(
            "By the version of the client. One that does not say its version counts as the oldest.",
            {"min": VERSION, "below": VERSION},
        ),
        "arm": by_name("By experiment: its arms that will do.", ID, one_or_more("Arms.", ID), 1),
    },
)
OPTIONS = {
    "type": "object",
    "description": "What the source wants to know. docs/adding-a-row.md lists them.",
    "properties": {
        "rows": whole("How many rows it may make.", 1, MAX_ROWS),
        "window": choice("Trending over this time.", TrendWindow),
        "genre": choice("Only this genre.", GENRES),
    },
    "propertyNames": ID,
    "additionalProperties": {
        "anyOf": [text("A text.", maxLength=1000), whole("A number.", -1_000_000, 1_000_000)]
    },
}
PLACE = mapping(
    "Where on the page it may stand, counted from 1.",
    {
        "pin": whole("Exactly here.", 1, 100),
        "earliest": whole("Not above this.", 1, 100),
        "latest": whole("Not below this.", 1, 100),
        "after": {**ID, "description": "Somewhere below this row."},
        "before": {**ID, "description": "Somewhere above this row."},
        "apart_from": listing("Never next to these rows.", ID),
    },
)
CAPS = mapping(
    "Bounds on sameness.",
    {
        "franchise": whole("At most so many titles of one franchise.", 1, 100),
        "genre_share": number("At most this share of one genre.", 0, 1),
        "diversity": number("How much being unlike its neighbours counts against a title's own score.", 0, 1),
    },
)
WEIGHTS = mapping(
    "How much each part of a card's score counts.",
    {
        name: number(f"Weight of {name}.", 0, 10)
        for name in ("base", "taste", "trending", "newness", "context", "fatigue", "dislike")
    },
)
PROMISE = mapping(
    "What every page of this layout must hold.",
    {
        "min_rows": whole("At least so many rows.", 1, 40),
        "discovery_rows": whole("At least so many rows of titles new to the viewer.", 0, 40),
        "genre_share": number("At most this share of the page's titles is of one genre.", 0, 1),
    },
)
SOURCE = choice("What fills the row.", RowSource)
BUDGET = whole("Milliseconds that a source may take.", 1, 10_000)
ROW = mapping(
    "A row.",
    {
        "source": SOURCE,
        "style": choice("How to draw it.", RowStyle),
        "card_shape": choice("The shape of its cards.", CardShape),
        "min_cards": whole("With fewer cards, its `short` rules apply.", 1, MAX_CARDS),
        "max_cards": whole("Never more cards.", 1, MAX_CARDS),
        "options": OPTIONS,
        "title": by_name(
            "Its name by language, instead of the source's own. {pivot} stands for the title it is about.",
            LANGUAGE,
            text("A name.", minLength=1, maxLength=120),
        ),
        "mix": listing(
            "Further sources.",
            mapping(
                "A further source.",
                {
                    "source": SOURCE,
                    "share": number(f"Of the row's places. {SHARE}", 0, 1),
                    "weight": number("Its scores are multiplied by this.", 0, 10),
                    "options": OPTIONS,
                },
                ("source", "share"),
            ),
        ),
        "place": PLACE,
        "priority": whole("When two rows want one title, the higher has it.", -1000, 1000),
        "short": listing("What happens when it is short, in this order.", choice("A rule.", ShortRule), 1),
        "stand_in": {**ID, "description": "The row of `stand_ins` that takes its place."},
        "filter": RULE,
        "filter_tests": listing(
            "Titles on which the filter is tried whenever the layout is checked.",
            mapping(
                "A title in the filter's own words, and whether the filter is true of it.",
                {
                    "title": {
                        "type": "object",
                        "description": "Such as {kind: movie, genre: [Crime], year: 1994}.",
                    },
                    "matches": flag("Whether the filter is true of it."),
                },
                ("title", "matches"),
            ),
        ),
        "pins": listing(
            "Titles chosen by hand for a slot, until they end.",
            mapping(
                "A pinned title.",
                {
                    "title_id": ID,
                    "slot": whole("Its slot, counted from 1.", 1, MAX_CARDS),
                    "since": TIME,
                    "until": TIME,
                },
                ("title_id", "slot", "until"),
            ),
        ),
        "boosts": listing(
            "Titles moved up or down, until it ends.",
            mapping(
                "A boost.",
                {
                    "match": RULE,
                    "by": number("Added to the score; below 0 buries.", -1, 1),
                    "until": TIME,
                },
                ("match", "by", "until"),
            ),
        ),
        "quotas": listing(
            "Shares of the row kept for certain titles.",
            mapping("A quota.", {"match": RULE, "share": number(SHARE, 0, 1)}, ("match", "share")),
        ),
        "caps": CAPS,
        "exploration": mapping(
            "Places for little-known titles.",
            {"share": number(SHARE, 0, 1), "earliest": whole("Not before this slot.", 1, MAX_CARDS)},
            ("share",),
        ),
        "rotation": choice("How often it may change its order by itself.", Rotation),
        "repeats": flag("It may show titles that stand elsewhere on the page too."),
        "budget_ms": BUDGET,
        "when": {"$ref": "#/$defs/condition"},
        "schedule": {"$ref": "#/$defs/schedule"},
    },
    ("source",),
)
