"""Two processes of the service behind proxies that cut and hang, over a world that changes underneath."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from redis import Redis

from bff.local_stack import StoreUrls
from domain.recommendations.lists import DataVersion
from tests.bff.store_proxies import proxied_service, write_fallback_page
from tests.bff.withheld.shifting_world import ShiftingWorld, fill_second_version
from tests.bff.withheld.viewers import Viewers


@pytest.fixture
def shifting(
    urls: StoreUrls,
    tmp_path: Path,
    bearer: Callable[..., dict[str, str]],
    world: ModuleType,
    version: DataVersion,
) -> Iterator[tuple[ShiftingWorld, Viewers]]:
    # A database of their own: what they announce is no business of other tests.
    urls = replace(urls, redis_url=f"{urls.redis_url.rpartition('/')[0]}/14")
    with Redis.from_url(urls.redis_url) as redis:
        redis.flushdb()
    world.fill_redis(urls.redis_url, version)
    fill_second_version(urls, world, version)
    with ExitStack() as stack:
        services = []
        for name in ("one", "other"):
            home = tmp_path / name
            home.mkdir()
            write_fallback_page(home, world)
            services.append(
                stack.enter_context(proxied_service(urls, home, bearer, warm_seconds=300, quick=True))
            )
        shifting_world = stack.enter_context(ShiftingWorld(urls, world, version))
        yield shifting_world, Viewers(services, shifting_world, bearer)
