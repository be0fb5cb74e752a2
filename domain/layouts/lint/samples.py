"""Pages of sampled profiles, as lint and previews count them: how full each row is, and why a row is not there.

They were really composed (resolvers/publishing/layout_previews.py), so shares are counted and not estimated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from domain.catalog.regions import region_name
from domain.ids import ProfileId, Region, TitleId
from domain.layouts.diff import DEVICE_NAMES
from domain.layouts.model import Layout, RowSpec
from domain.seeded_random import drawing


@dataclass(frozen=True, slots=True)
class SampledPage:
    """One page. `rows` has the titles of every row that the layout has for this profile, by the id of its spec; ():
    it is not on the page, and `missing` says why. `hidden` says why the layout does not have others for it.

    `equal` maps "experiment:variant" to whether it shows the page that no variant shows.
    """

    profile_id: ProfileId
    rows: Mapping[str, tuple[TitleId, ...]]
    seconds: float
    equal: Mapping[str, bool] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """Pages of one layout for one device and market. `layout` has every row that one of them has (`joined`).

    `lost_pins` maps row and title to what is wrong with the pin ("is not in the catalogue"). `document` is the
    layout as written.
    """

    layout_id: str
    device: str
    market: Region | None
    layout: Layout
    pages: tuple[SampledPage, ...]
    data_age: timedelta
    lost_pins: Mapping[tuple[str, TitleId], str] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> str:
        place = f" in {region_name(self.market)}" if self.market else ""
        return f"{DEVICE_NAMES[self.device]} profiles{place}"

    def meant(self, spec: RowSpec) -> list[SampledPage]:
        """The pages whose layout has this row: one for children is not missing from those of adults."""
        return [page for page in self.pages if spec.id in page.rows]


def joined(layouts: Iterable[Layout]) -> Layout:
    """One layout with every row of these, each as the first has it. There must be one."""
    found = list(layouts)
    rows: dict[str, RowSpec] = {}
    for layout in found:
        for spec in layout.rows:
            rows.setdefault(spec.id, spec)
    return replace(found[0], rows=tuple(rows.values()))


def sample_order(ids: Iterable[ProfileId]) -> list[ProfileId]:
    """As they are sampled: by a hash, so that the first n are alike for every n and no kind of id comes first."""
    place = drawing("layout sample")
    return sorted(ids, key=lambda profile_id: (place(profile_id), profile_id))
