"""A row from memory has no title that was removed, finished or disowned since, and no false reason."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.ids import TitleId
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import RowSource
from domain.page.last_known_rows import remove_outdated_candidates
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.activity import Activity, Changes, Dismissal, Disowning, Rating, merge
from domain.viewers.continue_watching import list_resumes, show_progress
from domain.viewers.events import Event, activity_changes
from domain.viewers.loved_titles import loved_titles
from domain.viewers.next_episode import series_run
from tests.domain.made import DAY, HOUR, MINA, NOW, a_watch, an_episode, events

TASTE = Reason(ReasonKind.TASTE)
EPISODES = [an_episode("s1", 1, number) for number in (1, 2, 3)]
RUNS = {TitleId("s1"): series_run(EPISODES, EPISODES)}
BEFORE = Activity(
    MINA,
    watched={
        TitleId("m1"): a_watch(DAY, 3720, 7440),
        TitleId("s1-1-1"): a_watch(2 * DAY, 2700, series="s1", done=True),
        TitleId("m2"): a_watch(3 * DAY, 7440, 7440, done=True),
    },
)


def a_row(source: RowSource, *candidates: Candidate, reason: Reason = TASTE) -> RowCandidates:
    return RowCandidates(RowSpec("r", source), candidates, reason, FreshnessSource.FALLBACK, NOW)


def continuing(activity: Activity) -> RowCandidates:
    return a_row(
        RowSource.CONTINUE_WATCHING,
        *(
            Candidate(resume.title_id, "activity", resume=resume)
            for resume in list_resumes(activity, RUNS, NOW, 9)
        ),
    )


def left(
    candidate_row: RowCandidates, activity: Activity, hidden: frozenset[TitleId] = frozenset()
) -> list[str]:
    loved = loved_titles(activity)
    kept = remove_outdated_candidates(candidate_row, show_progress(activity, NOW), loved, hidden)
    return [candidate.title_id for candidate in kept.candidates]


def test_a_row_without_later_activity_is_unchanged() -> None:
    row = continuing(BEFORE)
    assert left(row, BEFORE) == ["m1", "s1-1-2"]
    assert remove_outdated_candidates(row, show_progress(BEFORE, NOW), {}, ()) == row


def test_titles_removed_disowned_disliked_or_finished_since_are_gone() -> None:
    row = continuing(BEFORE)
    for changes in (
        Changes(dismissed={TitleId("s1"): Dismissal(NOW)}),
        Changes(disowned={TitleId("s1"): Disowning(NOW, True)}),
        Changes(rated={TitleId("s1"): Rating(NOW, -1.0)}),
        Changes(watched={TitleId("s1-1-2"): a_watch(HOUR, 2700, series="s1", done=True)}),
    ):
        assert left(row, merge(BEFORE, changes)) == ["m1"]


def test_a_row_is_dropped_when_its_seed_is_no_longer_loved() -> None:
    row = a_row(
        RowSource.BECAUSE_YOU_WATCHED,
        Candidate(TitleId("x"), "similar:m2"),
        reason=Reason(ReasonKind.BECAUSE_YOU_WATCHED, TitleId("m2")),
    )
    assert left(row, BEFORE) == ["x"]
    assert left(row, merge(BEFORE, Changes(disowned={TitleId("m2"): Disowning(NOW, True)}))) == []
    assert left(row, BEFORE, frozenset({TitleId("x")})) == []


def test_a_card_loses_a_false_reason_and_stays() -> None:
    card = Candidate(TitleId("x"), "top_picks:similar", Reason(ReasonKind.BECAUSE_YOU_WATCHED, TitleId("m2")))
    row = a_row(RowSource.TOP_PICKS, card)
    assert remove_outdated_candidates(row, {}, {TitleId("m2")}, ()).candidates == (card,)
    assert remove_outdated_candidates(row, {}, set(), ()).candidates == (card._replace(reason=None),)


def test_watch_again_keeps_titles_that_are_still_loved() -> None:
    row = a_row(RowSource.WATCH_AGAIN, Candidate(TitleId("m2"), "activity:again"))
    assert left(row, BEFORE) == ["m2"]
    assert left(row, merge(BEFORE, Changes(rated={TitleId("m2"): Rating(NOW, -1.0)}))) == []


@given(st.lists(events, max_size=8), st.lists(events, max_size=8))
def test_after_any_activity_every_reason_is_true_and_every_show_can_be_continued(
    earlier: list[Event], since: list[Event]
) -> None:
    before = merge(Activity(MINA), activity_changes(earlier))
    after = merge(before, activity_changes(since))
    loved, standings = loved_titles(after), show_progress(after, NOW)
    for resumed in remove_outdated_candidates(continuing(before), standings, loved, ()).candidates:
        show = resumed.resume.series_id if resumed.resume and resumed.resume.series_id else resumed.title_id
        assert show in standings
    for seed, love in loved_titles(before).items():
        reason = Reason(love.kind, seed)
        cards = [Candidate(TitleId("x"), "similar", reason)]
        rows = [
            remove_outdated_candidates(
                a_row(RowSource.BECAUSE_YOU_WATCHED, *cards, reason=reason), standings, loved, ()
            ),
            remove_outdated_candidates(a_row(RowSource.TOP_PICKS, *cards), standings, loved, ()),
        ]
        for row in rows:
            named = [row.reason.seed] if row.candidates else []
            named += [card.reason.seed for card in row.candidates if card.reason]
            assert all(one is None or one in loved for one in named)
