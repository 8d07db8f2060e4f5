"""A dataset on disk: one SQLite file, a row for each quad, a transaction for each change.

Queries are answered from memory, so that the file is only read as a whole and changed by commits.
SQLite keeps its promises for us: a commit is made or not, whatever ends the process, and is on the
disk when it returns (`synchronous=EXTRA`); a reader sees one moment, also while a server commits.

Beside the quads the file keeps a `Head`: the number of commits, the name of the version, the number
of quads and their digest. What is read is checked against it: it is whole, or it is an error.

A connection is opened for each piece of work, so that none is carried into a forked process.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Final, Self

from cstokg.errors import StorageError, StorageFullError, StoreDamagedError
from cstokg.store.digest import Digest
from cstokg.store.lock import exclusive_lock

FORMAT: Final = 2
"""The version of the layout on disk; the first was another engine's folder."""

FILE: Final = "cstokg.sqlite"

_FIRST_FORMAT: Final = "cstokg-store.json"
_LOCK: Final = "cstokg-store.lock"
_SEEDED: Final = "cstokg.seeded"
"""An empty file beside a dataset that was put there: where it is alone, the dataset was lost."""

_OWN: Final = (FILE, f"{FILE}-journal", f"{FILE}.damaged", _SEEDED, _LOCK, "lost+found")
_PATIENCE: Final = 30.0
"""Seconds that a commit waits for a reader, or a reader for a commit."""

