"""Reading a configuration from disk.

A configuration in multiple context mode may be spread over several files, one for the system space and one for each
context, named like it: a directory `DIR` is read as `DIR/system.cfg` with `DIR/NAME.cfg` for every `context NAME`, and
a file `PAIR.cfg` with `PAIR/NAME.cfg`. A context's file may be missing, and what the first file says of a context
counts too. Files that are named like no context are not read.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Mapping
from os import PathLike, fspath
from os.path import isdir, isfile
from pathlib import Path

import attrs

from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.config.records.pair_config import Advice, PairConfig
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.config.values.input_file import InputFileError, as_utf_8, read_input

SYSTEM_FILE = "system.cfg"
# Control characters, which no text holds; a printed ASCII character, which each line of a Latin-1 text holds.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PRINTED = re.compile(rb"[!-~]")
_CONTEXT_NAME = re.compile(r"[\w-][\w.-]*")


def read_config(path: str | PathLike[str], files: Mapping[str, bytes] | None = None) -> PairConfig:
    """The configuration in a text file (UTF-8, or UTF-16 with its byte order mark), or in a directory of them.

    With `files`, names and their bytes, nothing is read from the disk: these are all the files there are.

    A line that is not UTF-8 is read as Latin-1 (Windows-1252), with advice, if the file has no control
    characters. Line numbers are those of the system file; advice on a context's file names that file and its line
    in the text.

    Raises ConfigError, with the path and one line of explanation, for a file that cannot be read, is empty, is
    not text, has a line that is too long, has no ASA configuration command at all, or holds a wrong configuration.
    A file that says nothing of failover is no error: see `PairConfig.says_anything_of_failover`.
    """
    _refuse_text(str(fspath(path)))
    given = Path(fspath(path))
    is_file = isfile if files is None else files.__contains__
    in_directory = is_file(str(given / SYSTEM_FILE))  # not Path.is_file, which fails for a name that is too long
    source = str(given / SYSTEM_FILE) if in_directory else fspath(path)
    advice: list[Advice] = []

    def text_of(file: str) -> str:
        text, line = _text_of(file, files)
        if line is not None:
            remark = "not UTF-8: read as Latin-1 (Windows-1252); save it as UTF-8 if a name looks wrong"
            if file == source:
                advice.append(Advice(line=line, text=remark, rule="encoding"))
            else:
                advice.append(Advice(line=None, text=f"{file}:{line}: {remark}", rule="encoding"))
        return text

    def context_text(name: str) -> tuple[str, str] | None:
        file = (given if in_directory else given.with_suffix("")) / f"{name}.cfg"
        if not _CONTEXT_NAME.fullmatch(name) or not is_file(str(file)) or file == Path(source):
            return None
        return str(file), text_of(str(file))

    config = read_asa(text_of(source), source=source, context_text=context_text, accepts_anything=False)
    found = sorted([*advice, *config.advice], key=lambda each: (each.line is None, each.line or 0))
    return attrs.evolve(config, advice=tuple(found)) if advice else config


def _refuse_text(path: str) -> None:
    """Raises ConfigError for the text of a configuration in the place of its path."""
    if "\n" in path and not os.path.exists(path):
        what, allowed = "a text and no path", "the path of a file; for a text, `PairConfig.from_asa`"
        raise ConfigError(source=path.strip().split("\n")[0][:40], line=None, what=what, allowed=allowed)


def _text_of(source: str, files: Mapping[str, bytes] | None) -> tuple[str, int | None]:
    """The text of a file, and the first line that had to be read as Latin-1, if any."""
    try:
        data = read_input(source) if files is None else _given(source, files)
    except InputFileError as error:
        allowed = f"a readable file, or a directory with {SYSTEM_FILE}" if isdir(source) else error.allowed
        raise ConfigError(source=source, line=None, what=error.what, allowed=allowed) from None
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    text = _as_latin_1(data)
    if text is None:
        allowed = "a text file in UTF-8, UTF-16 or Latin-1"
        raise ConfigError(source=source, line=line, what="binary data or another encoding", allowed=allowed)
    return text, line


def _given(source: str, files: Mapping[str, bytes]) -> bytes:
    """The bytes of a file among those that are given.  Raises InputFileError if it is none of them."""
    if source not in files:
        raise InputFileError("cannot be read: not among the files that were given")
    return as_utf_8(files[source])


def _as_latin_1(data: bytes) -> str | None:
    """A text of which some lines are not UTF-8; None for binary data, also for a line without any ASCII character."""
    if _CONTROL.search(data):
        return None
    lines = []
    for raw in data.removeprefix(codecs.BOM_UTF8).split(b"\n"):
        try:
            lines.append(raw.decode("utf-8"))
        except UnicodeDecodeError:
            if not _PRINTED.search(raw):
                return None
            try:
                lines.append(raw.decode("cp1252"))
            except UnicodeDecodeError:
                return None
    return "\n".join(lines)
