"""Everything readers can see of a version."""

from __future__ import annotations

import json
from typing import Any

from domain.recommendations.keys import index_name, trend_index_key
from domain.storage_names import POPULAR, SIMILAR, TOP_PICKS


def content(stores: Any, version: str) -> dict[str, Any]:
    """Everything readers can see of a version, with the version's name taken out."""
    documents = {
        name: sorted(
            json.dumps(one, sort_keys=True).replace(version, "V")
            for one in stores.mongo[name].find({"version": version})
        )
        for name in (TOP_PICKS, SIMILAR, POPULAR)
    }
    keys = sorted(stores.redis.smembers(trend_index_key(version)))
    hits = stores.elasticsearch.search(index=index_name(version), size=1000)["hits"]["hits"]
    return documents | {
        "trending": {key.replace(version, "V"): stores.redis.get(key) for key in keys},
        "catalog": {hit["_id"]: hit["_source"] for hit in hits},
    }
