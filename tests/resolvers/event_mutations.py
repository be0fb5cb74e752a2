"""Documents and inputs of event mutations, and the rows that events can change."""

from __future__ import annotations

import uuid
from typing import Any

from resolvers.request.context import Context
from tests.resolvers.conftest import Face

RESULT = """
  __typename
  ... on EventsRecorded { acceptedCount duplicateCount revision rejected { position clientEventId code message } }
  ... on ProfileNotFound { message }
  ... on TryLater { message retryAfterMs }
"""


def mutation(field: str, input: str) -> str:
    """The document of one mutation, aliased `done`."""
    return f"mutation Do($input: {input}!) {{ done: {field}(input: $input) {{ {RESULT} }} }}"


RECORD = mutation("eventsRecord", "EventsRecordInput")
RATE = mutation("titleRate", "TitleRateInput")
ADD = mutation("listAdd", "ListChangeInput")
REMOVE = mutation("listRemove", "ListChangeInput")
DISMISS = mutation("continueWatchingRemove", "ContinueWatchingRemoveInput")
SNOOZE = mutation("continueWatchingSnooze", "ContinueWatchingSnoozeInput")
DISOWN = mutation("watchDisown", "WatchOwnershipInput")
RECLAIM = mutation("watchReclaim", "WatchOwnershipInput")
SEEN = """
{ home(profileId: "profile_new", device: {formFactor: TV}) {
  rows(first: 20) { nodes { id title cards(first: 40) { nodes { title { id } resume { label } } } } }
} }
"""


def an_input(type: str, title: str, **changes: Any) -> dict[str, Any]:
    return {"clientEventId": uuid.uuid4().hex, "type": type, "titleId": f"title_{title}", **changes}


def batch(*events: dict[str, Any], profile: str = "new") -> dict[str, Any]:
    return {"profileId": f"profile_{profile}", "events": list(events)}


def change(title: str, **changes: Any) -> dict[str, Any]:
    return {
        "profileId": "profile_new",
        "titleId": f"title_{title}",
        "clientEventId": uuid.uuid4().hex,
        **changes,
    }


async def rows(face: Face, context: Context | None = None) -> dict[str, str]:
    """Row -> its cards, for rows that events can change."""
    home = (await face.data(SEEN, context))["home"]
    return {
        row["id"].split("~", 1)[1]: " ".join(
            card["title"]["id"].removeprefix("title_")
            + (f" ({card['resume']['label']})" if card["resume"] else "")
            for card in row["cards"]["nodes"]
        )
        for row in home["rows"]["nodes"]
        if row["id"].split("~")[1] in ("continue", "mine", "because")
    }


async def done(
    face: Face, document: str, input: dict[str, Any], context: Context | None = None
) -> dict[str, Any]:
    answer: dict[str, Any] = (await face.data(document, context, input=input))["done"]
    return answer


KEPT = {
    "__typename": "EventsRecorded",
    "acceptedCount": 1,
    "duplicateCount": 0,
    "revision": 1,
    "rejected": [],
}
