"""A knowledge graph of one analyst article about the Collective Security Treaty Organization.

    import cstokg
    dataset = cstokg.build_dataset(cstokg.load_settings())
    rows = dataset.query("SELECT …").to_dicts()

Every name below is imported when it is first used, so that `import cstokg` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cstokg.build import BuildInfo, Dataset, SourceFile, build_dataset, graph
    from cstokg.change import Commit, DropGraph, PostGraph, PutGraph, SparqlUpdate
    from cstokg.errors import CstokgError
    from cstokg.explain import Justification, explain_dataset
    from cstokg.export import export_all, export_dataset
    from cstokg.formats import FORMATS, Format
    from cstokg.namespaces import PREFIXES
    from cstokg.questions import (
        Check,
        Question,
        ask_question,
        check_question,
        find_question,
        load_questions,
    )
    from cstokg.reason import Reasoning, reason_dataset
    from cstokg.settings import Settings, load_settings
    from cstokg.sources import (
        Passage,
        PassageCoverage,
        SourceCheck,
        check_source,
        coverage,
        passages,
    )
    from cstokg.store import BooleanResult, GraphResult, SelectResult
    from cstokg.summary import Summary, summarize
    from cstokg.transaction import WritableDataset
    from cstokg.validate import Finding, Report, validate_dataset, validate_graph
    from cstokg.web import create_app

__version__ = "0.1.0"

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
    "BuildInfo": "build",
    "Check": "questions",
    "Commit": "change",
    "CstokgError": "errors",
    "Dataset": "build",
    "DropGraph": "change",
    "FORMATS": "formats",
    "Finding": "validate",
    "Format": "formats",
    "GraphResult": "store",
    "Justification": "explain",
    "PREFIXES": "namespaces",
    "Passage": "sources",
    "PassageCoverage": "sources",
    "PostGraph": "change",
    "PutGraph": "change",
    "Question": "questions",
    "Reasoning": "reason",
    "Report": "validate",
    "SelectResult": "store",
    "Settings": "settings",
    "SourceCheck": "sources",
    "SourceFile": "build",
    "SparqlUpdate": "change",
    "Summary": "summary",
    "WritableDataset": "transaction",
    "ask_question": "questions",
    "build_dataset": "build",
    "check_question": "questions",
    "check_source": "sources",
    "coverage": "sources",
    "create_app": "web",
    "explain_dataset": "explain",
    "export_all": "export",
    "export_dataset": "export",
    "find_question": "questions",
    "graph": "build",
    "load_questions": "questions",
    "load_settings": "settings",
    "passages": "sources",
    "reason_dataset": "reason",
    "summarize": "summary",
    "validate_dataset": "validate",
    "validate_graph": "validate",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
