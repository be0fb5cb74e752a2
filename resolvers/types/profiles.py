"""Profiles of the caller's account."""

from __future__ import annotations

import strawberry

from domain.ids import global_id
from domain.viewers.profiles import Profile as DomainProfile
from resolvers.types.node import Node


@strawberry.type(description="One of the people an account is for.")
class Profile(Node):
    name: str = strawberry.field(description="What they are called here.")
    kids: bool = strawberry.field(
        description="A kids profile sees only rated titles that suit its age limit."
    )
    maturity_limit: int = strawberry.field(description="Highest age of titles shown; 18 is no limit.")
    language: str = strawberry.field(description="Preferred language (BCP 47).")
    favourite_genres: list[str] = strawberry.field(description="What they said they like.")


def profile_node(profile: DomainProfile) -> Profile:
    return Profile(
        id=strawberry.ID(global_id("profile", profile.id)),
        name=profile.name,
        kids=profile.kids,
        maturity_limit=profile.maturity_limit,
        language=profile.language,
        favourite_genres=list(profile.favourite_genres),
    )
