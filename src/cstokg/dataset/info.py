"""What a dataset was made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cstokg.dataset.load import SourceFile


@dataclass(frozen=True)
class BuildInfo:
    """What a dataset was made from."""

    version: str
    """The version of cstokg that built it."""
    source_sha256: str
    """One hash over the names and contents of all files, in hexadecimal."""
    files: tuple[SourceFile, ...]
    triples: Mapping[str, int]
    """Each graph's IRI and number of triples."""
    from_cache: bool
    revision: str = ""
    """Which of the versions that were written since; empty where nothing was."""

    @property
    def state(self) -> str:
        """A text that is another one for each version of the dataset."""
        return " ".join(filter(None, (self.version, self.source_sha256, self.revision)))
