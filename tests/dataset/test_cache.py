import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cstokg.dataset import cache

NQUADS = b"<urn:s> <urn:p> <urn:o> <urn:g> .\n" * 3


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    cache.write(tmp_path / "new", "key", NQUADS)
    assert cache.read(tmp_path / "new", "key") == NQUADS
    assert cache.read(tmp_path / "new", "other") is None
    assert cache.read(tmp_path / "nowhere", "key") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[:40],
        lambda content: content[:0],
        lambda content: content.replace(b"urn:o", b"urn:x", 1),
        lambda content: content + content,
        lambda content: content.partition(b"\n")[2],
        lambda content: bytes(len(content)),
    ],
)
def test_what_is_damaged_is_not_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[bytes], bytes]
) -> None:
    cache.write(tmp_path, "key", NQUADS)
    path = tmp_path / "key.nq"
    path.write_bytes(damage(path.read_bytes()))
    assert cache.read(tmp_path, "key") is None
    assert "damaged" in caplog.text


def test_a_write_that_breaks_off_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", broken)
    cache.write(tmp_path, "key", NQUADS)
    assert list(tmp_path.iterdir()) == []
    assert "No space left" in caplog.text


def test_a_folder_that_cannot_be_written_is_only_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    cache.write(blocked / "cache", "key", NQUADS)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert cache.read(blocked / "cache", "key") is None


def test_a_kept_build_that_is_a_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "key.nq").mkdir()
    assert cache.read(tmp_path, "key") is None


def test_old_builds_are_removed(tmp_path: Path) -> None:
    for number in range(12):
        cache.write(tmp_path, f"key{number}", NQUADS)
        os.utime(tmp_path / f"key{number}.nq", (number, number))
    cache.write(tmp_path, "last", NQUADS)
    kept = {path.stem for path in tmp_path.iterdir()}
    assert "last" in kept
    assert "key0" not in kept
    assert len(kept) == 8
