import gzip
import os
import tempfile
import weakref
from pathlib import Path

import pytest
import zstandard

from cstokg.store import BooleanResult, QueryOptions, SerializedResult, Store
from cstokg.store.serialization import (
    CODINGS,
    LARGE,
    MIN_COMPRESSED,
    Spool,
    compress,
    serialize,
    spool,
)

SMALL = SerializedResult("ask", "json", b'{"head":{},"boolean":true}')
CONTENT = os.urandom(LARGE) + b"the end"


def expand(content: bytes, coding: str) -> bytes:
    if coding == "gzip":
        return gzip.decompress(content)
    return zstandard.ZstdDecompressor().decompressobj().decompress(content)


def in_file(result: SerializedResult) -> Spool:
    content = spool(result).content
    assert isinstance(content, Spool)
    return content


def test_a_result_is_written_in_the_format_of_its_kind_alone() -> None:
    answer = BooleanResult(value=True)
    assert serialize(answer, QueryOptions(formats={"select": "csv"})) is answer
    written = serialize(answer, QueryOptions(formats={"ask": "xml"}))
    assert isinstance(written, SerializedResult)
    assert (written.kind, written.format_name, written.coding) == ("ask", "xml", "")
    assert written.read() == answer.serialize("xml")


@pytest.mark.parametrize("coding", CODINGS)
def test_a_result_is_compressed_where_that_saves_something(coding: str) -> None:
    options = QueryOptions(formats={"select": "csv"}, coding=coding)
    store = Store()
    for size, expected in ((MIN_COMPRESSED // 2, ""), (MIN_COMPRESSED, coding)):
        result = store.select(f'SELECT ("{"x" * size}" AS ?text) {{}}')
        written = serialize(result, options)
        assert isinstance(written, SerializedResult)
        assert written.coding == expected
        plain = expand(written.read(), coding) if expected else written.read()
        assert plain == result.serialize("csv")


@pytest.mark.parametrize("coding", CODINGS)
def test_what_is_compressed_can_be_expanded(coding: str) -> None:
    for content in (b"", CONTENT, b"again and " * 10_000):
        assert expand(compress(content, coding), coding) == content


def test_a_small_result_stays_in_memory() -> None:
    assert spool(SMALL) is SMALL
    assert SMALL.read() == SMALL.content


def test_a_large_result_is_read_from_a_file_piece_by_piece() -> None:
    written = spool(SerializedResult("select", "csv", CONTENT, "gzip"))
    assert isinstance(written.content, Spool)
    assert (written.kind, written.format_name, written.coding) == ("select", "csv", "gzip")
    assert len(written.content) == len(CONTENT)
    assert written.read() == CONTENT
    assert max(map(len, written.content)) < LARGE
    assert spool(written) is written


def test_two_read_the_same_file_side_by_side() -> None:
    content = in_file(SerializedResult("select", "csv", CONTENT))
    pairs = list(zip(content, content, strict=True))
    assert b"".join(one for one, _ in pairs) == CONTENT
    assert all(one == other for one, other in pairs)


def test_the_file_has_no_name_and_goes_with_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    content = in_file(SerializedResult("select", "csv", CONTENT))
    assert not list(tmp_path.iterdir())
    descriptor, gone = content.descriptor, weakref.ref(content)
    assert os.fstat(descriptor).st_nlink == 0
    del content
    assert gone() is None
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_without_room_for_a_file_the_result_stays_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    large = SerializedResult("select", "csv", CONTENT)
    assert spool(large) is large
