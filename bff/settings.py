"""Settings of the service, read once from the environment (MARQUEE_...).

Unset store URLs come from the local stack, looked up on demand and not at import.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bff.local_stack.record import StoreUrls, read_record
from bff.page_ttls import PageTtls
from domain.catalog.regions import region_problem
from domain.errors import MarqueeError
from domain.page_cache.cached_page import PageCachePolicy
from domain.resilience.concurrency_limit import MAX_LIMIT
from domain.resilience.timeouts import DEFAULT_TIMEOUTS, StoreTimeouts
from domain.storage_names import SHIPPED_PAGES
from resolvers.runtime.known_changes import TRUST_SECONDS

DEMO_REPLAY_DAYS = 3
PUBLIC_URL = re.compile(r"(?:https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~-]+)*/?)?")
MEDIA_ORIGIN = re.compile(r"https://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?")
INVARIANT_CHECK_SHARE = 0.05


class SettingsProblem(MarqueeError):
    """A missing or invalid setting; the message names it and the remedy."""


def _known_region(code: str) -> str:
    problem = region_problem(code)
    if problem is not None:
        raise ValueError(problem)
    return code


class Settings(BaseSettings):
    """Every setting is the environment variable MARQUEE_<NAME>."""

    model_config = SettingsConfigDict(
        env_prefix="MARQUEE_", frozen=True, extra="forbid", env_ignore_empty=True
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    home: Path = Path(".marquee")
    """Data folder: local servers, event archive, demo secret."""

    static_pages: Path | None = None
    """Fallback page file. Default: <home>/static/pages.json.gz, written nightly."""

    service_url: str | None = None
    """The running service that `marquee layout` asks for pages; none: never. Not set: host and port above."""
    service_token: SecretStr | None = None
    """Staff or designer token for it. Not set: signed with this installation's secret."""

    mongo_url: str | None = None
    elasticsearch_url: str | None = None
    redis_url: str | None = None
    redis_cluster: bool = False

    demo: bool = False
    """Offers the personas' tokens. Never on a real deployment."""

    jwt_secret: SecretStr | None = None
    """HS256 secret; demo mode creates one in <home>/secret. `jwks_url` wins."""
    jwks_url: str | None = None
    issuer: str = "marquee"
    audience: str = "marquee"

    page_paging_seconds: int = Field(default=3600, ge=60, le=86_400)
    """How long clients can scroll in a served page."""
    page_replay_days: float | None = Field(default=None, ge=0, le=30)
    """How long a served page can be looked up. Not set: 3 days in demo mode, else as long as paging."""

    mongo_read_seconds: float = Field(default=DEFAULT_TIMEOUTS.mongo_read, gt=0, le=60)
    mongo_write_seconds: float = Field(default=DEFAULT_TIMEOUTS.mongo_write, gt=0, le=60)
    redis_seconds: float = Field(default=DEFAULT_TIMEOUTS.redis, gt=0, le=60)
    titles_seconds: float = Field(default=DEFAULT_TIMEOUTS.titles, gt=0, le=60)
    search_seconds: float = Field(default=DEFAULT_TIMEOUTS.search, gt=0, le=60)
    """Store timeouts (domain/resilience/timeouts.py)."""

    warm_seconds: float = Field(default=300, ge=0, le=500)
    """How long a cached page stays fresh. 0 disables the page cache."""
    warm_confirm_seconds: float = Field(default=60, ge=0, le=600)
    """How long a cached page is served before its viewer is read again."""

    trust_seconds: float = Field(default=TRUST_SECONDS, ge=0, le=21_600)
    """How long facts that decide who may see what are used while they cannot be read and no change would be heard."""

    contract_sample: float | None = Field(default=None, ge=0, le=1)
    """Share of requests checked against the page invariants. Not set: all in demo mode, else one in 20."""

    most_at_once: int = Field(default=MAX_LIMIT, ge=0, le=10_000)
    """Maximum concurrent /graphql requests, lowered when responses get slow. 0 disables the limit."""

    compress: bool = True
    """Turn off where the edge compresses."""

    region: Annotated[str, AfterValidator(_known_region)] = "US"
    """For anonymous sessions of unknown region (ISO 3166)."""
    region_header: str | None = None
    """Header with the client's country, such as cf-ipcountry. Only an edge may set it."""

    public_url: str = ""
    """Where devices reach this service, such as https://home.example. Pictures then have absolute addresses."""
    media_origins: str = ""
    """Origins from which the TV page may load own pictures and trailers, separated by spaces."""

    sandbox: bool = False
    """Answer requests with an x-marquee-sandbox header from bundled data. Always on in demo mode."""

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str) -> str:
        if not PUBLIC_URL.fullmatch(value):
            raise ValueError(f"{value!r} is no address; write one such as https://home.example")
        return value

    @field_validator("media_origins")
    @classmethod
    def _check_media_origins(cls, value: str) -> str:
        for origin in value.split():
            if not MEDIA_ORIGIN.fullmatch(origin):
                raise ValueError(
                    f"{origin!r} is no origin; write https and a host, such as https://images.example"
                )
        return value

    @property
    def page_ttls(self) -> PageTtls:
        days = self.page_replay_days if self.page_replay_days is not None else DEMO_REPLAY_DAYS * self.demo
        return PageTtls(self.page_paging_seconds, round(days * 86_400))

    @property
    def timeouts(self) -> StoreTimeouts:
        return StoreTimeouts(
            mongo_read=self.mongo_read_seconds,
            mongo_write=self.mongo_write_seconds,
            redis=self.redis_seconds,
            titles=self.titles_seconds,
            search=self.search_seconds,
        )

    @property
    def page_cache_policy(self) -> PageCachePolicy:
        return PageCachePolicy(fresh_seconds=self.warm_seconds, confirm_seconds=self.warm_confirm_seconds)

    @property
    def fallback_page_file(self) -> Path:
        return self.static_pages or self.home / SHIPPED_PAGES

    @property
    def invariant_check_share(self) -> float:
        usual = 1.0 if self.demo else INVARIANT_CHECK_SHARE
        return usual if self.contract_sample is None else self.contract_sample

    @property
    def public_base(self) -> str:
        """Before a path; "" leaves it relative."""
        return self.public_url.rstrip("/")

    @property
    def page_media_origins(self) -> tuple[str, ...]:
        """Of the TV page, beside its own: those that were named, and that of the public address."""
        origins = self.media_origins.split()
        if self.public_url:
            scheme, _, rest = self.public_url.partition("://")
            origins.append(f"{scheme}://{rest.partition('/')[0]}")
        return tuple(origins)

    @property
    def has_sandbox(self) -> bool:
        return self.sandbox or self.demo

    @property
    def configured_stores(self) -> dict[str, str]:
        """Store name -> URL."""
        named = {
            "mongo": self.mongo_url,
            "elasticsearch": self.elasticsearch_url,
            "redis": self.redis_url,
        }
        return {name: url for name, url in named.items() if url}


def read_settings(**overrides: object) -> Settings:
    """Overrides that are not None win over the environment. Raises SettingsProblem."""
    values = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**values)  # type: ignore[arg-type]  # pydantic checks it at run time
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        reason = first["msg"].removeprefix("Value error, ")
        end = "" if reason.endswith(("?", ".")) else "."
        raise SettingsProblem(f"MARQUEE_{name} cannot be used: {reason}{end}") from error


def resolve_store_urls(settings: Settings) -> StoreUrls:
    """From the environment, else the local stack. Raises SettingsProblem."""
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
