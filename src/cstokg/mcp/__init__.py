"""Tools for language models, over the Model Context Protocol (https://modelcontextprotocol.io).

It may import `analysis` and what is below; `server` alone knows the SDK, the package `mcp`.
"""
