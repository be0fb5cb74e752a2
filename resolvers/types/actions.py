"""A card's actions and a title's user state."""

from __future__ import annotations

import strawberry

from domain.catalog.titles import Title
from domain.ids import global_id
from domain.layouts.row_kinds import RowSource
from domain.page.model import Card
from domain.viewers.activity import Activity
from domain.viewers.continue_watching import ResumeKind
from resolvers.types.enums import ActionKind


@strawberry.type(description="Something a viewer can do with a card.")
class Action:
    kind: ActionKind = strawberry.field(description="What it does.")
    target: str = strawberry.field(description="Deep link, or the id to pass to the mutation.")
    label: str = strawberry.field(description="What to draw.")


@strawberry.type(description="What this profile has done with a title.")
class UserState:
    in_list: bool = strawberry.field(description="It is on My List.")
    rating: float | None = strawberry.field(description="-1 dislike to 1 like; null when not rated.")
    watched: bool = strawberry.field(description="It was watched to the end.")


NO_USER_STATE = UserState(in_list=False, rating=None, watched=False)


def play_link(title: Title) -> str:
    return f"marquee://play/{global_id('title', title.id)}"


def actions_of(card: Card, source: RowSource, activity: Activity) -> list[Action]:
    """The main action first."""
    identity = global_id("title", card.title.id)
    resume = card.candidate.resume
    is_continuing = resume is not None and resume.kind == ResumeKind.CONTINUE
    listed = activity.listed.get(card.title.id)
    on_list = listed is not None and listed.added
    play = (ActionKind.RESUME, "Resume") if is_continuing else (ActionKind.PLAY, "Play")
    kinds = [
        (ActionKind.LIST_REMOVE, "Remove from My List")
        if on_list
        else (ActionKind.LIST_ADD, "Add to My List")
    ]
    if resume is not None:
        kinds += [(ActionKind.ROW_REMOVE, "Remove from row"), (ActionKind.SNOOZE, "Not now")]
    if resume is not None or source == RowSource.WATCH_AGAIN:
        kinds.append((ActionKind.NOT_ME, "This was not me"))
    return [
        Action(kind=play[0], target=play_link(card.title), label=play[1]),
        Action(kind=ActionKind.DETAILS, target=f"marquee://title/{identity}", label="Details"),
        *(Action(kind=kind, target=identity, label=label) for kind, label in kinds),
    ]


def user_state_of(activity: Activity, title: Title) -> UserState:
    listed = activity.listed.get(title.id)
    rated = activity.rated.get(title.id)
    watched = activity.owned_watches(title.id)
    return UserState(
        in_list=bool(listed and listed.added),
        # A removed rating is stored as 0.
        rating=rated.value if rated and rated.value else None,
        watched=bool(watched and watched.finished),
    )
