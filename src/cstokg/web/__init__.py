"""The web application: a SPARQL endpoint and the pages around it.

It is handed a built dataset and never parses a file. One blueprint a module, always `bp`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Flask, Response, request

from cstokg.web import home, problems, sparql
from cstokg.web.site import Site, install

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cstokg.build import Dataset
    from cstokg.questions import Question

MAX_BODY: Final = 1024 * 1024
"""The largest request body, in bytes; a query is a few kilobytes."""

# Pages have their own style sheet and no script; nothing is loaded from another host. All that is
# served is public and only for reading, so that pages of other sites may read it (CORS).
_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_PREFLIGHT: Final = {
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Max-Age": "86400",
}


def create_app(dataset: Dataset, questions: Sequence[Question] = ()) -> Flask:
    """Return the application that serves `dataset`, with `questions` as examples on its pages."""
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY)
    app.url_map.strict_slashes = False
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    install(app, Site(dataset, tuple(questions)))
    app.register_blueprint(home.bp)
    app.register_blueprint(sparql.bp)
    problems.register(app)
    app.after_request(_add_headers)
    return app


def _add_headers(response: Response) -> Response:
    response.headers.update(_HEADERS)
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)
    if request.endpoint != "static":
        # Every address answers in more than one format, errors included.
        response.vary.add("Accept")
    return response
