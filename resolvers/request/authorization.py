"""The role check; resolvers call it first."""

from __future__ import annotations

from domain.errors import Forbidden
from domain.viewers.profiles import Role
from resolvers.request.context import Context


def require_role(context: Context, *roles: Role) -> None:
    """Raises Forbidden unless the token has one of these roles; staff may do everything."""
    role = context.principal.role
    if role != Role.STAFF and role not in roles:
        allowed = " or ".join(sorted({*(each.value for each in roles), Role.STAFF.value}))
        raise Forbidden(f"This takes a token of the role {allowed}; yours is {role.value}.")
