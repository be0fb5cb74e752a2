"""Opaque strings that clients carry for us, tracking tokens and cursors, signed so that none can be made up.

Keyed BLAKE2b of 128 bits (RFC 7693, section 2.9: made to be a MAC): forging one is out of reach, and it costs
a fifth of HMAC-SHA-256, which counts because a page has hundreds of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from binascii import b2a_base64
from functools import cached_property, lru_cache

from domain.errors import BadInput

SIGNATURE_BYTES = 16
FIELD_SEPARATOR = "|"
URL_SAFE = bytes.maketrans(b"+/", b"-_")


def sign(secret: bytes, purpose: str, text: str) -> str:
    """Signature of `text` for one purpose, URL-safe, so that a cursor cannot pass for a tracking token.

    `secret` has 1 to 64 bytes; bff/auth/secrets.py makes 32.
    """
    signature = _begun(secret, purpose).copy()
    signature.update(text.encode())
    return _encode(signature.digest())


@lru_cache(maxsize=64)
def _begun(secret: bytes, purpose: str) -> hashlib.blake2b:
    """To be copied: starting from the key is half of what a short text costs."""
    return hashlib.blake2b(f"{purpose}:".encode(), key=secret, digest_size=SIGNATURE_BYTES)


def seal(secret: bytes, purpose: str, *fields: str) -> str:
    """Fields and their signature in one token. Fields must not contain the separator."""
    body = FIELD_SEPARATOR.join(fields)
    return f"{_encode(body.encode())}.{sign(secret, purpose, body)}"


class Sealer:
    """Seals many tokens that begin with the same fields: what they have in common is hashed and written once.

    `Sealer(secret, purpose, *first)(*rest)` is `seal(secret, purpose, *first, *rest)`, at a third of its cost.
    """

    def __init__(self, secret: bytes, purpose: str, *first: str) -> None:
        common = FIELD_SEPARATOR.join((*first, "")).encode()
        # Base64 writes three bytes as four characters: what is left over is written with the rest.
        whole = len(common) // 3 * 3
        self._written = _encode(common[:whole])
        self._over = common[whole:]
        self._common = f"{purpose}:".encode() + common
        self._secret = secret

    @cached_property
    def _hash(self) -> hashlib.blake2b:
        return hashlib.blake2b(self._common, key=self._secret, digest_size=SIGNATURE_BYTES)

    def __call__(self, *rest: str) -> str:
        return self.token(self.signature(*rest), *rest)

    def signature(self, *rest: str) -> bytes:
        """What makes the token genuine, SIGNATURE_BYTES long: the dear part, which can be kept."""
        signature = self._hash.copy()
        signature.update(FIELD_SEPARATOR.join(rest).encode())
        return signature.digest()

    def token(self, signature: bytes, *rest: str) -> str:
        """The token of fields that were signed before."""
        text = FIELD_SEPARATOR.join(rest).encode()
        token = b2a_base64(self._over + text, newline=False) + b"." + b2a_base64(signature)
        return self._written + token.translate(URL_SAFE, b"=\n").decode()


def unseal(secret: bytes, purpose: str, token: str) -> list[str]:
    """The fields of a token this service sealed. Raises BadInput for any other string."""
    body = _body(token.partition(".")[0])
    # The whole token is compared: base64 reads many spellings as the same bytes.
    if body is None or not hmac.compare_digest(seal(secret, purpose, body), _ascii(token)):
        raise BadInput(f"This {purpose} was not made by this service. Send it back exactly as received.")
    return body.split(FIELD_SEPARATOR)


def _encode(data: bytes) -> str:
    return b2a_base64(data, newline=False).translate(URL_SAFE, b"=").decode()


def _body(encoded: str) -> str | None:
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except ValueError:
        return None


def _ascii(token: str) -> str:
    """`compare_digest` takes ASCII only, and no token of ours has anything else."""
    return token if token.isascii() else ""


def digest(*parts: object) -> str:
    """Equal for equal parts, short, fit for ids: what a page or a list consists of."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=9).hexdigest()
