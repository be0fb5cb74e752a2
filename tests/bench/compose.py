"""Composing alone, in this process, without stores: rules and selection of a page, and reading documents."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

import made
from figures import Figure, median

from domain.candidates.eligibility import filter_eligible
from domain.candidates.model import title_ids
from domain.catalog.documents import title_from_document, title_to_document
from domain.layouts.model import Layout
from domain.page.composition import compose as compose_page
from domain.page.inputs import CompositionInput

ROWS, CARDS = 8, 20
POOL = 1000


def compose(rounds: int, smoke: bool) -> Iterator[Figure]:
    """CPU of filtering and assembling a page of 8 rows x 20 cards."""
    pool = made.titles(POOL)
    proposals = made.proposals(pool, ROWS, CARDS)
    known = {title.id: title for title in pool}
    layout = Layout("bench", 1, tuple(proposal.spec for proposal in proposals), made.NOW)

    def page() -> int:
        kept = filter_eligible((known[title_id] for title_id in title_ids(proposals)), made.AUDIENCE).eligible
        page_input = CompositionInput(layout, proposals, {title.id: title for title in kept})
        return sum(len(row.cards) for row in compose_page(page_input).rows)

    shown, wanted = page(), len(title_ids(proposals))
    costs = cpu_micros(page, repeats=_repeats(rounds, smoke))
    what = f"{ROWS} rows x {CARDS} cards, {shown} cards of {wanted} candidates, no store"
    yield Figure("compose", "filter and assemble a page, median", median(costs), "µs CPU", what)
    yield Figure("compose", "filter and assemble a page, least", min(costs), "µs CPU")


def decode(rounds: int, smoke: bool) -> Iterator[Figure]:
    """How fast title documents become titles, beside the JSON parser on the same documents."""
    documents = [title_to_document(title) for title in made.titles(POOL)]
    texts = [json.dumps(document) for document in documents]
    repeats = max(3, _repeats(rounds, smoke) // 20)
    titles = cpu_micros(lambda: [title_from_document(document) for document in documents], repeats)
    parsing = cpu_micros(lambda: [json.loads(text) for text in texts], repeats)
    yield Figure("decode", "title documents", POOL / median(titles) * 1e6, "documents/s", f"of {POOL}")
    yield Figure("decode", "one title document", median(titles) / POOL, "µs CPU")
    ratio = median(titles) / median(parsing)
    yield Figure("decode", "document to title / JSON text to document", ratio, "x", "json.loads is 1")


def _repeats(rounds: int, smoke: bool) -> int:
    return 3 if smoke else 100 * rounds


def cpu_micros(work: Callable[[], object], repeats: int) -> list[float]:
    """CPU microseconds of each of `repeats` calls, after one to warm up."""
    work()
    costs = []
    for _ in range(repeats):
        before = time.process_time_ns()
        work()
        costs.append((time.process_time_ns() - before) / 1000)
    return costs
