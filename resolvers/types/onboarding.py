"""The first questions to a new profile, and what becomes of the answers."""

from __future__ import annotations

import strawberry

from domain.catalog.titles import Title as DomainTitle
from domain.viewers.onboarding import genres_of
from resolvers.execution import pure
from resolvers.request.viewer import Viewer
from resolvers.types.titles import Title, title_node


@strawberry.type(description="What to ask a new profile. It may always be skipped.")
class Onboarding:
    found: strawberry.Private[list[DomainTitle]]
    viewer: strawberry.Private[Viewer]

    @pure(description="False once it has answered, skipped or watched a little: do not ask again.")
    def needed(self) -> bool:
        return self.viewer.profile.welcomed_at is None and not self.viewer.is_known

    @pure(description='"Which of these do you like?": the most telling first, all may be shown.')
    def titles(self) -> list[Title]:
        return [title_node(title, self.viewer.audience) for title in self.found]

    @pure(description="Genres to choose from, the most frequent first.")
    def genres(self) -> list[str]:
        return genres_of(self.found)


@strawberry.input(description="What a new profile likes. Empty lists skip the questions.")
class OnboardingAnswerInput:
    profile_id: strawberry.ID = strawberry.field(description="Who answers.")
    liked_title_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Titles it likes: at most 20."
    )
    genres: list[str] = strawberry.field(
        default_factory=list, description="Favourite genres, the dearest first: at most 5."
    )
    client_event_id: str = strawberry.field(description="Yours, unique per profile; makes a retry safe.")
