"""Which candidates make it into a row, once filters have had their say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.candidates import Candidate
from domain.ids import TitleId
from domain.layouts import RowSpec
from domain.titles import Title


def select(
    candidates: Iterable[Candidate],
    titles: Mapping[TitleId, Title],
    shown: frozenset[TitleId],
    spec: RowSpec,
) -> list[Candidate]:
    """The first `spec.max_cards` candidates that may be shown and whose show is not on the page yet.

    Sources propose about twice what a row shows, so passing one over refills the row from further down.
    """
    chosen: list[Candidate] = []
    taken = set(shown)
    for candidate in candidates:
        title = titles.get(candidate.title_id)
        if title is None or title.show_id in taken:
            continue
        taken.add(title.show_id)
        chosen.append(candidate)
        if len(chosen) == spec.max_cards:
            break
    return chosen
