"""What can go wrong, said in the product's words.

    MarqueeError
    ├── BadInput           the caller sent something that cannot be used; says what, where, what to do
    ├── NotFound           no such thing, or not for this viewer: the two are never told apart
    ├── Forbidden          the token is genuine but its role may not do this
    ├── Unauthenticated    no token, or one that cannot be trusted
    ├── PageExpired        a cursor of a page that has since changed
    ├── Conflict           somebody else moved it first
    └── StoreUnavailable   a store did not answer; the same call may work later

Adapters translate driver errors into these at the edge, so nothing inside knows which driver failed.
"""

from __future__ import annotations


class MarqueeError(Exception):
    """Base of every expected error. `code` is part of the client contract and never changes."""

    code = "INTERNAL"
    retryable = False


class BadInput(MarqueeError):
    code = "BAD_USER_INPUT"


class NotFound(MarqueeError):
    code = "NOT_FOUND"


class Forbidden(MarqueeError):
    code = "FORBIDDEN"


class Unauthenticated(MarqueeError):
    code = "UNAUTHENTICATED"


class PageExpired(MarqueeError):
    code = "PAGE_EXPIRED"
    retryable = True


class Conflict(MarqueeError):
    code = "CONFLICT"
    retryable = True


class StoreUnavailable(MarqueeError):
    """A store refused, timed out or answered rubbish. `store` is "mongo", "redis" or "elasticsearch"."""

    code = "TRY_LATER"
    retryable = True

    def __init__(self, store: str, message: str = "") -> None:
        super().__init__(message or f"{store} did not answer")
        self.store = store
