"""GET /errors: all error codes. `extensions.docs` of an error links here."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from domain.error_codes import EXPLANATIONS

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Marquee: errors</title></head>
<body><h1>Errors</h1>
<p>Every error carries <code>extensions</code> {code, docs, requestId, retryable}. These are all the codes.</p>
"""


def errors_html() -> str:
    entries = (
        f'<section id="{code}"><h2>{code}</h2><p>{escape(error.meaning)}</p><p>{escape(error.remedy)}</p></section>\n'
        for code, error in EXPLANATIONS.items()
    )
    return _HEAD + "".join(entries) + "</body></html>\n"


async def errors_page(request: Request) -> HTMLResponse:
    return HTMLResponse(errors_html(), headers={"cache-control": "public, max-age=3600"})
