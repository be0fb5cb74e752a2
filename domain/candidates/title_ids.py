"""Which titles a page needs to know before it can be composed."""

from __future__ import annotations

from collections.abc import Sequence

from domain.candidates.model import RowCandidates
from domain.ids import TitleId


def wanted_titles(proposals: Sequence[RowCandidates]) -> list[TitleId]:
    """Every title the proposals mention, once, in page order: candidates, seeds and the series of episodes.

    With all of them in one catalogue call, nothing is left to look up while the page is put together.
    """
    wanted: dict[TitleId, None] = {}
    for proposal in proposals:
        if proposal.reason.seed:
            wanted.setdefault(proposal.reason.seed)
        for pin in proposal.spec.pins:
            wanted.setdefault(pin.title_id)
        for candidate in proposal.candidates:
            wanted.setdefault(candidate.title_id)
            if candidate.reason and candidate.reason.seed:
                wanted.setdefault(candidate.reason.seed)
            if candidate.resume and candidate.resume.series_id:
                wanted.setdefault(candidate.resume.series_id)
    return list(wanted)
