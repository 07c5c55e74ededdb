"""Checks of a command's outputs before its work begins: each can be written, and none replaces what is read.

A search may take hours. The names of its outputs are wrong at once or never, so they are looked at first.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path

from failover_fsm.commands.files import BadInput

__all__ = ["check_outputs"]

Name = str | Path


def check_outputs(
    inputs: Iterable[Name],
    files: Mapping[str, Name | None],
    folders: Mapping[str, Name | None] | None = None,
    pattern: str = "*.trace",
) -> None:
    """Refuses outputs that cannot be written, or that would replace an input or another output.

    Args:
        inputs: The files that the command reads (`config.values.input_file.files_read`).
        files: Option and file; None is an option that is not given.
        folders: Option and directory, which may not exist yet.
        pattern: The names of files that the command writes into the folders.

    Raises:
        BadInput: With the option, for the first such output.
    """
    given = {option: name for option, name in files.items() if name is not None}
    directories = {option: name for option, name in (folders or {}).items() if name is not None}
    for option, name in given.items():
        _check_file(option, name)
    for option, folder in directories.items():
        _check_folder(option, folder)
    for option, name in given.items():
        for read in inputs:
            if _is_same(name, read):
                raise BadInput(f"{option} {name}: would replace {read}, which is read; allowed: another file")
    for option, folder in directories.items():
        for read in inputs:
            if _may_replace(folder, pattern, read):
                raise BadInput(f"{option} {folder}: could replace {read}, which is read; allowed: another directory")
    _check_apart(given, directories, pattern)


def _check_apart(given: Mapping[str, Name], directories: Mapping[str, Name], pattern: str) -> None:
    """Refuses two outputs of one name; devices and pipes take several."""
    checked: dict[str, Name] = {}
    for option, name in given.items():
        for other, written in checked.items():
            if _is_same(name, written) and (os.path.isfile(name) or not os.path.exists(name)):
                raise BadInput(f"{option} {name}: {other} names the same file; allowed: another file")
        for other, folder in directories.items():
            if _may_replace(folder, pattern, name):
                raise BadInput(f"{option} {name}: {other} may write a file of this name; allowed: another file")
        checked[option] = name


def _is_same(one: Name, other: Name) -> bool:
    """Whether two names lead to one file, which need not exist."""
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    return os.path.exists(one) and os.path.exists(other) and os.path.samefile(one, other)


def _may_replace(folder: Name, pattern: str, name: Name) -> bool:
    """Whether a file that is written into a folder could have this name."""
    where, last = os.path.split(os.path.realpath(name))
    return fnmatch(last, pattern) and _is_same(folder, where)


def _check_file(option: str, name: Name) -> None:
    """Raises BadInput for a file that cannot be written."""
    path = Path(name)
    try:
        if path.is_dir():
            raise BadInput(f"{option} {name}: is a directory; allowed: the name of a file")
        special = path.exists() and not path.is_file()  # written as it is; any other file is replaced in its folder
        reason = _refused(path if special else Path(os.path.realpath(path)).parent, is_folder=not special)
    except (OSError, ValueError) as error:
        reason = _words(error)
    if reason is not None:
        raise BadInput(f"{option} {name}: cannot be written: {reason}; allowed: a path that can be written")


def _check_folder(option: str, name: Name) -> None:
    """Raises BadInput for a directory that cannot be written, or not be made."""
    try:
        reason = _refused(_nearest(Path(os.path.abspath(name))), is_folder=True)
    except (OSError, ValueError) as error:
        reason = _words(error)
    if reason is not None:
        raise BadInput(f"{option} {name}: {reason}; allowed: a directory that can be written")


def _nearest(path: Path) -> Path:
    """The path, or the nearest folder above it that exists; a link that leads nowhere exists, and is no folder."""
    while True:
        try:
            os.lstat(path)
            return path
        except (FileNotFoundError, NotADirectoryError):
            path = path.parent


def _refused(path: Path, *, is_folder: bool) -> str | None:
    """Why a file or folder cannot be written, in the system's words; None where it can."""
    if is_folder and not path.is_dir():
        return os.strerror(errno.ENOTDIR if path.exists() else errno.ENOENT)
    return None if os.access(path, os.W_OK) else os.strerror(errno.EACCES)


def _words(error: OSError | ValueError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else "not a file name"
