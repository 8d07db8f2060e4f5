"""What makes a folder of exports an RO-Crate, for archives (https://w3id.org/ro/crate/1.1)."""

import json
from collections.abc import Iterable
from importlib.resources import files
from mimetypes import guess_type
from pathlib import Path
from typing import Final

from cstokg.analysis.summary import summarize
from cstokg.dataset.query_service import QueryService
from cstokg.formats import format_of_file

METADATA: Final = "ro-crate-metadata.json"


def write_crate(dataset: QueryService, folder: Path, paths: Iterable[Path]) -> Path:
    """Write the description of `folder` with the files at `paths`; return its path."""
    crate = json.loads((files(__package__) / METADATA).read_text("utf-8"))
    summary = summarize(dataset)
    parts = [{"@id": each.iri, "@type": "CreativeWork"} for each in summary.documents]
    for part, each in zip(parts, summary.documents, strict=True):
        part |= {"name": each.title, "author": each.author}
    known = {"version": summary.version, "datePublished": summary.modified}
    crate["@graph"][1] |= known | {"isBasedOn": [{"@id": each["@id"]} for each in parts]}
    crate["@graph"][1]["hasPart"] = [{"@id": path.name} for path in paths]
    for path in paths:
        row = format_of_file(path.name)
        media_type = row.media_type if row else guess_type(path.name)[0] or "text/plain"
        size = str(path.stat().st_size)
        about = {"name": path.name, "encodingFormat": media_type, "contentSize": size}
        parts.append({"@id": path.name, "@type": "File", **about})
    crate["@graph"] += parts
    path = folder / METADATA
    path.write_text(json.dumps(crate, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
