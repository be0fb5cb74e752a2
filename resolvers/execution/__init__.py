"""Compiles GraphQL selections over a Strawberry schema into Python functions that render JSON (README.md).

It imports nothing else of Marquee, so that it can be published on its own.
"""

from resolvers.execution.engine import Engine
from resolvers.execution.fragments import FragmentCache, fragment_cache
from resolvers.execution.json_bytes import encode_json
from resolvers.execution.markers import Memo, batched, pure, render_key
from resolvers.execution.plan_cache import DocumentPlans
from resolvers.execution.state import require_graphql_core

__all__ = [
    "DocumentPlans",
    "Engine",
    "FragmentCache",
    "Memo",
    "batched",
    "encode_json",
    "fragment_cache",
    "pure",
    "render_key",
    "require_graphql_core",
]
