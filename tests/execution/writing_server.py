"""A server whose web process writes all the time, for tests that kill it.

    python writing_server.py PROJECT STORE FIRST COUNT PAUSE

Change number N adds a pair of statements and takes the pair N - 3 away. What was acknowledged is
told on stdout: `made N REVISION`, or `refused N ERROR`; before that `up PARENT REVISION`.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from cstokg import Dataset, build_dataset, load_settings
from cstokg.dataset.changes import SparqlUpdate
from cstokg.dataset.stored import open_stored, seed
from cstokg.errors import CstokgError
from cstokg.execution import Limits, ProcessQueryService, WriteLimits, supervise
from cstokg.settings import Settings
from cstokg.shacl.write_check import ShapesCheck
from cstokg.store.disk import DiskStore

GRAPH = "https://w3id.org/cstokg/graph/notes"
KEPT = 3


def pair(number: int) -> str:
    return f'<urn:n{number}> <urn:p> "one", "two"'


def update(number: int) -> str:
    added = f"INSERT DATA {{ GRAPH <{GRAPH}> {{ {pair(number)} }} }}"
    return f"{added} ; DELETE DATA {{ GRAPH <{GRAPH}> {{ {pair(number - KEPT)} }} }}"


def write(service: ProcessQueryService, first: int, count: int, pause: float) -> None:
    sys.stdout.write(f"up {os.getppid()} {service.info.revision}\n")
    sys.stdout.flush()
    for number in range(first, first + count):
        try:
            commit = service.apply(SparqlUpdate(update(number)))
            said = f"made {number} {commit.service.info.revision}"
        except CstokgError as error:
            said = f"refused {number} {type(error).__name__}: {error.message}"
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()
        time.sleep(pause)


def load(settings: Settings, disk: DiskStore) -> Dataset:
    dataset = open_stored(settings, disk)
    if dataset is None:
        dataset = build_dataset(settings)
        seed(disk, dataset)
    return dataset


def main(project: str, folder: str, first: str, count: str, pause: str) -> int:
    settings = load_settings(Path(project), Path(tempfile.gettempdir()) / "cstokg-tests")
    with DiskStore(Path(folder)).exclusive() as disk:
        return supervise(
            load(settings, disk),
            Limits(10, 2**30, 10**6),
            1,
            lambda service: write(service, int(first), int(count), float(pause)),
            check=ShapesCheck(settings.shapes),
            writes=WriteLimits(60, 2**32),
            disk=disk,
        )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
