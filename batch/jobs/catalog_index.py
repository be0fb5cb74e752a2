"""Builds a version's catalog index: every title of MongoDB with its popularity.

`rebuild_index` works without Spark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from batch.jobs.context import JobContext, StageCounts
from batch.jobs.popularity import read_scores
from batch.storage.clients import BatchStores, open_elasticsearch
from batch.storage.same_works import read_siblings, with_siblings
from batch.storage.spark_io import IdRange, parallelize_id_ranges, read_id_range
from domain.catalog.works import Siblings
from domain.recommendations.keys import index_name
from domain.serialization import Document
from domain.storage_names import POPULAR, TITLES
from search import indexing


def run(context: JobContext) -> StageCounts:
    index, url = index_name(context.version), context.settings.require_url("elasticsearch_url")
    with BatchStores(context.settings) as stores:
        scores = read_scores(stores.mongo[POPULAR], context.version)
        indexing.create(stores.elasticsearch, index)
        shared = context.spark.sparkContext.broadcast((scores, read_siblings(stores.mongo)))
        index_titles = partial(_index_titles, mongo_url=context.mongo_url, elasticsearch_url=url, index=index)
        id_ranges = parallelize_id_ranges(context.spark, context.mongo_url, TITLES)
        count = int(id_ranges.mapPartitions(lambda ranges: index_titles(ranges, *shared.value)).sum())
        return {"titles_indexed": indexing.check(stores.elasticsearch, index, count)}


def rebuild_index(stores: BatchStores, version: str) -> int:
    """Returns the number of titles."""
    scores = read_scores(stores.mongo[POPULAR], version)
    stored = stores.mongo[TITLES].find({}, batch_size=indexing.CHUNK)
    titles = with_siblings(with_popularity(stored, scores), read_siblings(stores.mongo))
    return indexing.build(stores.elasticsearch, index_name(version), titles)


def with_popularity(titles: Iterable[Document], scores: Mapping[str, float]) -> Iterator[Document]:
    for title in titles:
        yield {**title, "popularity": scores.get(title["_id"], 0.0)}


def _index_titles(
    ranges: Iterable[IdRange],
    scores: Mapping[str, float],
    siblings: Siblings,
    mongo_url: str,
    elasticsearch_url: str,
    index: str,
) -> Iterator[int]:
    client = open_elasticsearch(elasticsearch_url)
    try:
        for id_range in ranges:
            titles = read_id_range(mongo_url, TITLES, id_range, {})
            documents = with_siblings(with_popularity(titles, scores), siblings)
            yield indexing.load(client, index, documents)
    finally:
        client.close()
