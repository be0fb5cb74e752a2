"""/healthz: the process runs. /readyz: it can serve a page; also reports each store.

A store outage costs rows, not the page, so it must not take instances out of service. Not ready means that no data
version is known.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from bff.stores.open_stores import OpenStores
from domain.errors import StoreUnavailable


async def healthz(request: Request) -> JSONResponse:
    return JSONResponse({"alive": True}, headers={"cache-control": "no-store"})


async def readyz(request: Request) -> JSONResponse:
    """200 or 503 with {ready, stores, dataVersion, missing}."""
    opened: OpenStores = request.state.stores
    states = await opened.ping_stores()
    try:
        live = await opened.live_version.live()
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
