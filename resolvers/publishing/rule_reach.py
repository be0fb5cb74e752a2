"""Counts what the filter rules of a page's short rows match in the catalogue, and what their sources proposed."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from datetime import datetime

from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.filter_rules.compiler import BadRule, compile_rule
from domain.ids import Region, TitleId
from domain.layouts.model import RowSpec
from domain.layouts.rule_reach import RuleReach
from resolvers.home.compose import ComposedPage
from resolvers.request.context import Context
from resolvers.request.loaders import VersionLoaders

RuleCounts = MutableMapping[tuple[str, Region, datetime, str], int]
"""Rule, region, instant and data version -> matches, so that many pages ask once."""


async def load_rule_reach(
    context: Context, composed: ComposedPage, counts: RuleCounts
) -> dict[str, RuleReach]:
    """By row spec id, of the rows that have a rule and are missing or not full.

    Empty while the catalogue does not answer: a count is a help, and no part of the page.
    """
    results, version, region = composed.source_results, composed.version, composed.viewer.region
    specs = _specs_short_of_titles(composed)
    if not specs or version is None:
        return {}
    loaders = context.loaders_for(version)
    proposed = {
        spec.id: {
            candidate.title_id
            for row in results.row_candidates
            if row.spec.id == spec.id
            for candidate in row.candidates
        }
        for spec in specs
    }
    try:
        titles = await _titles(loaders, composed, set().union(*proposed.values()))
        return {
            spec.id: RuleReach(
                await _matched(loaders, spec, context.now, region, counts),
                _reached(
                    spec, (titles[one] for one in proposed[spec.id] if one in titles), context.now, region
                ),
            )
            for spec in specs
        }
    except StoreUnavailable:
        return {}


def _specs_short_of_titles(composed: ComposedPage) -> list[RowSpec]:
    """Rows that were composed, with a rule that can be read, and that are missing or not full."""
    rows = composed.page.rows
    full = {row.candidates.spec.id for row in rows if len(row.cards) >= row.candidates.spec.max_cards}
    left_out = full | {spec.id for spec in composed.closed_rows} | composed.source_results.failures.keys()
    return [
        spec
        for spec in composed.layout.rows
        if spec.id not in left_out and spec.filter and _is_readable(spec)
    ]


def _is_readable(spec: RowSpec) -> bool:
    try:
        compile_rule(spec.filter)
    except BadRule:
        return False
    return True


async def _titles(loaders: VersionLoaders, composed: ComposedPage, ids: set[TitleId]) -> dict[TitleId, Title]:
    """Those that the profile may not see, too: they are counted, and not shown."""
    missing = sorted(ids - composed.titles.keys())
    loaded = zip(missing, await loaders.unfiltered_title.load_many(missing), strict=True)
    return dict(composed.titles) | {title_id: title for title_id, title in loaded if title is not None}


async def _matched(
    loaders: VersionLoaders, spec: RowSpec, now: datetime, region: Region, counts: RuleCounts
) -> int:
    key = (spec.filter, region, now, loaders.version.version)
    if key not in counts:
        counts[key] = (await loaders.match_rule(compile_rule(spec.filter), now, region, 0)).count
    return counts[key]


def _reached(spec: RowSpec, titles: Iterable[Title], now: datetime, region: Region) -> int:
    """An episode counts as its series, as the catalogue's count does."""
    rule = compile_rule(spec.filter)
    return len({title.show_id for title in titles if rule.matches(title, now, region)})
