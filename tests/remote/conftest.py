from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.remote.servers import SERVERS

from cstokg import Dataset, Settings, load_settings
from cstokg.dataset.shared import SharedDataset, fill_shared
from cstokg.store.remote.connection import Endpoint
from cstokg.store.remote.store import RemoteStore

SECONDS = 60.0


@pytest.fixture(scope="session", params=sorted(SERVERS))
def endpoint(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Endpoint]:
    """A server of each kind with nothing in it, for all tests of a process."""
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as started:
        yield started


@pytest.fixture(scope="session")
def small_settings(small_project: Path, cache: Path) -> Settings:
    return load_settings(small_project, cache)


@pytest.fixture(scope="session")
def shared(
    endpoint: Endpoint, small_settings: Settings, small_dataset: Dataset
) -> Iterator[SharedDataset]:
    """The small project's dataset on a server, as it was put there."""
    with RemoteStore(endpoint, SECONDS) as store:
        yield fill_shared(small_settings, store, small_dataset)
