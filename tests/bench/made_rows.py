"""The kinds of row on a made page, and the row candidates of each."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import made

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.catalog.genres import GENRES
from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId
from domain.layouts.model import CardShape, RowSpec, RowStyle
from domain.layouts.row_kinds import RowSource
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.activity import Activity
from domain.viewers.continue_watching import Resume, ResumeKind
from resolvers.request.viewer import Viewer


def _nothing(_activity: Activity) -> Iterable[TitleId]:
    return ()


def _begun(activity: Activity) -> Iterable[TitleId]:
    return [title_id for title_id, watch in activity.watched.items() if not watch.finished]


def _finished(activity: Activity) -> Iterable[TitleId]:
    return [title_id for title_id, watch in activity.watched.items() if watch.finished]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row. `own` are titles that this profile's activity puts there; others are drawn.

    `share` of its cards name the title that speaks for them; `seeded` rows are about such a title as a whole.
    """

    source: RowSource
    reason: ReasonKind
    style: RowStyle = RowStyle.SHELF
    detail: str = ""
    options: dict[str, str | int] = field(default_factory=dict)
    seeded: bool = False
    share: float = 0.0
    own: Callable[[Activity], Iterable[TitleId]] = _nothing


def _genre(genre: str) -> Kind:
    return Kind(RowSource.GENRE, ReasonKind.GENRE, detail=genre, options={"genre": genre}, share=0.3)


def _trending(window: str, style: RowStyle) -> Kind:
    # The region is the viewer's: `proposal_of` puts it before the window.
    return Kind(
        RowSource.TRENDING, ReasonKind.TRENDING, style, detail=f":{window}", options={"window": window}
    )


KINDS: tuple[Kind, ...] = (
    Kind(RowSource.CONTINUE_WATCHING, ReasonKind.CONTINUE, RowStyle.LANDSCAPE, detail="continue", own=_begun),
    Kind(RowSource.TOP_PICKS, ReasonKind.TASTE, share=0.8),
    Kind(RowSource.BECAUSE_YOU_WATCHED, ReasonKind.BECAUSE_YOU_WATCHED, seeded=True),
    _trending("day", RowStyle.NUMBERED),
    Kind(RowSource.NEW_RELEASES, ReasonKind.NEW, RowStyle.LANDSCAPE),
    _genre(GENRES[0]),
    Kind(RowSource.MY_LIST, ReasonKind.MY_LIST, own=Activity.my_list),
    Kind(RowSource.WATCH_AGAIN, ReasonKind.WATCH_AGAIN, own=_finished),
    Kind(RowSource.LEAVING_SOON, ReasonKind.LEAVING),
    Kind(RowSource.EDITORIAL, ReasonKind.EDITORIAL),
    Kind(RowSource.ONBOARDING, ReasonKind.ONBOARDING),
    Kind(RowSource.BECAUSE_YOU_LIKED, ReasonKind.BECAUSE_YOU_LIKED, seeded=True),
    _genre(GENRES[4]),
    _trending("week", RowStyle.SHELF),
    _genre(GENRES[7]),
    Kind(RowSource.BECAUSE_YOU_WATCHED, ReasonKind.BECAUSE_YOU_WATCHED, seeded=True),
)
"""Sixteen rows with every source there is; a longer page begins again from the first."""


def proposal_of(
    kind: Kind, position: int, titles: Sequence[Title], seed: Title, viewer: Viewer, chance: random.Random
) -> RowCandidates:
    """The row's candidates; `position` distinguishes rows of the same kind."""
    wide = kind.style == RowStyle.LANDSCAPE
    spec = RowSpec(
        id=kind.source.value.replace("_", "-"),
        source=kind.source,
        style=kind.style,
        card_shape=CardShape.LANDSCAPE if wide else CardShape.POSTER,
        max_cards=len(titles),
        options=kind.options,
    )
    named = seed.id if kind.seeded else None
    detail = f"{viewer.region}{kind.detail}" if kind.source == RowSource.TRENDING else kind.detail
    return RowCandidates(
        spec=spec,
        candidates=tuple(_candidate(kind, title, seed, viewer, chance) for title in titles),
        reason=Reason(kind.reason, named, detail, 0.4 if named else None),
        freshness=FreshnessSource.BATCH,
        computed_at=made.NOW - timedelta(hours=6),
        key=f"{position}",
        repeats=kind.style == RowStyle.NUMBERED,
    )


def _candidate(kind: Kind, title: Title, seed: Title, viewer: Viewer, chance: random.Random) -> Candidate:
    reason = None
    if kind.seeded or chance.random() < kind.share:
        why = kind.reason if kind.seeded else ReasonKind.BECAUSE_YOU_WATCHED
        reason = Reason(why, seed.id, share=round(chance.random(), 3))
    resume = _resume(title, viewer) if kind.source == RowSource.CONTINUE_WATCHING else None
    return Candidate(title.id, f"{kind.source}:{seed.id}", reason, round(chance.random(), 4), resume)


def _resume(title: Title, viewer: Viewer) -> Resume | None:
    watch = viewer.activity.watched.get(title.id)
    if watch is None:
        return None
    following = title.kind == TitleKind.EPISODE and watch.position_seconds % 3 == 0
    kind = ResumeKind.NEXT if following else ResumeKind.CONTINUE
    position = 0 if following else watch.position_seconds
    return Resume(kind, title.id, watch.at, position, watch.duration_seconds, title.series_id)
