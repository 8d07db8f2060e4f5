"""A knowledge graph of one analyst article about the Collective Security Treaty Organization.

    import cstokg
    dataset = cstokg.build_dataset(cstokg.load_settings())
    rows = dataset.query("SELECT …").to_dicts()

Every name below is imported when it is first used, so that `import cstokg` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cstokg._version import __version__

if TYPE_CHECKING:
    from cstokg.analysis.summary import Summary, summarize
    from cstokg.dataset.build import build_dataset, graph
    from cstokg.dataset.changes import DropGraph, PostGraph, PutGraph, SparqlUpdate
    from cstokg.dataset.info import BuildInfo
    from cstokg.dataset.load import SourceFile
    from cstokg.dataset.model import Dataset
    from cstokg.dataset.query_service import Commit, QueryService
    from cstokg.dataset.transaction import WritableDataset
    from cstokg.errors import CstokgError
    from cstokg.formats import FORMATS, Format
    from cstokg.namespaces import PREFIXES
    from cstokg.publish.export import export_all, export_dataset
    from cstokg.quality.competency_questions import (
        Check,
        Question,
        ask_question,
        check_question,
        find_question,
        load_questions,
    )
    from cstokg.quality.passages import (
        Passage,
        PassageCoverage,
        SourceCheck,
        check_source,
        coverage,
        passages,
    )
    from cstokg.quality.reasoning.explain import Justification, explain_dataset
    from cstokg.quality.reasoning.hermit import Reasoning, reason_dataset
    from cstokg.settings import Settings, load_settings
    from cstokg.shacl.validation import Finding, Report, validate_dataset, validate_graph
    from cstokg.store import BooleanResult, GraphResult, QueryOptions, SelectResult
    from cstokg.web.application import create_app


__all__ = [
    "FORMATS",
    "PREFIXES",
    "BooleanResult",
    "BuildInfo",
    "Check",
    "Commit",
    "CstokgError",
    "Dataset",
    "DropGraph",
    "Finding",
    "Format",
    "GraphResult",
    "Justification",
    "Passage",
    "PassageCoverage",
    "PostGraph",
    "PutGraph",
    "QueryOptions",
    "QueryService",
    "Question",
    "Reasoning",
    "Report",
    "SelectResult",
    "Settings",
    "SourceCheck",
    "SourceFile",
    "SparqlUpdate",
    "Summary",
    "WritableDataset",
    "__version__",
    "ask_question",
    "build_dataset",
    "check_question",
    "check_source",
    "coverage",
    "create_app",
    "explain_dataset",
    "export_all",
    "export_dataset",
    "find_question",
    "graph",
    "load_questions",
    "load_settings",
    "passages",
    "reason_dataset",
    "summarize",
    "validate_dataset",
    "validate_graph",
]

_MODULES = {
    "BooleanResult": "store",
    "BuildInfo": "dataset.info",
    "Check": "quality.competency_questions",
    "Commit": "dataset.query_service",
    "CstokgError": "errors",
    "Dataset": "dataset.model",
    "DropGraph": "dataset.changes",
    "FORMATS": "formats",
    "Finding": "shacl.validation",
    "Format": "formats",
    "GraphResult": "store",
    "Justification": "quality.reasoning.explain",
    "PREFIXES": "namespaces",
    "Passage": "quality.passages",
    "PassageCoverage": "quality.passages",
    "PostGraph": "dataset.changes",
    "PutGraph": "dataset.changes",
    "QueryOptions": "store",
    "QueryService": "dataset.query_service",
    "Question": "quality.competency_questions",
    "Reasoning": "quality.reasoning.hermit",
    "Report": "shacl.validation",
    "SelectResult": "store",
    "Settings": "settings",
    "SourceCheck": "quality.passages",
    "SourceFile": "dataset.load",
    "SparqlUpdate": "dataset.changes",
    "Summary": "analysis.summary",
    "WritableDataset": "dataset.transaction",
    "ask_question": "quality.competency_questions",
    "build_dataset": "dataset.build",
    "check_question": "quality.competency_questions",
    "check_source": "quality.passages",
    "coverage": "quality.passages",
    "create_app": "web.application",
    "explain_dataset": "quality.reasoning.explain",
    "export_all": "publish.export",
    "export_dataset": "publish.export",
    "find_question": "quality.competency_questions",
    "graph": "dataset.build",
    "load_questions": "quality.competency_questions",
    "load_settings": "settings",
    "passages": "quality.passages",
    "reason_dataset": "quality.reasoning.hermit",
    "summarize": "analysis.summary",
    "validate_dataset": "shacl.validation",
    "validate_graph": "shacl.validation",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
