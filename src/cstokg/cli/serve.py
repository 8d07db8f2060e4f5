"""`cstokg serve`: the SPARQL endpoint and its pages."""

from __future__ import annotations

import logging
import os
import re
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cstokg.cli.session import Session, pass_session
from cstokg.cli.token import tokens_option
from cstokg.errors import CstokgError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cstokg.dataset.model import Dataset
    from cstokg.engine.keeper import Keeper
    from cstokg.quality.competency_questions import Question
    from cstokg.web.http.authorization import Writes
    from cstokg.web.protocol.shacl import Validator
    from cstokg.web.server.front import Front

_NO_EDITOR = (
    "warning: the scripts of the query editor are not built, so that /sparql has a plain form; "
    "install the package again without CSTOKG_NO_FRONTEND to build them"
)
_NO_TOKENS = (
    "warning: nobody may write yet: there is no token in {}; 'cstokg token --name NAME' makes one"
)
_UNBOUNDED = (
    "warning: queries are not bounded on this system, which is not Linux: one that runs away "
    "is not stopped; do not serve the open internet from here"
)
_OTHER_FILES = (
    "warning: the project's files are not those that the dataset in {0} was made from; it is "
    "served as it is there"
)


def _hosts(ctx: click.Context, parameter: click.Parameter, values: Sequence[str]) -> frozenset[str]:
    for value in values:
        if not re.fullmatch(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?", value):
            raise click.BadParameter(
                f"{value!r} is not a host; write it as example.org or example.org:8080",
                ctx,
                parameter,
            )
    return frozenset(value.lower() for value in values)


@click.command(short_help="Serve the SPARQL endpoint.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    default=8080,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port to listen at; 0 takes a free one.",
)
@click.option(
    "--timeout",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0.05, 3600),
    envvar="CSTOKG_TIMEOUT",
    show_envvar=True,
    metavar="SECONDS",
    help="How long a query may take. One that takes longer is killed and answered with 503.",
)
@click.option(
    "--memory",
    default=1024,
    show_default=True,
    type=click.IntRange(16),
    envvar="CSTOKG_MEMORY",
    show_envvar=True,
    metavar="MIB",
    help="How much memory a query may take, in MiB. One that wants more is killed: 503.",
)
@click.option(
    "--max-rows",
    default=1_000_000,
    show_default=True,
    type=click.IntRange(1),
    envvar="CSTOKG_MAX_ROWS",
    show_envvar=True,
    metavar="N",
    help="How many rows or triples an answer may have. A larger one is refused whole: 413.",
)
@click.option(
    "--engines",
    type=click.IntRange(1, 64),
    envvar="CSTOKG_ENGINES",
    show_envvar=True,
    metavar="N",
    help="How many processes are kept at hand to answer queries; long ones run in up to four "
    "times as many beside them. By default one for each core.",
)
@click.option(
    "--allow-service",
    "services",
    multiple=True,
    envvar="CSTOKG_ALLOW_SERVICE",
    show_envvar=True,
    metavar="HOST",
    callback=_hosts,
    help="A host, or HOST:PORT, that SERVICE in a query may ask; may be repeated. By default no "
    "other server is ever asked. Redirects are not followed.",
)
@click.option(
    "--cache",
    "cache_mib",
    default=64,
    show_default=True,
    type=click.IntRange(0),
    envvar="CSTOKG_RESULT_CACHE",
    show_envvar=True,
    metavar="MIB",
    help="How much memory may keep answers for who asks the same again; 0 keeps none. After a "
    "change nothing kept is given.",
)
@click.option(
    "--writable",
    is_flag=True,
    envvar="CSTOKG_WRITABLE",
    show_envvar=True,
    help="Take changes: SPARQL Update and the Graph Store Protocol. A change after which the "
    "dataset would violate its shapes is refused whole.",
)
@click.option(
    "--write-timeout",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0.05, 3600),
    envvar="CSTOKG_WRITE_TIMEOUT",
    show_envvar=True,
    metavar="SECONDS",
    help="How long it may take to work out a change and what follows from it, and to validate.",
)
@click.option(
    "--write-memory",
    default=4096,
    show_default=True,
    type=click.IntRange(16),
    envvar="CSTOKG_WRITE_MEMORY",
    show_envvar=True,
    metavar="MIB",
    help="How much memory that may take, in MiB.",
)
@tokens_option
@click.option(
    "--max-upload",
    default=64,
    show_default=True,
    type=click.IntRange(1, 1024),
    envvar="CSTOKG_MAX_UPLOAD",
    show_envvar=True,
    metavar="MIB",
    help="How long a graph or an update may be, in MiB: 413. Queries have 1 MiB.",
)
@click.option(
    "--store",
    "folder",
    type=click.Path(path_type=Path),
    envvar="CSTOKG_STORE",
    show_envvar=True,
    metavar="DIR",
    help="Keep the dataset in this folder: an acknowledged change is on its disk. An empty one is "
    "filled from the project's files, and served from then on in place of them.",
)
@click.option(
    "--base-url",
    default="",
    envvar="CSTOKG_BASE_URL",
    show_envvar=True,
    metavar="URL",
    help="The address under which others see the server, such as https://example.org/graph, where "
    "a proxy stands before it. By default it is taken from each request.",
)
@pass_session
def command(
    session: Session,
    host: str,
    port: int,
    timeout: float,
    memory: int,
    max_rows: int,
    engines: int | None,
    services: frozenset[str],
    cache_mib: int,
    writable: bool,
    write_timeout: float,
    write_memory: int,
    folder: Path | None,
    path: Path | None,
    max_upload: int,
    base_url: str,
) -> None:
    """Serve the dataset: a SPARQL 1.1 endpoint at /sparql, with a form for browsers.

    Prints the address once it answers, and serves until Ctrl-C. Each query runs in a process of
    its own that is killed when it passes a bound; all others are answered meanwhile.

    \b
    Examples:
      cstokg serve
      cstokg serve --port 0               # any free port, printed
      cstokg serve --timeout 60 --memory 4096
      cstokg serve --writable --store /var/lib/cstokg
      cstokg serve --base-url https://example.org/graph   # behind a proxy, at that address
      curl -G http://127.0.0.1:8080/sparql --data-urlencode 'query=ASK { ?s a ckg:State }'
    """
    from cstokg.quality.competency_questions import load_questions
    from cstokg.web.http.proxy import parse_base_url
    from cstokg.web.protocol.editor import is_built
    from cstokg.web.server.run import choose_port

    if base_url:
        parse_base_url(base_url)
    # Before the build: whoever cannot have the port should not wait for the data.
    port = choose_port(host, port)
    if not is_built():
        click.echo(_NO_EDITOR, err=True)
    if sys.platform != "linux":
        if writable or folder:
            raise CstokgError(
                "changes are taken and kept on Linux alone",
                hint="Leave out --writable and --store.",
            )
        click.echo(_UNBOUNDED, err=True)
        _serve(partial(make_app, session, base_url, cache_mib * 2**20), host, port)
        return

    from cstokg.engine import Budget, WriteBudget, supervise
    from cstokg.engine.keeper import Keeper
    from cstokg.shacl.posted_graph import shapes_graph
    from cstokg.web.protocol.shacl import Validator

    questions, shapes = load_questions(), session.settings().shapes
    permitted = _permit(path, max_upload * 2**20) if writable else None
    known = shapes_graph(shapes)
    with nullcontext() if folder is None else Keeper(folder) as keeper:
        dataset = session.dataset() if keeper is None else _kept(session, keeper)
        code = supervise(
            dataset,
            Budget(timeout, memory * 2**20, max_rows, services),
            engines or len(os.sched_getaffinity(0)),
            lambda bounded: _serve(
                partial(
                    _app,
                    bounded,
                    questions,
                    Validator(known, bounded.check),
                    base_url,
                    cache_mib * 2**20,
                    permitted,
                ),
                host,
                port,
            ),
            shapes=shapes,
            writes=WriteBudget(write_timeout, write_memory * 2**20, shapes) if writable else None,
            keeper=keeper,
        )
    if code:
        raise CstokgError(f"the web server ended with {code}")


