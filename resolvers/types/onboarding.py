"""Onboarding questions and answers."""

from __future__ import annotations

import strawberry

from domain.catalog.titles import Title as DomainTitle
from domain.errors import BadInput
from domain.viewers.onboarding import MAX_LIKED_TITLES, genres_by_frequency, validate_genres
from resolvers.execution import pure
from resolvers.request.viewer import Viewer
from resolvers.types.ids import parse_title_id
from resolvers.types.titles import Title, title_node
from resolvers.viewing.onboarding import OnboardingAnswer


@strawberry.type(description="What to ask a new profile. It may always be skipped.")
class Onboarding:
    suggested: strawberry.Private[list[DomainTitle]]
    viewer: strawberry.Private[Viewer]

    @pure(description="False once it has answered, skipped or watched a little: do not ask again.")
    def needed(self) -> bool:
        return self.viewer.profile.onboarded_at is None and not self.viewer.has_enough_history

    @pure(description='"Which of these do you like?": the most telling first, all may be shown.')
    def titles(self) -> list[Title]:
        return [title_node(title, self.viewer.audience, self.viewer) for title in self.suggested]

    @pure(description="Genres to choose from, the most frequent first.")
    def genres(self) -> list[str]:
        return genres_by_frequency(self.suggested)


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

    def to_domain(self, from_session: bool) -> OnboardingAnswer:
        """Raises BadInput; an anonymous session cannot save genres."""
        if len(self.liked_title_ids) > MAX_LIKED_TITLES:
            raise BadInput(f"likedTitleIds: at most {MAX_LIKED_TITLES}, not {len(self.liked_title_ids)}.")
        liked = [parse_title_id(title_id) for title_id in self.liked_title_ids]
        genres = validate_genres(self.genres)
        if genres and from_session:
            raise BadInput(
                "genres: a session remembers titles it liked, and no genres. Sign in to keep them."
            )
        return OnboardingAnswer(self.client_event_id, liked, genres)
