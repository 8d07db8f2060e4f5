"""`cstokg serve`: the SPARQL endpoint and its pages."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

import click

from cstokg.cli.session import Session, pass_session

if TYPE_CHECKING:
    from flask import Flask


@click.command(short_help="Serve the SPARQL endpoint.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    default=8080,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port to listen at; 0 takes a free one.",
)
@pass_session
def command(session: Session, host: str, port: int) -> None:
    """Serve the dataset: a SPARQL 1.1 endpoint at /sparql, with a form for browsers.

    Prints the address once it answers, and serves until Ctrl-C. Logs a line of JSON on stderr for
    each request, with the hash of its query; `cstokg -v serve` logs its text too.

    \b
    Examples:
      cstokg serve
      cstokg serve --port 0               # any free port, printed
      curl -G http://127.0.0.1:8080/sparql --data-urlencode 'query=ASK { ?s a ckg:State }'
    """
    from cstokg.web.server import choose_port, serve

    # Before the build: whoever cannot have the port should not wait for the data.
    port = choose_port(host, port)
    name = f"[{host}]" if ":" in host else host
    greeting = f"cstokg serves at http://{name}:{port}/ (SPARQL at /sparql); Ctrl-C stops it"
    serve(partial(make_app, session), host, port, greeting)


def make_app(session: Session) -> Flask:
    """Build the dataset of `session` and return the application that serves it."""
    from cstokg.questions import load_questions
    from cstokg.web import create_app
    from cstokg.web.request_log import send_to_stderr

    send_to_stderr(with_queries=logging.getLogger().isEnabledFor(logging.DEBUG))
    return create_app(session.dataset(), load_questions())
