"""Expected errors. Adapters translate driver errors into these.

MarqueeError
├── BadInput           unusable input; the message says what, where and what to do
├── NotFound           unknown, or not for this viewer: the two are never distinguished
├── Forbidden          a valid token whose role may not do this
├── Unauthenticated    no valid token
├── PageExpired        a cursor of a list that has changed
├── Conflict           a concurrent change came first
└── StoreUnavailable   a store did not answer; a retry may succeed
"""

from __future__ import annotations


class MarqueeError(Exception):
    """`code`: see error_codes.py."""

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
    """`store` is "mongo", "redis" or "elasticsearch"."""

    code = "TRY_LATER"
    retryable = True

    def __init__(self, store: str, message: str = "") -> None:
        super().__init__(message or f"{store} did not answer")
        self.store = store
