"""/healthz: the process lives. /readyz: it can serve a page, and which stores answer.

A store that is down costs its rows and not the page, so it does not take every instance out of service: not
ready means that no data version is known, as before the first nightly run or with MongoDB down at the start.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from bff.stores.open_stores import OpenStores
from domain.errors import StoreUnavailable


async def healthz(request: Request) -> JSONResponse:
    return JSONResponse({"alive": True}, headers={"cache-control": "no-store"})


async def readyz(request: Request) -> JSONResponse:
    """200 or 503 with {ready, stores, dataVersion, missing}; `missing` is a sentence for each thing amiss."""
    opened: OpenStores = request.state.opened
    states = await opened.states()
    try:
        live = await opened.live.live()
    except StoreUnavailable:
        live = None
    missing = [f"{store} does not answer" for store, answers in states.items() if not answers]
    if live is None:
        missing.append("no data version is published: run `marquee jobs run nightly`")
    content = {
        "ready": live is not None,
        "stores": {store: "ok" if answers else "down" for store, answers in states.items()},
        "dataVersion": live.version if live else None,
        "missing": missing,
    }
    return JSONResponse(content, 200 if live else 503, headers={"cache-control": "no-store"})
