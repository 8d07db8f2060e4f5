"""The parameters of stored questions: how a file declares one, and where its value stands.

    # parameter: day date 2024-06-25 Day
    # parameter: person Person any Speaker

A name, which is a variable of the query; a kind; the default; what a form calls it. A kind is
`date`, `text` (a default in quotation marks), `thing` (whatever all sources speak of) or a class of
the ontology. The default `any` leaves the variable unbound. It stands in the query too, once, as

    VALUES ?day { "2024-06-25"^^xsd:date }

so that the file is a query as it is. Another value takes its place as a whole term of RDF, never as
a piece of text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rdflib import Literal, URIRef

from cstokg.namespaces import PREFIXES, expand
from cstokg.rdf.dates import read_day
from cstokg.store.sparql.lexer import tokens

_LINE: Final = re.compile(r'(\w+) (date|text|thing|[A-Z]\w+) ("[^"\\]+"|[^\s"]+) (\S.*)')
_ANY: Final = "any"
_UNBOUND: Final = "UNDEF"


@dataclass(frozen=True)
class Parameter:
    """What of a question can be another one; `default` is as a `value` of `fill`."""

    name: str
    kind: str
    default: str
    heading: str

    @property
    def optional(self) -> bool:
        """Return True if it can be left open, as its default does."""
        return not self.default


def parse_parameter(line: str) -> Parameter:
    """Return the parameter that a line of a head declares. Raises ValueError with the reason."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError("is not a name, a kind, a default and a heading")
    name, kind, written, heading = match.groups()
    if written == _ANY:
        value = ""
    elif kind == "text":
        value = written.strip('"')
    elif kind == "date":
        value = written
        if read_day(value) is None:
            raise ValueError(f"has the default {written}, which is no day")
    else:
        prefix, colon, local = written.partition(":")
        if not colon or prefix not in PREFIXES:
            raise ValueError(f"has the default {written}, which is no prefixed name")
        value = PREFIXES[prefix] + local
    return Parameter(name, kind, value, heading)


def default_stands_in(query: str, parameter: Parameter) -> bool:
    """Return True if the query has the parameter's default in the one place for its value."""
    places = _places(query, parameter.name)
    if len(places) != 1:
        return False
    start, end = places[0]
    written = query[start:end].strip()
    iri = expand(written)
    term = written if iri == written else f"<{iri}>"
    return term == _term(parameter, parameter.default)


def fill(query: str, values: Mapping[Parameter, str]) -> str:
    """Return `query` with each value in its place.

    A value is a day, a text, an IRI without brackets, or empty to leave the variable unbound. What
    comes from elsewhere is to be checked before: here an IRI is taken for one.
    """
    for parameter, value in values.items():
        if value != parameter.default:
            for start, end in _places(query, parameter.name):
                query = f"{query[:start]} {_term(parameter, value)} {query[end:]}"
    return query


def _term(parameter: Parameter, value: str) -> str:
    if not value:
        return _UNBOUND
    match parameter.kind:
        case "text":
            return Literal(value).n3()
        case "date":
            return f'"{value}"^^xsd:date'
        case _:
            return URIRef(value).n3()


def _places(query: str, name: str) -> list[tuple[int, int]]:
    """Return where `VALUES ?name { … }` has what is between its brackets."""
    found = []
    words = list(tokens(query))
    for number in range(len(words) - 3):
        keyword, variable, opening = words[number : number + 3]
        if (keyword.text, variable.text, opening.text) == ("VALUES", f"?{name}", "{"):
            closing = next(each for each in words[number + 3 :] if each.text == "}")
            found.append((opening.end, closing.start))
    return found
