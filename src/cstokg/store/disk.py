"""A dataset on disk: kept by the embedded engine (Oxigraph on RocksDB), one change at a time.

The folder holds

- `cstokg-store.json`, the marker: the version of this layout, where the dataset came from, and
  the name of the folder beside it that holds the dataset. It is replaced in one step, so that a
  dataset that is seeded or restored is there whole or not at all;
- `data-…/rocksdb/`, the engine's files, and `data-…/commits.log`, a line for each commit that
  was made. A dataset that is found at an earlier commit has been damaged;
- `cstokg-store.lock`, which the one process that may write here holds.

Beside the quads the engine keeps a `Head`: the number of commits, the name of its version, the
number of its quads and their digest. A commit changes it in the same transaction as the quads, and
whoever reads the dataset checks the quads against it: what is read is whole, or it is an error.

The engine starts threads, so that a process which uses this must not fork afterwards.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import zlib
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final, Self

import pyoxigraph as ox

from cstokg.errors import StorageError, StorageFullError, StoreDamagedError, StoreInUseError
from cstokg.store import lock as folder_lock
from cstokg.store.atomic_file import PART, sync, write_whole
from cstokg.store.digest import Digest
from cstokg.store.skolem import skolemize, unskolemize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

FORMAT: Final = 1
"""The version of the layout on disk."""

MARKER: Final = "cstokg-store.json"
SOCKET: Final = "cstokg-store.sock"
"""Where the process that has the store open gives others a copy; see `snapshot`."""

_LOCK: Final = "cstokg-store.lock"
_DATA: Final = "data-"
_ENGINE: Final = "rocksdb"
_JOURNAL: Final = "commits.log"

# The head is the one quad of the default graph, where no quad of a dataset can stand.
_HEAD_NODE: Final = ox.NamedNode("urn:cstokg:store")
_HEAD_PROPERTY: Final = ox.NamedNode("urn:cstokg:head")

_FULL: Final = ("No space left", "File too large", "quota exceeded", "NoSpace")
_RESTORE: Final = (
    "Bring back a backup with 'cstokg restore FILE --store {folder} --force', or start with an "
    "empty folder to begin from the project's files."
)


@dataclass(frozen=True)
class Origin:
    """Where a dataset on disk came from."""

    version: str
    """The version of cstokg that built it."""
    source_sha256: str
    """The hash over the project's files that it was built from."""
    made: str
    """When it was put there: a time in UTC, as ISO 8601."""


@dataclass(frozen=True)
class Head:
    """What is known of a dataset on disk without reading it."""

    commits: int
    """How many changes were made since the seed."""
    revision: str
    """The name of the dataset's version among those that came of the same files."""
    quads: int
    digest: str


@dataclass(frozen=True)
class Contents:
    """A whole dataset as it stood at one moment."""

    origin: Origin
    head: Head
    nquads: bytes
    """Sorted N-Quads."""


def find_flaw(contents: Contents) -> str:
    """Return in words how the quads are not those that the head speaks of; empty if they are."""
    head, digest = contents.head, Digest().plus(contents.nquads.splitlines(keepends=True))
    if head.quads != digest.quads:
        return f"it has {digest.quads} statements, and should have {head.quads}"
    if head.digest != str(digest):
        return "its statements are not those that were written"
    return ""


def holds_store(folder: Path) -> bool:
    """Whether there is a dataset in `folder`: False where there is nothing, or a half-made one.

    Raises StorageError where the folder holds something else.
    """
    return _read_marker(folder) is not None


