"""`cstokg serve` where the kernel is not asked to bound queries: it answers in the web server."""

import json
import signal
import urllib.request
from urllib.parse import quote

from click.testing import CliRunner
from tests.cli.conftest import StartProgram, served_address

from cstokg.cli import main

# Only the command takes the system for another one: the libraries know better.
PROGRAM = """
from types import SimpleNamespace
from cstokg.cli import main, serve
serve.sys = SimpleNamespace(platform="darwin")
main(["serve", "--port", "0", *{options}])
"""


def test_it_warns_and_answers_in_one_process(start_program: StartProgram) -> None:
    process = start_program(PROGRAM.format(options=[]))
    address = served_address(process)
    for text in ("ASK { ?s a ckg:State }", "ASK { ?s a ckg:Nothing }"):
        with urllib.request.urlopen(f"{address}/sparql?query={quote(text)}", timeout=60) as answer:
            assert json.load(answer)["boolean"] is ("State" in text)
    posted = urllib.request.Request(
        f"{address}/shacl", b"", {"Content-Type": "text/turtle", "Accept": "application/json"}
    )
    with urllib.request.urlopen(posted, timeout=60) as answer:
        assert json.load(answer)["conforms"] is True
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "not bounded" in errors.splitlines()[0]


def test_it_takes_no_changes(start_program: StartProgram) -> None:
    process = start_program(PROGRAM.format(options=["--writable"]))
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (2, "")
    assert "on Linux alone" in errors


def test_the_help_names_each_bound_and_its_variable() -> None:
    text = CliRunner().invoke(main, ["serve", "--help"]).output
    for option in ("timeout", "memory", "max-rows", "workers", "engines", "web-processes"):
        assert f"--{option}" in text
        assert f"CSTOKG_{option.upper().replace('-', '_')}" in text
