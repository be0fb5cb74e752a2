"""What one profile did with one title: what holds for every kind of title."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from domain.catalog.titles import Title
from resolvers.execution import batched, pure
from resolvers.request.context import ContextInfo
from resolvers.request.viewer import Viewer
from resolvers.types.actions import user_state_of
from resolvers.types.node import Node
from resolvers.types.title_parts import Progress, ResumePoint, progress_of, resume_point
from resolvers.viewing.title_progress import load_play_points


async def _load_resumes(states: Sequence[ViewingState], info: ContextInfo) -> list[ResumePoint | None]:
    """The states of a list share a viewer. Raises StoreUnavailable."""
    points = await load_play_points(info.context, states[0].viewer, [one.source for one in states])
    return [
        resume_point(point.resume, point.title) if point.resume and point.title else None for point in points
    ]


@strawberry.type
class ViewingState(Node):
    """The fields of TitleState that lead to no other title."""

    source: strawberry.Private[Title]
    viewer: strawberry.Private[Viewer]

    @pure(description="It is on My List.")
    def in_list(self) -> bool:
        return user_state_of(self.viewer.activity, self.source).in_list

    @pure(description="-1 dislike to 1 like; null when not rated.")
    def rating(self) -> float | None:
        return user_state_of(self.viewer.activity, self.source).rating

    @pure(description="It was watched to the end. False for a series: ask its episodes.")
    def watched(self) -> bool:
        return user_state_of(self.viewer.activity, self.source).watched

    @pure(
        description="How far it was watched; null when it was not begun, or was finished. Null for a series: "
        "ask `nextEpisode`."
    )
    def progress(self) -> Progress | None:
        return progress_of(self.source, self.viewer.activity)

    @strawberry.field(
        description="What playing it carries on with, also after it was taken off Continue Watching. Null when it "
        "was not begun, when nothing is left, and while the episodes cannot be read.",
        metadata=batched(_load_resumes),
    )
    async def resume(self, info: ContextInfo) -> ResumePoint | None:
        [found] = await _load_resumes([self], info)
        return found
