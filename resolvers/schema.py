"""The GraphQL schema; `schema.graphql` is printed from it."""

from __future__ import annotations

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaskErrors, MaxTokensLimiter
from strawberry.schema.config import StrawberryConfig

from domain.error_codes import ErrorCode
from domain.errors import MarqueeError
from resolvers.mutations import Mutation
from resolvers.queries import Query
from resolvers.types.home import Home
from resolvers.types.rows import Row
from resolvers.types.scalars import SCALARS
from resolvers.types.titles import Episode, Movie, Series

MAX_TOKENS = 1000
UNEXPECTED = "Something went wrong."


def is_unexpected(error: GraphQLError) -> bool:
    """Neither GraphQL's own nor a MarqueeError: masked."""
    return error.original_error is not None and not isinstance(
        error.original_error, MarqueeError | GraphQLError
    )


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    types=[Movie, Series, Episode, Row, Home, ErrorCode],
    config=StrawberryConfig(scalar_map=SCALARS),
    extensions=[
        lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
        lambda: MaskErrors(should_mask_error=is_unexpected, error_message=UNEXPECTED),
    ],
)
