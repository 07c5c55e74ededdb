"""The one error that a configuration text can give."""

from __future__ import annotations

_SHOWN = 60


class ConfigError(Exception):
    """A configuration that cannot be used: what is wrong, where, and what would be allowed.

    Attributes: `source` (file name or another word for the origin), `line` (counted from 1, None where the
    whole file is meant), `what` (the fault) and `allowed` (the values or forms that are accepted, or empty).
    `str()` is always one line: `FILE:LINE: what is wrong; allowed: ...`.
    """

    def __init__(self, *, source: str, line: int | None, what: str, allowed: str = "") -> None:
        self.source = source
        self.line = line
        self.what = what
        self.allowed = allowed
        super().__init__(source, line, what, allowed)

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        tail = f"; allowed: {self.allowed}" if self.allowed else ""
        return " ".join(f"{place}: {self.what}{tail}".split())


def shown(word: str) -> str:
    """A word of the input as an error may repeat it: in backquotes, printable, and cut when it is long."""
    cut = word if len(word) <= _SHOWN else word[:_SHOWN] + "..."
    return "`" + "".join(char if char.isprintable() else "?" for char in cut) + "`"
