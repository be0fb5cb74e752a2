"""Ground truth documents, in `<lake>/truth/`. Only tests and evaluation read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from batch.sample.catalogue import Work
from batch.sample.next_titles import NextTitles, wave_of
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
        "strands": taste.microgenres,
        "languages": taste.languages,
        "franchises": sorted(taste.franchises),
        "viewings": round(habits.viewings, 2),
        "binge": round(habits.binge_chance, 4),
        "patience": round(habits.patience, 4),
        "hours": habits.rhythm,
        "utc_offset_minutes": habits.utc_offset_minutes,
        "robot": viewer.robot,
    }


def title_truths(works: Iterable[Work], next_titles: NextTitles, seed: int) -> Iterator[Document]:
    """`next`: what viewers go on with, the next of the franchise first. `wave`: weeks of a cycle, and its phase."""
    for work in works:
        sequel, followers = next_titles.next_of_franchise(work), next_titles.followers(work)
        weeks, phase = wave_of(seed, work.title.id)
        yield {
            "title_id": work.title.id,
            "strand": work.microgenre,
            "appeal": round(work.appeal, 6),
            "language": work.title.language,
            "franchise": work.title.franchise,
            "next": [one.title.id for one in ((sequel,) if sequel else ()) + followers],
            "wave": [round(weeks, 2), round(phase, 4)],
        }
