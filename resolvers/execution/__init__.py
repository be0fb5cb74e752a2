"""How a page leaves as bytes fast: compiled selections over a Strawberry schema. README.md tells how."""

from resolvers.execution.engine import Engine
from resolvers.execution.fragments import Pieces, pieces_for
from resolvers.execution.json_bytes import encoded
from resolvers.execution.markers import Memo, batched, one_of, pure
from resolvers.execution.plan_cache import Plans
from resolvers.execution.run import awaits

__all__ = [
    "Engine",
    "Memo",
    "Pieces",
    "Plans",
    "awaits",
    "batched",
    "encoded",
    "one_of",
    "pieces_for",
    "pure",
]
