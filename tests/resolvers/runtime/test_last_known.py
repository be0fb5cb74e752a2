"""The cache of served pages: bounded, short-lived, and filtered again for each viewer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.eligibility import refusal
from domain.candidates.model import Candidate
from domain.catalog.titles import Title, TitleKind
from domain.ids import ProfileId
from domain.page.model import Card, Row
from domain.viewers.profiles import Audience
from domain.visibility.changes import VisibilityChange
from resolvers.home.fallbacks import FallbackRows, last_known_titles
from resolvers.runtime.known_changes import KnownChanges
from resolvers.runtime.last_known import LastKnownResults
from resolvers.runtime.process import Process
from tests.domain.made import DE, HOUR, MINA, NOW, a_title, audiences, licensed_titles
from tests.resolvers.home.test_fallbacks import PICKS, a_row, a_viewer, ids


def remember(process: Process, now: datetime, row: Row) -> None:
    """As served by a request that read its titles now."""
    process.last_known.store(MINA, now, [row], {}, process.last_known.changes.mark())


def test_titles_from_memory_are_filtered_and_no_longer_used_than_trusted() -> None:
    ticks = 0.0
    process = Process(last_known=LastKnownResults(changes=KnownChanges(60, lambda: ticks)))
    remember(process, NOW, a_row(PICKS, 1))
    ticks = 10.0
    remember(process, NOW, a_row(PICKS, 2, 3))
    grown_up = a_title("t4", maturity_age=18)
    row = replace(a_row(PICKS, 4), cards=(Card(grown_up, Candidate(grown_up.id, "test"), 0),))
    remember(process, NOW, row)
    ticks = 60.5
    nothing = FallbackRows((), (), (), {})
    viewer = a_viewer()
    child = replace(viewer, audience=Audience(DE, 10, True, NOW))
    assert set(last_known_titles(ids(1, 2, 3, 4, 5), viewer, process, nothing)) == set(ids(2, 3, 4))
    assert set(last_known_titles(ids(1, 2, 3, 4, 5), child, process, nothing)) == set(ids(2, 3))


def test_what_was_heard_to_have_changed_is_not_used_until_it_was_read_again() -> None:
    process = Process()
    remember(process, NOW, a_row(PICKS, 1, 2))
    process.last_known.changes.note(VisibilityChange(titles=tuple(ids(1))))
    assert set(process.last_known.titles(ids(1, 2))) == set(ids(2))
    remember(process, NOW, a_row(PICKS, 1))
    assert set(process.last_known.titles(ids(1, 2))) == set(ids(1, 2))


def test_titles_that_come_from_memory_do_not_become_younger() -> None:
    ticks = 0.0
    memory = LastKnownResults(changes=KnownChanges(60, lambda: ticks))
    memory.store(MINA, NOW, [a_row(PICKS, 1)], {}, memory.changes.mark())
    ticks = 50.0
    memory.store(MINA, NOW + HOUR, [a_row(PICKS, 1, 2)], {})
    assert set(memory.titles(ids(1, 2))) == set(ids(1))
    ticks = 60.5
    assert memory.titles(ids(1, 2)) == {}


def test_memory_is_bounded() -> None:
    memory = LastKnownResults(profiles=2, titles=3)
    for name in ("a", "b", "c"):
        memory.store(ProfileId(name), NOW, [a_row(PICKS, 1, 2, 3, 4, 5)], {}, memory.changes.mark())
    assert [bool(memory.rows(ProfileId(name))) for name in ("a", "b", "c")] == [False, True, True]
    assert set(memory.titles(ids(1, 2, 3, 4, 5))) == set(ids(3, 4, 5))
    many = [a_row(replace(PICKS, id=f"row{number}"), 1) for number in range(40)]
    memory.store(MINA, NOW, many, {})
    assert len(memory.rows(MINA)) == 24


@given(st.lists(licensed_titles, max_size=8), audiences)
def test_nothing_from_memory_reaches_whom_it_may_not_be_shown(
    titles: list[Title], audience: Audience
) -> None:
    process = Process()
    cards = tuple(Card(title, Candidate(title.id, "test"), 0) for title in titles)
    remember(process, audience.now, replace(a_row(PICKS), cards=cards))
    viewer = replace(a_viewer(), audience=audience)
    shown = last_known_titles([title.id for title in titles], viewer, process, FallbackRows((), (), (), {}))
    assert [title for title in shown.values() if refusal(title, audience)] == []
    whole = [title for title in shown.values() if title.kind == TitleKind.EPISODE]
    assert all(title.series_id in {one.id for one in titles} for title in whole)
