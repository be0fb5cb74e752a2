"""One work under several ids is one card, watched together."""

from __future__ import annotations

from dataclasses import replace

from domain.catalog.documents import title_from_document, title_to_document
from domain.catalog.titles import TitleKind
from domain.catalog.works import one_of_each_work, siblings_of
from domain.ids import TitleId
from domain.page.row_filters import ExcludedTitles, Exemptions, RowRefusal, activity_refusal
from tests.domain.made import a_title, an_episode

A, B = TitleId("a"), TitleId("b")
SECOND = a_title("b", same_work=(A,))


def test_groups_that_share_an_id_are_one() -> None:
    assert siblings_of([["a", "b"], ["c", "d"], ["b", "e"], ["x"]]) == {
        "a": ("b", "e"),
        "b": ("a", "e"),
        "e": ("a", "b"),
        "c": ("d",),
        "d": ("c",),
    }


def test_deliveries_share_a_card_and_so_do_their_episodes() -> None:
    first = a_title("a", same_work=(B,))
    assert first.card_key == SECOND.card_key == A
    episode = replace(an_episode("b", 1, 1), same_series=(A,))
    assert episode.card_key == A
    assert an_episode("b", 1, 1).card_key == B
    titles = {title.id: title for title in (SECOND, a_title("c"), first)}
    assert list(one_of_each_work(titles)) == ["b", "c"]
    episodes = {title.id: title for title in (episode, replace(an_episode("b", 1, 2), same_series=(A,)))}
    assert len(one_of_each_work(episodes)) == 2


def test_what_was_watched_or_disliked_in_one_delivery_is_so_in_the_others() -> None:
    watched, disliked = (
        ExcludedTitles(frozenset({A}), frozenset()),
        ExcludedTitles(frozenset(), frozenset({A})),
    )
    assert activity_refusal(SECOND, watched, Exemptions()) is RowRefusal.WATCHED
    assert activity_refusal(SECOND, disliked, Exemptions()) is RowRefusal.DISLIKED
    assert activity_refusal(SECOND, watched, Exemptions(watched=True)) is None
    episode = replace(an_episode("b", 1, 1), same_series=(A,))
    assert activity_refusal(episode, watched, Exemptions()) is RowRefusal.WATCHED
    assert activity_refusal(a_title("b"), watched, Exemptions()) is None


def test_deliveries_come_back_from_a_document() -> None:
    episode = a_title("e", kind=TitleKind.EPISODE, same_work=(A,), same_series=(B,))
    assert title_from_document(title_to_document(episode)) == episode
