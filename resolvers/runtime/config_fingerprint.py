"""Digests live layouts and experiments once per change, not per request."""

from __future__ import annotations

from dataclasses import dataclass

from domain.experiments.model import ExperimentSet
from domain.layouts.resolution import PublishedLayouts
from domain.page_cache.expiry import ExpirySchedule, expiry_schedule
from domain.signed_tokens import digest


@dataclass(frozen=True, slots=True)
class ConfigFingerprint:
    digest: str
    expiry: ExpirySchedule


class ConfigFingerprints:
    """Compares inputs by identity: unchanged ones stay the same objects."""

    def __init__(self) -> None:
        self._last: tuple[PublishedLayouts, ExperimentSet, ConfigFingerprint] | None = None

    def fingerprint(self, layouts: PublishedLayouts, experiments: ExperimentSet) -> ConfigFingerprint:
        last = self._last
        if last is not None and last[0] is layouts and last[1] is experiments:
            return last[2]
        live = [(one.version.id, one.version.number, one.version.document) for one in layouts.layouts]
        declared = (sorted(experiments.by_key.items()), experiments.holdout)
        fingerprint = ConfigFingerprint(digest(live, declared), expiry_schedule(layouts, experiments))
        if last is not None and last[2].digest == fingerprint.digest:
            fingerprint = last[2]
        self._last = (layouts, experiments, fingerprint)
        return fingerprint