def seed(
    folder: Path,
    nquads: bytes,
    origin: Origin,
    *,
    revision: str,
    commits: int = 0,
    replace: bool = False,
    tell: Callable[[str], None] = log.info,
) -> Head:
    """Put a dataset into `folder`, in one step: after a crash it is there whole or not at all.

    With `replace` it takes the place of the one that is there, which is kept until then; without,
    a folder that holds one is refused. `tell` hears each step in a few words.

    Raises StorageError.
    """
    quads = _quads(nquads)
    with _faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with folder_lock.held(folder / _LOCK), _faults(folder):
        _refuse_foreign(folder)
        if not replace and _read_marker(folder) is not None:
            raise StorageError(
                f"the folder {folder} already holds a dataset",
                hint="Name another folder, or give --force to replace it.",
            )
        if not any(entry.name.startswith((MARKER, _DATA)) for entry in _entries(folder)):
            # From here on the folder is known for one in which a dataset was being made.
            _write_marker(folder, {"format": FORMAT})
        name = _DATA + token_hex(4)
        try:
            head = _fill(folder / name, quads, revision, commits, tell)
            _write_marker(folder, {"format": FORMAT, "data": name, "origin": asdict(origin)})
        except BaseException:
            shutil.rmtree(folder / name, ignore_errors=True)
            raise
        _remove_others(folder, name)
        return head


class DiskStore:
    """The dataset in a folder, held open by this process alone.

    After an error in `commit` it is closed. Whether the commit was made is then to be seen from
    the `head` of the folder when it is opened again; half of it never is.
    """

    def __init__(
        self, folder: Path, lock: int, origin: Origin, data: Path, store: ox.Store, head: Head
    ) -> None:
        self.folder = folder
        self.origin = origin
        self.head = head
        self._data = data
        self._lock = lock
        self._store: ox.Store | None = store

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the dataset in `folder`. Raises StorageError."""
        with _faults(folder):
            if not folder.is_dir():
                raise StorageError(f"there is no folder {folder}")
            lock = folder_lock.take(folder / _LOCK)
        try:
            with _faults(folder):
                return cls._open(folder, lock)
        except BaseException:
            os.close(lock)
            raise

    @classmethod
    def _open(cls, folder: Path, lock: int) -> Self:
        marker = _read_marker(folder)
        if marker is None:
            raise StorageError(
                f"the folder {folder} holds no dataset",
                hint=f"'cstokg serve --store {folder}' makes one from the project's files.",
            )
        data, origin = folder / marker["data"], Origin(**marker["origin"])
        engine = data / _ENGINE
        # The engine would make a new, empty dataset where it finds none.
        if not (engine / "CURRENT").is_file() or not (data / _JOURNAL).is_file():
            raise _damaged(folder, f"files are missing in {data.name}")
        _remove_others(folder, data.name)
        store = ox.Store(engine)
        head = _read_head(folder, _head_quads(store))
        _check_journal(folder, data / _JOURNAL, head)
        # Only the last line is needed, and the file would grow for ever.
        write_whole(data / _JOURNAL, _journal_line(head))
        return cls(folder, lock, origin, data, store, head)

    def read(self) -> Contents:
        """Return the whole dataset, of one moment even while `commit` goes on in another thread.

        Raises StoreDamagedError where it is not what was written.
        """
        with _faults(self.folder):
            heads, lines = [], []
            for quad in self._opened():
                if isinstance(quad.graph_name, ox.DefaultGraph):
                    heads.append(quad)
                else:
                    lines.append(_line(unskolemize(quad)))
            head = _read_head(self.folder, heads)
        lines.sort()
        contents = Contents(self.origin, head, b"".join(lines))
        if flaw := find_flaw(contents):
            raise _damaged(self.folder, flaw)
        return contents

    def commit(self, removed: bytes, added: bytes, revision: str) -> Head:
        """Take the quads `removed` away and add `added`, all or nothing, and have it on the disk.

        Both are N-Quads: of what is in the dataset, and of what is not.
        Raises StorageError, after which this object is closed.
        """
        gone, new = _quads(removed), _quads(added)
        try:
            with _faults(self.folder):
                return self._commit(gone, new, revision)
        except BaseException:
            self.close()
            raise

    def _commit(self, removed: list[ox.Quad], added: list[ox.Quad], revision: str) -> Head:
        store, old = self._opened(), self.head
        gone, new = [skolemize(quad) for quad in removed], [skolemize(quad) for quad in added]
        if not all(quad in store for quad in gone) or any(quad in store for quad in new):
            raise StorageError(f"the change does not fit the dataset in {self.folder}")
        digest = Digest(old.quads, int(old.digest, 16))
        digest = digest.minus(map(_line, removed)).plus(map(_line, added))
        head = Head(old.commits + 1, revision, digest.quads, str(digest))
        # One request of several operations is one transaction, and so one record of the engine's
        # write-ahead log.
        store.update(
            f"DELETE DATA {{ {_block([_head_quad(old), *gone])} }} ;\n"
            f"INSERT DATA {{ {_block([_head_quad(head), *new])} }}"
        )
        store.flush()
        self.head = head
        self._note(head)
        return head

    def close(self) -> None:
        """Let go of the folder."""
        if self._store is not None:
            self._store = None
            os.close(self._lock)

    def _opened(self) -> ox.Store:
        if self._store is None:
            raise StorageError(f"the store in {self.folder} is closed")
        return self._store

    def _note(self, head: Head) -> None:
        # The commit is made and stays so; without the note, only a later damage is less plain.
        try:
            with (self._data / _JOURNAL).open("ab") as file:
                file.write(_journal_line(head))
        except OSError as error:
            log.warning("commit %d is made, but not noted: %s", head.commits, error)


def _fill(
    data: Path, quads: list[ox.Quad], revision: str, commits: int, tell: Callable[[str], None]
) -> Head:
    engine = data / _ENGINE
    data.mkdir()
    store = ox.Store(engine)
    tell(f"writing {len(quads)} statements")
    digest = Digest().plus(map(_line, quads))
    head = Head(commits, revision, digest.quads, str(digest))
    store.bulk_extend(map(skolemize, quads))
    store.add(_head_quad(head))
    store.flush()
    tell("reading them back")
    back = Digest().plus(
        _line(unskolemize(quad))
        for quad in store
        if not isinstance(quad.graph_name, ox.DefaultGraph)
    )
    if back != digest:
        raise StorageError(f"what was written to {data} cannot be read back")
    del store
    write_whole(data / _JOURNAL, _journal_line(head))
    for path in (*engine.iterdir(), engine, data, data.parent):
        sync(path)
    return head


def _quads(nquads: bytes) -> list[ox.Quad]:
    """Return the quads as a store keeps them, which holds a number by its value alone."""
    store = ox.Store()
    store.extend(ox.parse(nquads, format=ox.RdfFormat.N_QUADS))
    quads = list(store)
    if any(isinstance(quad.graph_name, ox.DefaultGraph) for quad in quads):
        raise StorageError("each statement of a dataset stands in a named graph")
    return quads


def _line(quad: ox.Quad) -> bytes:
    return f"{quad} .\n".encode()


def _block(quads: Iterable[ox.Quad]) -> str:
    """Return quads in the syntax of SPARQL's INSERT DATA and DELETE DATA."""
    return "\n".join(
        f"{quad.triple} ."
        if isinstance(quad.graph_name, ox.DefaultGraph)
        else f"GRAPH {quad.graph_name} {{ {quad.triple} }}"
        for quad in quads
    )


