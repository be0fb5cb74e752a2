"""Executes operations of a schema, compiled where possible."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import strawberry
from graphql import DocumentNode, ExecutionResult, execute
from graphql.pyutils import AwaitableOrValue
from strawberry.execution import optimized_is_awaitable

from resolvers.execution.executor import CompilingExecutor
from resolvers.execution.fragments import FragmentNumbers
from resolvers.execution.plan_cache import DocumentPlans, PlanEviction
from resolvers.execution.upstream_internals import find_mismatches

log = logging.getLogger("marquee.execution")


class Engine:
    """One per schema and process.

    With `compiles` False, or (with one warning) after `find_mismatches`, graphql-core executes everything.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        compiles: bool = True,
        executor: type[CompilingExecutor] = CompilingExecutor,
        find_mismatches: Callable[[], Iterable[str]] = find_mismatches,
    ) -> None:
        self._schema = schema
        self._executor_class = executor
        self._fragments = FragmentNumbers()
        self._eviction = PlanEviction()
        mismatches = list(find_mismatches()) if compiles else []
        if mismatches:
            log.warning(
                "Operations are not compiled and cost about forty times as much: %s. "
                "Install the versions of graphql-core and strawberry-graphql that pyproject.toml pins.",
                "; ".join(mismatches),
            )
        self.compiles = compiles and not mismatches

    def document_plans(self, document: DocumentNode) -> DocumentPlans:
        """Keep them with the validated document and pass both to `execute`."""
        return DocumentPlans(document, self._eviction)

    def execute(
        self,
        document: DocumentNode,
        plans: DocumentPlans,
        context: Any = None,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        with_fragments: bool = False,
        **options: Any,
    ) -> AwaitableOrValue[ExecutionResult]:
        """As graphql-core's `execute`, with its `options`. `with_fragments`: the data is for `encode_json` only."""
        own: dict[str, Any] = {"executor_class": self._schema.execution_context_class}
        if self.compiles:
            own = {
                "executor_class": self._executor_class,
                "strawberry_schema": self._schema,
                "plans": plans,
                "fragments": self._fragments if with_fragments else None,
            }
        return execute(
            self._schema._schema,
            document,
            context_value=context,
            variable_values=dict(variables or {}),
            operation_name=operation_name,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # says bool, is a guard
            **own,
            **options,
        )
