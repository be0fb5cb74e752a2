"""What a device says about itself."""

from __future__ import annotations

import strawberry

from domain.layouts import RowStyle
from domain.situations import PageRequest
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
    image_density: float = strawberry.field(default=1.0, description="Device pixels per layout pixel.")


def page_request(device: DeviceInput) -> PageRequest:
    """What the composer needs to know of the device."""
    return PageRequest(device=device.form_factor.value, locale=device.locale)
