"""Queries in processes that can be killed, and writes worked out in one.

It may import the ground, `store`, `dataset` and `shacl`; it knows nothing of HTTP, and needs Linux.
`supervise` forks the workers and the writer; `ProcessQueryService` asks them.
"""

from cstokg.execution.isolated import query_isolated
from cstokg.execution.limits import Limits, WriteLimits
from cstokg.execution.service import ProcessQueryService
from cstokg.execution.supervisor import supervise

__all__ = ["Limits", "ProcessQueryService", "WriteLimits", "query_isolated", "supervise"]
