"""The demo account and a second account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from batch.sample.taste_profile import draw_taste
from batch.sample.viewers import Habits, Household, SampleViewer, SimulationPeriod
from domain.ids import AccountId, ProfileId, Region
from domain.viewers.profiles import Account, Profile

DEMO_ACCOUNT = AccountId("demo")
OTHER_ACCOUNT = AccountId("other")
REGION = Region("US")
OFFSET = -300


@dataclass(frozen=True, slots=True)
class _Persona:
    """`favourites`: micro-genres, best first; `viewings`: in 90 days."""

    id: str
    name: str
    persona: str | None
    favourites: tuple[str, ...]
    viewings: float
    kids: bool = False
    rhythm: str = "evening"
    binge: float = 0.5


ADE = _Persona(
    "ade", "Ade, Saturday binge", "binge", ("cold-coast", "deep-space", "heist", "spycraft"), 190.0, binge=0.8,
    rhythm="weekend",
)  # fmt: skip
KIDS_ROOM = _Persona(
    "kids-room", "Kids room", "kids", ("small-animals", "star-scouts", "spell-school"), 70.0, kids=True,
    rhythm="kids",
)  # fmt: skip
MINA = _Persona("mina", "Mina, new today", "new", (), 0.0)
OTHER = _Persona("other-1", "Living room", None, ("city-romcom", "office"), 25.0)


def persona_households(seed: int, period: SimulationPeriod, franchises: tuple[str, ...]) -> list[Household]:
    created_at = period.start - timedelta(days=400)
    demo = Account(DEMO_ACCOUNT, REGION, "premium", created_at)
    other = Account(OTHER_ACCOUNT, REGION, "standard", created_at)
    demo_viewers = tuple(
        _viewer(seed, demo, persona, period, franchises) for persona in (MINA, ADE, KIDS_ROOM)
    )
    return [
        Household(demo, demo_viewers),
        Household(other, (_viewer(seed, other, OTHER, period, franchises),)),
    ]


def _viewer(
    seed: int, account: Account, persona: _Persona, period: SimulationPeriod, franchises: tuple[str, ...]
) -> SampleViewer:
    random = Random(f"{seed}:persona:{persona.id}")
    taste = draw_taste(random, "en", persona.kids, franchises)
    if persona.favourites:
        preferred = {name: 1.0 - 0.12 * place for place, name in enumerate(persona.favourites)}
        background = {name: 0.22 * weight for name, weight in taste.microgenres.items()}
        taste = replace(taste, microgenres=background | preferred)
    is_new = persona.persona == "new"
    profile = Profile(
        id=ProfileId(persona.id),
        account_id=account.id,
        name=persona.name,
        kids=persona.kids,
        maturity_limit=7 if persona.kids else 18,
        language="en",
        created_at=period.until if is_new else account.created_at,
        languages=("en",),
        persona=persona.persona,
    )
    habits = Habits(persona.viewings * period.days / 90, persona.binge, 0.8, persona.rhythm, OFFSET)
    return SampleViewer(profile, account.region, account.plan, taste, habits, f"{seed}:persona:{persona.id}")
