"""Tells the running service that something may no longer be shown, or now may (domain/visibility/changes.py).

Call it after the write. The service obeys from its next request. A Redis that does not answer is no reason to fail a
write that is durable: the service then finds it as docs/visibility.md says.
"""

from __future__ import annotations

import redis

from domain.visibility.changes import (
    ANNOUNCE_SCRIPT,
    CHANGES_KEY,
    FIELD,
    LAST_KEY,
    MAX_CHANGES,
    SINCE_KEY,
    VisibilityChange,
    change_to_texts,
)


def announce(client: redis.Redis, change: VisibilityChange) -> int:
    """Returns the number of log entries, 0 for an empty change. Raises redis.RedisError."""
    texts = change_to_texts(change)
    for text in texts:
        client.eval(ANNOUNCE_SCRIPT, 1, CHANGES_KEY, LAST_KEY, SINCE_KEY, str(MAX_CHANGES), FIELD, text)
    return len(texts)


def announce_or_warn(client: redis.Redis, change: VisibilityChange) -> str:
    """Empty when the service was told, else a sentence for the person who runs the command."""
    try:
        announce(client, change)
    except redis.RedisError as error:
        reason = str(error).partition("\n")[0][:200]
        return (
            f"The running service could not be told of this change ({reason}). Its pages follow as "
            "docs/visibility.md says. When Redis answers, run `marquee announce --everything`."
        )
    return ""
