"""Pages of sampled profiles for lint and previews; resolvers/publishing/layout_previews.py composes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from domain.catalog.regions import region_name
from domain.ids import ProfileId, Region, TitleId
from domain.layouts.diff import DEVICE_NAMES
from domain.layouts.model import Layout, RowSpec
from domain.layouts.rule_reach import RuleReach
from domain.seeded_random import draw_with_prefix


@dataclass(frozen=True, slots=True)
class SampledPage:
    """`rows` maps each row of the profile's layout to its titles; () is a missing row.

    `missing_parts` says what the page lacks because of an outage. `hidden_reasons` are of rows that the layout hides
    from the profile. `equal_to_control` maps "experiment:variant" to whether its page is the control's.
    `rule_reach` is of rows with a filter rule that are missing or not full.
    """

    profile_id: ProfileId
    rows: Mapping[str, tuple[TitleId, ...]]
    seconds: float
    equal_to_control: Mapping[str, bool] = field(default_factory=dict)
    missing_reasons: Mapping[str, str] = field(default_factory=dict)
    missing_parts: tuple[str, ...] = ()
    hidden_reasons: Mapping[str, str] = field(default_factory=dict)
    rule_reach: Mapping[str, RuleReach] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """Pages of one layout; `layout` is their `union_layout`, `document` is unresolved.

    `unavailable_pins` and `unavailable_listed` (of editorial rows) map row and title to a reason ("is not in the
    catalogue").
    """

    layout_id: str
    device: str
    market: Region | None
    layout: Layout
    pages: tuple[SampledPage, ...]
    data_age: timedelta
    unavailable_pins: Mapping[tuple[str, TitleId], str] = field(default_factory=dict)
    unavailable_listed: Mapping[tuple[str, TitleId], str] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)

    @property
    def audience(self) -> str:
        market = f" in {region_name(self.market)}" if self.market else ""
        return f"{DEVICE_NAMES[self.device]} profiles{market}"

    def pages_for(self, spec: RowSpec) -> list[SampledPage]:
        """The pages whose layout has the row: adults do not lack a row for children."""
        return [page for page in self.pages if spec.id in page.rows]


def union_layout(layouts: Iterable[Layout]) -> Layout:
    """The first layout with the rows of all. Needs at least one."""
    layouts = list(layouts)
    rows: dict[str, RowSpec] = {}
    for layout in layouts:
        for spec in layout.rows:
            rows.setdefault(spec.id, spec)
    return replace(layouts[0], rows=tuple(rows.values()))


def sample_order(ids: Iterable[ProfileId]) -> list[ProfileId]:
    """By a hash: a smaller sample is the start of a larger one, and no kind of id comes first."""
    draw = draw_with_prefix("layout sample")
    return sorted(ids, key=lambda profile_id: (draw(profile_id), profile_id))
