"""Imports a customer's titles: checks all, then writes those that changed, then withdraws those that are gone.

Facts that are copied between a series and its episodes are recomputed over everything that is stored. A killed import
leaves whole titles, old and new ones; the same command again finishes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from pymongo.database import Database

from batch.importers.activity_import import forget_titles
from batch.importers.catalog_check import (
    CheckedCatalog,
    brought_by,
    check_catalog,
    gone_titles,
    withdrawn_titles,
)
from batch.importers.import_options import ImportOptions
from batch.importers.own_data import InputFile
from batch.importers.own_rows import inherited_fields, title_from_row
from batch.importers.stored_titles import (
    INHERITED_FIELD,
    OWNED_FIELDS,
    StoredTitle,
    digest_of,
    episode_numbers,
    read_stored_titles,
)
from batch.storage.bulk_load import ensure_default_layout, ensure_indexes
from batch.storage.document_writer import DocumentWriter, delete_by_ids
from batch.storage.import_ledger import unfinished_import
from batch.storage.known_documents import find_by_ids
from batch.storage.sources import SOURCES_FIELD
from domain.catalog.documents import title_from_document, title_to_document
from domain.catalog.series_facts import INHERITED, EpisodeNumber, inherit, season_and_episode_counts
from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId
from domain.serialization import Document
from domain.storage_names import TITLES
from domain.timestamps import from_millis


@dataclass(slots=True)
class CatalogChanges:
    """Ids of titles that others must hear of. Not `complete`: they must treat everything as changed."""

    changed: list[TitleId] = field(default_factory=list)
    withdrawn: list[TitleId] = field(default_factory=list)
    complete: bool = True


Publish = Callable[[CatalogChanges], None]
"""Carries the changes to the search index, the service and the fallback page."""


def publish_nothing(changes: CatalogChanges) -> None:
    """Of a database that no service reads."""


def load_catalog(
    database: Database[Document],
    file: InputFile,
    now: datetime,
    options: ImportOptions = ImportOptions(),  # noqa: B008 frozen
    publish: Publish = publish_nothing,
) -> dict[str, int]:
    """Raises BrokenRows or NotConfirmed before anything is written."""
    stored = read_stored_titles(database)
    checked = check_catalog(file, stored, options, now)
    withdrawn = withdrawn_titles(checked, stored, options)
    options.confirm_withdrawal("titles", len(withdrawn), brought_by(stored, options.source))
    gone = gone_titles(withdrawn, stored)
    writer = _CatalogWriter(database, options, stored, checked, set(gone), now)
    if options.dry_run:
        for _ in writer.all_documents(file):
            pass
        return writer.counts(withdrawn, file)
    ensure_indexes(database)
    ensure_default_layout(database)
    with unfinished_import(database, f"catalog:{options.source}", now) as was_cut_short:
        # First: afterwards the stored titles no longer say which ids had another meaning.
        forget_titles(database, checked.changed_ids)
        with DocumentWriter(database, TITLES, OWNED_FIELDS) as titles:
            for document, is_new in writer.all_documents(file):
                if is_new is None:
                    titles.set(document.pop("_id"), document)
                else:
                    titles.put(document, is_new)
        _withdraw(database, withdrawn, gone, stored, options.source)
        changed = writer.ids_of_file() if was_cut_short else [*writer.new, *writer.changed]
        complete = not was_cut_short and not checked.changed_ids
        publish(CatalogChanges(changed, [TitleId(one) for one in gone], complete))
    return writer.counts(withdrawn, file)


@dataclass(slots=True)
class _CatalogWriter:
    """`withdrawn`: titles that go, as no other source brings them."""

    database: Database[Document]
    options: ImportOptions
    stored: dict[str, StoredTitle]
    checked: CheckedCatalog
    withdrawn: set[str]
    now: datetime
    new: list[TitleId] = field(default_factory=list)
    changed: list[TitleId] = field(default_factory=list)
    unchanged: int = 0
    numbers: dict[str, dict[str, EpisodeNumber]] = field(default_factory=dict)
    stored_series: dict[str, Title] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Episode numbers as they will be stored: the file's, and others that stay."""
        self.numbers = episode_numbers(self.stored, self.withdrawn | self.checked.episodes.keys())
        for series_id, numbers in self.checked.episode_numbers().items():
            self.numbers.setdefault(series_id, {}).update(numbers)
        needed = {series for _, series, _ in self.checked.episodes.values()} | self.checked.series.keys()
        found = find_by_ids(self.database[TITLES], needed)
        self.stored_series = {document["_id"]: title_from_document(document) for document in found}

    def all_documents(self, file: InputFile) -> Iterator[tuple[Document, bool | None]]:
        """What is to be written: titles of the file, then fields of stored titles beside it (None)."""
        yield from self._documents(file)
        for title_id, changes in self._neighbours():
            self.changed.append(TitleId(title_id))
            yield {"_id": title_id, **changes}, None

    def _documents(self, file: InputFile) -> Iterator[tuple[Document, bool]]:
        """Documents that differ from the stored ones, series first; True for new ones."""
        for series in self.checked.series.values():
            yield from self._if_changed(self._finished(series), ())
        for _, row in file.read_again():
            if row["kind"] == TitleKind.SERIES:
                continue
            series_id = row.get("series_id", "")
            parent = self.checked.series.get(series_id) or self.stored_series.get(series_id)
            title = title_from_row(row, self.now, parent)
            yield from self._if_changed(self._finished(title), inherited_fields(row))

    def _finished(self, title: Title) -> Title:
        if title.kind == TitleKind.SERIES:
            seasons, episodes = season_and_episode_counts(self.numbers.get(title.id, {}).values())
            title = replace(title, season_count=seasons, episode_count=episodes)
        return _with_known_launch(title, self.stored.get(title.id))

    def _if_changed(self, title: Title, inherited: tuple[str, ...]) -> Iterator[tuple[Document, bool]]:
        known, source = self.stored.get(title.id), self.options.source
        document = title_to_document(title)
        document.pop("popularity", None)
        if title.kind == TitleKind.EPISODE:
            document[INHERITED_FIELD] = list(inherited)
        sources = known.sources if known else ()
        if known and known.digest == digest_of(document) and source in sources:
            self.unchanged += 1
            return
        (self.changed if known else self.new).append(title.id)
        marks = {"source": source, SOURCES_FIELD: sorted({*sources, source})}
        yield {**document, **marks}, known is None

    def _neighbours(self) -> Iterator[tuple[str, Document]]:
        """Stored titles that the file does not hold, but whose copied or counted facts it changes."""
        for series_id in sorted(self._series_to_count()):
            seasons, episodes = season_and_episode_counts(self.numbers.get(series_id, {}).values())
            yield series_id, {"season_count": seasons, "episode_count": episodes}
        changed_series = self.checked.series.keys() & {*self.changed, *self.new}
        others = {
            title_id
            for series_id in changed_series
            for title_id in self.numbers.get(series_id, {})
            if title_id not in self.checked.episodes
        }
        for document in find_by_ids(self.database[TITLES], others):
            series_id = document["series_id"]
            before = self.stored_series.get(series_id)
            changes = _inherited_changes(document, before, self.checked.series[series_id])
            if changes:
                yield document["_id"], changes

    def _series_to_count(self) -> set[str]:
        """Stored series outside the file to which episodes came, or from which they went."""
        touched = {series for _, series, _ in self.checked.episodes.values()}
        for title_id, title in self.stored.items():
            moved = title_id in self.checked.ids or title_id in self.withdrawn
            if title.series_id and moved:
                touched.add(title.series_id)
        before = episode_numbers(self.stored, ())
        return {
            one
            for one in touched - self.checked.series.keys() - self.withdrawn
            if one in self.stored
            and season_and_episode_counts(before.get(one, {}).values())
            != season_and_episode_counts(self.numbers.get(one, {}).values())
        }

    def ids_of_file(self) -> list[TitleId]:
        return [TitleId(one) for one in self.checked.ids]

    def counts(self, withdrawn: list[str], file: InputFile) -> dict[str, int]:
        kinds = {
            f"{kind.value}s".replace("seriess", "series"): self.checked.kinds[kind.value]
            for kind in TitleKind
        }
        return {
            "titles": sum(self.checked.kinds.values()),
            **kinds,
            "new": len(self.new),
            "changed": len(set(self.changed)),
            "unchanged": self.unchanged,
            "withdrawn": len(withdrawn),
            "kept_by_other_sources": len(withdrawn) - len(self.withdrawn),
            "broken_rows": file.problems.count,
        }


