"""A page's thing in the words of schema.org, for search engines (https://schema.org/)."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from rdflib import Literal

from cstokg.analysis.claims.records import Claim
from cstokg.dataset.metadata import DATASET, LICENSE
from cstokg.namespaces import CKG, VOCABULARIES
from cstokg.web.pages.names import label, reader
from cstokg.web.pages.resource_view import ResourceView

_SCHEMA: Final = VOCABULARIES["schema"]

_PERSON: Final = f"{CKG}Person"

# Only said where there is nothing more particular to say.
_GENERAL: Final = ("Thing", "Place", "CreativeWork", "Intangible")


def to_schema_org(resource: ResourceView, page: str, acts: Sequence[Claim] = ()) -> dict[str, Any]:
    """Return the JSON-LD about the thing that the page at the address `page` shows.

    Of a claim, `acts` say who makes it, and in which source it stands.
    """
    types = sorted(
        iri.removeprefix(_SCHEMA) for iri in resource.all_types if iri.startswith(_SCHEMA)
    )
    particular = [name for name in types if name not in _GENERAL] or types or ["Thing"]
    thing: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@id": resource.iri,
        "@type": particular[0] if len(particular) == 1 else particular,
        "url": page,
        "identifier": resource.iri,
        "name": [_text(text, language) for language, text in resource.labels.items()],
        "alternateName": _texts(resource.aliases),
        "description": _texts(resource.descriptions),
        "sameAs": list(resource.same),
        "author": _named("Organization", (who for act in acts for who in act.speakers)),
        "appearance": _named("Article", (each for act in acts for each in act.sources)),
        "subjectOf": {
            "@type": "WebPage",
            "url": page,
            "isPartOf": DATASET,
            "license": LICENSE,
        },
    }
    return {key: value for key, value in thing.items() if value}


def _named(kind: str, iris: Iterable[str]) -> list[dict[str, str]]:
    """Return things by their names, each of a kind unless it is known as a person."""

    def kind_of(iri: str) -> str:
        entry = reader().labels.entry(iri)
        return "Person" if entry and _PERSON in entry.classes else kind

    return [
        {
            "@type": kind_of(iri),
            "@id": iri,
            "name": label(iri),
        }
        for iri in dict.fromkeys(iris)
    ]


def _texts(literals: Iterable[object]) -> list[Any]:
    return [_text(str(each), each.language or "") for each in literals if isinstance(each, Literal)]


def _text(text: str, language: str) -> Any:
    return {"@value": text, "@language": language} if language else text
