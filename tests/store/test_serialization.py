from __future__ import annotations

import gc
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cstokg.store import Written
from cstokg.store.serialization import LARGE, put_aside

if TYPE_CHECKING:
    import pytest

SMALL = Written("ask", "json", b'{"head":{},"boolean":true}')
CONTENT = os.urandom(LARGE) + b"the end"


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_a_small_result_stays_in_memory() -> None:
    assert put_aside(SMALL) is SMALL
    assert SMALL.read() == SMALL.content


def test_a_large_result_is_read_from_a_file_piece_by_piece() -> None:
    written = put_aside(Written("select", "csv", CONTENT))
    assert not isinstance(written.content, bytes)
    assert (written.kind, written.format_name) == ("select", "csv")
    assert len(written.content) == len(CONTENT)
    assert written.read() == CONTENT
    assert max(map(len, written.content)) < LARGE


def test_two_read_the_same_file_side_by_side() -> None:
    content = put_aside(Written("select", "csv", CONTENT)).content
    assert not isinstance(content, bytes)
    pairs = list(zip(content, content, strict=True))
    assert b"".join(one for one, _ in pairs) == CONTENT
    assert all(one == other for one, other in pairs)


def test_the_file_has_no_name_and_goes_with_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = open_files()
    written = put_aside(Written("select", "csv", CONTENT))
    assert not list(tmp_path.iterdir())
    assert open_files() == before + 1
    del written
    gc.collect()
    assert open_files() == before


def test_without_room_for_a_file_the_result_stays_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    large = Written("select", "csv", CONTENT)
    assert put_aside(large) is large
