"""How to cite a thing of the graph: `/cite/state/armenia?style=bibtex`."""

from datetime import UTC, date, datetime

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import BadRequest

from cstokg.namespaces import RESOURCE
from cstokg.publish.citation import STYLES, Item, cite_thing
from cstokg.web.http import parameters
from cstokg.web.http.negotiation import HTML
from cstokg.web.pages.names import label
from cstokg.web.pages.resources import find_thing
from cstokg.web.site import current_site

bp = Blueprint("cite", __name__)


@bp.get("/cite/<path:name>")
def thing(name: str) -> Response:
    """Answer with how to cite a thing, in one style, or on a page in all."""
    iri = find_thing([RESOURCE + name], name).iri
    site = current_site()
    items = cite_thing(site, iri, label, today())
    style = parameters.of_address().get("style", "")
    if style:
        return cited(items, style)
    body = render_template(
        "cite.html",
        iri=iri,
        forms={key: each.write(items) for key, each in STYLES.items()},
        styles=STYLES,
    )
    return _of_today(Response(body, content_type=f"{HTML}; charset=utf-8"))


def cited(items: list[Item], style: str) -> Response:
    """Return entries in a style. Raises BadRequest for one that there is not."""
    if style not in STYLES:
        raise BadRequest(f"There is no style {style[:40]!r}; there are: {', '.join(STYLES)}.")
    chosen = STYLES[style]
    return _of_today(
        Response(chosen.write(items), content_type=f"{chosen.media_type}; charset=utf-8")
    )


def today() -> date:
    """Return the day of access, which a citation names."""
    return datetime.now(UTC).date()


def _of_today(response: Response) -> Response:
    response.cache_control.no_store = True  # tomorrow it is another one
    return response
