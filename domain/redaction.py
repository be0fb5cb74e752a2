"""Takes secrets out of text for people: messages, logs, ledgers, reports.

The password of an address goes, and the value of what is called a password, secret or key. Addresses may be
percent-encoded, without a name (`redis://:secret@host`), or lists (`mongodb://a:b@h1,h2/`).
"""

from __future__ import annotations

import re

HIDDEN = "***"

_ADDRESS = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)(?P<user>[^\s/:@'\"]*):(?P<secret>[^\s'\"/]*)@")
_ADDRESS_WITH_SLASH = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)(?P<user>[^\s/:@'\"]*):[^\s'\"]*@")
_NAMED = re.compile(
    r"(?P<name>[\w.-]*(?:password|passwd|secret|api[_-]?key|pwd)[\w.-]*)"
    r"(?P<sign>['\"]?\s*[=:]\s*['\"]?)(?P<value>[^\s'\"&,;})]+)",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """ "mongodb://ann:pw@host/x?password=y" -> "mongodb://ann:***@host/x?password=***"."""
    shown = _ADDRESS.sub(rf"\g<scheme>\g<user>:{HIDDEN}@", text)
    shown = _ADDRESS_WITH_SLASH.sub(rf"\g<scheme>\g<user>:{HIDDEN}@", shown)
    return _NAMED.sub(rf"\g<name>\g<sign>{HIDDEN}", shown)
