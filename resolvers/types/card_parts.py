"""Small types of a card."""

from __future__ import annotations

import strawberry

from domain.catalog.titles import Title as DomainTitle
from domain.recommendations.reasons import ReasonKind
from domain.viewers.profiles import Audience
from resolvers.execution import pure
from resolvers.types.enums import BadgeKind
from resolvers.types.titles import Title, title_node


@strawberry.type(description="Where a card stands on the page, counted from 0.")
class CardPosition:
    row: int = strawberry.field(description="Row, top to bottom.")
    column: int = strawberry.field(description="Place in the row.")


@strawberry.type(description="A small mark on a card.")
class Badge:
    kind: BadgeKind = strawberry.field(description="What it says, for styling.")
    label: str = strawberry.field(description="What to draw.")
    accessibility_label: str = strawberry.field(description="What to say.")


@strawberry.type(description="How well a title fits this profile.")
class Match:
    percent: int = strawberry.field(description="0 to 100, calibrated.")
    label: str = strawberry.field(description="What to draw.")


@strawberry.type(description="Why this card is in this row.")
class CardReason:
    seed_title: strawberry.Private[DomainTitle]
    audience: strawberry.Private[Audience]
    density: strawberry.Private[float] = 1.0
    text: str = strawberry.field(description="At most 40 characters.")
    kind: ReasonKind = strawberry.field(description="What kind of reason it is.")

    @pure(description="The title it names, for a link.")
    def seed(self) -> Title:
        return title_node(self.seed_title, self.audience, density=self.density)

    share: float | None = strawberry.field(
        description="How much of what speaks for this card comes from that title, 0 to 1; null when not known."
    )


@strawberry.type(description="Send it back with every event about this card.")
class CardTracking:
    card_token: str = strawberry.field(
        description="Opaque and signed: snapshot, row, place, title and source."
    )
