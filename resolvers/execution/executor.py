"""graphql-core's executor, which takes the compiled function of a selection where there is one.

Only completing objects and lists is different. Whatever a compiled function raises, its subtree is done again by
graphql-core, below which every part is tried compiled again: nulls, errors, their places and their order are always
graphql-core's own.
"""

from __future__ import annotations

from typing import Any

import strawberry
from graphql import GraphQLList, GraphQLObjectType, GraphQLResolveInfo, get_nullable_type, is_composite_type
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import AwaitableOrValue, Path, gather_with_cancel
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from resolvers.execution.batches import Batches
from resolvers.execution.fragments import Fragments
from resolvers.execution.plan_cache import Plan, Plans
from resolvers.execution.run import Run
from resolvers.execution.selections import Collecting


class CompilingExecutor(StrawberryGraphQLCoreExecutionContext):
    """Takes, besides what every executor takes, the `plans` of the document; without them it is graphql-core's own.

    With `fragments` the data that comes out may hold rendered bytes, and is good for `wire.encoded` alone.
    """

    def __init__(
        self,
        *args: Any,
        strawberry_schema: strawberry.Schema | None = None,
        plans: Plans | None = None,
        fragments: Fragments | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.run = Run(self.context_value, self.variable_values)
        self._plan: Plan | None = None
        plain = self.middleware_manager is not None or self.abort_signal is not None
        if plans is not None and strawberry_schema is not None and not plans.is_incremental and not plain:
            collecting = Collecting(strawberry_schema, self.fragments, self.variable_values, self.operation)
            self._plan = plans.plan(collecting, fragments)

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> AwaitableOrValue[dict[str, Any]]:
        function = self._plan.function(return_type, field_details_list) if self._plan else None
        if function is not None:
            try:
                return function(result, self.run)
            except Exception:
                self.run.surprises += 1
        return super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def complete_list_value(
        self,
        return_type: GraphQLList[Any],
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> AwaitableOrValue[list[Any]]:
        if self._plan is not None and type(result) in (list, tuple) and result:
            kind = get_nullable_type(return_type.of_type)
            batches = self._plan.batches(kind, field_details_list) if is_composite_type(kind) else None
            if batches and not self._any_awaitable(result):
                return self._complete_batches(
                    batches, return_type, field_details_list, info, path, result, position_context
                )
        return super().complete_list_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def _any_awaitable(self, items: list[Any] | tuple[Any, ...]) -> bool:
        """One item of each class is looked at."""
        return any(map(self.is_awaitable, {type(item): item for item in items}.values()))

    async def _complete_batches(
        self,
        batches: Batches,
        return_type: GraphQLList[Any],
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: list[Any] | tuple[Any, ...],
        position_context: Any,
    ) -> list[Any]:
        """With some fields fetched for all objects at once; items with a surprise are done in the ordinary way."""
        done: list[Any] = []
        waiting: list[int] = []
        for index, row in enumerate(await batches.rows(result, self.run)):
            if row is not None:
                batch, values = row
                try:
                    done.append(batch.function(result[index], self.run, values))
                    continue
                except Exception:
                    self.run.surprises += 1
            place, item, kind = path.add_key(index, None), result[index], return_type.of_type
            try:
                waits = self.complete_list_item_value(
                    item, done, kind, field_details_list, info, place, position_context
                )
            except Exception:
                self.settle_in_background([done[one] for one in waiting])
                raise
            if waits:
                waiting.append(index)
        found = await gather_with_cancel(*(done[one] for one in waiting))
        for index, value in zip(waiting, found, strict=True):
            done[index] = value
        return done
