"""Executes operations of one schema, compiled where that can be done. The door of this package."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import strawberry
from graphql import DocumentNode, ExecutionResult, execute
from graphql.pyutils import AwaitableOrValue
from strawberry.execution import optimized_is_awaitable

from resolvers.execution.executor import CompilingExecutor
from resolvers.execution.fragments import Fragments
from resolvers.execution.plan_cache import Plans, Recent
from resolvers.execution.upstream_internals import changes

log = logging.getLogger("marquee.execution")


class Engine:
    """One per schema and process: it numbers the fragments that titles keep.

    `compiles` False executes everything by graphql-core, as it does by itself, with one warning, under versions of
    the libraries that it does not know. `executor` is for who wants to see what an execution met,
    `changed` says what of the libraries is not as it was.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        compiles: bool = True,
        executor: type[CompilingExecutor] = CompilingExecutor,
        changed: Callable[[], Iterable[str]] = changes,
    ) -> None:
        self._schema = schema
        self._executor = executor
        self._fragments = Fragments()
        self._recent = Recent()
        unknown = list(changed()) if compiles else []
        if unknown:
            log.warning(
                "operations are not compiled, which costs some forty times as much: %s. "
                "Use the versions of graphql-core and strawberry-graphql that pyproject.toml names.",
                "; ".join(unknown),
            )
        self.compiles = compiles and not unknown

    def plans(self, document: DocumentNode) -> Plans:
        """What to keep beside a document that was validated against the schema, and to pass with it again."""
        return Plans(document, self._recent)

    def execute(
        self,
        document: DocumentNode,
        plans: Plans,
        context: Any = None,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        for_wire: bool = False,
        **options: Any,
    ) -> AwaitableOrValue[ExecutionResult]:
        """What graphql-core's `execute` gives, which takes `options` too. `for_wire`: data for wire.encoded alone."""
        own: dict[str, Any] = {"executor_class": self._schema.execution_context_class}
        if self.compiles:
            own = {
                "executor_class": self._executor,
                "strawberry_schema": self._schema,
                "plans": plans,
                "fragments": self._fragments if for_wire else None,
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
