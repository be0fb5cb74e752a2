"""Local MongoDB, Elasticsearch and Redis servers for the demo and the tests, without containers.

Production sets their URLs (MARQUEE_MONGO_URL and so on) instead.
"""

from bff.local_stack.record import StoreUrls
from bff.local_stack.servers import StackProblem
from bff.local_stack.stack import LocalStack, running_stack

__all__ = ["LocalStack", "StackProblem", "StoreUrls", "running_stack"]
