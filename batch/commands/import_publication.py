"""Carries an import to what readers see: search indexes, the fallback page, and the running service.

Without a published data version there is nothing to change. A version that a run is still making is changed, too.
"""

from __future__ import annotations

from collections.abc import Iterable

import click
from pymongo.database import Database
from redis.exceptions import RedisError

from batch.importers.catalog_import import CatalogChanges
from batch.importers.profiles_import import MemberChanges
from batch.storage.announcements import announce_or_warn
from batch.storage.cached_pages import drop_cached_pages
from batch.storage.clients import BatchStores
from batch.storage.known_documents import find_by_ids
from batch.storage.same_works import read_siblings, with_siblings
from domain.catalog.documents import title_from_document
from domain.ids import ProfileId, TitleId
from domain.recommendations.keys import index_name
from domain.serialization import Document
from domain.storage_names import RUNS, SHIPPED_PAGES, TITLES
from domain.visibility.changes import VisibilityChange
from search import indexing


class ImportPublication:
    """Raises StoreUnavailable when a search index cannot follow: the same import then finishes later."""

    def __init__(self, stores: BatchStores) -> None:
        self._stores = stores

    def publish_catalog(self, changes: CatalogChanges) -> None:
        ids = list(dict.fromkeys(changes.changed))
        if not ids and not changes.withdrawn and changes.complete:
            return
        versions = readable_versions(self._stores.mongo)
        siblings = read_siblings(self._stores.mongo) if versions else {}
        others = (one for changed in ids for one in siblings.get(changed, ()))
        ids = list(dict.fromkeys([*ids, *map(TitleId, others)]))
        for version in versions:
            titles = with_siblings(find_by_ids(self._stores.mongo[TITLES], ids), siblings)
            indexing.update(self._stores.elasticsearch, index_name(version), titles, changes.withdrawn)
        self._update_fallback_page(ids, changes.withdrawn)
        if versions:
            self._announce(
                VisibilityChange(titles=(*ids, *changes.withdrawn), everything=not changes.complete)
            )

    def publish_members(self, changes: MemberChanges) -> None:
        change = VisibilityChange(
            profiles=tuple(changes.profiles),
            accounts=tuple(changes.accounts),
            everything=not changes.complete,
        )
        if change and readable_versions(self._stores.mongo):
            self._announce(change)
            self._drop_cached_pages(changes.profiles)

    def _announce(self, change: VisibilityChange) -> None:
        if not self._stores.settings.redis_url:
            warning = (
                "No redis_url is known, so the service was not told. Set it, and run `marquee announce`."
            )
        else:
            warning = announce_or_warn(self._stores.redis, change)
        if warning:
            click.echo(f"Warning: {warning}", err=True)

    def _drop_cached_pages(self, profiles: Iterable[ProfileId]) -> None:
        """What a person watched is no matter of visibility, which is all that announcements are about."""
        if not self._stores.settings.redis_url:
            return
        try:
            drop_cached_pages(self._stores.redis, profiles)
        except RedisError as error:
            reason = str(error).partition("\n")[0][:200]
            click.echo(f"Warning: cached pages stay for up to a minute more ({reason}).", err=True)

    def _update_fallback_page(self, changed: Iterable[TitleId], withdrawn: Iterable[TitleId]) -> None:
        path = self._stores.settings.home / SHIPPED_PAGES
        if not path.exists():
            return
        # Late: the nightly run's modules bring PySpark.
        from batch.pipeline.fallback_page import read_pages, write_pages
        from domain.page.fallback_page import with_titles_changed

        pages = read_pages(path)
        known = [one for one in changed if one in pages.titles]
        documents = find_by_ids(self._stores.mongo[TITLES], known)
        titles = {TitleId(one["_id"]): title_from_document(one) for one in documents}
        updated = with_titles_changed(pages, titles, set(withdrawn))
        if updated != pages:
            write_pages(updated, path)


def readable_versions(database: Database[Document]) -> list[str]:
    """Of runs whose data readers may ask for, now or when they are published."""
    states = [{"published": True}, {"status": "succeeded"}, {"status": "running"}, {"staged": True}]
    runs = database[RUNS].find({"swept": False, "$or": states}, {"version": 1})
    return sorted({run["version"] for run in runs})
