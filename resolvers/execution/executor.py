"""graphql-core's executor, with compiled functions for objects and lists.

When a compiled function raises, graphql-core executes its subtree and tries compiled functions below it. So nulls,
errors, their paths and order are graphql-core's own.
"""

from __future__ import annotations

import logging
from typing import Any

import strawberry
from graphql import GraphQLList, GraphQLObjectType, GraphQLResolveInfo, get_nullable_type, is_composite_type
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import AwaitableOrValue, Path, gather_with_cancel
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from resolvers.execution.batches import Batches
from resolvers.execution.fragments import FragmentNumbers
from resolvers.execution.plan_cache import DocumentPlans, OperationPlan
from resolvers.execution.selections import FieldCollector
from resolvers.execution.state import ExecutionState

log = logging.getLogger("marquee.execution")


class CompilingExecutor(StrawberryGraphQLCoreExecutionContext):
    """graphql-core's own without `plans`. With `fragments` the result is for `encode_json` only."""

    def __init__(
        self,
        *args: Any,
        strawberry_schema: strawberry.Schema | None = None,
        plans: DocumentPlans | None = None,
        fragments: FragmentNumbers | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.state = ExecutionState(self.context_value, self.variable_values)
        self._plan: OperationPlan | None = None
        is_unsupported = self.middleware_manager is not None or self.abort_signal is not None
        if (
            plans is not None
            and strawberry_schema is not None
            and not plans.is_incremental
            and not is_unsupported
        ):
            collector = FieldCollector(
                strawberry_schema, self.fragments, self.variable_values, self.operation
            )
            self._plan = plans.plan(collector, fragments)

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
                return function(result, self.state)
            except Exception:
                log.debug("graphql-core executes a %s", return_type.name, exc_info=True)
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
        """Checks one item per class."""
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
        """graphql-core completes the items without fetched values."""
        completed: list[Any] = []
        pending: list[int] = []
        for index, row in enumerate(await batches.fetch_rows(result, self.state)):
            if row is not None:
                batch, values = row
                try:
                    completed.append(batch.function(result[index], self.state, values))
                    continue
                except Exception:
                    log.debug("graphql-core executes an item of %s", return_type, exc_info=True)
            item_path, item, kind = path.add_key(index, None), result[index], return_type.of_type
            try:
                is_pending = self.complete_list_item_value(
                    item, completed, kind, field_details_list, info, item_path, position_context
                )
            except Exception:
                self.settle_in_background([completed[one] for one in pending])
                raise
            if is_pending:
                pending.append(index)
        found = await gather_with_cancel(*(completed[one] for one in pending))
        for index, value in zip(pending, found, strict=True):
            completed[index] = value
        return completed
