"""How to cite a thing of the graph, or an answer: the entry itself, then the sources it rests on.

An entry is an item of CSL-JSON (Citation Style Language, https://docs.citationstyles.org/), from
which the other forms are made.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cstokg import __version__
from cstokg.analysis.claims.records import byline, read_claims
from cstokg.analysis.labels import Queryable
from cstokg.analysis.summary import last_modified
from cstokg.namespaces import in_brackets
from cstokg.quality.query_files import read_query

Item = dict[str, Any]

DATASET_TITLE: Final = "cstokg: a knowledge graph about the Collective Security Treaty Organization"
_MAINTAINERS: Final = "The cstokg maintainers"
_STYLE: Final = "harvard-cite-them-right"
_MOST_NAMED: Final = 6
"""Up to how many sentences are named; a state rests on dozens."""


def cite_thing(
    dataset: Queryable,
    iri: str,
    name_of: Callable[[str], str],
    accessed: date,
) -> list[Item]:
    """Return the entries for a node: the node, with its sentences, and its sources.

    A claim is cited as somebody's. `name_of` has the names of IRIs.
    """
    rows = [
        (str(document), str(passage))
        for document, passage in dataset.select(read_query(__file__, "evidence", iri=iri))
    ]
    acts = read_claims(dataset, [iri])
    title = f"“{name_of(iri)}”, {byline(acts, name_of)}" if acts else name_of(iri)
    passages = [passage for _, passage in rows if passage != iri]
    note = "; ".join(map(name_of, passages)) if len(passages) <= _MOST_NAMED else ""
    return cite_answer(dataset, title, iri, [document for document, _ in rows], accessed, note)


def cite_answer(
    dataset: Queryable,
    title: str,
    address: str,
    sources: Iterable[str],
    accessed: date,
    note: str = "",
) -> list[Item]:
    """Return the entries for what is at `address`, and for the documents that it rests on."""
    entry: Item = {
        "id": _slug(address),
        "type": "dataset",
        "title": title,
        "container-title": DATASET_TITLE,
        "author": [{"literal": _MAINTAINERS}],
        "version": __version__,
        "issued": _date(last_modified(dataset)),
        "accessed": _date(accessed.isoformat()),
        "URL": address,
        "note": note,
    }
    return [{key: value for key, value in entry.items() if value}, *_documents(dataset, sources)]


def _documents(dataset: Queryable, sources: Iterable[str]) -> Iterator[Item]:
    names = in_brackets(dict.fromkeys(sources))
    found: dict[str, Item] = {}
    for document, title, author, is_person, issued in dataset.select(
        read_query(__file__, "cited", iris=names)
    ):
        item = found.setdefault(
            str(document),
            {"id": f"{_slug(str(document))}-text", "type": "article", "title": str(title)},
        )
        if author:
            name = _person(str(author)) if is_person else {"literal": str(author)}
            if name not in item.setdefault("author", []):
                item["author"].append(name)
        if issued:
            item["issued"] = _date(str(issued))
    yield from found.values()


def _slug(address: str) -> str:
    """Return a key for an entry: `cstokg-id-state-armenia`."""
    path = address.partition("://")[2].partition("/")[2].removeprefix("cstokg/")
    return "cstokg-" + re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")


def _person(name: str) -> Mapping[str, str]:
    given, _, family = name.rpartition(" ")
    return {"family": family, "given": given} if given else {"literal": name}


def _date(text: str) -> Mapping[str, list[list[int]]]:
    """Return a day of ISO 8601, or a shorter date, as CSL-JSON has it; nothing for none."""
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        return {}
    return {"date-parts": [[int(part) for part in text.split("-")]]}


def to_csl_json(items: Sequence[Item]) -> str:
    """Return the entries as they are."""
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def to_text(items: Sequence[Item]) -> str:
    """Return a line for each entry, in the Harvard style."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
    from citeproc.formatter import plain
    from citeproc.source.json import CiteProcJSON

    style = CitationStylesStyle(_STYLE, validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(items), plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    return "".join(f"{entry}\n" for entry in bibliography.bibliography())


def to_bibtex(items: Sequence[Item]) -> str:
    """Return the entries for BibTeX and biblatex."""
    return "\n".join(map(_bibtex, items))


def _bibtex(item: Item) -> str:
    authors = [
        author.get("literal") or f"{author['family']}, {author['given']}"
        for author in item.get("author", ())
    ]
    fields = {
        "author": " and ".join(
            f"{{{name}}}" if "," not in name else name for name in map(_tex, authors)
        ),
        "title": f"{{{_tex(item['title'])}}}",
        "booktitle": _tex(item.get("container-title", "")),
        "year": "".join(
            str(part) for part in item.get("issued", {}).get("date-parts", [[""]])[0][:1]
        ),
        "version": item.get("version", ""),
        "note": _tex(item.get("note", "")),
        "url": item.get("URL", ""),
        "urldate": _day(item, "accessed"),
    }
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    return f"@misc{{{item['id']},\n{''.join(lines)}}}\n"


def _tex(text: str) -> str:
    """Return text in which no sign is one of TeX's own."""
    text = re.sub(r"([&%$#_{}])", r"\\\1", text.replace("\\", "\0"))
    return text.replace("\0", r"\textbackslash{}").replace("~", r"\~{}").replace("^", r"\^{}")


def to_ris(items: Sequence[Item]) -> str:
    """Return the entries in the RIS format, as reference managers import it."""
    return "".join(f"{line}\r\n" for item in items for line in _ris(item))


def _ris(item: Item) -> Iterator[str]:
    yield f"TY  - {'DATA' if item['type'] == 'dataset' else 'GEN'}"
    for author in item.get("author", ()):
        yield f"AU  - {author.get('literal') or ', '.join((author['family'], author['given']))}"
    fields = {
        "TI": item["title"],
        "T2": item.get("container-title", ""),
        "PY": _day(item, "issued")[:4],
        "ET": item.get("version", ""),
        "N1": item.get("note", ""),
        "UR": item.get("URL", ""),
        "Y2": _day(item, "accessed").replace("-", "/"),
    }
    yield from (f"{name}  - {value}" for name, value in fields.items() if value)
    yield "ER  - "


def _day(item: Item, name: str) -> str:
    parts = item.get(name, {}).get("date-parts", [[]])[0]
    return "-".join(f"{part:02}" for part in parts)


@dataclass(frozen=True)
class Style:
    """A form of citation: its media type, its name for people, and what writes it."""

    media_type: str
    title: str
    write: Callable[[Sequence[Item]], str]


STYLES: Final[Mapping[str, Style]] = {
    "text": Style("text/plain", "Harvard", to_text),
    "bibtex": Style("application/x-bibtex", "BibTeX", to_bibtex),
    "ris": Style("application/x-research-info-systems", "RIS", to_ris),
    "csl-json": Style("application/vnd.citationstyles.csl+json", "CSL-JSON", to_csl_json),
}
"""By the names that addresses and commands have."""
