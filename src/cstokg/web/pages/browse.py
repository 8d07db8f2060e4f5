"""Long lists to look through: by class, narrowed by what stands in the address, sorted, in parts.

Every state of a list is an address, and each can be had as a page, JSON or CSV.
"""

from __future__ import annotations

import csv
import re
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from flask import Blueprint, Response, json, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound

from cstokg.analysis.listing import (
    KIND,
    PARAGRAPH,
    Choice,
    build_listing,
    count,
    facets_of,
    has_times,
    heading,
)
from cstokg.namespaces import CKG, shorten
from cstokg.web.http import conditional, parameters
from cstokg.web.http.negotiation import HTML, choose
from cstokg.web.http.paging import read_part
from cstokg.web.pages import links
from cstokg.web.pages.dates import in_words
from cstokg.web.pages.names import label, learn, names
from cstokg.web.pages.ontology import documentation
from cstokg.web.site import Site, current_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from werkzeug.wrappers import Response as AnyResponse

    from cstokg.analysis.listing import Item, Listing
    from cstokg.web.http.paging import Part
    from cstokg.web.http.parameters import Parameters

bp = Blueprint("browse", __name__)

SIZE: Final = 50
_SHOWN: Final = 10
"""How many values of a facet are shown at once; the others are unfolded."""

_OFFERS: Final = {"json": "application/json", "html": HTML, "csv": "text/csv"}
_CLASSES_OFFERS: Final = {"json": "application/json", "html": HTML}

SORTS: Final = {
    "label": "name",
    "date": "time, the earliest first",
    "-date": "time, the latest first",
}
_DAY: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_OTHER_PARAMETERS: Final = ("format", "from", "until", "page", "size", "sort")

# What is shown beside the name, as far as it tells the things of a class apart.
_COLUMNS: Final = (
    *(KIND, "actuality", "stance", "speaker", "member", "organization", "polarity"),
    *("membershipStatus", "passageKind", "assertedBy"),
)
_COLUMNS_SHOWN: Final = 4


@dataclass(frozen=True)
class FacetValue:
    """One value to narrow a list by; `address` is that of the list with it chosen or left out."""

    value: str
    count: int
    chosen: bool
    address: str

    @property
    def is_iri(self) -> bool:
        """Whether it has a name to be shown by."""
        return self.value.startswith("http")


@dataclass(frozen=True)
class Facet:
    """What a list may be narrowed by."""

    name: str
    heading: str
    values: tuple[FacetValue, ...]

    @property
    def shown(self) -> tuple[FacetValue, ...]:
        """The values to show at once: the most frequent, and all that are chosen."""
        few = self.values[:_SHOWN]
        return (*few, *(each for each in self.values[_SHOWN:] if each.chosen))

    @property
    def folded(self) -> tuple[FacetValue, ...]:
        """The others."""
        return tuple(each for each in self.values[_SHOWN:] if not each.chosen)


@dataclass(frozen=True)
class Asked:
    """What the address says: the choice, the order, and the parameters as they came."""

    class_name: str
    choice: Choice
    sort: str
    parameters: Mapping[str, Sequence[str]]

    def address(self, **changes: str | Sequence[str]) -> str:
        """Return the address of the list with other parameters, from its first part on."""
        values = {**self.parameters, **changes}
        if "page" not in changes:
            values.pop("page", None)
        kept: dict[str, Any] = {name: value for name, value in values.items() if value}
        return url_for("browse.things", class_name=self.class_name, **kept)

    def toggled(self, facet: str, value: str) -> str:
        """Return the address of the list with a value chosen that was not, or the reverse."""
        chosen = [shorten(each) for each in self.choice.values.get(facet, ())]
        short = shorten(value)
        now = [each for each in chosen if each != short] if short in chosen else [*chosen, short]
        return self.address(**{facet: now})

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.choice.values or self.choice.first or self.choice.last)


