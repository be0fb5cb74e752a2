"""Settings of the service, read once from the environment (MARQUEE_...) and never changed afterwards.

A store URL that is not set is the local stack's: `stores_of` looks it up when it is needed, not at import.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bff.local_stack.record import StoreUrls, read_record
from bff.page_ttls import PageLives
from domain.errors import MarqueeError
from domain.page_cache.cached_page import PageCachePolicy
from domain.resilience.concurrency_limit import CEILING
from domain.resilience.timeouts import USUAL, TimeOuts
from domain.storage_names import SHIPPED_PAGES

DEMO_REPLAY_DAYS = 3
CONTRACT_SAMPLE = 0.05


class SettingsProblem(MarqueeError):
    """A setting is missing or cannot be used; the message names it and says what to do."""


class Settings(BaseSettings):
    """Every setting is the environment variable MARQUEE_<NAME>."""

    model_config = SettingsConfigDict(
        env_prefix="MARQUEE_", frozen=True, extra="forbid", env_ignore_empty=True
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    home: Path = Path(".marquee")
    """The data folder: local servers, event archive, demo secret."""

    static_pages: Path | None = None
    """The file of the shipped page; without it <home>/static/pages.json.gz, which the night shift writes."""

    mongo_url: str | None = None
    elasticsearch_url: str | None = None
    redis_url: str | None = None
    redis_cluster: bool = False
    """The Redis URL names a node of a cluster."""

    demo: bool = False
    """Offers the personas' tokens at /demo/session. Never on a real deployment."""

    jwt_secret: SecretStr | None = None
    """HS256 secret; in demo mode one is made in <home>/secret. `jwks_url` wins."""
    jwks_url: str | None = None
    issuer: str = "marquee"
    audience: str = "marquee"

    page_paging_seconds: int = Field(default=3600, ge=60, le=86_400)
    """How long after it was served a page can be scrolled on in, whatever changed since."""
    page_replay_days: float | None = Field(default=None, ge=0, le=30)
    """How long a served page can be looked at by its id. Not set: 3 in demo mode, else as long as paging."""

    mongo_read_seconds: float = Field(default=USUAL.mongo_read, gt=0, le=60)
    mongo_write_seconds: float = Field(default=USUAL.mongo_write, gt=0, le=60)
    redis_seconds: float = Field(default=USUAL.redis, gt=0, le=60)
    titles_seconds: float = Field(default=USUAL.titles, gt=0, le=60)
    search_seconds: float = Field(default=USUAL.search, gt=0, le=60)
    """How long each kind of store call is waited for (domain/resilience/timeouts.py)."""

    warm_seconds: float = Field(default=300, ge=0, le=500)
    """How long a page is served again before it is composed anew for its age alone. 0: every page is composed."""
    warm_confirm_seconds: float = Field(default=60, ge=0, le=600)
    """How long a warm page is served before profile, account and activity are read again."""

    contract_sample: float | None = Field(default=None, ge=0, le=1)
    """Share of requests whose pages are held against their contract. Not set: all in demo mode, else one in 20."""

    most_at_once: int = Field(default=CEILING, ge=0, le=10_000)
    """Most requests of /graphql under way; fewer are let in when answers get slow. 0: nobody is turned away."""

    compress: bool = True
    """Answers of /graphql in gzip for clients that take it. Off where the edge compresses."""

    region: str = Field(default="US", pattern="^[A-Z]{2}$")
    """Where a session without a known region is at home."""
    region_header: str | None = None
    """Header in which the edge says where a request comes from, such as cf-ipcountry. Only an edge may set it."""

    sandbox: bool = False
    """Answers requests that carry the x-marquee-sandbox header from bundled data. On in demo mode."""

    real_data: Path | None = None
    """Folder with MovieLens and MovieTweetings, for the tests that use them."""

    @property
    def page_lives(self) -> PageLives:
        days = self.page_replay_days if self.page_replay_days is not None else DEMO_REPLAY_DAYS * self.demo
        return PageLives(self.page_paging_seconds, round(days * 86_400))

    @property
    def time_outs(self) -> TimeOuts:
        return TimeOuts(
            mongo_read=self.mongo_read_seconds,
            mongo_write=self.mongo_write_seconds,
            redis=self.redis_seconds,
            titles=self.titles_seconds,
            search=self.search_seconds,
        )

    @property
    def warm_rules(self) -> PageCachePolicy:
        return PageCachePolicy(fresh=self.warm_seconds, confirm=self.warm_confirm_seconds)

    @property
    def static_pages_file(self) -> Path:
        return self.static_pages or self.home / SHIPPED_PAGES

    @property
    def contract_share(self) -> float:
        usual = 1.0 if self.demo else CONTRACT_SAMPLE
        return usual if self.contract_sample is None else self.contract_sample

    @property
    def has_sandbox(self) -> bool:
        return self.sandbox or self.demo

    @property
    def own_stores(self) -> dict[str, str]:
        """Store name -> URL of each store that the environment names."""
        named = {
            "mongo": self.mongo_url,
            "elasticsearch": self.elasticsearch_url,
            "redis": self.redis_url,
        }
        return {name: url for name, url in named.items() if url}


def read_settings(**changes: object) -> Settings:
    """Settings from the environment; `changes` that are not None win. Raises SettingsProblem."""
    given = {name: value for name, value in changes.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # checked at run time, which is the point
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsProblem(f"MARQUEE_{name} cannot be used: {first['msg']}.") from error


def stores_of(settings: Settings) -> StoreUrls:
    """Where the stores answer: the environment's URLs, else the local stack's. Raises SettingsProblem."""
    record = read_record(settings.home)
    local = record.urls if record else StoreUrls("", "", "")
    urls = StoreUrls(
        mongo_url=settings.mongo_url or local.mongo_url,
        elasticsearch_url=settings.elasticsearch_url or local.elasticsearch_url,
        redis_url=settings.redis_url or local.redis_url,
    )
    missing = [name for name in ("mongo_url", "elasticsearch_url", "redis_url") if not getattr(urls, name)]
    if missing:
        variables = ", ".join(f"MARQUEE_{name.upper()}" for name in missing)
        raise SettingsProblem(f"No stores to talk to: run `marquee stack up`, or set {variables}.")
    return urls
