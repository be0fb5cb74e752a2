"""The ten pages of a report, as the service composes them by the version before and by this one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from batch.pipeline.failures import error_message
from batch.reports.sample_pages import NO_PAGES
from batch.storage.page_composer import addresses_of
from batch.storage.settings import BatchSettings
from domain.ids import ProfileId
from domain.ports.page_composer import ComposedPages, PageComposer

FIRST_SECONDS, SECONDS = 10.0, 60.0
"""For the pages of ten profiles, personas first: of a first version, and of two that are compared. A cluster needs a
second; a small local index, which reads each audience's rows for seconds, may not do all of them.
"""


def compose_pages(
    composer: PageComposer | None,
    settings: BatchSettings,
    note: Callable[[str], None],
    profiles: Sequence[ProfileId],
    versions: Sequence[str],
) -> ComposedPages:
    """With a note where some or all pages could not be composed: the report then shows rows of the lists."""
    if composer is None:
        note(
            "The pages below are rows of the lists: the service, which composes pages, is not installed here."
        )
        return NO_PAGES
    try:
        seconds = SECONDS if len(versions) > 1 else FIRST_SECONDS
        found = composer.compose(addresses_of(settings), profiles, versions, seconds)
    except Exception as error:
        note(f"The pages below are rows of the lists, for no page could be composed: {error_message(error)}")
        return NO_PAGES
    missing = len({*profiles} - {profile for _, profile in found})
    if missing:
        said = f"The pages of {missing} of {len(profiles)} profiles are rows of the lists"
        note(f"{said}: the service could not compose them in time.")
    return found
