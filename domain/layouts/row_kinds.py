"""Row kinds: what holds for all rows of one source. docs/adding-a-row.md shows how to add one.

Layouts (domain/layouts/model.py) place rows; resolvers/rows/ fills them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, StrEnum

from domain.layouts.row_gates import (
    HAS_FINISHED,
    HAS_LIKED,
    HAS_LIST,
    HAS_SEEDS,
    HAS_WATCHED,
    IS_LITTLE_KNOWN,
    Gate,
)
from domain.layouts.row_options import (
    DAYS_AGO,
    DAYS_AHEAD,
    GENRE,
    GENRE_ROWS,
    KINDS,
    ORDER,
    SEED_OPTIONS,
    TITLES,
    WATCHED_FROM,
    WINDOW,
    RowOption,
)
from domain.viewers.activity import Activity


class RowSource(StrEnum):
    """Each value is a file name in resolvers/rows/."""

    CONTINUE_WATCHING = "continue_watching"
    TOP_PICKS = "top_picks"
    BECAUSE_YOU_WATCHED = "because_you_watched"
    BECAUSE_YOU_LIKED = "because_you_liked"
    TRENDING = "trending"
    NEW_RELEASES = "new_releases"
    GENRE = "genre"
    MY_LIST = "my_list"
    WATCH_AGAIN = "watch_again"
    LEAVING_SOON = "leaving_soon"
    EDITORIAL = "editorial"
    ONBOARDING = "onboarding"


class RefreshTrigger(Enum):
    """Events after which clients fetch a row again."""

    PLAYBACK_ENDED = "playback_ended"
    LIST_CHANGED = "list_changed"
    RATING_CHANGED = "rating_changed"
    CONTINUE_CHANGED = "continue_changed"
    HISTORY_CHANGED = "history_changed"
    TIME = "time"


class RowCapability(Enum):
    """Actions on a row's cards, besides playing."""

    LIST_REMOVE = "list_remove"
    DISMISS = "dismiss"
    SNOOZE = "snooze"
    DISOWN = "disown"


@dataclass(frozen=True, slots=True)
class RowKind:
    """`description` is the enum value's text in schema.graphql."""

    source: RowSource
    description: str
    options: tuple[RowOption, ...] = ()
    """The options that its source reads."""
    has_seed: bool = False
    """Each row is about one title, which a row title may name as {pivot}."""
    gate: Gate | None = None
    """A row with a closed gate is not tried."""
    familiar: bool = False
    """Known titles: no discovery, watched titles stay, read fresh under overload."""
    is_chart_when_numbered: bool = False
    """A numbered row keeps watched titles."""
    shows_disliked: bool = False
    """The row's own rules decide about titles with a thumb down."""
    is_task: bool = False
    """Viewers come to act: no impression fatigue."""
    own_titles_only: bool = False
    """No fallback titles."""
    for_everyone: bool = False
    """Chosen for all ages: children see what is left after filtering."""
    refresh_on: tuple[RefreshTrigger, ...] = ()
    refresh_after: timedelta = timedelta(hours=1)
    capabilities: tuple[RowCapability, ...] = ()
    since: tuple[int, ...] = (0, 1)
    """The schema version that added the kind."""
    shown_as: RowSource | None = None
    """An older kind that is also true, for older clients."""

    @property
    def may_be_empty(self) -> bool:
        """An empty row is normal."""
        return self.familiar or self.is_task


_TASTE = (RefreshTrigger.PLAYBACK_ENDED, RefreshTrigger.RATING_CHANGED, RefreshTrigger.HISTORY_CHANGED)

ROW_KINDS: Mapping[RowSource, RowKind] = {
    kind.source: kind
    for kind in (
        RowKind(
            RowSource.CONTINUE_WATCHING,
            "Begun and not finished, and next episodes.",
            options=(KINDS,),
            gate=HAS_WATCHED,
            familiar=True,
            shows_disliked=True,
            is_task=True,
            own_titles_only=True,
            refresh_on=(*_TASTE, RefreshTrigger.CONTINUE_CHANGED),
            refresh_after=timedelta(minutes=5),
            capabilities=(RowCapability.DISMISS, RowCapability.SNOOZE, RowCapability.DISOWN),
        ),
        RowKind(
            RowSource.TOP_PICKS,
            "Chosen for this profile; for one without history, what is popular.",
            options=(WATCHED_FROM,),
            refresh_on=_TASTE,
        ),
        RowKind(
            RowSource.BECAUSE_YOU_WATCHED,
            "Like one title that this profile finished or liked.",
            options=(*SEED_OPTIONS, WATCHED_FROM),
            has_seed=True,
            gate=HAS_SEEDS,
            refresh_on=_TASTE,
            capabilities=(RowCapability.DISOWN,),
        ),
        RowKind(
            RowSource.BECAUSE_YOU_LIKED,
            "Like one title that this profile gave a thumb up.",
            options=(*SEED_OPTIONS, WATCHED_FROM),
            has_seed=True,
            gate=HAS_LIKED,
            refresh_on=_TASTE,
            since=(0, 2),
            shown_as=RowSource.BECAUSE_YOU_WATCHED,
        ),
        RowKind(
            RowSource.TRENDING,
            "Watched more than usual, here or everywhere.",
            options=(WINDOW, GENRE, WATCHED_FROM),
            is_chart_when_numbered=True,
            for_everyone=True,
            refresh_after=timedelta(minutes=15),
        ),
        RowKind(RowSource.NEW_RELEASES, "Came to the service last.", options=(WATCHED_FROM,)),
        RowKind(
            RowSource.GENRE,
            "The most watched of one genre.",
            options=(GENRE, GENRE_ROWS, WATCHED_FROM),
        ),
        RowKind(
            RowSource.MY_LIST,
            "What the viewer saved.",
            gate=HAS_LIST,
            familiar=True,
            shows_disliked=True,
            is_task=True,
            own_titles_only=True,
            refresh_on=(RefreshTrigger.LIST_CHANGED,),
            capabilities=(RowCapability.LIST_REMOVE,),
        ),
        RowKind(
            RowSource.WATCH_AGAIN,
            "Finished and loved, worth another evening.",
            options=(DAYS_AGO,),
            gate=HAS_FINISHED,
            familiar=True,
            own_titles_only=True,
            refresh_on=_TASTE,
            capabilities=(RowCapability.DISOWN,),
            since=(0, 2),
        ),
        RowKind(
            RowSource.LEAVING_SOON,
            "Licences that end within two weeks.",
            options=(DAYS_AHEAD, WATCHED_FROM),
            own_titles_only=True,
            since=(0, 2),
        ),
        RowKind(
            RowSource.EDITORIAL,
            "Chosen by hand.",
            options=(TITLES, ORDER, WATCHED_FROM),
            own_titles_only=True,
            for_everyone=True,
            since=(0, 2),
        ),
        RowKind(
            RowSource.ONBOARDING,
            "Titles to tell a new profile's taste by.",
            options=(WATCHED_FROM,),
            gate=IS_LITTLE_KNOWN,
            is_task=True,
            own_titles_only=True,
            since=(0, 2),
        ),
    )
}


def is_open(source: RowSource, activity: Activity) -> bool:
    gate = ROW_KINDS[source].gate
    return gate is None or gate.is_open(activity)


def why_closed(source: RowSource) -> str:
    """ "" for a kind without a gate."""
    gate = ROW_KINDS[source].gate
    return gate.why_closed if gate else ""


def may_be_empty(source: RowSource) -> bool:
    """False for a source without a declaration."""
    kind = ROW_KINDS.get(source)
    return kind is not None and kind.may_be_empty
