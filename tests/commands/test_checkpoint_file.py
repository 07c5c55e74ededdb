"""Checkpoint files that somebody else made: no more of them is read than their header says."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.commands.checkpoint_file import FORMAT, CheckpointFileError, read_checkpoint

ARRAYS = struct.pack("<iQqqQQ", 0, 1, 1, 2, 1, 1)
"""The places and words of two levels."""


def written(file: Path, header: Any, arrays: bytes = b"") -> Path:
    """A file with a right digest."""
    data = FORMAT + (header if isinstance(header, bytes) else json.dumps(header).encode()) + b"\n" + arrays
    file.write_bytes(data + hashlib.sha256(data).digest())
    return file


def header(*levels: tuple[Any, Any]) -> dict[str, Any]:
    return {"model": "m", "space": "s", "row_words": 1, "levels": [list(level) for level in levels]}


def refused(path: Path | str) -> str:
    with pytest.raises(CheckpointFileError) as error:
        read_checkpoint(path)
    assert "\n" not in str(error.value)
    return str(error.value).removeprefix(f"{path}: ").partition("; allowed")[0]


def test_what_a_header_announces_is_read(tmp_path: Path) -> None:
    found = read_checkpoint(written(tmp_path / "a", header((1, "int32"), (2, "int64")), ARRAYS))
    assert [len(level.places) for level in found.levels] == [1, 2]


@pytest.mark.parametrize(
    "levels", [[(2, "int32")], [(0, "int32")], [(-1, "int32")], [(1 << 60, "int64")], [(1, "int8")], [("1", "int32")]]
)
def test_a_header_that_announces_something_else_is_refused(levels: list[tuple[Any, Any]], tmp_path: Path) -> None:
    assert (
        refused(written(tmp_path / "a", header(*levels), bytes(12)))
        == "the checkpoint is damaged (its length is wrong)"
    )


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"{}", b"7", b"[" * 100_000, b'{"levels": 7}', b'{"levels": [7]}', b"\xff"]
)
def test_a_header_that_is_none_is_refused(line: bytes, tmp_path: Path) -> None:
    assert refused(written(tmp_path / "a", line)) == "the checkpoint is damaged (its length is wrong)"


def test_a_sparse_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = written(tmp_path / "a", header((1, "int32")), bytes(12))
    os.truncate(file, 3 * 2**30)
    assert refused(file) == "the checkpoint is damaged (its length is wrong)"
    with open(tmp_path / "b", "wb") as zeros:
        zeros.truncate(3 * 2**30)
    assert refused(tmp_path / "b") == "not a checkpoint"


def test_devices_pipes_and_folders_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in ("/dev/zero", tmp_path / "pipe"):
        assert refused(path) == "cannot be read: a device or a pipe"
    assert refused(tmp_path) == "cannot be read: Is a directory"
    assert refused(tmp_path / "missing") == "cannot be read: No such file or directory"
    assert refused("a\0b") == "cannot be read: not a file name"
