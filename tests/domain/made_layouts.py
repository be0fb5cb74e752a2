"""Layouts for tests: a small one, targeting contexts, and hypothesis strategies for documents and patches."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from domain.ids import Region
from domain.layouts.model import RowStyle
from domain.layouts.request_context import TargetingContext
from domain.layouts.row_kinds import RowSource
from domain.layouts.versions import LayoutVersion
from domain.serialization import Document
from tests.domain.made import NOW

SMALL_LAYOUT: Document = {
    "layout": "home",
    "order": ["continue", "picks", "because", "trending", "new"],
    "rows": {
        "continue": {"source": "continue_watching", "style": "landscape", "min_cards": 1},
        "picks": {"source": "top_picks", "title": {"en": "Top Picks"}, "max_cards": 40},
        "because": {"source": "because_you_watched", "options": {"rows": 2}},
        "trending": {"source": "trending", "style": "numbered", "options": {"window": "day"}},
        "new": {"source": "new_releases"},
    },
}

CONTEXT = TargetingContext(
    device="tv",
    market=Region("DE"),
    kids=False,
    maturity_limit=16,
    plan="standard",
    tenure_days=30,
    history=12,
    now=NOW,
    client=(4, 2),
)


def a_document(**changes: Any) -> Document:
    return copy.deepcopy(SMALL_LAYOUT) | changes


def a_context(**changes: Any) -> TargetingContext:
    return replace(CONTEXT, **changes)


def a_layout_version(document: Document, number: int = 1, **changes: Any) -> LayoutVersion:
    published = datetime(2026, 11, 1, tzinfo=UTC)
    first = LayoutVersion(f"e{number}", document["layout"], number, document, published, "Mina", "first")
    return replace(first, **changes)


row_ids = st.sampled_from(["a", "b", "c", "d", "e", "f", "g"])
whole = st.integers(1, 20)
shares = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
"""With at most three decimals, as in files."""

OPTIONS: dict[str, st.SearchStrategy[Document]] = {
    "trending": st.fixed_dictionaries({}, optional={"window": st.just("week")}),
    "genre": st.fixed_dictionaries({}, optional={"rows": st.integers(1, 5)}),
    "because_you_watched": st.fixed_dictionaries({}, optional={"rows": st.integers(1, 4)}),
    "editorial": st.just({"titles": "t1 t2"}),
}
"""Options by source."""

plain_rows = st.fixed_dictionaries(
    {"source": st.sampled_from([source.value for source in RowSource])},
    optional={
        "style": st.sampled_from([style.value for style in RowStyle]),
        "min_cards": st.integers(1, 6),
        "max_cards": st.integers(6, 40),
        "priority": st.integers(-9, 9),
        "title": st.dictionaries(
            st.sampled_from(["en", "de", "pt-BR"]), st.text("xyz é", min_size=1).filter(str.strip), max_size=2
        ),
        "place": st.fixed_dictionaries(
            {}, optional={"earliest": st.integers(1, 3), "latest": st.integers(4, 9)}
        ),
        "repeats": st.booleans(),
        "caps": st.fixed_dictionaries({}, optional={"diversity": shares, "franchise": whole}),
        "pins": st.lists(st.just({"title_id": "t1", "slot": 2, "until": "2027-01-01T06:00"}), max_size=1),
        "when": st.fixed_dictionaries({}, optional={"kids": st.booleans(), "device": st.just("tv")}),
        "schedule": st.fixed_dictionaries(
            {}, optional={"from": st.just("2026-11-01"), "weekdays": st.just(["fri", "sun"])}
        ),
    },
)


@st.composite
def rows_with_options(draw: st.DrawFn) -> Document:
    row = draw(plain_rows)
    options = draw(OPTIONS.get(row["source"], st.just({})))
    return row | ({"options": options} if options else {})


rows = rows_with_options()


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Usable documents without patches."""
    names = draw(st.lists(row_ids, min_size=1, max_size=6, unique=True))
    document: Document = {"layout": "home", "order": names, "rows": {name: draw(rows) for name in names}}
    more = {
        "priority": st.integers(-5, 5),
        "personal_order": st.booleans(),
        "weights": st.fixed_dictionaries({}, optional={"taste": shares, "base": st.integers(0, 3)}),
        "budget_ms": st.integers(100, 2000),
        "targets": st.fixed_dictionaries(
            {}, optional={"devices": st.just(["tv", "web"]), "markets": st.just(["DE"])}
        ),
    }
    return document | draw(st.fixed_dictionaries({}, optional=more))


moves = st.one_of(
    st.integers(1, 9).map(lambda place: {"to": place}),
    row_ids.map(lambda name: {"after": name}),
    row_ids.map(lambda name: {"before": name}),
)
patches = st.fixed_dictionaries(
    {},
    optional={
        "remove": st.lists(row_ids, max_size=2, unique=True),
        "add": st.dictionaries(row_ids, rows, max_size=2),
        "set": st.dictionaries(
            row_ids,
            st.fixed_dictionaries(
                {}, optional={"max_cards": st.integers(6, 40), "title": st.just({"en": None})}
            ),
            max_size=2,
        ),
        "move": st.dictionaries(row_ids, moves, max_size=3),
        "page": st.fixed_dictionaries(
            {}, optional={"weights": st.just({"taste": 0.9}), "budget_ms": st.none()}
        ),
    },
)
contexts = st.builds(
    a_context,
    device=st.sampled_from(["tv", "web", "mobile", "tablet"]),
    market=st.sampled_from([Region("DE"), Region("US"), Region("JP"), Region("XX")]),
    kids=st.booleans(),
    history=st.integers(0, 20),
    client=st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)),
)
