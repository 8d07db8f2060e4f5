"""A dataset on another SPARQL server, which other processes and machines may write as well.

What a write comes to is worked out here, by the same rules and shapes as everywhere, from what the
server has. It is sent as an update that is made only where nothing was written meanwhile, and what
it wrote is read back.
"""

from dataclasses import dataclass, replace
from typing import Final, Self, cast

from cstokg import __version__
from cstokg.dataset.build import compute
from cstokg.dataset.changes import Change, Delta, filled_graph
from cstokg.dataset.load import BuildInfo
from cstokg.dataset.metadata import DATASET
from cstokg.dataset.model import Dataset
from cstokg.dataset.query_service import Commit
from cstokg.dataset.stored import files_of
from cstokg.dataset.transaction import Check, apply, commit, plan, revision_after
from cstokg.errors import StorageError
from cstokg.namespaces import CKG, META_GRAPH, OWL, PREFIXES, is_computed
from cstokg.settings import Settings
from cstokg.store import Store
from cstokg.store.remote.store import RemoteStore
from cstokg.store.remote.updates import marked

_SHA256: Final = f"<{DATASET}> <{CKG}sha256>"
_DERIVED_BY: Final = f"<{DATASET}> <{OWL}versionInfo>"
_REVISION: Final = f"<{DATASET}> <{PREFIXES['schema']}version>"
_EMPTY: Final = f"FILTER NOT EXISTS {{ GRAPH <{META_GRAPH}> {{ {_SHA256} ?sha256 }} }}"
_VERSION: Final = f"""
SELECT ?version ?sha256 ?revision ?change WHERE {{
  GRAPH <{META_GRAPH}> {{ {_DERIVED_BY} ?version . {_SHA256} ?sha256 }}
  OPTIONAL {{ GRAPH <{META_GRAPH}> {{ {_REVISION} ?revision }} }}
  OPTIONAL {{ {marked("?change")} }}
}}
"""


@dataclass(frozen=True)
class SharedDataset(Dataset):
    """One version of the dataset on another server; queries are answered from the present one."""

    store: RemoteStore
    settings: Settings

    def current(self) -> Self:
        """Return the dataset as it is now; itself where nothing was written."""
        if self.present_state() == self.state:
            return self
        return replace(self, info=_read_info(self.settings, self.store))

    def present_state(self) -> str:
        """Return the state of the dataset as it is now, for one small query."""
        version, sha256, revision = _version(self.store)
        return replace(self.info, version=version, source_sha256=sha256, revision=revision).state

    def propose(self, change: Change, check: Check) -> "SharedProposal":
        """Return what `change` comes to, worked out in memory.

        Raises the errors of `plan`, and StorageError where another version of cstokg has derived
        what follows: a change is worked out from what followed before it.
        """
        now = self.current()
        if now.info.version != __version__:
            raise StorageError(
                f"what follows was derived by cstokg {now.info.version}, and this is {__version__}",
                hint="Serve it with one version everywhere: a writable server derives anew at its "
                "start.",
            )
        before = now.store.copy()
        after = before.copy()
        delta = plan(Dataset(after, now.info), change, check)
        return SharedProposal(now, before, after, delta, filled_graph(change))


@dataclass(frozen=True)
class SharedProposal:
    """A change that was worked out, and the graphs before and after it."""

    dataset: SharedDataset
    before: Store
    after: Store
    delta: Delta
    filled: str | None

    def make(self) -> Commit:
        """Make the change, unless another was made meanwhile. Raises the errors of `commit`."""
        old = Dataset(self.before, self.dataset.info)
        info = replace(old.info, revision=revision_after(old, self.delta))
        if self.delta:
            self.dataset.store.commit(
                self.before,
                self.after,
                self.delta.removed,
                self.delta.added,
                when=_is_at(old.info),
                then=_is_at(info),
            )
        made = commit(old, apply(old, self.delta), self.delta, self.filled)
        return replace(made, service=replace(self.dataset, info=cast("Dataset", made.service).info))


def open_shared(settings: Settings, store: RemoteStore) -> SharedDataset | None:
    """Return the dataset that a server has; None where it has none yet.

    Raises StoreUnavailableError, and StorageError where a change has begun there and not ended.
    """
    if store.holds(f"ASK {{ {marked('?change')} }}"):
        raise StorageError(
            "a change of the dataset there has begun and not ended",
            hint="Wait, where another server makes it; else docs/scale.md has the way back.",
        )
    _, sha256, _ = _version(store)
    return SharedDataset(store, _read_info(settings, store), settings) if sha256 else None


def fill_shared(settings: Settings, store: RemoteStore, dataset: Dataset) -> SharedDataset:
    """Put a dataset on a server that has none. Raises the errors of `RemoteStore.commit`."""
    everything = dataset.store.dump()
    store.commit(Store(), dataset.store, b"", everything, when=_EMPTY, then=_is_at(dataset.info))
    return SharedDataset(store, dataset.info, settings)


def derive_anew(dataset: SharedDataset) -> SharedDataset:
    """Have what follows be what this version of cstokg derives; itself where it is."""
    if dataset.info.version == __version__:
        return dataset
    before = dataset.store.copy()
    after = before.copy([graph for graph in dataset.info.triples if not is_computed(graph)])
    info = replace(dataset.info, version=__version__)
    compute(after, info)
    dataset.store.commit(
        before, after, *before.difference(after), when=_is_at(dataset.info), then=_is_at(info)
    )
    return replace(dataset, info=replace(info, triples=after.graphs()))


def _version(store: RemoteStore) -> tuple[str, str, str]:
    """Return the version of cstokg, the hash of the files and the revision.

    A change that is under way is named in the last. All are empty where there is no dataset.
    """
    rows = store.texts(_VERSION)
    version, sha256, *rest = rows[0] if rows else ["", ""]
    return version, sha256, " ".join(filter(None, rest))


def _read_info(settings: Settings, store: RemoteStore) -> BuildInfo:
    version, sha256, revision = _version(store)
    meta = store.copy([META_GRAPH])
    return BuildInfo(
        version=version,
        source_sha256=sha256,
        files=files_of(settings, meta),
        triples=dict(sorted((store.graphs() | meta.graphs()).items())),
        from_cache=False,
        revision=revision,
    )


def _is_at(info: BuildInfo) -> str:
    """Return the pattern that holds where a server has that version, and no other."""
    made = f'{_DERIVED_BY} "{info.version}" . {_SHA256} "{info.source_sha256}"'
    pattern = f"GRAPH <{META_GRAPH}> {{ {made} }}"
    if info.revision:
        return f'{pattern} GRAPH <{META_GRAPH}> {{ {_REVISION} "{info.revision}" }}'
    return f"{pattern} FILTER NOT EXISTS {{ GRAPH <{META_GRAPH}> {{ {_REVISION} ?revision }} }}"
