"""The hidden truth, written aside: what each made profile likes and what each made title is.

`<lake>/truth/profiles.jsonl.gz` and `titles.jsonl.gz`. Nothing but tests and evaluation reads them. With both,
`true_affinity` ranks any titles for any profile as its taste would.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from batch.sample.catalogue import Work
from batch.sample.tastes import Taste
from batch.sample.viewers import SampleViewer
from domain.serialization import Document

FOLDER = "truth"
PROFILES_FILE = "profiles.jsonl.gz"
TITLES_FILE = "titles.jsonl.gz"


def truth_paths(lake: Path) -> tuple[Path, Path]:
    """(profiles, titles)."""
    return lake / FOLDER / PROFILES_FILE, lake / FOLDER / TITLES_FILE


def profile_truth(viewer: SampleViewer) -> Document:
    taste, habits = viewer.taste, viewer.habits
    return {
        "profile_id": viewer.profile.id,
        "genres": taste.genres,
        "strands": taste.strands,
        "languages": taste.languages,
        "franchises": sorted(taste.franchises),
        "viewings": round(habits.viewings, 2),
        "binge": round(habits.binge, 4),
        "patience": round(habits.patience, 4),
        "hours": habits.hours,
        "utc_offset_minutes": habits.utc_offset_minutes,
    }


def title_truths(works: Iterable[Work]) -> Iterator[Document]:
    """One document per movie and series."""
    for work in works:
        yield {
            "title_id": work.title.id,
            "strand": work.strand,
            "appeal": round(work.appeal, 6),
            "language": work.title.language,
            "franchise": work.title.franchise,
        }


def true_affinity(profile: Document, title: Document) -> float:
    """0..1, of two truth documents: `batch.sample.tastes` has the formula."""
    taste = Taste(
        genres=profile["genres"],
        strands=profile["strands"],
        languages=profile["languages"],
        franchises=frozenset(profile["franchises"]),
    )
    return taste.affinity(title["strand"], title["language"], title["franchise"])
