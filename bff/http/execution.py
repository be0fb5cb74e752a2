"""From a document's text to its result: parsed under limits, measured, validated, executed under a deadline.

One guard for every way in. Documents are prepared once and kept by text (clients send the same few), so the
usual request goes straight to execution. Strawberry's own view and limiters are not used: its bodies crash on
malformed input and its limiters are exponential in fragments.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationType,
    get_operation_ast,
    parse,
    validate,
)

from bff.http import query_limits as limits
from bff.http.result_formatting import (
    SOMETHING_WENT_WRONG,
    VALIDATION_FAILED,
    Answer,
    answer_of,
    plain_error,
    refusal,
)
from domain.viewers.profiles import Role
from resolvers.execution import Engine, Plans
from resolvers.request.context import Context
from resolvers.runtime import deadlines

PREPARED = 1000

log = logging.getLogger("marquee.graphql")


@dataclass(frozen=True, slots=True)
class Operation:
    """One request as sent: a document, the operation meant in it, its variables."""

    document: str
    name: str | None
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may be executed, or the errors that forbid it."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()
    introspects: bool = False
    plans: Plans | None = None


class Operations:
    """Runs operations on one schema. `open_schema` shows the schema, and suggestions, to every role."""

    def __init__(self, schema: strawberry.Schema, open_schema: bool) -> None:
        self._schema = schema
        self._engine = Engine(schema)
        self._open_schema = open_schema
        self._prepared: OrderedDict[str, Prepared] = OrderedDict()

    async def run(self, operation: Operation, context: Context) -> Answer:
        """The answer, for `execution.encoded` to write. Never raises for anything a client can send."""
        prepared = self.prepare(operation.document)
        errors = prepared.errors or self._forbidden(prepared, operation, context)
        if errors or prepared.document is None or prepared.plans is None:
            return refusal(errors, context.request_id)
        try:
            async with asyncio.timeout(_patience()):
                result = await self._execute(prepared.document, prepared.plans, operation, context)
        except TimeoutError:
            return plain_error("TRY_LATER", "This took too long.", context.request_id, retryable=True)
        except Exception:
            log.exception("request %s failed", context.request_id)
            return plain_error("INTERNAL", SOMETHING_WENT_WRONG, context.request_id)
        return answer_of(result, context.request_id)

    def changes(self, operation: Operation) -> bool:
        """Whether it is a mutation; False for a document that will be refused."""
        document = self.prepare(operation.document).document
        chosen = get_operation_ast(document, operation.name) if document is not None else None
        return chosen is not None and chosen.operation == OperationType.MUTATION

    def prepare(self, text: str) -> Prepared:
        """The document, examined; the same object for the same text while it is remembered."""
        known = self._prepared.get(text)
        if known is not None:
            self._prepared.move_to_end(text)
            return known
        prepared = self._examined(text)
        self._prepared[text] = prepared
        if len(self._prepared) > PREPARED:
            self._prepared.popitem(last=False)
        return prepared

    def _examined(self, text: str) -> Prepared:
        """Limits come before validation: the rules of validation are what an attacker wants to keep busy."""
        try:
            document = parse(
                text,
                max_lexical_tokens=limits.TOKENS,
                max_comments=limits.COMMENTS,
                max_source_length=limits.DOCUMENT_CHARACTERS,
            )
            introspects = limits.check(document)
        except GraphQLError as error:
            return Prepared(None, (limits.named(error),))
        found = validate(
            self._schema._schema,
            document,
            max_errors=limits.ERRORS,
            hide_suggestions=not self._open_schema,
        )
        if found:
            return Prepared(None, tuple(_coded(error, VALIDATION_FAILED) for error in found), introspects)
        return Prepared(document, (), introspects, self._engine.plans(document))

    def _forbidden(
        self, prepared: Prepared, operation: Operation, context: Context
    ) -> tuple[GraphQLError, ...]:
        """Why this request, unlike others with the same document, is not executed."""
        if prepared.introspects and not self._open_schema and context.principal.role != Role.STAFF:
            return (_error("INTROSPECTION_DISABLED", "The schema is not shown here; ask for its file."),)
        if prepared.document is None:
            return ()
        chosen = get_operation_ast(prepared.document, operation.name)
        if chosen is None:
            message = "Say by operationName which operation of the document is meant."
            return (_error("OPERATION_RESOLUTION_FAILURE", message),)
        if chosen.operation == OperationType.SUBSCRIPTION:
            return (_error("BAD_REQUEST", "Subscriptions are not served here."),)
        return ()

    async def _execute(
        self, document: DocumentNode, plans: Plans, operation: Operation, context: Context
    ) -> ExecutionResult:
        result = self._engine.execute(
            document,
            plans,
            context,
            operation.variables,
            operation.name,
            for_wire=True,
            hide_suggestions=not self._open_schema,
            max_coercion_errors=limits.ERRORS,
        )
        return await result if inspect.isawaitable(result) else result


def _patience() -> float:
    """Seconds left for this answer."""
    left = deadlines.left_for_answer()
    return limits.ANSWER_SECONDS if left is None else left


def _error(code: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})


def _coded(error: GraphQLError, code: str) -> GraphQLError:
    """The error with a code, unless it brings its own."""
    if not error.extensions:
        error.extensions = {"code": code}
    return error
