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

# Pages have their own style sheet and no script; nothing is loaded from another host.
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def create_app(dataset: Dataset, questions: Sequence[Question] = ()) -> Flask:
    """Return the application that serves `dataset`, with `questions` as examples on its pages."""
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY)
    app.url_map.strict_slashes = False
    install(app, Site(dataset, tuple(questions)))
    app.register_blueprint(home.bp)
    app.register_blueprint(sparql.bp)
    problems.register(app)
    app.after_request(_add_headers)
    return app


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        # Every address answers in more than one format, errors included.
        response.vary.add("Accept")
    return response