@bp.get("/browse")
def classes() -> Response:
    """Show the classes and how many things are in each."""
    chosen = choose(_CLASSES_OFFERS, parameters.of_address().get("format", ""))
    site = current_site()
    listing = site.once(listing_of)
    about = site.once(documentation)
    if chosen == "json":
        body = json.dumps(
            {
                "classes": [
                    {
                        "class": shorten(iri),
                        "iri": iri,
                        "label": label(iri),
                        "count": len(items),
                        "things": url_for("browse.things", class_name=shorten(iri), _external=True),
                    }
                    for iri, items in listing.by_class.items()
                ]
            }
        )
        return conditional.tagged(Response(body, content_type=_OFFERS[chosen]), names().language)
    known = [about.terms[iri] for iri in listing.by_class if iri in about.terms]
    page = render_template(
        "browse.html",
        tree=about.tree(known),
        counts=Counter({iri: len(items) for iri, items in listing.by_class.items()}),
        shorten=shorten,
        total=len(listing.items),
    )
    return conditional.tagged(
        Response(page, content_type=f"{HTML}; charset=utf-8"), names().language
    )


@bp.get("/browse/<class_name>")
def things(class_name: str) -> AnyResponse:
    """Show the things of a class, narrowed and sorted as the address says."""
    site = current_site()
    listing = site.once(listing_of)
    iri = _find_class(listing, site, class_name)
    if shorten(iri) != class_name:
        same = Asked(shorten(iri), Choice({}), "", parameters.of_address().to_dict(flat=False))
        return redirect(same.address(), 301)
    items = listing.by_class.get(iri, ())
    facets = facets_of(items)
    values = parameters.of_address()
    chosen = choose(_OFFERS, values.get("format", ""))
    asked = _read(values, shorten(iri), listing, facets, site.prefixes)
    found = _sorted([item for item in items if asked.choice.takes(item)], asked.sort)
    part = read_part(values, len(found), size=SIZE)
    shown = found[part.slice]
    _learn(listing, [*items] if chosen == "html" else shown)
    if chosen == "csv":
        body, content_type = _csv(shown, facets), "text/csv; charset=utf-8"
    elif chosen == "json":
        counted = _count(items, asked, facets)
        body, content_type = json.dumps(_describe(iri, shown, part, counted)), _OFFERS[chosen]
    else:
        content_type = f"{HTML}; charset=utf-8"
        body = render_template(
            "things.html",
            iri=iri,
            about=site.once(documentation).terms.get(iri),
            state=asked,
            items=shown,
            part=part,
            all=len(items),
            facets=_count(items, asked, facets),
            columns=[name for name in _COLUMNS if name in facets][:_COLUMNS_SHOWN],
            timed=has_times(items),
            sorts=SORTS,
            shorten=shorten,
            heading=heading,
            in_words=in_words,
        )
    return conditional.tagged(Response(body, content_type=content_type), names().language)


def listing_of(site: Site) -> Listing:
    """Return the things of `site` by class; ask for it by `site.once`."""
    return build_listing(site.select)


def _find_class(listing: Listing, site: Site, name: str) -> str:
    """Return the IRI of the class that `name` means. Raises NotFound."""
    prefix, mark, local = name.partition(":")
    iri = site.prefixes.get(prefix, "") + local if mark else CKG + name
    if iri in listing.by_class or iri in {term.iri for term in site.once(documentation).classes}:
        return iri
    listed = ", ".join(shorten(iri) for iri in listing.by_class)
    raise NotFound(f"There is no class {name[:80]!r}; those with members are {listed}.")


def _read(
    values: Parameters,
    class_name: str,
    listing: Listing,
    facets: Sequence[str],
    prefixes: Mapping[str, str],
) -> Asked:
    """Read what the address says. Raises BadRequest for what this class does not have."""
    for name in values:
        if name not in facets and name not in _OTHER_PARAMETERS:
            known = ", ".join([*facets, *_OTHER_PARAMETERS])
            raise BadRequest(f"{class_name} has no parameter {name[:80]!r}; there are: {known}.")
    sort = values.get("sort", "") or "label"
    if sort not in SORTS:
        raise BadRequest(f"There is no order {sort[:80]!r}; there are: {', '.join(SORTS)}.")
    wanted = {
        name: tuple(_read_value(listing, name, text, prefixes) for text in values.getlist(name))
        for name in facets
        if name in values
    }
    first, last = _read_day(values, "from", end=False), _read_day(values, "until", end=True)
    if first and last and first > last:
        raise BadRequest(f"'from' is after 'until': {first} is after {last}.")
    return Asked(class_name, Choice(wanted, first, last), sort, values.to_dict(flat=False))


