"""An answer (`analysis.answer`) as a page, and there as JSON, CSV, XLSX, or Markdown, too."""

import json
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from flask import Response, render_template, request

from cstokg.analysis.answer import Answer, to_csv, to_json, to_xlsx
from cstokg.namespaces import shorten
from cstokg.publish.citation import STYLES, cite_answer
from cstokg.web.answers.cite import cited, today
from cstokg.web.http import conditional, parameters
from cstokg.web.http.headers import MARKDOWN
from cstokg.web.http.negotiation import HTML, choose
from cstokg.web.http.tables import CSV, XLSX
from cstokg.web.pages.names import label, reader
from cstokg.web.pages.rendering import JSON, render_json, render_page
from cstokg.web.site import current_site

_OFFERS: Final = {"json": JSON, "html": HTML, "csv": "text/csv", "xlsx": XLSX, "md": MARKDOWN}


def respond(
    answer: Answer, template: str = "answer.html", *, suffix: str = "", **values: object
) -> Response:
    """Return the answer in the format that the address' `suffix` or the request asks for.

    `template` extends `answer.html` where there is more to show than a table; `values` are for it.
    Raises NoSuchRepresentation.
    """
    asked = suffix or parameters.format_name()
    here = request.base_url + _query_without_format()
    if asked in STYLES:
        return cited(
            cite_answer(current_site(), answer.title, here, answer.sources, today()), asked
        )
    chosen = choose(_OFFERS, asked)
    if chosen == "html":
        return render_page(
            template,
            answer=answer,
            here=here,
            downloads=_addresses("csv", "xlsx", "json", "md"),
            citations={STYLES[name].title: each for name, each in _addresses(*STYLES).items()},
            **values,
        )
    if chosen == "json":
        return render_json(to_json(answer, label), variant=reader().language)
    if chosen == "xlsx":
        return conditional.answer(lambda: to_xlsx(answer, label), XLSX, reader().language)
    if chosen == "md":
        filled = {name for row in answer.rows for name, cell in row.items() if cell}
        text = render_template("answer.md", answer=answer, filled=filled, shorten=shorten)
        return conditional.answer(lambda: text, f"{MARKDOWN}; charset=utf-8", reader().language)
    return conditional.answer(lambda: to_csv(answer, label), CSV, reader().language)


def send(body: str | bytes, content_type: str) -> Response:
    """Return a file that depends on the reader's language, with its tag."""
    return conditional.tagged(Response(body, content_type=content_type), reader().language)


def as_script(page: Response) -> Response:
    """Return a page as a script that exports it; pages' scripts may load nothing but scripts."""
    text = json.dumps(page.get_data(as_text=True))
    return send(f"export default {text}", "text/javascript; charset=utf-8")


def options(iris: Iterable[str]) -> list[tuple[str, str]]:
    """Return the names that a form offers, each with its label, by label."""
    iris = tuple(iris)
    reader().labels.read(iris)
    return sorted(((shorten(iri), label(iri)) for iri in iris), key=lambda each: each[1].casefold())


def _addresses(*formats: str) -> dict[str, str]:
    """Return the addresses of the same answer in other formats, by their names."""
    asked = _query_without_format()
    begin = f"{asked}&" if asked else "?"
    return {name: f"{request.base_url}{begin}format={name}" for name in formats}


def _query_without_format() -> str:
    pairs = parameters.of_address().items(multi=True)
    asked = urlencode([(name, value) for name, value in pairs if name != "format"])
    return f"?{asked}" if asked else ""
