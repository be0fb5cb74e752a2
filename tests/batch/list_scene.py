"""A catalogue, viewers, what they watched and what speaks for what; and the lists that it leads to, without Spark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from batch.jobs.history_packing import pack_rows
from batch.jobs.history_totals import sum_batches, totals_of
from batch.jobs.kept_lists import PREFIX
from batch.jobs.list_scoring import ListModel
from batch.jobs.list_writing import ListTask, make_lists
from batch.jobs.pick_rows import PICK_COLUMNS, ListState, pick_documents, pick_rows
from batch.jobs.title_facts import NumberedTitles
from batch.models.blend import BlendWeights
from batch.models.item_model import ItemModel
from batch.models.sparse_rows import no_rows, rows_of_triples

DAY = 86_400_000
AS_OF = 20_000 * DAY
SIMPLE = BlendWeights(similar=1.0, next=0.0, content=0.0, popular=0.1, caution=0.0)
Pick = tuple[str, str, str | None]


@dataclass
class Scene:
    """Titles are numbered in the order of `title`."""

    titles: list[dict[str, Any]] = field(default_factory=list)
    viewers: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    similar: list[tuple[str, str, float]] = field(default_factory=list)
    as_of: int = AS_OF

    def title(self, *ids: str, **facts: Any) -> None:
        shared = {"genres": ["Drama"], "maturity_age": 0, "launched_at": 0, "regions": ["US"]}
        self.titles += [{"title_id": one, **shared, **facts} for one in ids]

    def viewer(self, profile_id: str, **facts: Any) -> None:
        shared = {"region": "US", "kids": False, "maturity_limit": 18, "favourite_genres": []}
        self.viewers.append({"profile_id": profile_id, "account_id": profile_id, **shared, **facts})

    def watched(
        self, profile: str, title: str, strength: float = 1.0, days: float = 0.0, seen: bool = True
    ) -> None:
        number = [one["title_id"] for one in self.titles].index(title)
        at = AS_OF - round(days * DAY)
        entry = {"profile_id": profile, "number": number, "last_at": at, "strength": strength, "seen": seen}
        self.entries.append({**entry, "mark": hash((profile, number, at, strength, seen)) >> 8})

    def facts(self) -> NumberedTitles:
        names = ("title_id", "genres", "maturity_age", "launched_at", "regions")
        kinds = (pa.string(), pa.list_(pa.string()), pa.int32(), pa.int64(), pa.list_(pa.string()))
        return NumberedTitles.of(
            pa.table(
                {
                    name: pa.chunked_array([pa.array([one[name] for one in self.titles], kind)])
                    for name, kind in zip(names, kinds, strict=True)
                }
            )
        )

    def packed(self) -> list[pa.RecordBatch]:
        viewers = [viewer_row(one, len(one["region"]) + one["maturity_limit"]) for one in self.viewers]
        rows = pa.Table.from_pylist([*self.entries, *viewers], ROWS)
        return list(pack_rows(rows, self.as_of, len(self.titles)))

    def model(self, weights: BlendWeights = SIMPLE) -> ListModel:
        facts, ids = self.facts(), [one["title_id"] for one in self.titles]
        sums = pa.Table.from_batches(list(sum_batches(iter(self.packed()), facts, weights.half_life)))
        totals = totals_of(sums, facts)
        rows = np.array([ids.index(a) for a, _, _ in self.similar], np.int32)
        columns = np.array([ids.index(b) for _, b, _ in self.similar], np.int32)
        values = np.array([value for _, _, value in self.similar], np.float32)
        count = len(ids)
        items = ItemModel(rows_of_triples(rows, columns, values, count), no_rows(count))
        return ListModel(facts, items, no_rows(count), totals.recent, totals.overall_genres, weights)

    def task(self, **changes: Any) -> ListTask:
        return replace(ListTask("v", self.as_of, "mongodb://nowhere"), **changes)

    def rows(
        self, task: ListTask | None = None, previous: pa.Table | None = None, weights: BlendWeights = SIMPLE
    ) -> pa.Table:
        model = self.model(weights)
        batches = [with_previous(one, previous) for one in self.packed()]
        made = [made for one in batches for made in make_lists(of_viewers(one), model, task or self.task())]
        return pa.Table.from_batches([pick_rows(*one) for one in made], ROWS_OF_PICKS)

    def documents(self, weights: BlendWeights = SIMPLE) -> dict[str, dict[str, Any]]:
        model, documents = self.model(weights), {}
        for batch in self.packed():
            for profiles, lists, _ in make_lists(of_viewers(batch), model, self.task()):
                ids = profiles["profile_id"].to_pylist()
                for document in pick_documents(ids, lists, model.facts.ids, "v"):
                    documents[document["profile_id"]] = document
        return documents

    def picks(self, weights: BlendWeights = SIMPLE, kind: str = "items") -> dict[str, list[Pick]]:
        """(title, source, seed) of each profile, of its picks or of its "taste"."""
        return {
            profile: [(title, source, seed) for title, _, source, seed, _ in document[kind]]
            for profile, document in self.documents(weights).items()
        }

    def ids(self, weights: BlendWeights = SIMPLE) -> dict[str, list[str]]:
        return {profile: [pick[0] for pick in picks] for profile, picks in self.picks(weights).items()}


ROWS = pa.schema(
    [
        ("profile_id", pa.string()),
        ("number", pa.int32()),
        ("last_at", pa.int64()),
        ("strength", pa.float32()),
        ("seen", pa.bool_()),
        ("mark", pa.int64()),
        (
            "viewer",
            pa.struct(
                [
                    ("account_id", pa.string()),
                    ("region", pa.string()),
                    ("kids", pa.bool_()),
                    ("maturity_limit", pa.int32()),
                    ("favourite_genres", pa.list_(pa.string())),
                ]
            ),
        ),
    ]
)
_ARROW = {
    "binary": pa.binary(),
    "array<string>": pa.list_(pa.string()),
    "long": pa.int64(),
    "int": pa.int32(),
}
ROWS_OF_PICKS = pa.schema(
    [
        ("profile_id", pa.string()),
        *((name, _ARROW[kind]) for name, kind in PICK_COLUMNS.items()),
        ("state", pa.int32()),
    ]
)


def viewer_row(viewer: dict[str, Any], mark: int) -> dict[str, Any]:
    facts = {name: value for name, value in viewer.items() if name != "profile_id"}
    return {"profile_id": viewer["profile_id"], "mark": mark, "viewer": facts}


def of_viewers(batch: pa.RecordBatch) -> pa.RecordBatch:
    return batch.filter(batch["region"].is_valid())


def with_previous(batch: pa.RecordBatch, previous: pa.Table | None) -> pa.RecordBatch:
    """The join of `top_picks.with_previous`."""
    known = {row["profile_id"]: row for row in previous.to_pylist()} if previous is not None else {}
    found: Sequence[dict[str, Any]] = [known.get(one, {}) for one in batch["profile_id"].to_pylist()]
    for name, kind in PICK_COLUMNS.items():
        column = pa.array([row.get(name) for row in found], _ARROW[kind])
        batch = batch.append_column(f"{PREFIX}{name}", column)
    return batch


def states(rows: pa.Table) -> dict[str, ListState]:
    return {row["profile_id"]: ListState(row["state"]) for row in rows.to_pylist()}
