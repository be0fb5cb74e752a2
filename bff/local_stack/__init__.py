"""The loopback servers that the demo and the tests run on: real protocols, real drivers, no container.

    servers.py    what is started: three commands, where their binaries lie
    probes.py     is it ready? the smallest ping of each protocol
    processes.py  starting a process that cannot outlive its parent, stopping one gracefully
    tether.py     the few lines that run between the parent and the server
    record.py     <home>/stack.json: which servers run, where, under which process id
    stack.py      up, down, status

In production every one of them is replaced by its URL (MARQUEE_MONGO_URL and so on).
"""

from bff.local_stack.record import StoreUrls
from bff.local_stack.servers import StackProblem
from bff.local_stack.stack import LocalStack, running_stack

__all__ = ["LocalStack", "StackProblem", "StoreUrls", "running_stack"]
