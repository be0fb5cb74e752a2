"""Executes GraphQL documents: parse under limits, validate, execute under a deadline.

Prepared documents are cached by text, because clients send the same few. Strawberry's own view and limiters are
unused: the view crashes on malformed input, the limiters are exponential in fragments.
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
    GraphQLResponse,
    error_response,
    format_errors,
    format_result,
)
from domain.viewers.profiles import Role
from resolvers.execution import DocumentPlans, Engine
from resolvers.request.context import Context
from resolvers.runtime import deadlines

MAX_PREPARED_DOCUMENTS = 1000

log = logging.getLogger("marquee.graphql")


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    document: str
    operation_name: str | None
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """Ready to execute, or the errors that forbid it."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()
    introspects: bool = False
    plans: DocumentPlans | None = None


class GraphQLExecutor:
    """`open_schema` shows the schema, and suggestions, to every role."""

    def __init__(self, schema: strawberry.Schema, open_schema: bool) -> None:
        self._schema = schema
        self._engine = Engine(schema)
        self._open_schema = open_schema
        self._documents: OrderedDict[str, PreparedDocument] = OrderedDict()

    async def run(self, request: GraphQLRequest, context: Context) -> GraphQLResponse:
        """Never raises for client input."""
        prepared = self.prepare(request.document)
        errors = prepared.errors or self._request_errors(prepared, request, context)
        if errors or prepared.document is None or prepared.plans is None:
            return format_errors(errors, context.request_id)
        try:
            async with asyncio.timeout(_answer_timeout_seconds()):
                result = await self._execute(prepared.document, prepared.plans, request, context)
        except TimeoutError:
            return error_response("TRY_LATER", "This took too long.", context.request_id, retryable=True)
        except Exception:
            log.exception("request %s failed", context.request_id)
            return error_response("INTERNAL", SOMETHING_WENT_WRONG, context.request_id)
        return format_result(result, context.request_id)

    def is_mutation(self, request: GraphQLRequest) -> bool:
        """False for an invalid document."""
        document = self.prepare(request.document).document
        definition = get_operation_ast(document, request.operation_name) if document is not None else None
        return definition is not None and definition.operation == OperationType.MUTATION

    def prepare(self, text: str) -> PreparedDocument:
        """Same object for the same text while cached."""
        prepared = self._documents.get(text)
        if prepared is not None:
            self._documents.move_to_end(text)
            return prepared
        prepared = self._parse_and_validate(text)
        self._documents[text] = prepared
        if len(self._documents) > MAX_PREPARED_DOCUMENTS:
            self._documents.popitem(last=False)
        return prepared

    def _parse_and_validate(self, text: str) -> PreparedDocument:
        """Limits before validation, whose rules an attacker would keep busy."""
        try:
            document = parse(
                text,
                max_lexical_tokens=limits.TOKENS,
                max_comments=limits.COMMENTS,
                max_source_length=limits.DOCUMENT_CHARACTERS,
            )
            introspects = limits.check_limits(document)
        except GraphQLError as error:
            return PreparedDocument(None, (limits.with_limit_code(error),))
        errors = validate(
            self._schema._schema,
            document,
            max_errors=limits.MAX_ERRORS,
            hide_suggestions=not self._open_schema,
        )
        if errors:
            return PreparedDocument(
                None, tuple(_with_code(error, VALIDATION_FAILED) for error in errors), introspects
            )
        return PreparedDocument(document, (), introspects, self._engine.document_plans(document))

    def _request_errors(
        self, prepared: PreparedDocument, request: GraphQLRequest, context: Context
    ) -> tuple[GraphQLError, ...]:
        """Errors of this request, not of its document."""
        if prepared.introspects and not self._open_schema and context.principal.role != Role.STAFF:
            return (
                _coded_error("INTROSPECTION_DISABLED", "The schema is not shown here; ask for its file."),
            )
        if prepared.document is None:
            return ()
        definition = get_operation_ast(prepared.document, request.operation_name)
        if definition is None:
            message = "Say by operationName which operation of the document is meant."
            return (_coded_error("OPERATION_RESOLUTION_FAILURE", message),)
        if definition.operation == OperationType.SUBSCRIPTION:
            return (_coded_error("BAD_REQUEST", "Subscriptions are not served here."),)
        return ()

    async def _execute(
        self, document: DocumentNode, plans: DocumentPlans, request: GraphQLRequest, context: Context
    ) -> ExecutionResult:
        result = self._engine.execute(
            document,
            plans,
            context,
            request.variables,
            request.operation_name,
            with_fragments=True,
            hide_suggestions=not self._open_schema,
            max_coercion_errors=limits.MAX_ERRORS,
        )
        return await result if inspect.isawaitable(result) else result


def _answer_timeout_seconds() -> float:
    left = deadlines.seconds_left_for_response()
    return limits.ANSWER_TIMEOUT_SECONDS if left is None else left


def _coded_error(code: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})


def _with_code(error: GraphQLError, code: str) -> GraphQLError:
    if not error.extensions:
        error.extensions = {"code": code}
    return error
