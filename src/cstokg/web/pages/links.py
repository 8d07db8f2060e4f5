"""Where on this server a reader finds what an IRI names: the one place that knows.

Our IRIs are under https://w3id.org/cstokg/, wherever the server is; the addresses that this module
makes stay on the server, under its base.
"""

from functools import lru_cache
from typing import Final
from urllib.parse import quote, urljoin

from flask import request, url_for

from cstokg.namespaces import BASE, RESOURCE

_SAFE: Final = "/:@!$&'()*+,;=~"

# What has a page of its own beside the resources of `id/` and the dataset, after BASE.
_OTHER_PAGES: Final = ("data/", "file/", "graph/")


def address(iri: str) -> str:
    """Return the address at which a reader finds `iri`, empty if it is none that can be followed.

    Of what is ours, it is the page here; of what is on the web, the IRI itself.
    """
    return _address(iri, request.root_path)


# An address depends on the request only by the path that the application stands under.
@lru_cache(maxsize=8192)
def _address(iri: str, _root: str) -> str:
    name = page_name(iri)
    if name:
        return url_for("resources.page", name=name)
    if iri.startswith(BASE):
        path, mark, fragment = iri.removeprefix(BASE).partition("#")
        # Two slashes at the beginning would lead to another host.
        local = url_for("home.page") + quote(path.lstrip("/\\"), safe=_SAFE)
        return f"{local}#{quote(fragment, safe=_SAFE)}" if mark else local
    return iri if iri.startswith(("http://", "https://")) else ""


def whole_address(iri: str) -> str:
    """Return the address of the page about `iri` as programs want it, with the host."""
    return urljoin(request.host_url, address(iri))


def data_address(iri: str, extension: str = "", *, external: bool = False) -> str:
    """Return the address of the description of `iri`, in the format of `extension` if there is one.

    Empty for an IRI that has none.
    """
    name = page_name(iri)
    if not name:
        return ""
    suffix = f".{extension}" if extension else ""
    return url_for("resources.data", name=name + suffix, _external=external)


def cite_address(iri: str) -> str:
    """Return the address that says how to cite `iri`; empty for what is not of this project."""
    if not iri.startswith(RESOURCE):
        return ""
    return url_for("cite.thing", name=iri.removeprefix(RESOURCE))


def query_address(query: str) -> str:
    """Return the address of the query form with `query` in it, and its answer."""
    return url_for("sparql.endpoint", query=query, format="html")


def is_ours(iri: str) -> bool:
    """Return True if `iri` is one of this project."""
    return iri.startswith(BASE)


def page_name(iri: str) -> str:
    """Return what the address of the page and data of `iri` ends with; empty if it has no page.

    `state/armenia` for `…/id/state/armenia`, else the whole of the IRI after the base.
    """
    if iri.startswith(RESOURCE):
        name = iri.removeprefix(RESOURCE)
    elif iri.startswith(BASE):
        name = iri.removeprefix(BASE)
        if name != "dataset" and not name.startswith(_OTHER_PAGES):
            return ""
    else:
        return ""
    return "" if name.startswith("/") or "//" in name or "#" in name else name


def iris_of_page(name: str) -> tuple[str, ...]:
    """Return the IRIs that a page of `name` can be about, the likeliest first."""
    names = dict.fromkeys((name, quote(name, safe=_SAFE)))
    resources = [RESOURCE + each for each in names]
    others = [BASE + each for each in names if page_name(BASE + each)]
    return (*resources, *others)