def _head_quad(head: Head) -> ox.Quad:
    text = json.dumps(asdict(head), sort_keys=True)
    return ox.Quad(_HEAD_NODE, _HEAD_PROPERTY, ox.Literal(text), ox.DefaultGraph())


def _head_quads(store: ox.Store) -> list[ox.Quad]:
    return list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))


def _read_head(folder: Path, quads: list[ox.Quad]) -> Head:
    try:
        (quad,) = quads
        if isinstance(quad.object, ox.Literal):
            return Head(**json.loads(quad.object.value))
    except (TypeError, ValueError):
        pass
    raise _damaged(folder, "it does not say how far it was written")


def _journal_line(head: Head) -> bytes:
    text = f"{head.commits} {head.digest}"
    return f"{text} {zlib.crc32(text.encode()):08x}\n".encode()


def _check_journal(folder: Path, journal: Path, head: Head) -> None:
    """Raise StoreDamagedError where the journal knows of a commit that the dataset does not."""
    noted: list[tuple[int, str]] = []
    for line in journal.read_bytes().splitlines():
        text, _, check = line.decode("ascii", "replace").rpartition(" ")
        if f"{zlib.crc32(text.encode()):08x}" == check:
            number, _, digest = text.partition(" ")
            noted.append((int(number), digest))
    # A last line that was cut short belongs to a commit that nobody was told of.
    if not noted:
        raise _damaged(folder, f"{journal.name} is not readable")
    made, last = max(noted)
    if head.commits < made:
        raise _damaged(folder, f"it is at change {head.commits}, but {made} were made")
    if head.commits == made and head.digest != last:
        raise _damaged(folder, "it is not at the change that was made last")


