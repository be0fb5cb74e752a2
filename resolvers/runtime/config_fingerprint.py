"""What layouts and experiments decide of pages, summed up: once for every edition of them, not for every request."""

from __future__ import annotations

from dataclasses import dataclass

from domain.experiments.model import ExperimentBook
from domain.layouts.resolution import PublishedLayouts
from domain.page_cache.expiry import ExpirySchedule, turns_of
from domain.signed_tokens import digest


@dataclass(frozen=True, slots=True)
class ConfigFingerprint:
    """`name` is another one when anything in them is; `turns` are their instants."""

    name: str
    turns: ExpirySchedule


class ConfigFingerprints:
    """Knows the last books by identity, not by what is in them: whoever reads them keeps them while they last."""

    def __init__(self) -> None:
        self._seen: tuple[PublishedLayouts, ExperimentBook, ConfigFingerprint] | None = None

    def of(self, layouts: PublishedLayouts, experiments: ExperimentBook) -> ConfigFingerprint:
        seen = self._seen
        if seen is not None and seen[0] is layouts and seen[1] is experiments:
            return seen[2]
        live = [(one.edition.id, one.edition.version, one.edition.document) for one in layouts.layouts]
        told = (sorted(experiments.experiments.items()), experiments.holdout)
        edition = ConfigFingerprint(digest(live, told), turns_of(layouts, experiments))
        if seen is not None and seen[2].name == edition.name:
            edition = seen[2]
        self._seen = (layouts, experiments, edition)
        return edition
