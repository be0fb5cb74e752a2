"""GET /sandbox: the personas and states that a client can select, as JSON."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from bff.sandbox.data import NOW, load_sandbox_data
from bff.sandbox.states import HEADER, STATES
from domain.ids import global_id


async def sandbox_options(_request: Request) -> JSONResponse:
    people = [
        {"name": name, "profileId": global_id("profile", persona.profile.id), "story": persona.story}
        for name, persona in load_sandbox_data().personas.items()
    ]
    states = [{"name": name, "told": state.effect} for name, state in STATES.items()]
    return JSONResponse(
        {
            "header": HEADER,
            "example": f"{HEADER}: binge; redis-down",
            "now": NOW.isoformat(),
            "people": people,
            "states": states,
        }
    )
