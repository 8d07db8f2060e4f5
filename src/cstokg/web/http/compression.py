"""Answers in fewer bytes, for clients that can read them (RFC 9110, section 12.5.3)."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final, Protocol

from flask import Response, request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MIN_SIZE: Final = 1024
"""From how many bytes an answer is compressed; a smaller one fits in one packet anyway."""

_GZIP_LEVEL: Final = 5
_ZSTD_LEVEL: Final = 3


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


def compress(response: Response) -> Response:
    """Compress what `response` says, if the client accepts it and there is enough to say."""
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or "Content-Encoding" in response.headers:
        return response
    size = response.content_length
    if size is not None and size < MIN_SIZE:
        return response
    coding = request.accept_encodings.best_match(["zstd", "gzip", "identity"])
    if coding not in ("zstd", "gzip"):
        return response
    response.direct_passthrough = False
    chunks = _compressed(response.iter_encoded(), _compressor(coding))
    if response.is_streamed:
        # What is closed is the new iterator; a file under it would stay open.
        if (close := getattr(response.response, "close", None)) is not None:
            response.call_on_close(close)
        response.response = chunks
        response.headers.pop("Content-Length", None)
    else:
        response.set_data(b"".join(chunks))
    response.headers["Content-Encoding"] = coding
    return response


def _compressed(chunks: Iterable[bytes], compressor: _Compressor) -> Iterator[bytes]:
    for chunk in chunks:
        yield compressor.compress(chunk)
    yield compressor.flush()


def _compressor(coding: str) -> _Compressor:
    if coding == "gzip":
        # 16 more than the window's bits: with gzip's own head and foot.
        return zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    import zstandard

    made: Any = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()
    return made  # type: ignore[no-any-return]
