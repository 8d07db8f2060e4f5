"""`cstokg token`: what a person does with it, and what a server makes of it."""

import json
import re
import signal
import stat
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
from tests.cli.conftest import Run, Start, served_address


def test_a_token_is_made_and_shown_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "state" / "tokens.json"
    made = run("token", "--name", "laptop", "--tokens", path)
    assert made.exit_code == 0
    secret = made.stdout.strip()
    assert re.fullmatch(r"cstokg_[\w-]{43}", secret)
    assert str(path) in made.stderr
    assert secret not in made.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert secret not in path.read_text("utf-8")
    assert [each.name for each in path.parent.iterdir()] == ["tokens.json"]


def test_tokens_are_listed_by_name_and_day_and_revoked_by_name(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    assert run("token", "--tokens", path, "list").stdout == ""
    for name in ("laptop", "crawler"):
        assert run("token", "--name", name, "--tokens", path).exit_code == 0
    listed = run("token", "--tokens", path, "list")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d  crawler\n\d{4}-\d\d-\d\d  laptop\n", listed.stdout)
    revoked = run("token", "--tokens", path, "revoke", "laptop")
    assert (revoked.exit_code, revoked.stdout) == (0, "")
    assert "laptop" not in run("token", "--tokens", path, "list").stdout
    assert "laptop" not in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_wrong_uses_end_with_2_and_change_nothing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    assert run("token", "--name", "laptop", "--tokens", path).exit_code == 0
    before = path.read_bytes()
    for arguments, told in (
        ([], "Usage:"),
        (["--name", "laptop"], "already"),
        (["--name", "a b"], "cannot be the name"),
        (["revoke", "other"], "there are: laptop"),
    ):
        ended = run("token", "--tokens", path, *arguments)
        assert ended.exit_code == 2, arguments
        assert told in ended.stderr
        assert ended.stdout == ""
    assert path.read_bytes() == before


def test_the_file_of_tokens_may_be_named_in_the_environment(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSTOKG_TOKENS", str(tmp_path / "mine.json"))
    assert run("token", "--name", "laptop").exit_code == 0
    assert (tmp_path / "mine.json").is_file()


@contextmanager
def serving(start: Start, *options: str | Path) -> Iterator[str]:
    """Serve until the end of the block; give the endpoint's address."""
    process = start("serve", "--port", "0", *options)
    yield f"{served_address(process)}/sparql"
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors


def insert(endpoint: str, name: str, secret: str) -> int:
    request = urllib.request.Request(
        endpoint,
        f"INSERT DATA {{ <urn:{name}> <urn:p> 1 }}".encode(),
        {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {secret}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except HTTPError as refused:
        with refused:
            return refused.code


def tags(endpoint: str) -> dict[str, str]:
    """Return the entity tags of several queries, each in several formats, under one host name."""
    found = {}
    for query in ("ASK {}", "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 50", "DESCRIBE <urn:a>"):
        for accept in ("application/sparql-results+json", "text/csv", "text/turtle", "*/*"):
            headers = {"Accept": f"{accept}, */*;q=0.1", "Host": "example.org"}
            request = urllib.request.Request(f"{endpoint}?query={quote(query)}", headers=headers)
            with urllib.request.urlopen(request, timeout=60) as answer:
                found[f"{query} {accept}"] = answer.headers["ETag"]
    return found


@pytest.mark.slow
def test_a_running_server_takes_new_tokens_and_refuses_revoked_ones(
    run: Run, start: Start, tmp_path: Path
) -> None:
    path = tmp_path / "tokens.json"
    with serving(start, "--writable", "--tokens", path) as endpoint:
        assert insert(endpoint, "none", "cstokg_guessed") == 401
        kept, lost = (
            run("token", "--name", name, "--tokens", path).stdout.strip() for name in "ab"
        )
        assert (insert(endpoint, "a", kept), insert(endpoint, "b", lost)) == (200, 200)
        assert run("token", "--tokens", path, "revoke", "b").exit_code == 0
        assert (insert(endpoint, "c", kept), insert(endpoint, "d", lost)) == (200, 401)
        query = "SELECT ?s { ?s <urn:p> 1 } ORDER BY ?s"
        answers = f"{endpoint}?query={quote(query)}&format=json"
        with urllib.request.urlopen(answers, timeout=60) as answer:
            rows = json.load(answer)["results"]["bindings"]
        assert [row["s"]["value"] for row in rows] == ["urn:a", "urn:b", "urn:c"]


@pytest.mark.slow
def test_a_server_started_again_on_its_store_gives_the_same_tags(
    run: Run, start: Start, tmp_path: Path
) -> None:
    path = tmp_path / "tokens.json"
    secret = run("token", "--name", "a", "--tokens", path).stdout.strip()
    options = ("--writable", "--tokens", path, "--store", tmp_path / "store")
    with serving(start, *options) as endpoint:
        seeded = tags(endpoint)
        assert insert(endpoint, "a", secret) == 200
        written = tags(endpoint)
    assert all(seeded.values())
    assert not set(seeded.values()) & set(written.values())
    with serving(start, *options) as endpoint:
        assert tags(endpoint) == written
