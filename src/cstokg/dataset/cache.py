"""Built datasets, kept between runs in a folder that may be deleted at any time.

A kept build is a file of N-Quads with its own checksum on the first line: one that is damaged,
cut short or half written is noticed and made anew, never served.
"""

import logging
from hashlib import sha256
from pathlib import Path
from typing import Final

from cstokg.store.atomic_file import write_whole

log = logging.getLogger(__name__)

_KEPT_BUILDS: Final = 8
"""How many builds stay in the folder; older ones are removed."""


def read(folder: Path, key: str) -> bytes | None:
    """Return the N-Quads kept under `key`, or None if there are none that can be trusted."""
    path = _path(folder, key)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        log.warning("the kept build %s cannot be read, building anew: %s", path, error)
        return None
    head, _, nquads = content.partition(b"\n")
    if head != _head(nquads):
        log.warning("the kept build %s is damaged, building anew", path)
        return None
    return nquads


def write(folder: Path, key: str, nquads: bytes) -> None:
    """Keep `nquads` under `key`. Where that cannot be done, it is only said in the log."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(_path(folder, key), _head(nquads) + b"\n" + nquads)
        _remove_old(folder)
    except OSError as error:
        log.warning("the build is not kept in %s: %s", folder, error)


def _path(folder: Path, key: str) -> Path:
    return folder / f"{key}.nq"


def _head(nquads: bytes) -> bytes:
    return b"# sha256 " + sha256(nquads).hexdigest().encode()


def _remove_old(folder: Path) -> None:
    kept = sorted(folder.glob("*.nq"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[_KEPT_BUILDS:]:
        path.unlink(missing_ok=True)
