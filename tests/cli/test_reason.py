from __future__ import annotations

import json
import shutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Run

STATE, AGENT = (f"https://w3id.org/cstokg/ontology#{name}" for name in ("State", "Agent"))


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the reasoner have found what a test says, without the seconds that HermiT takes."""
    module = import_module("cstokg.reason")

    def let_it_find(**fields: Any) -> None:
        monkeypatch.setattr(module, "reason_dataset", lambda _: module.Reasoning(**fields))

    return let_it_find


def test_consistent_files_are_fine(run: Run, found: Callable[..., None]) -> None:
    found(consistent=True, inferred_types=((STATE, AGENT),))
    result = run("reason")
    assert result.exit_code == 0
    assert result.stdout.startswith("consistent; 0 unsatisfiable classes; inferred: 1 types")


def test_what_was_inferred_can_be_listed(run: Run, found: Callable[..., None]) -> None:
    found(consistent=True, inferred_superclasses=((STATE, AGENT),))
    assert "ckg:State is a subclass of ckg:Agent" in run("reason", "--inferred").stdout


def test_a_contradiction_exits_with_1(run: Run, found: Callable[..., None]) -> None:
    found(consistent=False)
    result = run("reason")
    assert result.exit_code == 1
    assert result.stdout.startswith("inconsistent: ")


def test_an_unsatisfiable_class_is_named(run: Run, found: Callable[..., None]) -> None:
    found(consistent=True, unsatisfiable=(STATE,))
    result = run("reason")
    assert result.exit_code == 1
    assert "unsatisfiable: nothing can be in the class ckg:State" in result.stdout


def test_the_result_is_there_for_programs(run: Run, found: Callable[..., None]) -> None:
    found(consistent=True, inferred_types=((STATE, AGENT),))
    result = json.loads(run("reason", "--json").stdout)
    assert result["fine"] is True
    assert result["inferred_types"] == [[STATE, AGENT]]


def test_a_missing_java_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    result = run("reason")
    assert result.exit_code == 2
    assert "Java" in result.stderr
    assert "hint: " in result.stderr
