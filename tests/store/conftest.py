from pathlib import Path

import pytest

from cstokg.store import Store

BACKENDS = [Store]
"""Every kind of store: the contract's tests run on each."""


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.__name__)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A store with two graphs: `urn:a` says what Ann and Bob are, `urn:b` whom they know."""
    made: Store = request.param()
    made.load(
        b"""
        @prefix : <http://example.org/> .
        :ann a :Person ; :age 30 ; :name "Ann"@en , "Anna" .
        :bob a :Person ; :address [ :city "Minsk" ] .
        """,
        tmp_path / "a.ttl",
        "urn:a",
    )
    made.load(
        b"""
        @prefix : <http://example.org/> .
        :ann :knows :bob , [ :name "someone" ] .
        """,
        tmp_path / "b.ttl",
        "urn:b",
    )
    return made
