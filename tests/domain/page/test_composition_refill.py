"""Generated pages show no refused title, and rows are refilled with exactly the remaining candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.candidates.eligibility import filter_eligible, next_licence_change
from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, Tier
from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId
from domain.layouts.model import Layout, Promise, RowSpec, RowStyle, ShortRule
from domain.layouts.row_kinds import RowSource
from domain.page.composition import compose
from domain.page.inputs import CompositionInput
from domain.page.model import Row
from domain.page.row_filters import build_row_filter
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.activity import Activity, Rating
from domain.viewers.profiles import Audience
from tests.domain.made import MINA, NOW, POOL, a_watch, audiences

CATALOGUE: dict[TitleId, Title] = {}
for number, like in enumerate(POOL[:360]):
    series = TitleId(f"c{number - number % 6}")
    kind = TitleKind.SERIES if number % 6 == 0 else like.kind if number % 2 else TitleKind.EPISODE
    one = replace(
        like,
        id=TitleId(f"c{number}"),
        kind=kind,
        series_id=series if kind == TitleKind.EPISODE else None,
        year=1980 + number % 50,
    )
    CATALOGUE[one.id] = one
IDS = list(CATALOGUE)
some_ids = st.lists(st.sampled_from(IDS), max_size=40, unique=True)
histories = st.builds(
    lambda seen, disliked: Activity(
        MINA,
        1,
        watched={one: a_watch(timedelta(days=1), 2700, done=True) for one in seen},
        rated={one: Rating(NOW, -1.0) for one in disliked},
    ),
    some_ids,
    st.lists(st.sampled_from(IDS), max_size=6),
)
specs = st.builds(
    RowSpec,
    id=st.just("row"),
    source=st.sampled_from(RowSource),
    style=st.sampled_from(RowStyle),
    min_cards=st.integers(1, 4),
    max_cards=st.integers(4, 12),
    filter=st.sampled_from(["", "", "kind = movie", "year >= 2000 and not genre = Crime", "leaving = none"]),
    short=st.just((ShortRule.DROP,)),
)


def candidate_row(
    spec: RowSpec, ids: Sequence[TitleId], seed: TitleId | None = None, tier: Tier = Tier.FRESH
) -> RowCandidates:
    reason = Reason(ReasonKind.BECAUSE_YOU_WATCHED if seed else ReasonKind.TASTE, seed)
    named = Reason(ReasonKind.BECAUSE_YOU_LIKED, seed) if seed else None
    candidates = tuple(Candidate(one, "test", named) for one in ids)
    return RowCandidates(spec, candidates, reason, FreshnessSource.BATCH, NOW, tier=tier)


def composed(
    candidate_rows: Sequence[RowCandidates],
    audience: Audience,
    activity: Activity,
    fallback_rows: Sequence[RowCandidates] = (),
) -> tuple[tuple[Row, ...], dict[TitleId, Title]]:
    kept = filter_eligible(CATALOGUE.values(), audience, CATALOGUE).eligible
    titles = {title.id: title for title in kept}
    layout = Layout("home", 1, tuple(one.spec for one in candidate_rows), NOW, promise=Promise(min_rows=0))
    refuse = build_row_filter(activity, titles, audience.now, audience.region)
    return compose(
        CompositionInput(layout, candidate_rows, titles, fallback_rows=fallback_rows, refusals=refuse)
    ).rows, titles


@given(specs, some_ids, audiences, histories)
@settings(max_examples=400, deadline=None)
def test_a_row_is_refilled_with_exactly_the_remaining_candidates(
    spec: RowSpec, ids: list[TitleId], audience: Audience, activity: Activity
) -> None:
    given = candidate_row(spec, ids)
    rows, titles = composed([given], audience, activity)
    refused = build_row_filter(activity, titles, audience.now, audience.region)(given)
    left = [titles[one] for one in ids if one in titles and one not in refused]
    shows = list(dict.fromkeys(title.show_id for title in left))
    expected = min(spec.max_cards, len(shows))
    assert [len(row.cards) for row in rows] == ([expected] if expected >= spec.min_cards else [])
    for row in rows:
        assert [card.title.show_id for card in row.cards] == shows[:expected]


@given(
    st.lists(st.tuples(specs, some_ids, st.none() | st.sampled_from(IDS)), min_size=1, max_size=5),
    some_ids,
    audiences,
    histories,
)
@settings(max_examples=400, deadline=None)
def test_no_page_shows_or_names_a_refused_title(
    rows: list[tuple[RowSpec, list[TitleId], TitleId | None]],
    fallback_ids: list[TitleId],
    audience: Audience,
    activity: Activity,
) -> None:
    candidate_rows = [
        candidate_row(replace(spec, id=f"row{place}", short=(ShortRule.WIDEN, ShortRule.DROP)), ids, seed)
        for place, (spec, ids, seed) in enumerate(rows)
    ]
    fallback_rows = [candidate_row(one.spec, fallback_ids, tier=Tier.REGIONAL) for one in candidate_rows]
    page, titles = composed(candidate_rows, audience, activity, fallback_rows)
    refuse = build_row_filter(activity, titles, audience.now, audience.region)
    for row in page:
        cards = [card.title.id for card in row.cards]
        again = filter_eligible([card.title for card in row.cards], audience, CATALOGUE)
        assert again.refused == {}
        assert (
            set(refuse(replace(row.candidates, candidates=tuple(card.candidate for card in row.cards))))
            == set()
        )
        assert len(set(cards)) == len(cards)
        named = [row.seed, *(card.seed for card in row.cards)]
        assert (
            filter_eligible([title for title in named if title is not None], audience, CATALOGUE).refused
            == {}
        )


@given(some_ids, audiences, histories)
@settings(max_examples=200, deadline=None)
def test_a_page_is_unchanged_until_a_licence_of_its_titles_or_their_series_changes(
    ids: list[TitleId], audience: Audience, activity: Activity
) -> None:
    given = candidate_row(RowSpec("row", RowSource.MY_LIST, min_cards=1, max_cards=40), ids)
    series = {CATALOGUE[one].series_id for one in ids} - {None}
    until = next_licence_change([CATALOGUE[TitleId(one)] for one in {*ids, *series} if one], audience)
    if until is not None:
        last = replace(audience, now=until - timedelta(milliseconds=1))
        assert composed([given], audience, activity)[0] == composed([given], last, activity)[0]
