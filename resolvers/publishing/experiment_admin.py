"""Stored experiments and layouts, for designers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from domain.experiments.documents import STORE_KEYS, experiments_from_documents
from domain.experiments.model import ExperimentSet, ExperimentStatus
from domain.experiments.validation import ExperimentFinding, check_experiments
from domain.layouts.resolution import PublishedLayouts, decode_layout
from domain.layouts.validation import BadLayout
from domain.layouts.versions import LayoutVersion
from domain.serialization import Document
from resolvers.runtime.stores import Stores


@dataclass(frozen=True)
class ExperimentAdmin:
    """Stored experiment documents and live layouts. Derived values leave out invalid ones."""

    documents: Mapping[str, Mapping[str, Any]]
    layout_versions: Mapping[str, LayoutVersion]

    @cached_property
    def layouts(self) -> PublishedLayouts:
        return valid_layouts(self.layout_versions.values())

    @cached_property
    def experiments(self) -> ExperimentSet:
        """Includes those declared in layouts."""
        return experiments_from_documents(self.documents.values())[0].with_declared(self.layouts.experiments)

    @cached_property
    def findings(self) -> tuple[ExperimentFinding, ...]:
        return check_experiments(self.experiments, self.layouts)

    def document(self, key: str) -> Document:
        """The stored document, else what a layout declares; empty for a new experiment."""
        if key in self.documents:
            return {name: value for name, value in self.documents[key].items() if name not in STORE_KEYS}
        weights = self.layouts.experiments.get(key)
        if weights is None:
            return {}
        variants = {name: {"weight": weight} for name, weight in weights.items()}
        return {"experiment": key, "status": ExperimentStatus.RUNNING.value, "variants": variants}

    def revision(self, key: str) -> int:
        return int(self.documents.get(key, {}).get("revision", 0))


def valid_layouts(versions: Iterable[LayoutVersion]) -> PublishedLayouts:
    layouts = []
    for version in versions:
        with suppress(BadLayout):
            layouts.append(decode_layout(version))
    return PublishedLayouts(tuple(layouts))


async def load_experiment_admin(stores: Stores) -> ExperimentAdmin:
    return ExperimentAdmin(
        await stores.experiment_admin.documents(), await stores.layout_admin.live_versions()
    )
