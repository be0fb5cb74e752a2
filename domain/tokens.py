"""Opaque strings that clients carry for us, tracking tokens and cursors, signed so that none can be made up.

HMAC-SHA-256 cut to 128 bits (RFC 2104, section 5: no less than half the digest): forging one is out
of reach, and a page has hundreds of them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from domain.errors import BadInput

SIGNATURE_BYTES = 16
FIELD_SEPARATOR = "|"


def sign(secret: bytes, purpose: str, text: str) -> str:
    """Signature of `text` for one purpose, URL-safe, so that a cursor cannot pass for a tracking token."""
    mac = hmac.digest(secret, f"{purpose}:{text}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac[:SIGNATURE_BYTES]).rstrip(b"=").decode()


def seal(secret: bytes, purpose: str, *fields: str) -> str:
    """Fields and their signature in one token. Fields must not contain the separator."""
    body = FIELD_SEPARATOR.join(fields)
    encoded = base64.urlsafe_b64encode(body.encode()).rstrip(b"=").decode()
    return f"{encoded}.{sign(secret, purpose, body)}"


def unseal(secret: bytes, purpose: str, token: str) -> list[str]:
    """The fields of a token this service sealed. Raises BadInput for any other string."""
    encoded, _, signature = token.partition(".")
    try:
        body = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except (binascii.Error, ValueError):
        raise BadInput(
            f"This {purpose} was not made by this service. Send it back exactly as received."
        ) from None
    if not hmac.compare_digest(sign(secret, purpose, body).encode(), signature.encode()):
        raise BadInput(f"This {purpose} was not made by this service. Send it back exactly as received.")
    return body.split(FIELD_SEPARATOR)
