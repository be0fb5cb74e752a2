"""The device argument."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

import strawberry

from domain.layouts.client_compatibility import known_values, parse_version
from domain.layouts.model import RowStyle
from domain.layouts.request_context import PageRequest
from resolvers.types.enums import FormFactor

DENSITIES = (0.5, 4.0)
DENSITY_STEPS = 8


class Drawable(NamedTuple):
    """What a device can draw: the row styles that its build and its schema know, and how many of its pixels make one
    of the layout.
    """

    styles: frozenset[RowStyle]
    density: float = 1.0


EVERYTHING = Drawable(frozenset(RowStyle))
"""A device that sends nothing about itself."""


@strawberry.input(description="What a device can do. It changes how a page is drawn, never what may be seen.")
class DeviceInput:
    form_factor: FormFactor = strawberry.field(description="The class of device.")
    market: str | None = strawberry.field(
        default=None,
        description="Storefront the app was built for. What may be seen follows the account's region, not this.",
    )
    locale: str = strawberry.field(
        default="en",
        description="Language of texts (BCP 47), such as `de`. English is served, as `Home.locale` says, but for "
        "row titles that designers wrote in it.",
    )
    supports: list[RowStyle] = strawberry.field(
        default_factory=lambda: list(RowStyle), description="Row styles this build can draw."
    )
    client_version: str | None = strawberry.field(
        default=None, description='Version of your build, such as "4.2.0": layouts may depend on it.'
    )
    schema_version: str | None = strawberry.field(
        default=None,
        description='Version of schema.graphql that your build was made with, such as "0.2": what was added since '
        "is kept from it. Send it from your first release on; left out, today's.",
    )
    image_density: float = strawberry.field(
        default=1.0,
        description="Device pixels per layout pixel, such as 2 for a high-density phone: pictures are as many times "
        "wider. Counts from 0.5 to 4, in steps of an eighth.",
    )

    def to_domain(self) -> PageRequest:
        """Raises BadInput for a malformed version."""
        return PageRequest(
            device=self.form_factor.value,
            locale=self.locale,
            client=parse_version("clientVersion", self.client_version),
            schema=parse_version("schemaVersion", self.schema_version),
        )

    def drawable(self) -> Drawable:
        """Raises BadInput as `to_domain`."""
        schema = parse_version("schemaVersion", self.schema_version)
        return Drawable(
            frozenset(known_values(schema, "RowStyle", self.supports)), _density(self.image_density)
        )


def _density(asked: float) -> float:
    """In steps, since what is rendered for a density is kept."""
    least, most = DENSITIES
    return ceil(min(most, max(least, asked)) * DENSITY_STEPS) / DENSITY_STEPS
