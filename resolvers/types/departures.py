"""Results of erasing, merging and exporting a profile."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.viewers.removal import Removal
from resolvers.execution import pure
from resolvers.types.events import ProfileNotFound, TryLater
from resolvers.types.scalars import ProfileDocument


@strawberry.input(description="Whom to erase.")
class ProfileEraseInput:
    profile_id: strawberry.ID = strawberry.field(description="The profile, such as profile_mina.")


@strawberry.input(description="Which two profiles become one.")
class ProfileMergeInput:
    profile_id: strawberry.ID = strawberry.field(description="The profile that goes, such as profile_mina.")
    into_profile_id: strawberry.ID = strawberry.field(
        description="The profile that stays, with its name, language and age limit, such as profile_ade."
    )


@strawberry.type(description="Something of the profile was here. A second search has looked again.")
class RemovedPlace:
    store: str = strawberry.field(description="mongo or redis.")
    place: str = strawberry.field(description="Collection or kind of key, such as activity.")
    found: int = strawberry.field(description="How many documents or keys were of the profile.")
    removed: int = strawberry.field(description="How many of them are gone, or the successor's now.")
    left: int = strawberry.field(description="How many the second search found: 0.")


@strawberry.interface(description="What a removal did, place by place.")
class ProfileRemoval:
    removal: strawberry.Private[Removal]

    @pure(description="Every place that was searched, those where nothing was found included.")
    def places(self) -> list[RemovedPlace]:
        return [
            RemovedPlace(
                store=each.store,
                place=each.place,
                found=each.found,
                removed=each.removed,
                left=each.left,
            )
            for each in self.removal.places
        ]

    @pure(description="What is removed later, and by what: files, which the next nightly run rewrites.")
    def pending(self) -> list[str]:
        return list(self.removal.pending)


@strawberry.type(description="The profile is gone: from the next request on, nobody finds it.")
class ProfileErased(ProfileRemoval):
    pass


@strawberry.type(description="What the profile did is the other's now; the profile is gone.")
class ProfileMerged(ProfileRemoval):
    into_profile_id: strawberry.ID = strawberry.field(
        description="The profile that stays, such as profile_ade."
    )


@strawberry.type(description="Nothing was changed, because a rule is against it.")
class ProfileRefused:
    message: str = strawberry.field(description="Which rule, and what to do instead. For developers.")
    code: str = strawberry.field(
        description="BAD_USER_INPUT: these profiles cannot become one. CONFLICT: it is the account's last profile, "
        "or already on its way."
    )


@strawberry.type(description="Everything that the stores hold about a profile.")
class ProfileExport:
    document: ProfileDocument = strawberry.field(description="The profile's own data as JSON.")
    is_complete: bool = strawberry.field(description="False: `missing` says what the service cannot read.")
    missing: list[str] = strawberry.field(
        description="Such as events of the archive, which `marquee profile export` adds."
    )


ProfileEraseResult = Annotated[
    ProfileErased | ProfileRefused | ProfileNotFound | TryLater,
    strawberry.union("ProfileEraseResult", description="What became of the profile."),
]
ProfileMergeResult = Annotated[
    ProfileMerged | ProfileRefused | ProfileNotFound | TryLater,
    strawberry.union("ProfileMergeResult", description="What became of the two profiles."),
]
