"""A served page compared with the page now, as the command prints it, from the running service or this process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bff.layout_files.layout_api import LayoutService
from domain.errors import NotFound
from domain.ids import TitleId, raw_id
from domain.page.completeness import loss_text
from domain.snapshots.diff import Change, ChangeKind
from domain.snapshots.snapshot import PageSnapshot

COMPARE = """
query Compare($page: ID!) {
  page(snapshotId: $page) {
    profileName incomplete
    then { id profileId generatedAt device layout { id version } dataVersion arms { experiment variant } losses }
    changes { kind text row titleId }
  }
}
"""


@dataclass(frozen=True, slots=True)
class ServedHead:
    """A served page without its rows. `losses`: what it lacked, and what it had instead."""

    profile_name: str
    profile_id: str
    snapshot_id: str
    generated_at: datetime
    device: str
    layout_id: str
    layout_version: int
    data_version: str | None
    arms: Mapping[str, str]
    losses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageComparison:
    """`incomplete`: what an outage took from the page now, so that changes may be none."""

    head: ServedHead
    changes: tuple[Change, ...]
    incomplete: tuple[str, ...]


def head_of_snapshot(snapshot: PageSnapshot, profile_name: str) -> ServedHead:
    return ServedHead(
        profile_name,
        snapshot.profile_id,
        snapshot.snapshot_id,
        snapshot.generated_at,
        snapshot.request.device,
        snapshot.layout_id,
        snapshot.layout_version,
        snapshot.data_version,
        snapshot.arms,
        tuple(map(loss_text, snapshot.degradations)),
    )


def comparison_of_service(service: LayoutService, snapshot_id: str) -> PageComparison:
    """Raises NotFound for a page that is not stored."""
    found = service.ask(COMPARE, {"page": snapshot_id})["page"]
    if found is None:
        raise NotFound("The service knows no such page.")
    then = found["then"]
    head = ServedHead(
        found["profileName"],
        raw_id("profile", then["profileId"]),
        then["id"],
        datetime.fromisoformat(then["generatedAt"]),
        then["device"],
        then["layout"]["id"],
        then["layout"]["version"],
        then["dataVersion"],
        {one["experiment"]: one["variant"] for one in then["arms"]},
        tuple(then["losses"]),
    )
    return PageComparison(head, tuple(map(_change, found["changes"])), tuple(found["incomplete"]))


def _change(change: Mapping[str, Any]) -> Change:
    title = TitleId(raw_id("title", change["titleId"])) if change["titleId"] else None
    return Change(ChangeKind(change["kind"].lower()), change["text"], change["row"] or "", title)
