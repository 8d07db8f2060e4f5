"""A knowledge graph of one analyst article about the Collective Security Treaty Organization.

    import cstokg
    dataset = cstokg.build_dataset(cstokg.load_settings())
    rows = dataset.query("SELECT …").to_dicts()

Every name below is imported when it is first used, so that `import cstokg` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from cstokg.analysis.answer import Answer as Answer
    from cstokg.analysis.bonds.as_of import AsOf as AsOf
    from cstokg.analysis.bonds.as_of import BondAsOf as BondAsOf
    from cstokg.analysis.bonds.as_of import as_of as as_of
    from cstokg.analysis.bonds.network import Network as Network
    from cstokg.analysis.bonds.network import network as network
    from cstokg.analysis.claims.choice import find_claims as find_claims
    from cstokg.analysis.claims.records import Claim as Claim
    from cstokg.analysis.coverage import source_coverage as source_coverage
    from cstokg.analysis.questions.answering import ask as ask
    from cstokg.analysis.summary import Summary as Summary
    from cstokg.analysis.summary import summarize as summarize
    from cstokg.analysis.tables.table import table as table
    from cstokg.dataset.build import build_dataset as build_dataset
    from cstokg.dataset.build import graph as graph
    from cstokg.dataset.changes import DropGraph as DropGraph
    from cstokg.dataset.changes import PostGraph as PostGraph
    from cstokg.dataset.changes import PutGraph as PutGraph
    from cstokg.dataset.changes import SparqlUpdate as SparqlUpdate
    from cstokg.dataset.load import BuildInfo as BuildInfo
    from cstokg.dataset.load import SourceFile as SourceFile
    from cstokg.dataset.model import Dataset as Dataset
    from cstokg.dataset.query_service import Commit as Commit
    from cstokg.dataset.query_service import QueryService as QueryService
    from cstokg.dataset.transaction import WritableDataset as WritableDataset
    from cstokg.errors import CstokgError as CstokgError
    from cstokg.errors import ParameterError as ParameterError
    from cstokg.formats import FORMATS as FORMATS
    from cstokg.formats import Format as Format
    from cstokg.namespaces import PREFIXES as PREFIXES
    from cstokg.publish.export import export_all as export_all
    from cstokg.publish.export import export_dataset as export_dataset
    from cstokg.quality.competency_questions import Check as Check
    from cstokg.quality.competency_questions import Question as Question
    from cstokg.quality.competency_questions import ask_question as ask_question
    from cstokg.quality.competency_questions import check_question as check_question
    from cstokg.quality.competency_questions import find_question as find_question
    from cstokg.quality.competency_questions import load_questions as load_questions
    from cstokg.quality.passages import Passage as Passage
    from cstokg.quality.passages import PassageCoverage as PassageCoverage
    from cstokg.quality.passages import SourceCheck as SourceCheck
    from cstokg.quality.passages import check_source as check_source
    from cstokg.quality.passages import coverage as coverage
    from cstokg.quality.passages import passages as passages
    from cstokg.quality.reasoning.explain import Justification as Justification
    from cstokg.quality.reasoning.explain import explain_dataset as explain_dataset
    from cstokg.quality.reasoning.hermit import Reasoning as Reasoning
    from cstokg.quality.reasoning.hermit import reason_dataset as reason_dataset
    from cstokg.settings import Settings as Settings
    from cstokg.settings import load_settings as load_settings
    from cstokg.shacl.validation import Finding as Finding
    from cstokg.shacl.validation import Report as Report
    from cstokg.shacl.validation import validate_dataset as validate_dataset
    from cstokg.shacl.validation import validate_graph as validate_graph
    from cstokg.store import BooleanResult as BooleanResult
    from cstokg.store import GraphResult as GraphResult
    from cstokg.store import QueryOptions as QueryOptions
    from cstokg.store import SelectResult as SelectResult
    from cstokg.web.application import create_app as create_app

_PUBLIC = {
    "analysis.bonds.as_of": ("AsOf", "BondAsOf", "as_of"),
    "analysis.bonds.network": ("Network", "network"),
    "analysis.answer": ("Answer",),
    "analysis.questions.answering": ("ask",),
    "analysis.claims.choice": ("find_claims",),
    "analysis.claims.records": ("Claim",),
    "analysis.coverage": ("source_coverage",),
    "analysis.summary": ("Summary", "summarize"),
    "analysis.tables.table": ("table",),
    "dataset.build": ("build_dataset", "graph"),
    "dataset.changes": ("DropGraph", "PostGraph", "PutGraph", "SparqlUpdate"),
    "dataset.load": ("BuildInfo", "SourceFile"),
    "dataset.model": ("Dataset",),
    "dataset.query_service": ("Commit", "QueryService"),
    "dataset.transaction": ("WritableDataset",),
    "errors": ("CstokgError", "ParameterError"),
    "formats": ("FORMATS", "Format"),
    "namespaces": ("PREFIXES",),
    "publish.export": ("export_all", "export_dataset"),
    "quality.competency_questions": (
        "Check",
        "Question",
        "ask_question",
        "check_question",
        "find_question",
        "load_questions",
    ),
    "quality.passages": (
        "Passage",
        "PassageCoverage",
        "SourceCheck",
        "check_source",
        "coverage",
        "passages",
    ),
    "quality.reasoning.explain": ("Justification", "explain_dataset"),
    "quality.reasoning.hermit": ("Reasoning", "reason_dataset"),
    "settings": ("Settings", "load_settings"),
    "shacl.validation": ("Finding", "Report", "validate_dataset", "validate_graph"),
    "store": ("BooleanResult", "GraphResult", "QueryOptions", "SelectResult"),
    "web.application": ("create_app",),
}
_MODULES = {name: module for module, names in _PUBLIC.items() for name in names}

__all__ = ["__version__", *_MODULES]  # noqa: PLE0604 - all are texts


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