def _kept(session: Session, keeper: Keeper) -> Dataset:
    """Return the dataset in the keeper's folder, put there first where the folder is empty."""
    from cstokg.dataset.stored import is_of_project, open_dataset, origin_of

    contents = keeper.start()
    if contents is None:
        dataset = session.dataset()
        keeper.seed(dataset.store.dump(), origin_of(dataset), dataset.info.revision)
        return dataset
    dataset = open_dataset(session.settings(), contents)
    if not is_of_project(dataset, session.settings()):
        click.echo(_OTHER_FILES.format(keeper.folder), err=True)
    return dataset


def make_app(session: Session, base_url: str = "", cache_size: int = 0) -> Front:
    """Build the dataset of `session` and return the application that serves it at `base_url`."""
    from cstokg.quality.competency_questions import load_questions
    from cstokg.shacl.posted_graph import check, shapes_graph
    from cstokg.web.protocol.shacl import Validator

    dataset, shapes = session.dataset(), session.settings().shapes
    validator = Validator(shapes_graph(shapes), partial(check, dataset, shapes=shapes))
    return _app(dataset, load_questions(), validator, base_url, cache_size)


def _permit(path: Path | None, max_upload: int) -> Writes:
    """Return who may write; says on stderr where nobody may yet. Raises TokenError."""
    from cstokg.settings import find_tokens
    from cstokg.web.http.authorization import Writes
    from cstokg.web.http.token_file import TokenFile

    tokens = TokenFile(find_tokens(path))
    if not tokens.read():
        click.echo(_NO_TOKENS.format(tokens.path), err=True)
    return Writes(tokens, max_upload)


def _app(
    dataset: Dataset,
    questions: Sequence[Question],
    validator: Validator,
    base_url: str,
    cache_size: int,
    writes: Writes | None = None,
) -> Front:
    from cstokg.web.application import create_app
    from cstokg.web.ops.request_log import send_to_stderr
    from cstokg.web.server.front import Front

    send_to_stderr(with_queries=logging.getLogger().isEnabledFor(logging.DEBUG))
    app = create_app(dataset, questions, base_url=base_url, writes=writes, validator=validator)
    return Front(app, cache_size)


def _serve(make: partial[Front], host: str, port: int) -> None:
    from cstokg.web.server.run import serve

    name = f"[{host}]" if ":" in host else host
    greeting = f"cstokg serves at http://{name}:{port}/ (SPARQL at /sparql); Ctrl-C stops it"
    serve(make, host, port, greeting)