def _read_marker(folder: Path) -> dict[str, Any] | None:
    """Return the marker, or None where no dataset was ever whole. Raises StorageError."""
    try:
        text = (folder / MARKER).read_bytes()
    except FileNotFoundError:
        _refuse_foreign(folder)
        if any(entry.name.startswith(_DATA) for entry in _entries(folder)):
            raise _damaged(folder, f"{MARKER} is missing") from None
        return None
    try:
        marker = json.loads(text)
        version, check = int(marker["format"]), marker.pop("check")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(folder, f"{MARKER} is not readable") from None
    if version != FORMAT:
        other = "a newer" if version > FORMAT else "an older"
        raise StorageError(
            f"the store in {folder} is in format {version}, and this cstokg knows format {FORMAT}",
            hint=f"Make a backup with {other} cstokg that knows it, and bring that back here: "
            "'cstokg restore FILE --store NEW-FOLDER'.",
        )
    if check != _marker_check(marker):
        raise _damaged(folder, f"{MARKER} is not what was written")
    return marker if "data" in marker else None


def _write_marker(folder: Path, marker: dict[str, Any]) -> None:
    text = json.dumps({**marker, "check": _marker_check(marker)}, indent=2)
    write_whole(folder / MARKER, f"{text}\n".encode())


def _marker_check(marker: dict[str, Any]) -> str:
    return f"{zlib.crc32(json.dumps(marker, sort_keys=True).encode()):08x}"


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _refuse_foreign(folder: Path) -> None:
    """Raise StorageError for a folder with something that is not a store's."""
    known = {MARKER, MARKER + PART, _LOCK, SOCKET, "lost+found"}
    for entry in _entries(folder):
        if entry.name not in known and not entry.name.startswith(_DATA):
            raise StorageError(
                f"the folder {folder} holds something else than a dataset: {entry.name}",
                hint="Name an empty folder, or one that is not there yet.",
            )


def _remove_others(folder: Path, name: str) -> None:
    """Remove the datasets that were replaced, or never whole."""
    for entry in _entries(folder):
        if entry.name.startswith(_DATA) and entry.name != name:
            shutil.rmtree(entry, ignore_errors=True)
    with suppress(OSError):
        (folder / (MARKER + PART)).unlink()


@contextmanager
def _faults(folder: Path) -> Iterator[None]:
    """Turn what the system and the engine complain of into StorageError."""
    try:
        yield
    except StorageError:
        raise
    except (OSError, RuntimeError, ValueError, SyntaxError) as error:
        raise _fault(folder, error) from error


def _fault(folder: Path, error: Exception) -> StorageError:
    text = str(error)
    if any(words in text for words in _FULL):
        return StorageFullError(
            f"there is no room to write to the store in {folder}: {text}",
            hint="Make room on that disk; nothing of the change is stored.",
        )
    if "lock file" in text:  # of the engine: a program that is not cstokg
        return StoreInUseError(f"another program has the store {folder} open")
    if isinstance(error, PermissionError) or "Read-only file system" in text:
        return StorageError(
            f"the store in {folder} cannot be written: {text}",
            hint="Give the user of this process the right to write there.",
        )
    if isinstance(error, OSError) and error.errno is not None:
        return StorageError(f"the store in {folder} cannot be used: {text}")
    return _damaged(folder, text)


def _damaged(folder: Path, problem: str) -> StoreDamagedError:
    return StoreDamagedError(
        f"the store in {folder} is damaged: {problem}", hint=_RESTORE.format(folder=folder)
    )
