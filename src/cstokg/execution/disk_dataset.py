"""A dataset on disk that this process alone writes, such as one that is loaded into."""

from dataclasses import dataclass
from functools import partial

from cstokg.dataset.changes import Change, filled_graph
from cstokg.dataset.query_service import Commit
from cstokg.dataset.transaction import WritableDataset, apply, commit, plan, revision_after
from cstokg.errors import WorkerLostError, WriteError
from cstokg.execution.isolated import run_isolated
from cstokg.store.disk import DiskStore


@dataclass(frozen=True)
class DiskDataset(WritableDataset):
    """The dataset that `disk` holds, which must be held by `DiskStore.exclusive`."""

    disk: DiskStore

    def apply(self, change: Change) -> Commit:
        """Make `change`, on disk first, and return what became of it.

        It is worked out in a process of its own, which takes with it what it needs of memory, and
        what it has changed where the change is refused. The store itself is changed: the content of
        this dataset is in it no more. Raises the errors of `plan`, and StorageError.
        """
        try:
            delta = run_isolated(partial(plan, self, change, self.check))
        except WorkerLostError:
            raise WriteError(
                "the process that worked the change out ended before it was done",
                hint="Where the machine's memory was full, put fewer statements in at once.",
            ) from None
        if delta:
            self.disk.commit(delta.removed, delta.added, revision_after(self, delta))
        return commit(self, apply(self, delta), delta, filled_graph(change))
