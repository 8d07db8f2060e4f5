"""`cstokg mcp`: the tools for language models, on standard input and output."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from cstokg.cli.session import Session, pass_session

if TYPE_CHECKING:
    from cstokg.dataset.query_service import QueryService


@click.command(short_help="Serve tools for language models on stdin and stdout.")
@pass_session
def command(session: Session) -> int:
    """Serve tools to a client of the Model Context Protocol, which starts this command itself.

    docs/assistants.md has what to write into the configuration of clients. Nothing can be written,
    and a query that takes longer than ten seconds is stopped.

    \b
    Examples:
      cstokg mcp      # {"mcpServers": {"cstokg": {"command": "cstokg", "args": ["mcp"]}}}
    """
    from cstokg.analysis.site.state import Site
    from cstokg.execution import Limits, supervise
    from cstokg.mcp.server import serve_stdio
    from cstokg.quality.competency_questions import load_questions
    from cstokg.shacl.write_check import ShapesCheck

    dataset, questions = session.dataset(), load_questions()
    messages = os.dup(0)  # the processes that are forked have no standard input any more

    def serve(service: QueryService) -> None:
        serve_stdio(Site(service, questions), messages)

    if sys.platform != "linux":
        serve(dataset)
        return 0
    limits = Limits(10.0, 2**30, 1_000_000)
    return supervise(dataset, limits, 1, serve, check=ShapesCheck(session.settings().shapes))
