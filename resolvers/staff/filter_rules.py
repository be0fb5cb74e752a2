"""Checking a designer's filter rule: is it one, how many titles is it true of, and which are they?"""

from __future__ import annotations

import strawberry

from domain.catalog.maturity_ratings import ADULT_AGE
from domain.errors import BadInput, StoreUnavailable
from domain.filter_rules.compiler import BadRule, Rule, compiled
from domain.ids import Region
from domain.ports.stores import RuleMatches
from domain.viewers.profiles import Audience, Role
from resolvers.request.authorization import require
from resolvers.request.context import Context, ContextInfo
from resolvers.request.loaders import TitleLoader
from resolvers.types.arguments import InRegion, RuleText
from resolvers.types.filter_rules import FilterRuleCheck, FilterRuleProblem
from resolvers.types.titles import Title, title_node

SAMPLES = 5
LOOKED_AT = 50
"""Matches looked at for samples: some of the first may not be licensed there now."""


@strawberry.type(description="What designers can ask about filter rules.")
class FilterRuleQueries:
    """The part of the query root that is about filter rules."""

    @strawberry.field(
        description="Try a filter rule: what is wrong with it, or how many titles it is true of, and some of "
        "them. For designers."
    )
    async def filter_rule_check(
        self, info: ContextInfo, rule: RuleText, region: InRegion
    ) -> FilterRuleCheck | None:
        require(info.context, Role.DESIGNER)
        if not (len(region) == 2 and region.isascii() and region.isupper()):
            raise BadInput("region: expected two capitals, such as DE.")
        return await check_rule(info.context, rule, Region(region))


async def check_rule(context: Context, text: str, region: Region) -> FilterRuleCheck:
    """`region` says whose licences and plans the samples and `leaving` are about. Never raises for the rule."""
    try:
        rule = compiled(text)
    except BadRule as error:
        problem = FilterRuleProblem(message=error.message, column=error.column)
        return FilterRuleCheck(problems=[problem], written=None, match_count=None, titles=[])
    try:
        matches, titles = await _tried(context, rule, region)
    except StoreUnavailable:
        return FilterRuleCheck(problems=[], written=str(rule), match_count=None, titles=[])
    return FilterRuleCheck(problems=[], written=str(rule), match_count=matches.count, titles=titles)


async def _tried(context: Context, rule: Rule, region: Region) -> tuple[RuleMatches, list[Title]]:
    pinned = await context.pinned()
    matches = await pinned.matching(rule, context.now, region, LOOKED_AT)
    account = await context.loaders.account.load(context.principal.account_id)
    plan = account.plan if account else ""
    audience = Audience(region, ADULT_AGE, kids=False, now=context.now, plan=plan)
    found = await TitleLoader(pinned, audience).titles(matches.first)
    return matches, [title_node(title, audience) for title in list(found.values())[:SAMPLES]]
