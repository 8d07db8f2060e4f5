"""The files to download, made once for each version of the dataset, and never while a page waits.

What is asked for by name is made at once; a thread makes the others. They are kept in memory,
compressed to a tenth or less, and go when the version does.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock, Thread
from typing import Any, Final

import zstandard

from cstokg.errors import CstokgError, UnwritableError, WorkersBusyError
from cstokg.formats import Format
from cstokg.publish.export import SUMS, TOOLS, export_formats, write_graphs
from cstokg.store import QueryOptions
from cstokg.web.pages.resource_rdf import jsonld_context
from cstokg.web.site import Site

log = logging.getLogger(__name__)

_LEVEL: Final = 3
_CHANGED: Final = "the dataset was changed while its files were made"
_EVERYTHING: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"

# One file at a time, of all versions: writing keeps a processor busy.
_one_at_a_time: Final = Lock()


@dataclass(frozen=True)
class File:
    """A file that has been made; `size` is in bytes, `sha256` in hexadecimal."""

    name: str
    size: int
    sha256: str
    packed: bytes = field(repr=False)
    """The content under zstd."""

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        unpacked: Any = zstandard.ZstdDecompressor().decompress(self.packed)
        return bytes(unpacked)


class Exports:
    """The exports of one version of a dataset; any thread may ask for them."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._files: dict[str, File] = {}
        self._unwritable: dict[str, UnwritableError] = {}
        self._graphs: dict[str, bytes] = {}
        self._lock = Lock()
        self._thread: Thread | None = None

    @property
    def files(self) -> Mapping[str, File]:
        """The files that have been made so far, by name."""
        return dict(self._files)

    @property
    def unwritable(self) -> Mapping[str, str]:
        """Why files cannot be made, by name: what the dataset says that the format cannot carry."""
        return {name: error.message for name, error in self._unwritable.items()}

    @property
    def complete(self) -> bool:
        """True if all files have been made that can be."""
        return len(self._files) + len(self._unwritable) == len(NAMES)

    def get(self, name: str) -> File:
        """Return the file of that name, one of `NAMES`, making it if it has not been made.

        Raises QueryStoppedError where the dataset cannot be read now, and UnwritableError.
        """
        if name not in self._files:
            with _one_at_a_time:
                if name not in (*self._files, *self._unwritable):
                    try:
                        self._files[name] = self._make(name)
                    except UnwritableError as error:
                        self._unwritable[name] = error
                    if self.complete:
                        self._graphs.clear()
        if name in self._unwritable:
            raise self._unwritable[name]
        return self._files[name]

    def begin(self) -> None:
        """Have a thread make all files that have not been made; return at once."""
        with self._lock:
            if not self.complete and (self._thread is None or not self._thread.is_alive()):
                self._thread = Thread(target=self._make_all, name="exports", daemon=True)
                self._thread.start()

    def checksums(self) -> str:
        """Return a line of SHA-256 and name for each file, as `sha256sum` writes them.

        Raises QueryStoppedError where the dataset cannot be read now.
        """
        lines = []
        for name in NAMES:
            with suppress(UnwritableError):
                lines.append(f"{self.get(name).sha256}  {name}\n")
        return "".join(lines)

    def _make_all(self) -> None:
        try:
            for name in reversed(tuple(NAMES)):  # the quickest first
                with suppress(UnwritableError):
                    self.get(name)
        except CstokgError as error:
            log.warning("the exports could not all be made: %s", error)

    def _make(self, name: str) -> File:
        if not self._graphs:
            self._graphs = {iri: self._read(iri) for iri in sorted(self._site.graphs)}
        chosen = NAMES[name].name
        if chosen in TOOLS:
            content = TOOLS[chosen](self._site.service)
        else:
            content = write_graphs(self._graphs, chosen, self._site.once(jsonld_context))
        if not self._site.service.is_current:
            # Some may be of the next version already; its own site makes its own files.
            self._graphs = {}
            raise WorkersBusyError(_CHANGED, retry_after=1)
        packed = zstandard.ZstdCompressor(level=_LEVEL).compress(content)
        return File(name, len(content), sha256(content).hexdigest(), packed)

    def _read(self, graph: str) -> bytes:
        return self._site.service.graph(_EVERYTHING, QueryOptions(default_graphs=[graph])).payload


NAMES: Final[Mapping[str, Format]] = {f"cstokg.{row.extension}": row for row in export_formats()}
"""The name of each file, and its format."""

__all__ = ["NAMES", "SUMS", "Exports", "File"]
