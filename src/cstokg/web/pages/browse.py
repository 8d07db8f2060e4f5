"""Long lists to look through: by class, narrowed by what stands in the address, sorted, in parts.

Every state of a list is an address, and each can be had as a page, JSON or CSV.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Blueprint, Response, redirect, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from cstokg.analysis.answer import to_csv
from cstokg.analysis.listing import (
    KIND,
    PARAGRAPH,
    Choice,
    Item,
    Listing,
    build_listing,
    count,
    facets_of,
    heading,
)
from cstokg.analysis.tables.table import find_class, table
from cstokg.errors import DateError
from cstokg.namespaces import CKG, expand, shorten
from cstokg.rdf.edtf import Bounds, parse_bounds
from cstokg.web.http import conditional, parameters
from cstokg.web.http.negotiation import HTML, choose
from cstokg.web.http.paging import Part, read_part
from cstokg.web.http.parameters import Parameters
from cstokg.web.http.tables import CSV
from cstokg.web.pages import links
from cstokg.web.pages.names import label, reader
from cstokg.web.pages.ontology import documentation
from cstokg.web.pages.rendering import JSON, render_json, render_page
from cstokg.web.site import Site, current_site

bp = Blueprint("browse", __name__)

SIZE: Final = 50
_SHOWN: Final = 10
"""How many values of a facet are shown at once; the others are unfolded."""

_OFFERS: Final = {"json": JSON, "html": HTML, "csv": "text/csv"}
_CLASSES_OFFERS: Final = {"json": JSON, "html": HTML}

SORTS: Final = {
    "label": "name",
    "date": "time, the earliest first",
    "-date": "time, the latest first",
}
_DAY: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_OTHER_PARAMETERS: Final = ("from", "until", "page", "size", "sort")

# What is shown beside the name, as far as it distinguishes the things of a class.
_COLUMNS: Final = (
    *(KIND, "actuality", "stance", "speaker", "member", "organization", "polarity"),
    *("membershipStatus", "passageKind", "assertedBy"),
)
_COLUMNS_SHOWN: Final = 4

# Who says so is shown in any list of these, also where it is one person all through.
_VOICES: Final = {f"{CKG}Statement": "speaker", f"{CKG}Claim": "assertedBy"}


@dataclass(frozen=True)
class FacetValue:
    """One value to narrow a list by; `address` is that of the list with it chosen or left out."""

    value: str
    count: int
    chosen: bool
    address: str

    @property
    def is_iri(self) -> bool:
        """True if it has a name to be shown by."""
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
class ListRequest:
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
        """True if anything is left out."""
        return bool(self.choice.values or self.choice.first or self.choice.last)


@bp.get("/browse")
def classes() -> Response:
    """Show the classes and how many things are in each."""
    chosen = choose(_CLASSES_OFFERS, parameters.format_name())
    site = current_site()
    listing = site.once(listing_of)
    counts = {iri: len(items) for iri, items in listing.by_class.items()}
    if chosen == "json":
        listed = [
            {
                **_class(iri),
                "count": number,
                "things": url_for("browse.things", class_name=shorten(iri), _external=True),
            }
            for iri, number in counts.items()
        ]
        return render_json({"classes": listed}, variant=reader().language)
    about = site.once(documentation)
    return render_page(
        "browse.html",
        tree=about.tree([about.terms[iri] for iri in counts if iri in about.terms]),
        counts=counts,
        shorten=shorten,
        total=len(listing.items),
    )


@bp.get("/browse/<class_name>")
def things(class_name: str) -> AnyResponse:
    """Show the things of a class, narrowed and sorted as the address says."""
    site = current_site()
    listing = site.once(listing_of)
    iri = find_class(class_name, reader().labels, listing.by_class)
    values = parameters.of_address()
    if shorten(iri) != class_name:
        same = ListRequest(shorten(iri), Choice({}), "", values.to_dict(flat=False))
        return redirect(same.address(), 301)
    items = listing.by_class.get(iri, ())
    facets = facets_of(items)
    chosen = choose(_OFFERS, parameters.format_name())
    asked = _read(values, shorten(iri), listing, facets, site.prefixes)
    found = _sorted([item for item in items if asked.choice.matches(item)], asked.sort)
    part = read_part(values, len(found), size=SIZE)
    shown = found[part.slice]
    if chosen == "csv":
        whole = table(site, iri, labels=reader().labels, used=listing.by_class)
        rows = {row["iri"]: row for row in whole.rows}
        narrowed = replace(whole, rows=[rows[item.iri] for item in shown])
        return conditional.answer(lambda: to_csv(narrowed, label), CSV, reader().language)
    counted = [_count(name, items, asked) for name in facets]
    if chosen == "json":
        return render_json(_describe(iri, shown, part, counted), variant=reader().language)
    return render_page(
        "things.html",
        iri=iri,
        about=site.once(documentation).terms.get(iri),
        state=asked,
        items=shown,
        part=part,
        all=len(items),
        facets=counted,
        columns=_columns(items, facets),
        timed=any(item.is_timed for item in items),
        sorts=SORTS,
        shorten=shorten,
        heading=heading,
    )


def listing_of(site: Site) -> Listing:
    """Return the things of `site` by class; ask for it by `site.once`."""
    return build_listing(site, site.labels)


def _columns(items: Sequence[Item], facets: Sequence[str]) -> list[str]:
    """Return what is shown beside the name, the speaker of claims and statements always."""
    columns = [name for name in _COLUMNS if name in facets][:_COLUMNS_SHOWN]
    voices = (
        voice
        for name, voice in _VOICES.items()
        if items and all(name in item.classes for item in items)
    )
    return [*columns, *(voice for voice in voices if voice not in columns)]


def _read(
    values: Parameters,
    class_name: str,
    listing: Listing,
    facets: Sequence[str],
    prefixes: Mapping[str, str],
) -> ListRequest:
    """Read what the address says. Raises BadRequest for what this class does not have."""
    parameters.refuse_others((*facets, *_OTHER_PARAMETERS))
    sort = values.get("sort", "") or "label"
    if sort not in SORTS:
        raise BadRequest(f"There is no order {sort[:80]!r}; there are: {', '.join(SORTS)}.")
    wanted = {
        name: tuple(_read_value(listing, name, text, prefixes) for text in values.getlist(name))
        for name in facets
        if name in values
    }
    begin, end = _read_days(values, "from"), _read_days(values, "until")
    first, last = (begin and begin.earliest), (end and end.latest)
    if first and last and first > last:
        raise BadRequest(f"'from' is after 'until': {first} is after {last}.")
    choice = Choice(wanted, *(day.isoformat() if day else "" for day in (first, last)))
    return ListRequest(class_name, choice, sort, values.to_dict(flat=False))


def _read_value(listing: Listing, facet: str, text: str, prefixes: Mapping[str, str]) -> str:
    known = listing.known_values[facet]
    for value in (text, expand(text, prefixes)):
        if value in known:
            return value
    listed = ", ".join(sorted(map(shorten, known)))
    raise BadRequest(f"Nothing has {text[:80]!r} as its {facet!r}; values are: {listed}.")


def _read_days(values: Parameters, name: str) -> Bounds | None:
    """Return the first and last day of a year, a month or a day. Raises BadRequest."""
    text = values.get(name, "").strip()
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            return parse_bounds(text)
    except DateError:
        pass
    raise BadRequest(
        f"{name!r} is a year, a month or a day (2022, 2022-01, 2022-01-05), not {text[:40]!r}."
    )


def _sorted(items: list[Item], sort: str) -> list[Item]:
    if sort == "label":
        return items
    backwards = sort.startswith("-")

    def day(item: Item) -> str:
        either = item.earliest or item.latest
        return (item.latest or either) if backwards else either

    # What has no time comes last in either order.
    timed = sorted((item for item in items if item.is_timed), key=day, reverse=backwards)
    return [*timed, *(item for item in items if not item.is_timed)]


def _count(facet: str, items: Sequence[Item], asked: ListRequest) -> Facet:
    """Return a facet with what the others leave of its values."""
    counts = count((item for item in items if asked.choice.matches(item, exclude=facet)), facet)
    chosen = asked.choice.values.get(facet, ())
    listed = sorted({*counts, *chosen}, key=lambda value: (-counts[value], value))
    if facet == PARAGRAPH:
        listed.sort(key=lambda value: int(value) if value.isdigit() else 0)
    values = (
        FacetValue(value, counts[value], value in chosen, asked.toggled(facet, value))
        for value in listed
    )
    return Facet(facet, heading(facet), tuple(values))


def _class(iri: str) -> dict[str, Any]:
    return {"class": shorten(iri), "iri": iri, "label": label(iri)}


def _describe(
    iri: str, items: Iterable[Item], part: Part, facets: Iterable[Facet]
) -> dict[str, Any]:
    return {
        **_class(iri),
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
                "page": links.whole_address(item.iri),
            }
            for item in items
        ],
    }
