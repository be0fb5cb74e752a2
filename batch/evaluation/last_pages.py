"""Page level: where the next play stood on the pages of the last published version, as the service composes them.

Nothing was played after a new version yet, so its own pages cannot be measured: they are, a night later.
"""

from __future__ import annotations

from dataclasses import replace

from batch.evaluation.last_version import published_versions
from batch.jobs.context import JobContext
from batch.storage.page_composer import addresses_of
from domain.errors import MarqueeError
from domain.evaluation.table import CANDIDATE, EVERYBODY, LAST_VERSION, EvaluationTable
from domain.ports.page_composer import PageComposer

PROFILES, SECONDS = 100, 30.0
NOT_INSTALLED = "No pages were measured: the service, which composes them, is not installed here."


def with_last_pages(context: JobContext, table: EvaluationTable) -> EvaluationTable:
    """With page-level rows; without them the note says why. A first version has neither."""
    last = next(iter(published_versions(context)), None)
    if last is None:
        return table
    composer = context.composer
    if composer is None:
        return table.with_rows((), (), NOT_INSTALLED)
    if context.is_window_over():
        return table.with_rows((), (), "No pages were measured: the run window is over.")
    try:
        pages = _measured(composer, context, last)
    except MarqueeError as error:
        return table.with_rows((), (), f"No pages were measured: {error}")
    return table.with_rows(pages.scores, (), pages.note)


def _measured(composer: PageComposer, context: JobContext, version: str) -> EvaluationTable:
    found = composer.evaluate(addresses_of(context.settings), version, PROFILES, SECONDS)
    scores = (
        replace(
            one, slice=_since(one.slice, version), model=LAST_VERSION if one.model == CANDIDATE else one.model
        )
        for one in found.scores
    )
    # Its paired differences are those of a candidate, which these pages are not.
    return EvaluationTable(found.split, found.note, tuple(scores))


def _since(slice_: str, version: str) -> str:
    return f"since {version}" if slice_ == EVERYBODY else f"{slice_}, since {version}"
