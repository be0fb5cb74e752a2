"""GraphQL results as clients get them: expected errors visible, unexpected ones masked and logged."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, GraphQLError

from bff.http.execution import GraphQLExecutor, GraphQLRequest
from bff.http.result_formatting import error_response, format_result
from domain.errors import BadInput, NotFound, StoreUnavailable
from domain.ids import AccountId
from domain.viewers.profiles import Principal, Role
from resolvers.request.context import Context

PASSWORD = "mongodb://root:hunter2@10.0.0.1"


@strawberry.type
class Thing:
    name: str = "thing"

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError(PASSWORD)


@strawberry.type
class Query:
    @strawberry.field
    def thing(self) -> Thing:
        return Thing()

    @strawberry.field
    def missing(self) -> Thing | None:
        raise NotFound("There is no such thing.")

    @strawberry.field
    async def later(self) -> str | None:
        raise StoreUnavailable("redis")

    @strawberry.field
    def strict(self) -> str:
        raise ValueError(PASSWORD)

    @strawberry.field
    def bad(self, text: str) -> str | None:
        raise BadInput(f"text: {text}")


RUN = GraphQLExecutor(strawberry.Schema(Query), open_schema=False)


async def run(document: str, executor: GraphQLExecutor = RUN, **variables: Any) -> dict[str, Any]:
    context = Context(
        Principal(AccountId("acc"), Role.VIEWER),
        stores=None,  # type: ignore[arg-type]  # these fields ask no store
        now=datetime.now(UTC),
        request_id="r1",
        secret=b"",
    )
    return await executor.run(GraphQLRequest(document, None, variables), context)


def extensions(code: str, retryable: bool = False) -> dict[str, object]:
    return {"code": code, "docs": f"/errors#{code}", "requestId": "r1", "retryable": retryable}


async def test_expected_errors_leave_with_message_code_and_whether_to_try_again() -> None:
    answer = await run('{ thing { name } missing { name } later bad(text: "x") }')
    assert answer["data"] == {"thing": {"name": "thing"}, "missing": None, "later": None, "bad": None}
    found = {error["path"][0]: (error["message"], error["extensions"]) for error in answer["errors"]}
    assert found == {
        "missing": ("There is no such thing.", extensions("NOT_FOUND")),
        "later": ("redis did not answer", extensions("TRY_LATER", retryable=True)),
        "bad": ("text: x", extensions("BAD_USER_INPUT")),
    }


async def test_an_unexpected_error_is_masked_and_its_traceback_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = await run("{ thing { name broken } }")
    assert answer["data"] == {"thing": {"name": "thing", "broken": None}}
    [error] = answer["errors"]
    assert (error["message"], error["extensions"]) == ("Something went wrong.", extensions("INTERNAL"))
    assert PASSWORD not in str(answer)
    [record] = caplog.records
    assert record.message == "request r1 failed at thing.broken"
    assert record.exc_info is not None


async def test_an_error_that_reaches_the_root_leaves_null_data_and_no_secret() -> None:
    answer = await run("{ thing { name } strict }")
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"] == extensions("INTERNAL")
    assert PASSWORD not in str(answer)


@pytest.mark.parametrize(
    "document",
    ["{", "{ nope }", "query($x: Int!) { thing { name } }", "query A{thing{name}} query B{thing{name}}"],
)
async def test_a_document_that_is_not_executed_has_no_data(document: str) -> None:
    answer = await run(document)
    assert "data" not in answer
    assert all(error["extensions"]["requestId"] == "r1" for error in answer["errors"])


async def test_client_errors_are_not_logged_as_failures(caplog: pytest.LogCaptureFixture) -> None:
    await run("{ nope }")
    await run('{ bad(text: "\\n forged line") }')
    assert caplog.records == []


async def test_a_long_message_is_cut() -> None:
    answer = await run("query($text: String!) { bad(text: $text) }", text="x" * 100_000)
    assert len(answer["errors"][0]["message"]) == 500


def test_at_most_twenty_errors_are_returned() -> None:
    errors = [GraphQLError("no", path=["a"]) for _ in range(100)]
    assert len(format_result(ExecutionResult({}, errors), "r1")["errors"]) == 20


async def test_an_answer_that_takes_too_long_is_try_later(monkeypatch: pytest.MonkeyPatch) -> None:
    @strawberry.type
    class Slow:
        @strawberry.field
        async def forever(self) -> str | None:
            import asyncio

            await asyncio.Event().wait()
            return None

    monkeypatch.setattr("bff.http.query_limits.ANSWER_TIMEOUT_SECONDS", 0.05)
    answer = await run("{ forever }", GraphQLExecutor(strawberry.Schema(Slow), open_schema=False))
    assert answer["errors"][0]["extensions"] == extensions("TRY_LATER", retryable=True)


def test_a_code_outside_the_closed_list_leaves_as_internal() -> None:
    odd = error_response("ODD", "Odd.", "r1")["errors"][0]["extensions"]
    assert odd == extensions("INTERNAL")
