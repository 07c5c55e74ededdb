"""The line of a TOML text that an error is about; the parser of the standard library keeps no lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = ["line_of", "line_of_syntax_error"]


def line_of(text: str, key: str, table: str | None = None) -> int | None:
    """The line of a key.

    Args:
        text: The TOML text.
        key: The key, or a value; empty for none.
        table: The table that has it, with dots between the tables around it; empty for what stands before all tables,
            None for any table.

    Returns:
        The first line of the table that sets the key, else that has it in quotes, else that mentions it; without one,
        the line where the table opens, and without that the same of the whole text. None where nothing mentions it.
    """
    numbered = tuple(enumerate(text.splitlines(), 1))
    if table is None:
        return _found(numbered, key)
    inside = _found(tuple(_inside(numbered, table)), key)
    if inside is None and table:
        inside = _found(numbered, f"{table}.{key}") or _opening(numbered, table)
    return inside or _found(numbered, key)


def line_of_syntax_error(error: Exception) -> int | None:
    """The line that the parser's error names, None where it names none."""
    found = re.search(r"at line (\d+)", str(error))
    return int(found[1]) if found else None


def _found(numbered: Iterable[tuple[int, str]], key: str) -> int | None:
    word = re.escape(key)
    quoted = rf"^[^#]*([\"']){word}\1"
    patterns = (rf"^\s*\[?([\w.-]+\.)?([\"']?){word}\2\]?\s*(=|$|#)", quoted, word) if key else (quoted,)
    found = (number for pattern in patterns for number, line in numbered if re.search(pattern, line))
    return next(found, None)


def _inside(numbered: Iterable[tuple[int, str]], table: str) -> Iterator[tuple[int, str]]:
    """The lines of a table, without the one that opens it."""
    inside = not table
    for number, line in numbered:
        if (name := _header(line)) is not None:
            inside = name == table
        elif inside:
            yield number, line


def _opening(numbered: Iterable[tuple[int, str]], table: str) -> int | None:
    """The line that opens a table: its header, or the key of an inline table."""
    around, _, name = table.rpartition(".")
    headers = (number for number, line in numbered if _header(line) == table)
    return next(headers, None) or _found(tuple(_inside(numbered, around)), name)


def _header(line: str) -> str | None:
    """The name of the table that a line opens, None for any other line."""
    header = re.match(r"\s*\[([^\[\]]*)\]\s*(#|$)", line)
    return ".".join(word.strip(" \t\"'") for word in header[1].split(".")) if header else None
