"""Top picks as rows of a dataset and as documents of the store.

A row has title numbers of its version; `PreviousLists` reads rows of an earlier version with the numbers of this
one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from batch.jobs.list_scoring import ProfileLists
from batch.jobs.packed_columns import pack_column, unpack_column
from batch.jobs.title_facts import NumberedTitles
from batch.models.histories import Integers
from batch.models.row_counts import starts_of
from domain.ids import ProfileId
from domain.recommendations.keys import top_picks_id
from domain.recommendations.lists import PickSource
from domain.serialization import Document

PICK_COLUMNS = {
    "picked": "int",
    "titles": "binary",
    "scores": "binary",
    "personal": "binary",
    "seeds": "binary",
    "genre_masks": "binary",
    "genres": "array<string>",
    "computed_at": "long",
    "mark": "long",
}
SCHEMA = ", ".join(
    ["profile_id string", *(f"{name} {kind}" for name, kind in PICK_COLUMNS.items()), "state int"]
)
SCORE_DIGITS = 4


class ListState(IntEnum):
    """How a profile came by its list. NOT_REACHED: the run window ended, and it has what it had."""

    COMPUTED = 0
    KEPT = 1
    NOT_REACHED = 2


@dataclass(frozen=True, slots=True)
class PickLists:
    """Lists of different lengths: of profile p the entries `starts[p]` to `starts[p + 1]`. The first `picked[p]` are
    its picks, the others the next best by taste; each best first.

    `seeds` are title numbers or -1; `genres` are the profiles' strongest, by name.
    """

    starts: Integers
    picked: Integers
    titles: NDArray[np.int32]
    scores: NDArray[np.float32]
    personal: NDArray[np.int8]
    seeds: NDArray[np.int32]
    genre_masks: NDArray[np.int32]
    genres: list[list[str]]
    computed_at: Integers

    def __len__(self) -> int:
        return len(self.starts) - 1

    def is_pick(self) -> NDArray[np.bool_]:
        """Of each entry: whether it is no next best by taste."""
        places = np.arange(len(self.titles)) - np.repeat(self.starts[:-1], np.diff(self.starts))
        picks: NDArray[np.bool_] = places < np.repeat(self.picked, np.diff(self.starts))
        return picks

    def where(self, kept: NDArray[np.bool_]) -> PickLists:
        """All lists, with the marked entries."""
        before = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
        return PickLists(
            before[self.starts],
            before[self.starts[:-1] + self.picked] - before[self.starts[:-1]],
            self.titles[kept],
            self.scores[kept],
            self.personal[kept],
            self.seeds[kept],
            self.genre_masks[kept],
            self.genres,
            self.computed_at,
        )


def lists_of(scored: ProfileLists, facts: NumberedTitles, computed_at: int) -> PickLists:
    filled = scored.titles >= 0
    names = facts.genre_names
    return PickLists(
        starts_of(filled.sum(axis=1)),
        filled[:, : scored.size].sum(axis=1).astype(np.int64),
        scored.titles[filled],
        scored.scores[filled],
        scored.personal[filled].astype(np.int8),
        scored.seeds[filled],
        scored.genre_masks[filled],
        [[names[number] for number in row if number >= 0] for row in scored.genres.tolist()],
        np.full(len(scored), computed_at, np.int64),
    )


def pick_rows(profiles: pa.RecordBatch, lists: PickLists, state: ListState) -> pa.RecordBatch:
    """SCHEMA rows. `profiles` has `profile_id` and `mark`."""
    count = len(lists)
    return pa.record_batch(
        {
            "profile_id": profiles["profile_id"],
            "picked": pa.array(lists.picked.astype(np.int32)),
            "titles": pack_column(lists.starts, lists.titles),
            "scores": pack_column(lists.starts, lists.scores),
            "personal": pack_column(lists.starts, lists.personal),
            "seeds": pack_column(lists.starts, lists.seeds),
            "genre_masks": pack_column(lists.starts, lists.genre_masks),
            "genres": pa.array(lists.genres, pa.list_(pa.string())),
            "computed_at": pa.array(lists.computed_at),
            "mark": profiles["mark"],
            "state": pa.array(np.full(count, int(state), np.int32)),
        }
    )


def lists_of_rows(rows: pa.RecordBatch | pa.Table, prefix: str = "") -> PickLists:
    starts, titles = unpack_column(rows[f"{prefix}titles"], np.int32)
    return PickLists(
        starts,
        np.asarray(rows[f"{prefix}picked"].fill_null(0)).astype(np.int64),
        titles,
        unpack_column(rows[f"{prefix}scores"], np.float32)[1],
        unpack_column(rows[f"{prefix}personal"], np.int8)[1],
        unpack_column(rows[f"{prefix}seeds"], np.int32)[1],
        unpack_column(rows[f"{prefix}genre_masks"], np.int32)[1],
        [one or [] for one in rows[f"{prefix}genres"].to_pylist()],
        np.asarray(rows[f"{prefix}computed_at"].fill_null(0)).astype(np.int64),
    )


def pick_documents(
    profile_ids: list[str], lists: PickLists, ids: tuple[str, ...], version: str
) -> Iterator[Document]:
    """Lists by kind, as `domain.recommendations.documents.top_picks_from_document` reads them: `items` are the picks,
    `taste` the next best by taste.
    """
    sources = (str(PickSource.POPULAR), str(PickSource.SIMILAR))
    rounded = np.round(lists.scores.astype(np.float64), SCORE_DIGITS).tolist()
    columns = zip(
        lists.titles.tolist(),
        rounded,
        lists.personal.tolist(),
        lists.seeds.tolist(),
        lists.genre_masks.tolist(),
        strict=True,
    )
    items = [
        [ids[title], score, sources[personal], ids[seed] if seed >= 0 else None, mask]
        for title, score, personal, seed, mask in columns
    ]
    starts, computed_at = lists.starts.tolist(), lists.computed_at.tolist()
    ends = (lists.starts[:-1] + lists.picked).tolist()
    for place, profile_id in enumerate(profile_ids):
        yield {
            "_id": top_picks_id(version, ProfileId(profile_id)),
            "version": version,
            "profile_id": profile_id,
            "items": items[starts[place] : ends[place]],
            "taste": items[ends[place] : starts[place + 1]],
            "genres": lists.genres[place],
            "computed_at": computed_at[place],
        }