def _with_known_launch(title: Title, known: StoredTitle | None) -> Title:
    """A launch that was derived once stays, so that the same file again changes nothing."""
    if (
        "launched_at" not in title.derived
        or known is None
        or known.launched_at is None
        or known.year != title.year
    ):
        return title
    launched_at = from_millis(known.launched_at)
    if "windows" in title.derived:
        windows = tuple(replace(window, starts_at=launched_at) for window in title.windows)
        return replace(title, launched_at=launched_at, windows=windows)
    return title


def _inherited_changes(document: Document, before: Title | None, series: Title) -> Document:
    """Fields of a stored episode that its series now has otherwise. None removes a field.

    Older episodes do not say what they inherited: what equals the series as it was stored `before`.
    """
    episode = title_from_document(document)
    fields = document.get(INHERITED_FIELD)
    if fields is None:
        fields = [one for one in INHERITED if before and getattr(before, one) == getattr(episode, one)]
    now, then = title_to_document(inherit(episode, series, fields)), title_to_document(episode)
    return {key: now.get(key) for key in {**then, **now} if then.get(key) != now.get(key)}


def _withdraw(
    database: Database[Document],
    ids: Iterable[str],
    gone: list[str],
    stored: dict[str, StoredTitle],
    source: str,
) -> None:
    """Deletes what is `gone`, episodes first; the others lose the source."""
    alone = sorted(gone, key=lambda one: stored[one].kind != TitleKind.EPISODE)
    with DocumentWriter(database, TITLES) as titles:
        for one in ids:
            if others := [name for name in stored[one].sources if name != source]:
                titles.set(one, {SOURCES_FIELD: others, "source": others[0]})
    delete_by_ids(database[TITLES], alone)
