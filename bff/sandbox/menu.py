"""GET /sandbox: the people and states that a client can ask for, as JSON."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from bff.sandbox.states import HEADER, STATES
from bff.sandbox.world import NOW, world
from domain.ids import global_id


async def sandbox_menu(_request: Request) -> JSONResponse:
    people = [
        {"name": name, "profileId": global_id("profile", persona.profile.id), "story": persona.story}
        for name, persona in world().personas.items()
    ]
    states = [{"name": name, "told": state.told} for name, state in STATES.items()]
    return JSONResponse(
        {
            "header": HEADER,
            "example": f"{HEADER}: binge; redis-down",
            "now": NOW.isoformat(),
            "people": people,
            "states": states,
        }
    )
