"""The tools over HTTP: with the SDK's own client, and what the address refuses."""

import json
from typing import Any

import pytest
from tests.loops import run_async
from tests.web.conftest import Client as HttpClient

from cstokg import Dataset, __version__, create_app
from cstokg.mcp.tools import TOOLS
from mcp import Client, MCPError

HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_sdks_client_works_over_http_in_old_and_new_protocols(
    client: HttpClient, mode: Any
) -> None:
    async def ask() -> Any:
        async with Client(f"{client.address}/mcp", mode=mode) as mcp:
            tools = await mcp.list_tools()
            resources = await mcp.list_resources()
            texts = [await mcp.read_resource(each.uri) for each in resources.resources]
            found = await mcp.call_tool("search", {"q": "alda"})
            return mcp.server_info, tools.tools, texts, found

    server, tools, texts, found = run_async(ask())
    assert (server.name, server.version) == ("cstokg", __version__)
    assert [each.name for each in tools] == list(TOOLS)
    assert all(each.description and each.annotations.read_only_hint for each in tools)
    asked = next(each.description for each in tools if each.name == "ask")
    assert "members-as-of-a-day(day, organization)" in asked
    assert len(texts) == 3
    assert all(each.contents[0].text for each in texts)
    assert found.structured_content["rows"][0]["thing"].endswith("/state/alda")
    assert json.loads(found.content[0].text) == found.structured_content


def test_an_unknown_tool_or_resource_is_an_error_that_lists_them(client: HttpClient) -> None:
    async def ask() -> None:
        async with Client(f"{client.address}/mcp") as mcp:
            with pytest.raises(MCPError, match="there are: search, describe"):
                await mcp.call_tool("query", {})
            with pytest.raises(MCPError, match="cstokg://schema"):
                await mcp.read_resource("cstokg://ontology")

    run_async(ask())


def post(client: HttpClient, message: object, **headers: str) -> Any:
    return client.send("POST", "/mcp", HEADERS | headers, json.dumps(message).encode())


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:6274", 200),
        ("http://127.0.0.1", 200),
        ("https://evil.example", 403),
        ("null", 403),
    ],
)
def test_pages_of_other_sites_may_not_use_the_tools(
    client: HttpClient, origin: str, status: int
) -> None:
    assert post(client, PING, Origin=origin).status == status


def test_pages_of_the_servers_own_address_may(small_dataset: Dataset) -> None:
    served = create_app(small_dataset, base_url="https://example.org/graph").test_client()
    for origin, status in (("https://example.org", 200), ("https://example.com", 403)):
        headers = HEADERS | {"Origin": origin}
        assert served.post("/graph/mcp", json=PING, headers=headers).status_code == status


def test_a_name_that_is_bound_anew_to_this_address_is_refused(client: HttpClient) -> None:
    headers = {"Host": "evil.example:8080", "Origin": "http://evil.example:8080"}
    assert post(client, PING, **headers).status == 403


def test_there_is_no_stream_and_no_session(client: HttpClient) -> None:
    answer = client.send("GET", "/mcp", {"Accept": "text/event-stream"})
    assert answer.status == 405
    assert set(answer.headers["allow"].split(", ")) == {"OPTIONS", "POST"}
    answer = post(client, PING)
    assert answer.json() == {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert "mcp-session-id" not in answer.headers


def test_what_is_no_message_is_refused(client: HttpClient) -> None:
    assert client.send("POST", "/mcp", HEADERS, b"{").status == 400
    assert client.send("POST", "/mcp", {"Content-Type": "text/plain"}, b"{}").status == 400
    assert client.send("POST", "/mcp", HEADERS, b" " * (2**20 + 1)).status == 413
