"""`cstokg mcp` as the SDK's own client starts it, and the guide for assistants."""

import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.loops import run_async

from mcp import Client, StdioServerParameters, stdio_client

GUIDE = Path(__file__).parents[2] / "docs" / "assistants.md"


@asynccontextmanager
async def over_stdio(*options: str) -> AsyncIterator[Client]:
    command = ["-m", "cstokg", *options, "mcp"]
    server = StdioServerParameters(command=sys.executable, args=command, env=dict(os.environ))
    async with Client(stdio_client(server)) as client:
        yield client


def said(result: Any) -> str:
    """Return what a result says, as the guide shows it: without the query, in lines."""
    (content,) = result.content
    if result.is_error:
        return f"error: {content.text}"
    told = {name: each for name, each in json.loads(content.text).items() if name != "query"}
    return json.dumps(told, ensure_ascii=False, indent=1)


@pytest.mark.slow
def test_the_transcript_of_the_guide_is_what_is_answered() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    shown = [block for _, block in re.findall(r"(```+)console\n(.*?)\1\n", text, re.DOTALL)]
    assert len(shown) > 5

    async def transcript() -> list[str]:
        told = []
        async with over_stdio() as client:
            for block in shown:
                name, _, arguments = block.partition("\n")[0].removeprefix("> ").partition(" ")
                answer = said(await client.call_tool(name, json.loads(arguments)))
                told.append(f"> {name} {arguments}\n{answer}\n")
        return told

    assert run_async(transcript()) == shown


@pytest.mark.slow
@pytest.mark.long
def test_a_query_that_runs_away_is_stopped_and_the_next_is_answered(small_project: Path) -> None:
    away = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"

    async def ask() -> list[Any]:
        async with over_stdio("--project", str(small_project)) as client:
            return [await client.call_tool("sparql", {"query": each}) for each in (away, "ASK {}")]

    stopped, answered = run_async(ask())
    assert stopped.is_error
    assert "Narrow it" in said(stopped)
    assert answered.structured_content["rows"] == [{"answer": "true"}]


@pytest.mark.slow
def test_the_python_of_the_guide_prints_what_it_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    (block,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    with ThreadPoolExecutor(1) as pool:  # it runs a loop
        pool.submit(exec, compile(block, "docs/assistants.md", "exec"), {}).result()
    assert capsys.readouterr().out.splitlines() == re.findall(r"# (.+)$", block, re.MULTILINE)


def test_the_configurations_of_the_guide_are_json() -> None:
    blocks = re.findall(r"```json\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) > 3
    for block in blocks:
        ((servers, named),) = json.loads(block).items()
        assert servers in ("mcpServers", "servers")
        assert list(named) == ["cstokg"]


def test_no_other_command_takes_the_time_to_import_the_sdk() -> None:
    code = """
import pkgutil, sys
import cstokg.cli, cstokg.web.application, cstokg.web.server.run
for module in pkgutil.iter_modules(cstokg.cli.__path__, "cstokg.cli."):
    __import__(module.name)
print(*{"mcp", "mcp_types", "pydantic", "starlette"} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "\n"), done.stderr
