"""The demo's people: Mina who came today, Ade who watches on Saturdays, a kids room; and a second account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from batch.sample.tastes import draw_taste
from batch.sample.viewers import Habits, Household, SampleViewer, Span
from domain.ids import AccountId, ProfileId, Region
from domain.viewers.profiles import Account, Profile

DEMO_ACCOUNT = AccountId("demo")
OTHER_ACCOUNT = AccountId("other")
REGION = Region("US")
OFFSET = -300


@dataclass(frozen=True, slots=True)
class _Part:
    """One persona: `likes` are its true favourites, from which strands follow; `viewings` for 90 days."""

    id: str
    name: str
    persona: str | None
    likes: tuple[str, ...]
    viewings: float
    kids: bool = False
    hours: str = "evening"
    binge: float = 0.5


ADE = _Part(
    "ade", "Ade, Saturday binge", "binge", ("cold-coast", "deep-space", "heist", "spycraft"), 190.0, binge=0.8,
    hours="weekend",
)  # fmt: skip
KIDS_ROOM = _Part(
    "kids-room", "Kids room", "kids", ("small-animals", "star-scouts", "spell-school"), 70.0, kids=True,
    hours="kids",
)  # fmt: skip
MINA = _Part("mina", "Mina, new today", "new", (), 0.0)
OTHER = _Part("other-1", "Living room", None, ("city-romcom", "office"), 25.0)


def persona_households(seed: int, span: Span, franchises: tuple[str, ...]) -> list[Household]:
    """Account `demo` with its three personas, and account `other` with one profile."""
    long_ago = span.start - timedelta(days=400)
    demo = Account(DEMO_ACCOUNT, REGION, "premium", long_ago)
    other = Account(OTHER_ACCOUNT, REGION, "standard", long_ago)
    three = tuple(_viewer(seed, demo, part, span, franchises) for part in (MINA, ADE, KIDS_ROOM))
    return [Household(demo, three), Household(other, (_viewer(seed, other, OTHER, span, franchises),))]


def _viewer(
    seed: int, account: Account, part: _Part, span: Span, franchises: tuple[str, ...]
) -> SampleViewer:
    random = Random(f"{seed}:persona:{part.id}")
    taste = draw_taste(random, "en", part.kids, franchises)
    if part.likes:
        liked = {name: 1.0 - 0.12 * place for place, name in enumerate(part.likes)}
        faint = {name: 0.22 * weight for name, weight in taste.strands.items()}
        taste = replace(taste, strands=faint | liked)
    new = part.persona == "new"
    profile = Profile(
        id=ProfileId(part.id),
        account_id=account.id,
        name=part.name,
        kids=part.kids,
        maturity_limit=7 if part.kids else 18,
        language="en",
        created_at=span.until if new else account.created_at,
        languages=("en",),
        persona=part.persona,
    )
    habits = Habits(part.viewings * span.days / 90, part.binge, 0.8, part.hours, OFFSET)
    return SampleViewer(profile, account.region, account.plan, taste, habits, f"{seed}:persona:{part.id}")
