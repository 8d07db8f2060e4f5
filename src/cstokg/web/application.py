"""The web application: a SPARQL endpoint and the pages around it.

It is handed a query service and never parses a file. One blueprint a module, always `bp`.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import Flask, request
from werkzeug.exceptions import BadRequest

from cstokg import __version__
from cstokg.dataset.query_service import QueryService
from cstokg.quality.competency_questions import Question
from cstokg.web.answers import (
    as_of,
    ask,
    cite,
    claims,
    disagreements,
    network,
    read,
    search,
    tables,
    timeline,
    why,
)
from cstokg.web.catalog import dcat, discovery, downloads
from cstokg.web.http import authorization, problems
from cstokg.web.http.authorization import Writes
from cstokg.web.http.compression import compress_response
from cstokg.web.http.headers import with_standard_headers
from cstokg.web.http.proxy import parse_base_url, seen_at
from cstokg.web.http.static_files import register as register_static_files
from cstokg.web.http.tables import send_as_file
from cstokg.web.ops import health, metrics, telemetry
from cstokg.web.pages import about, browse, home, names, ontology, passages, resources
from cstokg.web.protocol import (
    cancellation,
    completions,
    editor,
    examples,
    graph_store,
    graph_store_writes,
    mcp,
    shacl,
    sparql,
    void,
)
from cstokg.web.protocol.shacl import Validator
from cstokg.web.site import Site, install

MAX_BODY: Final = 1024 * 1024
"""The largest request body, in bytes; a query is a few kilobytes."""

REFUSAL: Final = "cstokg.refusal"
"""Where in the WSGI environment a server leaves the HTTPException that a request is answered with,
where it could not be read."""

_PAGES: Final = (
    *(
        home,
        about,
        sparql,
        cancellation,
        completions,
        graph_store,
        resources,
        ontology,
        browse,
        as_of,
        claims,
        disagreements,
        network,
        read,
        tables,
        timeline,
        why,
        cite,
        ask,
        search,
        downloads,
    ),
    *(dcat, void, examples, discovery, health, metrics, shacl, mcp),
)


class _Application(Flask):
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return `func`: none of ours is a coroutine, and to look takes its time at each hook."""
        return func


def create_app(
    service: QueryService,
    questions: Sequence[Question] = (),
    *,
    base_url: str = "",
    writes: Writes | None = None,
    validator: Validator | None = None,
) -> Flask:
    """Return the application that serves a dataset, with `questions` as examples on its pages.

    `writes` says who may write; without it nobody may, and nothing can be written.
    `validator` validates graphs that are posted; without it there are no shapes.
    `base_url` is the address that others see it at, where that is not the one it is asked at.
    Raises BaseUrlError.
    """
    app = _Application("cstokg.web")
    answer = with_standard_headers(app.wsgi_app)
    if base_url:
        answer = seen_at(parse_base_url(base_url), answer)
    app.wsgi_app = answer  # type: ignore[assignment, method-assign]  # as Flask's API has it
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY)
    app.config["BASE_URL"] = base_url
    app.url_map.strict_slashes = False
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    install(app, Site(service, tuple(questions)))
    authorization.install(app, writes)
    shacl.install(app, validator)
    app.context_processor(lambda: {"version": __version__})
    editor.register(app)
    passages.register(app)
    search.register(app)
    register_static_files(app)
    # What is registered last sees an answer first: it is compressed when all else is said.
    telemetry.register(app)
    app.before_request(_refuse)
    app.after_request(compress_response)
    app.after_request(send_as_file)
    for module in _PAGES:
        app.register_blueprint(module.bp)
    if writes is not None:
        app.register_blueprint(graph_store_writes.bp)
    names.register(app)
    problems.register(app)
    return app


def _refuse() -> None:
    if (refusal := request.environ.get(REFUSAL)) is not None:
        raise refusal
    # Flask empties a name that no host can have; addresses in answers would begin with nothing.
    if not request.host:
        raise BadRequest("The header Host does not name a host.")
