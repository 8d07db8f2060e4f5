from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from click.testing import CliRunner

from cstokg.cli import main
from cstokg.cli import serve as module

if TYPE_CHECKING:
    from functools import partial
    from pathlib import Path

    import pytest
    from cstokg.web.server.front import Front


def test_where_queries_cannot_be_bounded_serve_says_so_and_answers_in_process(
    monkeypatch: pytest.MonkeyPatch, small_project: Path
) -> None:
    served: list[partial[Front]] = []
    monkeypatch.setattr(module, "_serve", lambda make, *_: served.append(make))
    monkeypatch.setattr(module, "sys", SimpleNamespace(platform="darwin"))
    result = CliRunner().invoke(main, ["--project", str(small_project), "serve", "--port", "0"])
    assert result.exit_code == 0
    assert "not bounded" in result.stderr
    assert [make.func for make in served] == [module.make_app]


def test_the_help_names_each_bound_and_its_variable() -> None:
    text = CliRunner().invoke(main, ["serve", "--help"]).output
    for option in ("timeout", "memory", "max-rows", "engines"):
        assert f"--{option}" in text
        assert f"CSTOKG_{option.upper().replace('-', '_')}" in text
