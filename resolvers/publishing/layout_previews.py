"""Composes pages with draft layouts as if they were live. Nothing is served, stored or recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.ids import AccountId, ProfileId, Region
from domain.layouts.request_context import PageRequest
from domain.layouts.resolution import PublishedLayouts
from domain.layouts.row_kinds import why_closed
from domain.page.empty_rows import RowEvidence, empty_row_reasons
from domain.ports.stores import Accounts
from domain.viewers.profiles import Account
from resolvers.home.complete_page_poller import CompletePagePoller
from resolvers.home.compose import ComposedPage, compose_page
from resolvers.publishing.rule_reach import RuleCounts, load_rule_reach
from resolvers.request.context import Context
from resolvers.runtime.last_known import LastKnownResults


@dataclass(frozen=True, slots=True)
class DraftLayouts:
    """Makes these layouts live."""

    layouts: PublishedLayouts

    async def live_layouts(self) -> PublishedLayouts:
        return self.layouts


@dataclass(frozen=True, slots=True)
class RelocatedAccounts:
    """Places every account in `region`."""

    known: Accounts
    region: Region

    async def accounts(self, ids: Sequence[AccountId]) -> Mapping[AccountId, Account]:
        found = await self.known.accounts(ids)
        return {key: replace(account, region=self.region) for key, account in found.items()}


@dataclass(frozen=True, slots=True)
class LayoutPreviewer:
    base: Context
    layouts: PublishedLayouts
    poller: CompletePagePoller = field(default_factory=lambda: CompletePagePoller(0.0))
    """A service has its caches filled; a command must wait for them."""
    rule_counts: RuleCounts = field(default_factory=dict)

    def context(self, now: datetime, market: Region | None = None, arms: str = "") -> Context:
        """`base` at another time and in another market, without last known results."""
        stores = replace(self.base.stores, layouts=DraftLayouts(self.layouts))
        if market is not None:
            stores = replace(stores, accounts=RelocatedAccounts(stores.accounts, market))
        process = replace(self.base.process, last_known=LastKnownResults())
        return replace(
            self.base, stores=stores, now=now, process=process, after_response=[], requested_arms=arms
        )

    async def compose(
        self,
        profile: ProfileId,
        request: PageRequest,
        now: datetime,
        market: Region | None = None,
        arms: str = "",
    ) -> ComposedPage:
        """Raises NotFound for a deleted profile."""
        composed, _ = await self.compose_timed(profile, request, now, market, arms)
        return composed

    async def compose_timed(
        self,
        profile: ProfileId,
        request: PageRequest,
        now: datetime,
        market: Region | None = None,
        arms: str = "",
    ) -> tuple[ComposedPage, float]:
        """With the seconds of composing it from filled caches."""
        composed, seconds = await self.poller.compose_complete(
            lambda: compose_page(self.context(now, market, arms), profile, request, [], any_account=True)
        )
        context = self.context(now, market, arms)
        composed.rule_reach = await load_rule_reach(context, composed, self.rule_counts)
        return composed, seconds


def missing_row_reasons(composed: ComposedPage) -> dict[str, str]:
    """Row id -> why the page lacks it: its gate is closed, it had no titles, or too few were left."""
    page = composed.page
    evidence = RowEvidence(
        candidates=composed.source_results.row_candidates,
        failures={name: failure.value for name, failure in composed.source_results.failures.items()},
        titles=composed.titles,
        refusals=composed.refusals,
        trace=composed.trace or [],
        shows_on_page=frozenset(card.title.card_key for row in page.rows for card in row.cards),
        reach=composed.rule_reach,
    )
    return closed_row_reasons(composed) | empty_row_reasons(page.dropped_rows, evidence)


def closed_row_reasons(composed: ComposedPage) -> dict[str, str]:
    """Row id -> why it was not composed."""
    stand_ins = {spec.id for spec in composed.layout.stand_ins}
    return {spec.id: why_closed(spec.source) for spec in composed.closed_rows if spec.id not in stand_ins}
