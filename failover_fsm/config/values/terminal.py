"""What a terminal adds to the lines of a session: escape sequences, erased text, and the words of the pager."""

from __future__ import annotations

import re

__all__ = ["without_terminal"]

_PAGER = re.compile(r"\s*<--- More --->(?: {14})?", re.IGNORECASE)
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x08+(?: +\x08+)?")


def without_terminal(raw: str) -> str:
    """A line without what a terminal adds; what stands behind the words of the pager is the line.

    Args:
        raw: The line, without its end.
    """
    plain = _ESCAPES.sub("", raw) if "\x1b" in raw or "\x08" in raw else raw
    return _PAGER.sub("", plain, count=1) if plain.lstrip().startswith("<---") else plain