_FULL: Final = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE")
_FORBIDDEN: Final = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS quad (line TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


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
    derivation: str = ""
    """What the computed graphs were last derived by; empty where that is not known."""


def find_flaw(contents: Contents) -> str:
    """Return in words how the quads are not those that the head speaks of; empty if they are."""
    head, digest = contents.head, Digest().plus(BytesIO(contents.nquads))
    if head.quads != digest.quads:
        return f"it has {digest.quads} statements, and should have {head.quads}"
    if head.digest != str(digest):
        return "its statements are not those that were written"
    return ""


@dataclass(frozen=True)
class DiskStore:
    """The dataset in a folder, which one server at a time holds by `exclusive`."""

    folder: Path

    @contextmanager
    def exclusive(self) -> Iterator[Self]:
        """Hold the folder, made where it is not there, so that no other process writes to it.

        Raises StoreInUseError, and StorageError for a folder that holds something else.
        """
        self._refuse_foreign()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = exclusive_lock(self.folder / _LOCK)
        except OSError as error:
            raise StorageError(
                f"the store in {self.folder} cannot be written: {error.strerror or error}",
                hint="Give the user of this process the right to write there.",
            ) from error
        with lock:
            yield self

    def read(self) -> Contents | None:
        """Return the whole dataset, of one moment; None where the folder holds none yet.

        Raises StoreDamagedError where it is not what was written, and StorageError.
        """
        self._refuse_foreign()
        seeded = (self.folder / _SEEDED).exists()
        if not (self.folder / FILE).exists():
            if seeded:
                raise self._damaged(f"{FILE} is missing")
            return None
        with self._connected() as connection:
            connection.execute("BEGIN")
            meta = _meta(connection)
            nquads = BytesIO()  # one line after the other, so that they are in memory once
            if meta:
                # SQLite compares texts by their bytes, as all sorted N-Quads are.
                for (line,) in connection.execute("SELECT line FROM quad ORDER BY line"):
                    nquads.write(line.encode() + b"\n")
        if meta is None and not seeded:
            return None
        origin, head = self._parsed(meta)
        derivation = json.loads((meta or {}).get("derivation", '""'))
        contents = Contents(origin, head, nquads.getvalue(), derivation)
        if flaw := find_flaw(contents):
            raise self._damaged(flaw)
        return contents

    def seed(
        self,
        nquads: bytes,
        origin: Origin,
        *,
        revision: str,
        commits: int = 0,
        derivation: str = "",
        replace: bool = False,
    ) -> Head:
        """Put a dataset of sorted N-Quads into the folder: after a crash it is there or is not.

        With `replace` it takes the place of the one that is there, which is kept until then, and
        one that is damaged is put aside. To be called within `exclusive`. Raises StorageError.
        """
        digest = Digest().plus(BytesIO(nquads))
        head = Head(commits, revision, digest.quads, str(digest))
        try:
            occupied = self.read() is not None
        except StorageError:
            if not replace:
                raise
            occupied = True
            path = self.folder / FILE
            if path.exists():
                path.replace(path.with_name(f"{FILE}.damaged"))
            path.with_name(f"{FILE}-journal").unlink(missing_ok=True)
        if occupied and not replace:
            raise StorageError(
                f"the folder {self.folder} already holds a dataset",
                hint="Name another folder, or give --force to replace it.",
            )
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            for statement in filter(str.strip, _SCHEMA.split(";")):
                connection.execute(statement)
            connection.execute("DELETE FROM quad")
            rows = ((line.decode().rstrip("\n"),) for line in BytesIO(nquads))
            connection.executemany("INSERT INTO quad VALUES (?)", rows)
            _set_meta(connection, "format", FORMAT)
            _set_meta(connection, "origin", asdict(origin))
            _set_meta(connection, "head", asdict(head))
            _set_meta(connection, "derivation", derivation)
            connection.execute("COMMIT")
            (self.folder / _SEEDED).touch()
        return head

    def commit(self, removed: bytes, added: bytes, revision: str) -> Head:
        """Take the quads `removed` away and add `added`, all or nothing, and have it on the disk.

        Both are N-Quads: of what is in the dataset, and of what is not. `revision` is the name of
        the version from then on. Raises StorageError, after which nothing of it is made.
        """
        try:
            with self._connected() as connection:
                connection.execute("BEGIN IMMEDIATE")
                head = self._change(connection, removed, added, revision)
                connection.execute("COMMIT")
        except StorageError:
            # The error may have come after the commit was on the disk.
            with suppress(StorageError), self._connected() as connection:
                _, head = self._parsed(_meta(connection))
                if head.revision == revision:
                    return head
            raise
        return head

    def _change(
        self, connection: sqlite3.Connection, removed: bytes, added: bytes, revision: str
    ) -> Head:
        gone, new = _rows(removed), _rows(added)
        _, old = self._parsed(_meta(connection))
        deleted = connection.executemany("DELETE FROM quad WHERE line = ?", gone).rowcount
        inserted = connection.executemany("INSERT OR IGNORE INTO quad VALUES (?)", new).rowcount
        if (max(deleted, 0), max(inserted, 0)) != (len(gone), len(new)):
            raise StorageError(
                f"the store in {self.folder} is not at the version that this server serves",
                hint="Another program has changed it meanwhile: start the server again.",
            )
        digest = Digest(old.quads, int(old.digest, 16))
        digest = digest.minus(removed.splitlines(keepends=True))
        digest = digest.plus(added.splitlines(keepends=True))
        head = Head(old.commits + 1, revision, digest.quads, str(digest))
        _set_meta(connection, "head", asdict(head))
        return head

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """Open the file; what was begun and not committed is undone. Raises StorageError."""
        try:
            with closing(
                sqlite3.connect(self.folder / FILE, timeout=_PATIENCE, isolation_level=None)
            ) as connection:
                connection.execute("PRAGMA synchronous = EXTRA")
                yield connection
        except sqlite3.Error as error:
            raise self._fault(error) from error
        except OSError as error:
            raise StorageError(f"the store in {self.folder} cannot be written: {error}") from error

    def _parsed(self, meta: dict[str, str] | None) -> tuple[Origin, Head]:
        if meta is None:
            raise self._damaged("it does not say how far it was written")
        try:
            version = int(meta["format"])
            origin, head = Origin(**json.loads(meta["origin"])), Head(**json.loads(meta["head"]))
        except (KeyError, TypeError, ValueError):
            raise self._damaged("it does not say how far it was written") from None
        if version != FORMAT:
            raise self._other_format(version)
        return origin, head

    def _refuse_foreign(self) -> None:
        """Raise StorageError for a folder with something that is not a store's."""
        if not self.folder.is_dir():
            return
        names = sorted(path.name for path in self.folder.iterdir())
        if _FIRST_FORMAT in names:
            raise self._other_format(1)
        for name in names:
            if name not in _OWN:
                raise StorageError(
                    f"the folder {self.folder} holds something else than a dataset: {name}",
                    hint="Name an empty folder, or one that is not there yet.",
                )

    def _other_format(self, version: int) -> StorageError:
        other = "a newer" if version > FORMAT else "the older"
        return StorageError(
            f"the store in {self.folder} is in format {version}, and this cstokg knows format "
            f"{FORMAT}",
            hint=f"Make a backup with {other} cstokg that knows it, and bring that back here: "
            "'cstokg restore FILE --store NEW-FOLDER'.",
        )

    def _fault(self, error: sqlite3.Error) -> StorageError:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(_FULL):
            return StorageFullError(
                f"there is no room to write to the store in {self.folder}: {error}",
                hint="Make room on that disk; nothing of the change is stored.",
            )
        if name.startswith(_FORBIDDEN):
            return StorageError(
                f"the store in {self.folder} cannot be written: {error}",
                hint="Give the user of this process the right to write there.",
            )
        if name.startswith("SQLITE_BUSY"):
            return StorageError(
                f"the store in {self.folder} is held by another program", hint="Try again later."
            )
        if name.startswith("SQLITE_IOERR"):
            return StorageError(f"the store in {self.folder} cannot be used: {error}")
        return self._damaged(str(error))

    def _damaged(self, problem: str) -> StoreDamagedError:
        return StoreDamagedError(
            f"the store in {self.folder} is damaged: {problem}",
            hint=f"Bring back a backup with 'cstokg restore FILE --store {self.folder} --force', "
            "or start with an empty folder to begin from the project's files.",
        )


def _meta(connection: sqlite3.Connection) -> dict[str, str] | None:
    """Return what the file says of itself; None where nothing was ever put into it."""
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables == (0,):
        return None
    return dict(connection.execute("SELECT name, value FROM meta"))


def _rows(nquads: bytes) -> list[tuple[str]]:
    return [(line.decode(),) for line in nquads.splitlines()]


def _set_meta(connection: sqlite3.Connection, name: str, value: object) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value)))
