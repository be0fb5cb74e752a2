"""The layout that ships with Marquee: generated from bff/layout_files/home.yaml by `make generate`."""

# fmt: off
# ruff: noqa: E501

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domain.layouts.documents import layout_from_document
from domain.serialization import Document

SHIPPED_DOCUMENT: Document = {
    'layout': 'home',
    'personal_order': True,
    'order': ['continue-watching', 'top-picks', 'onboarding', 'because-you-watched', 'trending-today', 'my-list', 'new-releases', 'because-you-liked', 'genres', 'trending-week', 'leaving-soon', 'watch-again'],
    'rows': {
        'continue-watching': {'source': 'continue_watching', 'style': 'landscape', 'card_shape': 'landscape', 'min_cards': 1, 'place': {'latest': 3}},
        'top-picks': {'source': 'top_picks', 'place': {'latest': 3}, 'caps': {'franchise': 3, 'diversity': 0.2}, 'exploration': {'share': 0.1, 'earliest': 6}},
        'onboarding': {'source': 'onboarding', 'max_cards': 12, 'place': {'earliest': 2}},
        'because-you-watched': {'source': 'because_you_watched', 'options': {'rows': 2}, 'place': {'apart_from': ['because_you_watched', 'because_you_liked']}},
        'trending-today': {'source': 'trending', 'style': 'numbered', 'max_cards': 10, 'options': {'window': 'day'}},
        'my-list': {'source': 'my_list', 'min_cards': 1},
        'new-releases': {'source': 'new_releases', 'style': 'landscape', 'card_shape': 'landscape'},
        'because-you-liked': {'source': 'because_you_liked', 'options': {'rows': 1}, 'place': {'apart_from': ['because_you_watched', 'because_you_liked']}},
        'genres': {'source': 'genre', 'options': {'rows': 3}},
        'trending-week': {'source': 'trending', 'options': {'window': 'week'}},
        'leaving-soon': {'source': 'leaving_soon'},
        'watch-again': {'source': 'watch_again', 'place': {'earliest': 6}},
    },
}

SHIPPED_LAYOUT = layout_from_document(SHIPPED_DOCUMENT, 0, datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
