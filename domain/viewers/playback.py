"""When a title counts as started and as finished, from where playback stands.

Started, after the Android TV "Watch Next" guidelines: a movie after 3 % or two minutes, whichever is earlier, an
episode after two minutes.

Finished: from the mark of its credits on. Without a mark the last three minutes count as credits, or the last 6 % of
a title over 50 minutes; never more than a tenth, which decides for titles under half an hour. Credits of a film run
for about 6 % of it. Episodes follow the same rule: those long enough for 6 % to pass three minutes are made like
films. The nightly run has the same rule as columns (batch/jobs/playback.py).
"""

from __future__ import annotations

MIN_STARTED_SECONDS = 120
MIN_STARTED_SHARE = 0.03
CREDITS_SECONDS = 180
CREDITS_PERCENT = 6
MAX_CREDITS_PERCENT = 10


def is_finished(position_seconds: int, duration_seconds: int, credits_seconds: int | None = None) -> bool:
    """True in the credits. An unknown duration (0) is never finished by position without a credits mark.

    A mark at 0 is none: no title begins with its credits. Nor is one past the end: what plays is another cut.
    """
    is_past_end = credits_seconds is not None and 0 < duration_seconds < credits_seconds
    if credits_seconds is not None and credits_seconds > 0 and not is_past_end:
        return position_seconds >= credits_seconds
    if duration_seconds <= 0:
        return False
    # Whole numbers, so that Spark decides alike.
    credits = max(100 * CREDITS_SECONDS, CREDITS_PERCENT * duration_seconds)
    credits = min(credits, MAX_CREDITS_PERCENT * duration_seconds)
    return 100 * (duration_seconds - position_seconds) <= credits


def is_started(position_seconds: int, duration_seconds: int, is_episode: bool) -> bool:
    """An unknown duration (0) has no share."""
    if is_episode or duration_seconds <= 0:
        return position_seconds > MIN_STARTED_SECONDS
    return position_seconds > min(float(MIN_STARTED_SECONDS), duration_seconds * MIN_STARTED_SHARE)


def share_of(position_seconds: int, duration_seconds: int) -> float:
    """0..1; 0 of an unknown duration (0)."""
    return min(1.0, position_seconds / duration_seconds) if duration_seconds > 0 else 0.0
