"""Queries under a bound: each is answered in a process of its own that can be killed.

The store's engine cannot be told to stop, so the kernel stops it. The parent, `supervise`, loads
the dataset while it has a single thread and forks from it

- the web server, whose threads hand their queries on through `Engines`, and
- engine processes (`worker`), which answer one query after the other; the server is offered a line
  to each (`lines`), and hands a query to one that rests, and
- for each write a `writer`, which works out on its own copy what the change comes to. The parent
  (`ledger`) makes it, starts engines that have it, and lets those that have not end.

An engine is killed by its own timer, by its own bound of memory, or when whoever asked is gone;
its parent has put another in its place within milliseconds. It must not import from the web or
the command line, and it needs Linux.
"""

from cstokg.engine.budget import Budget, WriteBudget
from cstokg.engine.client import BoundedDataset, Engines
from cstokg.engine.once import query_apart
from cstokg.engine.pool import supervise

__all__ = ["BoundedDataset", "Budget", "Engines", "WriteBudget", "query_apart", "supervise"]
