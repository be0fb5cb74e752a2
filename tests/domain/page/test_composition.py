"""Composition: no repeats, no refused titles, rows full or dropped, deterministic."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, title_ids
from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId
from domain.layouts.model import Layout, Promise, RowSpec
from domain.layouts.row_kinds import RowSource
from domain.page.composition import compose
from domain.page.inputs import CompositionInput
from domain.page.model import Row
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.continue_watching import Resume, ResumeKind
from tests.domain.made import NOW, a_title, an_episode

WORLD = {
    title.id: title
    for title in (
        *(a_title(f"m{number}") for number in range(9)),
        a_title("s1", kind=TitleKind.SERIES),
        *(an_episode("s1", 1, number) for number in (1, 2)),
    )
}


def row_candidates(
    name: str, *ids: str, least: int = 1, most: int = 5, key: str = "", **changes: object
) -> RowCandidates:
    spec = RowSpec(name, RowSource.TOP_PICKS, min_cards=least, max_cards=most)
    reason = changes.pop("reason", Reason(ReasonKind.TASTE))
    candidates = tuple(Candidate(TitleId(title_id), "test") for title_id in ids)
    return RowCandidates(spec, candidates, reason, FreshnessSource.BATCH, NOW, key, **changes)  # type: ignore[arg-type]


def composed(candidate_rows: list[RowCandidates], titles: dict[TitleId, Title] = WORLD) -> tuple[Row, ...]:
    """Rows of a page whose layout has only these specs."""
    return compose(composition_input(candidate_rows, titles)).rows


def composition_input(
    candidate_rows: list[RowCandidates], titles: dict[TitleId, Title] = WORLD, **changes: Any
) -> CompositionInput:
    specs = tuple({candidate_row.spec.id: candidate_row.spec for candidate_row in candidate_rows}.values())
    stand_ins = changes.pop("stand_ins", ())
    rows = tuple(spec for spec in specs if spec not in stand_ins)
    layout = Layout("test", 1, rows, NOW, stand_ins=stand_ins, promise=Promise(min_rows=0, discovery_rows=0))
    return CompositionInput(changes.pop("layout", layout), candidate_rows, titles, **changes)


def shown(rows: tuple[Row, ...]) -> dict[str, list[str]]:
    return {row.candidates.name: [card.title.id for card in row.cards] for row in rows}


def test_a_row_skips_titles_of_rows_above_and_refills() -> None:
    rows = composed(
        [row_candidates("a", "m1", "m2", most=2), row_candidates("b", "m2", "m3", "m1", "m4", most=2)], WORLD
    )
    assert shown(rows) == {"a": ["m1", "m2"], "b": ["m3", "m4"]}
    assert [(row.position, [card.column for card in row.cards]) for row in rows] == [(0, [0, 1]), (1, [0, 1])]


def test_an_episode_above_excludes_its_series_and_its_other_episodes_below() -> None:
    rows = composed([row_candidates("a", "s1-1-1"), row_candidates("b", "s1", "s1-1-2", "m1")], WORLD)
    assert shown(rows) == {"a": ["s1-1-1"], "b": ["m1"]}


def test_a_dropped_short_row_releases_its_titles() -> None:
    rows = composed([row_candidates("a", "m1", "m2", least=3), row_candidates("b", "m1", "m2")], WORLD)
    assert shown(rows) == {"b": ["m1", "m2"]}
    assert rows[0].position == 0


def test_the_row_of_higher_priority_takes_a_contested_title() -> None:
    low, high = row_candidates("low", "m1", "m2"), row_candidates("high", "m1", "m3")
    high = replace(high, spec=replace(high.spec, priority=1))
    assert shown(composed([low, high])) == {"low": ["m2"], "high": ["m1", "m3"]}


def test_repeating_rows_show_titles_from_above_and_still_exclude_them_below() -> None:
    candidate_rows = [
        row_candidates("a", "m1"),
        row_candidates("chart", "m1", "m2", repeats=True),
        row_candidates("c", "m2", "m3"),
    ]
    assert shown(composed(candidate_rows, WORLD)) == {"a": ["m1"], "chart": ["m1", "m2"], "c": ["m3"]}


def test_unknown_titles_and_repeats_within_a_row_are_skipped() -> None:
    assert shown(composed([row_candidates("a", "gone", "m1", "m1", "m2")], WORLD)) == {"a": ["m1", "m2"]}


def test_a_row_is_dropped_when_its_seed_is_not_eligible() -> None:
    about = Reason(ReasonKind.BECAUSE_YOU_WATCHED, seed=TitleId("gone"))
    known = Reason(ReasonKind.BECAUSE_YOU_WATCHED, seed=TitleId("m8"))
    rows = composed([row_candidates("a", "m1", reason=about), row_candidates("b", "m2", reason=known)], WORLD)
    assert shown(rows) == {"b": ["m2"]}
    assert rows[0].seed == WORLD[TitleId("m8")]


def test_only_one_row_is_about_a_series_or_franchise_and_the_next_seed_replaces_the_other() -> None:
    parts = {
        title.id: title for title in (a_title("h1", franchise="Harbour"), a_title("h2", franchise="Harbour"))
    }
    seeds = ("h1", "h2", "s1", "s1-1-1", "m8")
    because = [
        row_candidates(
            "b", f"m{number}", key=seed, reason=Reason(ReasonKind.BECAUSE_YOU_WATCHED, TitleId(seed))
        )
        for number, seed in enumerate(seeds)
    ]
    assert list(shown(composed(because, WORLD | parts))) == ["b~h1", "b~s1", "b~m8"]
    two = [replace(candidate_row, max_rows=2) for candidate_row in because]
    assert list(shown(composed(two, WORLD | parts))) == ["b~h1", "b~s1"]
    liked = row_candidates("liked", "m7", reason=Reason(ReasonKind.BECAUSE_YOU_LIKED, TitleId("h2")))
    assert list(shown(composed([*two, liked], WORLD | parts))) == ["b~h1", "b~s1"]


def test_a_card_names_its_seed_only_when_that_is_eligible() -> None:
    spec = RowSpec("a", RowSource.TOP_PICKS, min_cards=1)
    candidates = tuple(
        Candidate(TitleId(title_id), "test", Reason(ReasonKind.BECAUSE_YOU_LIKED, seed=TitleId(seed)))
        for title_id, seed in (("m1", "m8"), ("m2", "gone"))
    )
    rows = composed(
        [RowCandidates(spec, candidates, Reason(ReasonKind.TASTE), FreshnessSource.BATCH, NOW)], WORLD
    )
    assert [card.seed and card.seed.id for card in rows[0].cards] == ["m8", None]


def test_reserve_rows_replace_those_that_cannot_be_filled() -> None:
    candidate_rows = [
        row_candidates("because", *ids, least=2, key=key, max_rows=2)
        for key, ids in (
            ("x", ["m1", "gone"]),
            ("y", ["m1", "m2"]),
            ("z", ["m2", "m1"]),
            ("u", ["m3", "m4"]),
            ("v", ["m5", "m6"]),
        )
    ]
    assert shown(composed(candidate_rows, WORLD)) == {"because~y": ["m1", "m2"], "because~u": ["m3", "m4"]}


def test_title_ids_are_unique_and_in_page_order() -> None:
    spec = RowSpec("cw", RowSource.CONTINUE_WATCHING)
    resume = Resume(ResumeKind.CONTINUE, TitleId("s1-1-1"), NOW, 300, 2700, TitleId("s1"))
    watching = RowCandidates(
        spec,
        (Candidate(TitleId("s1-1-1"), "activity", resume=resume),),
        Reason(ReasonKind.CONTINUE),
        FreshnessSource.LIVE,
        NOW,
    )
    because = row_candidates(
        "b", "m1", "m2", reason=Reason(ReasonKind.BECAUSE_YOU_WATCHED, seed=TitleId("m8"))
    )
    picks = Candidate(TitleId("m2"), "x", Reason(ReasonKind.BECAUSE_YOU_LIKED, seed=TitleId("m7")))
    last = RowCandidates(spec, (picks,), Reason(ReasonKind.TASTE), FreshnessSource.BATCH, NOW)
    assert title_ids([watching, because, last]) == ["s1-1-1", "s1", "m8", "m1", "m2", "m7"]


some_ids = st.lists(st.sampled_from([*WORLD, "gone", "gone2"]), max_size=12)
candidate_rows = st.lists(
    st.builds(
        lambda ids, least, more, repeats, seed: row_candidates(
            "row",
            *ids,
            least=least,
            most=least + more,
            repeats=repeats,
            reason=Reason(ReasonKind.TASTE, seed=seed),
        ),
        some_ids,
        st.integers(1, 3),
        st.integers(0, 3),
        st.booleans(),
        st.sampled_from([None, None, TitleId("m0"), TitleId("gone")]),
    ),
    max_size=6,
)


@given(candidate_rows, st.sets(st.sampled_from(sorted(WORLD))))
def test_every_page_keeps_the_rules(given: list[RowCandidates], visible: set[TitleId]) -> None:
    titles: dict[TitleId, Title] = {title_id: WORLD[title_id] for title_id in visible}
    rows = composed(given, titles)
    assert rows == composed(given, titles)
    above: set[TitleId] = set()
    for position, row in enumerate(rows):
        spec = row.candidates.spec
        shows = [card.title.show_id for card in row.cards]
        assert row.position == position
        assert spec.min_cards <= len(shows) <= spec.max_cards
        assert len(set(shows)) == len(shows)
        assert row.candidates.repeats or not above & set(shows)
        assert {card.title.id for card in row.cards} <= visible
        assert row.candidates.reason.seed is None or row.candidates.reason.seed in visible
        above.update(shows)


@given(candidate_rows)
def test_no_row_is_shorter_than_it_must_be(given: list[RowCandidates]) -> None:
    """A card is missing only when no candidate is left for it."""
    above: set[TitleId] = set()
    for row in composed(given, WORLD):
        fit = {WORLD[c.title_id].show_id for c in row.candidates.candidates if c.title_id in WORLD}
        fit -= set() if row.candidates.repeats else above
        assert len(row.cards) == min(len(fit), row.candidates.spec.max_cards)
        above.update(card.title.show_id for card in row.cards)


def test_a_page_has_one_row_of_what_is_popular_whatever_its_name() -> None:
    popular = [
        row_candidates(name, *ids, reason=Reason(ReasonKind.POPULAR, detail=where))
        for name, where, ids in (
            ("a", "DE", ("m1", "m2")),
            ("b", "GLOBAL", ("m3",)),
            ("c", "DE:kids", ("m4",)),
        )
    ]
    assert shown(composed([*popular, row_candidates("d", "m5")])) == {"a": ["m1", "m2"], "d": ["m5"]}


def test_a_row_with_a_rule_is_cut_until_it_is_full_and_any_row_until_it_is_long_enough() -> None:
    def cut(short: RowCandidates, rule: str) -> frozenset[str]:
        row = replace(short, spec=replace(short.spec, filter=rule))
        return compose(composition_input([row])).cut_rows

    two = row_candidates("a", "m1", "m2", least=2, most=3, more=True)
    assert cut(two, "year > 1900") == {"a"}
    assert cut(two, "") == frozenset()
    assert cut(replace(two, spec=replace(two.spec, min_cards=3)), "") == {"a"}
    assert cut(replace(two, more=False), "year > 1900") == frozenset()
