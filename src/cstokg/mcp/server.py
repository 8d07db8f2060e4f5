"""The tools and the resources as the SDK serves them, over stdio and streamable HTTP."""

import asyncio
import json
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Final

import anyio
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from cstokg import __version__
from cstokg.analysis.site.state import Site
from cstokg.errors import CstokgError
from cstokg.mcp.resources import RESOURCES, signature
from cstokg.mcp.tools import DESCRIBED, call_tool
from mcp import MCPError

_READS: Final = types.ToolAnnotations(read_only_hint=True, open_world_hint=False)
_MARKDOWN: Final = "text/markdown"
_TOOLS: Final = [
    types.Tool(name=name, annotations=_READS, **told) for name, told in DESCRIBED["tools"].items()
]
_RESOURCES: Final = [
    types.Resource(uri=uri, name=make.__name__, description=make.__doc__, mime_type=_MARKDOWN)
    for uri, make in RESOURCES.items()
]


def make_server(site: Site) -> Server[Any]:
    """Return the server that answers from `site`."""

    async def list_tools(_ctx: Any, _params: Any) -> types.ListToolsResult:
        names = ", ".join(map(signature, site.questions))
        told = ((each, (each.description or "").format(questions=names)) for each in _TOOLS)
        tools = [each.model_copy(update={"description": words}) for each, words in told]
        return types.ListToolsResult(tools=tools)

    async def call(_ctx: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        if params.name not in DESCRIBED["tools"]:
            raise _unknown("tool", params.name, DESCRIBED["tools"])
        arguments = params.arguments or {}
        try:
            told = await anyio.to_thread.run_sync(call_tool, site, params.name, arguments)
        except CstokgError as error:
            content = types.TextContent(text=str(error))
            return types.CallToolResult(content=[content], is_error=True)
        content = types.TextContent(text=json.dumps(told, ensure_ascii=False))
        return types.CallToolResult(content=[content], structured_content=told)

    async def list_resources(_ctx: Any, _params: Any) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=_RESOURCES)

    async def read(_ctx: Any, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        if (make := RESOURCES.get(str(params.uri))) is None:
            raise _unknown("resource", str(params.uri), RESOURCES)
        text = await anyio.to_thread.run_sync(site.once, make)
        content = types.TextResourceContents(uri=params.uri, mime_type=_MARKDOWN, text=text)
        return types.ReadResourceResult(contents=[content])

    return Server(
        "cstokg",
        version=__version__,
        instructions=DESCRIBED["instructions"],
        on_list_tools=list_tools,
        on_call_tool=call,
        on_list_resources=list_resources,
        on_read_resource=read,
    )


def serve_stdio(site: Site, stdin: int) -> None:
    """Answer the messages that come from the descriptor `stdin`, on stdout, until it ends."""

    async def run() -> None:
        lines = anyio.wrap_file(os.fdopen(stdin, encoding="utf-8", errors="replace"))
        server = make_server(site)
        async with stdio_server(lines) as streams:
            await server.run(streams[0], streams[1], server.create_initialization_options())

    asyncio.run(run())


def answer_http(site: Site, headers: Mapping[str, str], body: bytes) -> tuple[bytes, int, Any]:
    """Return body, status and headers of the answer to a POST of streamable HTTP.

    Nothing is kept from one request to the next, and no stream is opened, as a server may do it:
    https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
    """
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": raw}
    said: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    async def run() -> None:
        server = make_server(site)
        manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)
        async with manager.run():
            await manager.handle_request(scope, receive, send)

    with ThreadPoolExecutor(1) as pool:  # this thread may have a loop of its own
        pool.submit(copy_context().run, asyncio.run, run()).result()
    answered = [(name.decode(), value.decode("latin-1")) for name, value in said[0]["headers"]]
    return b"".join(each.get("body", b"") for each in said[1:]), said[0]["status"], answered


def _unknown(what: str, name: str, known: Iterable[str]) -> MCPError:
    problem = f"no {what} {name[:80]!r}; there are: {', '.join(known)}"
    return MCPError(types.INVALID_PARAMS, problem)
