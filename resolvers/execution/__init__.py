"""How a page leaves as bytes fast: compiled selections over a Strawberry schema. README.md tells how."""

from resolvers.execution.documents import Plans
from resolvers.execution.engine import Engine
from resolvers.execution.fragments import Pieces, pieces_for
from resolvers.execution.marks import Memo, batched, one_of, pure
from resolvers.execution.run import awaits
from resolvers.execution.wire import encoded

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
