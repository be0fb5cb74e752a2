"""Root field that checks a filter rule and samples its matches."""

from __future__ import annotations

import strawberry

from domain.catalog.maturity_ratings import ADULT_AGE
from domain.errors import StoreUnavailable
from domain.filter_rules.compiler import BadRule, Rule, require_valid_rule
from domain.ids import Region
from domain.ports.stores import RuleMatches
from domain.viewers.profiles import Audience, Role
from resolvers.request.authorization import require_role
from resolvers.request.context import Context, ContextInfo
from resolvers.request.loaders import TitleLoader
from resolvers.types.arguments import InRegion, RuleText, parse_region
from resolvers.types.filter_rules import FilterRuleCheck, FilterRuleProblem
from resolvers.types.titles import Title, title_node

SAMPLES = 5
MAX_MATCHES = 50
"""Candidates for samples: some may have no licence there now."""


@strawberry.type(description="What designers can ask about filter rules.")
class FilterRuleQueries:
    @strawberry.field(
        description="Try a filter rule: what is wrong with it, or how many titles it is true of, and some of "
        "them. For designers."
    )
    async def filter_rule_check(
        self, info: ContextInfo, rule: RuleText, region: InRegion
    ) -> FilterRuleCheck | None:
        require_role(info.context, Role.DESIGNER)
        return await check_rule(info.context, rule, parse_region("region", region))


async def check_rule(context: Context, text: str, region: Region) -> FilterRuleCheck:
    """`region` decides licences. A bad rule is a result, not an error."""
    try:
        rule = require_valid_rule(text)
    except BadRule as error:
        problem = FilterRuleProblem(message=error.message, column=error.column)
        return FilterRuleCheck(problems=[problem], written=None, match_count=None, titles=[])
    try:
        matches, titles = await _match(context, rule, region)
    except StoreUnavailable:
        return FilterRuleCheck(problems=[], written=str(rule), match_count=None, titles=[])
    return FilterRuleCheck(problems=[], written=str(rule), match_count=matches.count, titles=titles)


async def _match(context: Context, rule: Rule, region: Region) -> tuple[RuleMatches, list[Title]]:
    loaders = await context.version_loaders()
    matches = await loaders.match_rule(rule, context.now, region, MAX_MATCHES)
    account = await context.loaders.account.load(context.principal.account_id)
    plan = account.plan if account else ""
    audience = Audience(region, ADULT_AGE, kids=False, now=context.now, plan=plan)
    found = await TitleLoader(loaders, audience).load(matches.first)
    return matches, [title_node(title, audience) for title in list(found.values())[:SAMPLES]]
