"""The real schema with `home` answered from made pages in memory: the one seam of the in-process benches.

Everything below `Query.home` is the service's own, types and resolvers alike. Only the page that it hands on
is not gathered from stores and composed, but looked up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import made
import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.types import get_object_definition

from domain.error_codes import ErrorCode
from domain.errors import NotFound
from domain.ids import ProfileId
from domain.page.model import Page
from domain.viewers.profiles import Principal
from resolvers.mutations import Mutation
from resolvers.queries import Query
from resolvers.request.context import Context, ContextInfo
from resolvers.request.viewer import NO_SUCH_PROFILE, Viewer
from resolvers.runtime.known_changes import KnownChanges
from resolvers.runtime.stores import NoAnnouncements, Stores
from resolvers.schema import schema as real_schema
from resolvers.types.arguments import Device, MaybeSnapshot, ProfileKey
from resolvers.types.home import Home, home_node
from resolvers.types.ids import parse_profile_id
from resolvers.types.rows import Row
from resolvers.types.scalars import SCALARS
from resolvers.types.titles import Episode, Movie, Series

Homes = Callable[[ProfileId], tuple[Viewer, Page] | None]
"""Who a profile is and the page it has now."""

SECRET = b"the benches sign with this secret"

TYPES = [Movie, Series, Episode, Row, Home, ErrorCode]
"""Those that no field names."""

NO_STORES = Stores(
    **{field.name: None for field in fields(Stores)}
    | {"changes": KnownChanges(), "announcements": NoAnnouncements()}
)
"""Every store call fails: a bench of pages in memory must make none."""


def query_over(homes: Homes) -> type:
    """The query root of the service, its `home` from `homes`."""

    known = get_object_definition(Query, strict=True)
    described = {field.python_name: field.description for field in known.fields}

    @strawberry.type(name=known.name, description=known.description)
    class InMemory(Query):
        @strawberry.field(description=described["home"])
        async def home(
            self, info: ContextInfo, profile_id: ProfileKey, device: Device, snapshot_id: MaybeSnapshot = None
        ) -> Home | None:
            found = homes(parse_profile_id(profile_id))
            if found is None:
                raise NotFound(NO_SUCH_PROFILE)
            viewer, page = found
            return home_node(page, viewer, device.drawable())

    return InMemory


def our_schema(homes: Homes) -> strawberry.Schema:
    """With all that the service's own schema has: extensions, execution."""
    return strawberry.Schema(
        query=query_over(homes),
        mutation=Mutation,
        types=TYPES,
        config=real_schema.config,
        extensions=list(real_schema.extensions),
        execution_context_class=real_schema.execution_context_class,
    )


def plain_schema(homes: Homes) -> strawberry.Schema:
    """As Strawberry is out of the box."""
    config = StrawberryConfig(scalar_map=SCALARS)
    return strawberry.Schema(query=query_over(homes), mutation=Mutation, types=TYPES, config=config)


def plain_service_schema() -> strawberry.Schema:
    """The service's own types and resolvers, for stores, as Strawberry is out of the box."""
    config = StrawberryConfig(scalar_map=SCALARS)
    return strawberry.Schema(query=Query, mutation=Mutation, types=TYPES, config=config)


def context_of(principal: Principal, request_id: str) -> Context:
    return Context(principal, NO_STORES, made.NOW, request_id, SECRET)