def _read_value(listing: Listing, facet: str, text: str, prefixes: Mapping[str, str]) -> str:
    prefix, mark, local = text.partition(":")
    for value in (text, prefixes.get(prefix, "") + local if mark else text):
        if value in listing.known_values[facet]:
            return value
    known = ", ".join(sorted(shorten(value) for value in listing.known_values[facet]))
    raise BadRequest(f"Nothing has {text[:80]!r} as its {facet!r}; values are: {known}.")


def _read_day(values: Parameters, name: str, *, end: bool) -> str:
    """Return the first day, or the last (`end`), of a year, a month or a day. Raises BadRequest."""
    text = values.get(name, "").strip()
    if not text:
        return ""
    found = _DAY.fullmatch(text)
    day = _day(*found.groups(), end=end) if found else ""
    if not day:
        raise BadRequest(
            f"{name!r} is a year, a month or a day (2022, 2022-01, 2022-01-05), not {text[:40]!r}."
        )
    return day


def _day(year: str, month: str | None, day: str | None, *, end: bool) -> str:
    """Return a day as ISO 8601 writes it, empty if there is none such."""
    try:
        number = int(month or (12 if end else 1))
        last = monthrange(int(year), number)[1]
        return date(int(year), number, int(day or (last if end else 1))).isoformat()
    except ValueError:
        return ""


def _sorted(items: list[Item], sort: str) -> list[Item]:
    if sort == "label":
        return items
    key = "latest" if sort.startswith("-") else "earliest"
    # What has no time comes last in either order.
    timed = [item for item in items if item.earliest or item.latest]
    rest = [item for item in items if not (item.earliest or item.latest)]
    ordered = sorted(
        timed,
        key=lambda item: getattr(item, key) or item.earliest or item.latest,
        reverse=sort.startswith("-"),
    )
    return [*ordered, *rest]


def _count(items: Sequence[Item], asked: Asked, facets: Iterable[str]) -> list[Facet]:
    """Return the facets, each with what the others leave of its values."""
    counted = []
    for name in facets:
        counts = count((item for item in items if asked.choice.takes(item, but=name)), name)
        chosen = asked.choice.values.get(name, ())
        listed = sorted({*counts, *chosen}, key=lambda value: (-counts[value], value))
        if name == PARAGRAPH:
            listed.sort(key=lambda value: int(value) if value.isdigit() else 0)
        counted.append(
            Facet(
                name,
                heading(name),
                tuple(
                    FacetValue(value, counts[value], value in chosen, asked.toggled(name, value))
                    for value in listed
                ),
            )
        )
    return counted


def _learn(listing: Listing, items: Iterable[Item]) -> None:
    """Make the names known that a page or a file of `items` shows."""
    shown = {item.iri for item in items}
    shown |= {value for item in items for values in item.values.values() for value in values}
    learn(
        (iri, text) for iri in shown if iri in listing.items for text in listing.items[iri].labels
    )


def _csv(items: Iterable[Item], facets: Sequence[str]) -> str:
    """Return `items` as a table; several values of one facet stand between spaces."""
    text = StringIO()
    # RFC 4180, section 2: lines end with CRLF.
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(["iri", "label", "date", "earliest", "latest", *facets])
    for item in items:
        values = (" ".join(shorten(each) for each in item.values.get(name, ())) for name in facets)
        times = (item.written, item.earliest, item.latest)
        table.writerow([item.iri, item.label, *times, *values])
    return text.getvalue()


def _describe(
    iri: str, items: Iterable[Item], part: Part, facets: Iterable[Facet]
) -> dict[str, Any]:
    return {
        "class": shorten(iri),
        "iri": iri,
        "label": label(iri),
        "total": part.total,
        "page": part.number,
        "pages": part.count,
        "facets": {
            facet.name: [
                {"value": shorten(each.value), "count": each.count, "chosen": each.chosen}
                for each in facet.values
            ]
            for facet in facets
        },
        "results": [
            {
                "iri": item.iri,
                "name": shorten(item.iri),
                "label": item.label,
                "date": item.written,
                "earliest": item.earliest,
                "latest": item.latest,
                "values": {
                    name: [shorten(each) for each in values]
                    for name, values in sorted(item.values.items())
                },
                "page": urljoin(request.host_url, links.address(item.iri)),
            }
            for item in items
        ],
    }
