"""What a device says about itself."""

from __future__ import annotations

import strawberry

from domain.layouts.client_compatibility import known, parse_version
from domain.layouts.model import RowStyle
from domain.layouts.request_context import PageRequest
from resolvers.types.enums import FormFactor


@strawberry.input(description="What a device can do. It changes how a page is drawn, never what may be seen.")
class DeviceInput:
    form_factor: FormFactor = strawberry.field(description="The class of device.")
    market: str | None = strawberry.field(
        default=None,
        description="Storefront the app was built for. What may be seen follows the account's region, not this.",
    )
    locale: str = strawberry.field(default="en", description="Language of texts (BCP 47); English is served.")
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
    image_density: float = strawberry.field(default=1.0, description="Device pixels per layout pixel.")


def page_request(device: DeviceInput) -> PageRequest:
    """What the composer needs to know of the device."""
    return PageRequest(
        device=device.form_factor.value,
        locale=device.locale,
        client=parse_version("clientVersion", device.client_version),
        schema=parse_version("schemaVersion", device.schema_version),
    )


def styles_of(device: DeviceInput) -> frozenset[RowStyle]:
    """The styles that the build can draw and its schema has a word for."""
    return frozenset(
        known(parse_version("schemaVersion", device.schema_version), "RowStyle", device.supports)
    )
