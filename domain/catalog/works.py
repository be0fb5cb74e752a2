"""One work under several ids: groups of titles that share an id of the work."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from domain.catalog.titles import Title

Siblings: TypeAlias = Mapping[str, tuple[str, ...]]
K = TypeVar("K", bound=Hashable)


def siblings_of(groups: Iterable[Sequence[str]]) -> Siblings:
    """Each id of a group -> the others, sorted. Groups that share an id are one."""
    group_of: dict[str, set[str]] = {}
    for ids in groups:
        joined = set(ids).union(*(group_of[one] for one in ids if one in group_of))
        for one in joined:
            group_of[one] = joined
    return {one: tuple(sorted(group - {one})) for one, group in group_of.items() if len(group) > 1}


def one_of_each_work(titles: Mapping[K, Title]) -> dict[K, Title]:
    """The first title of every work, in order: several deliveries are one card."""
    found: dict[K, Title] = {}
    works: set[str] = set()
    for key, title in titles.items():
        work = title.card_key if title.series_id is None else title.id
        if work not in works:
            works.add(work)
            found[key] = title
    return found
