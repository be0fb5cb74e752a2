"""The catalog index of a version: every title of MongoDB, with its popularity, in Elasticsearch.

Executors read slices of the collection and send them on; only the popularity of the catalogue, one number per
title, is handed to all of them. `rebuild` does the same without Spark when a search server lost its index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from batch.jobs.context import Counts, JobContext
from batch.jobs.popularity import read_scores
from batch.storage.clients import BatchStores, open_elasticsearch
from batch.storage.spark_io import Range, documents_between, slices_of
from domain.recommendations.keys import index_name
from domain.serialization import Document
from domain.storage_names import POPULAR, TITLES
from search import indexing


def stage(night: JobContext) -> Counts:
    index, url = index_name(night.version), night.settings.require("elasticsearch_url")
    with BatchStores(night.settings) as stores:
        scores = read_scores(stores.mongo[POPULAR], night.version)
        indexing.create(stores.elasticsearch, index)
        shared = night.spark.sparkContext.broadcast(scores)
        send = partial(_send_slice, mongo_url=night.mongo_url, elasticsearch_url=url, index=index)
        slices = slices_of(night.spark, night.mongo_url, TITLES)
        sent = int(slices.mapPartitions(lambda spans: send(spans, shared.value)).sum())
        return {"titles_indexed": indexing.check(stores.elasticsearch, index, sent)}


def rebuild(stores: BatchStores, version: str) -> int:
    """Fill the index of a version again from MongoDB. Returns the number of titles."""
    scores = read_scores(stores.mongo[POPULAR], version)
    titles = with_popularity(stores.mongo[TITLES].find({}, batch_size=indexing.CHUNK), scores)
    return indexing.build(stores.elasticsearch, index_name(version), titles)


def with_popularity(titles: Iterable[Document], scores: Mapping[str, float]) -> Iterator[Document]:
    for title in titles:
        yield {**title, "popularity": scores.get(title["_id"], 0.0)}


def _send_slice(
    spans: Iterable[Range], scores: Mapping[str, float], mongo_url: str, elasticsearch_url: str, index: str
) -> Iterator[int]:
    client = open_elasticsearch(elasticsearch_url)
    try:
        for span in spans:
            titles = documents_between(mongo_url, TITLES, span, {})
            yield indexing.load(client, index, with_popularity(titles, scores))
    finally:
        client.close()
