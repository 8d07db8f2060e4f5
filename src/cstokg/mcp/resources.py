"""What a model reads before it writes a query: the schema, the prefixes, the stored questions."""

from collections.abc import Callable
from importlib.resources import files
from typing import Final

from cstokg.analysis.site.state import Site
from cstokg.quality.competency_questions import Question

_FILES: Final = files(__package__)


def schema(site: Site) -> str:
    """Return the classes and properties of the ontology, with the beginnings of definitions."""
    head, query = (
        (_FILES / name).read_text(encoding="utf-8") for name in ("schema.md", "schema.rq")
    )
    return head + "".join(f"{line}\n" for (line,) in site.select(query))


def prefixes(site: Site) -> str:
    """Return the prefixes that a query need not declare."""
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(site.prefixes.items()))


def questions(site: Site) -> str:
    """Return the stored questions, each by its name, with the parameters that it has."""
    return "".join(f"- {signature(each)}: {each.question}\n" for each in site.questions)


def signature(question: Question) -> str:
    """Return the name of a question with those of its parameters."""
    return f"{question.slug}({', '.join(each.name for each in question.parameters)})"


RESOURCES: Final[dict[str, Callable[[Site], str]]] = {
    f"cstokg://{each.__name__}": each for each in (schema, prefixes, questions)
}
