"""The graph in owlready2, to be edited as Python objects, and back as a file of the project.

owlready2 does not read Turtle (it raises nothing and yields junk), drops the last slash of IRIs in
RDF/XML, and follows imports over the network. Here it is handed N-Triples without imports, and what
it holds is written as Turtle in the project's form.
"""

from io import BytesIO
from pathlib import Path
from typing import Any, Final

from cstokg.dataset.model import Dataset
from cstokg.errors import CstokgError
from cstokg.namespaces import BASE, CKG, RESOURCE, SLUG
from cstokg.quality.reasoning.hermit import without_imports
from cstokg.rdf.formatting import format_content

_SLUG_HINT: Final = "Write it in small letters, digits and hyphens, as in 'my-article-2024'."


def open_world(dataset: Dataset) -> Any:
    """Return an `owlready2.World` with all that the files of `dataset` say, and nothing derived.

    Find an individual by its IRI, `world["https://w3id.org/cstokg/id/state/armenia"]`, and a class
    or property as an attribute of `terms(world)`. `reason_world` reasons over it.
    """
    import owlready2

    world = owlready2.World()
    for iri in dataset.asserted_graphs:
        content = without_imports(dataset.store.dump_union([iri]))
        world.get_ontology(iri).load(fileobj=BytesIO(content))
    return world


def terms(world: Any) -> Any:
    """Return the namespace of the terms: `terms(world).Membership`, `terms(world).member`."""
    return world.get_namespace(CKG)


def new_source(world: Any, slug: str) -> Any:
    """Return a new, empty ontology of `world` for the facts of one source.

    Raises CstokgError for a slug that no folder of `data/` could have.
    """
    _check_slug(slug)
    return world.get_ontology(f"{BASE}data/{slug}#")


def kind(ontology: Any, name: str) -> Any:
    """Return the namespace in `ontology` of the resources of a kind, such as `membership`.

    What is made with it, `terms(world).Membership("ruritania-csto", namespace=kind(ontology,
    "membership"))`, has the IRI `https://w3id.org/cstokg/id/membership/ruritania-csto`.
    """
    _check_slug(name)
    return ontology.get_namespace(f"{RESOURCE}{name}/")


def save_turtle(ontology: Any, path: Path) -> None:
    """Write what was added to `ontology` as Turtle in the form that `cstokg fmt` writes.

    Raises CstokgError where nothing was added, and SourceError for what Turtle cannot hold.
    """
    buffer = BytesIO()
    ontology.save(buffer, format="ntriples")
    content = buffer.getvalue()
    if content.count(b"\n") <= 1:  # the ontology's own declaration
        raise CstokgError(
            f"nothing was added to {ontology.base_iri}",
            hint="Make individuals with namespace=kind(ontology, …), or inside 'with ontology:'.",
        )
    path.write_bytes(format_content(content, path))


def _check_slug(slug: str) -> None:
    if not SLUG.fullmatch(slug):
        raise CstokgError(f"{slug!r} cannot be part of an IRI of ours", hint=_SLUG_HINT)
