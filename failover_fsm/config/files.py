"""Reading a configuration from disk: the one place in this package's lower rooms that touches it.

A configuration in multiple context mode may be spread over several files, one for the system space and one for each
context, named like it: a directory `DIR` is read as `DIR/system.cfg` with `DIR/NAME.cfg` for every `context NAME`, and
a file `PAIR.cfg` with `PAIR/NAME.cfg`. A context's file may be missing, and what the first file says of a context
counts too. Files that are named like no context are not read.
"""

from __future__ import annotations

import re
from os import PathLike, fspath
from pathlib import Path

from .asa import read_asa
from .errors import ConfigError
from .pair_config import PairConfig

SYSTEM_FILE = "system.cfg"
_CONTEXT_NAME = re.compile(r"[\w-][\w.-]*")


def read_config(path: str | PathLike[str]) -> PairConfig:
    """The configuration in a text file (UTF-8, with or without byte order mark), or in a directory of them.

    Line numbers are those of the system file; advice on a context's file names that file and its line in the text.

    Raises ConfigError, with the path and one line of explanation, for a file that cannot be read, is empty, is
    not text, has a line that is too long, or holds a wrong configuration.
    """
    given = Path(fspath(path))
    in_directory = (given / SYSTEM_FILE).is_file()
    source = str(given / SYSTEM_FILE) if in_directory else fspath(path)

    def context_text(name: str) -> tuple[str, str] | None:
        file = (given if in_directory else given.with_suffix("")) / f"{name}.cfg"
        if not _CONTEXT_NAME.fullmatch(name) or not file.is_file() or file == Path(source):
            return None
        return str(file), _text_of(str(file))

    return read_asa(_text_of(source), source=source, context_text=context_text)


def _text_of(source: str) -> str:
    try:
        data = Path(source).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        allowed = f"a readable file, or a directory with {SYSTEM_FILE}" if Path(source).is_dir() else "a readable file"
        raise ConfigError(source=source, line=None, what=f"cannot be read: {reason}", allowed=allowed) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            source=source, line=line, what="binary data or another encoding", allowed="a text file in UTF-8"
        ) from None
