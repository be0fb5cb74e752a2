"""Filter rule checks, for designers."""

from __future__ import annotations

import strawberry

from resolvers.types.titles import Title


@strawberry.type(description="What is wrong with a filter rule.")
class FilterRuleProblem:
    message: str = strawberry.field(description="What is wrong, and what to write instead.")
    column: int = strawberry.field(description="Where: characters from the beginning of the rule, from 1.")


@strawberry.type(description="A filter rule, read and tried on the catalogue.")
class FilterRuleCheck:
    problems: list[FilterRuleProblem] = strawberry.field(description="Empty for a rule that can be used.")
    written: str | None = strawberry.field(
        description="The rule as Marquee writes it; null for one with a problem."
    )
    match_count: int | None = strawberry.field(
        description="How many movies and series it is true of; null with a problem, or while the catalogue "
        "cannot be read."
    )
    titles: list[Title] = strawberry.field(
        description="Up to five of them that adults there may watch, the most watched first."
    )
