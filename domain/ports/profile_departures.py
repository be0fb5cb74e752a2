"""The port by which profiles leave: erased, merged, or exported."""

from __future__ import annotations

from typing import Protocol

from domain.ids import ProfileId
from domain.serialization import Document
from domain.viewers.departures import Departure
from domain.viewers.profiles import Profile
from domain.viewers.removal import Removal


class ProfileDepartures(Protocol):
    """Every method raises StoreUnavailable. A removal that it interrupted is finished by the same call, or by
    `finish`."""

    async def departure(self, profile_id: ProfileId) -> Departure | None:
        """None for a profile that never was, and for one that is there."""
        ...

    async def erase(self, profile: Profile, even_last: bool = False) -> Removal:
        """Raises LastProfile unless `even_last`, OtherDeparture."""
        ...

    async def merge(self, profile: Profile, into: ProfileId) -> Removal:
        """All that the profile did becomes the other's. Raises OtherDeparture."""
        ...

    async def finish(self, departure: Departure) -> Removal:
        """Raises NotFound for a finished one."""
        ...

    async def export(self, profile: Profile) -> Document:
        """Everything the stores hold of the profile, in the shape of docs/privacy.md."""
        ...
