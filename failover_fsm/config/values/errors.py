"""The errors that a configuration text can give."""

from __future__ import annotations

from collections.abc import Sequence

from failover_fsm.config.values.printable import printable

_SHOWN = 60
MOST_SHOWN = 20
"""How many errors of one configuration are printed; the rest is counted."""

NOT_MODELLED = "another mechanism, not modelled"
"""The words for failover that is not LAN-based failover between two units."""


class ConfigError(Exception):
    """A configuration that cannot be used: what is wrong, where, and what would be allowed.

    Attributes: `source` (file name or another word for the origin), `line` (counted from 1, None where the
    whole file is meant), `what` (the fault) and `allowed` (the values or forms that are accepted, or empty).
    `str()` is one line: `FILE:LINE: what is wrong; allowed: ...`.
    """

    def __init__(self, *, source: str, line: int | None, what: str, allowed: str = "") -> None:
        self.source = source
        self.line = line
        self.what = what
        self.allowed = allowed
        super().__init__(source, line, what, allowed)

    @property
    def place(self) -> str:
        """The file, and the line if known."""
        return self.source if self.line is None else f"{self.source}:{self.line}"

    def __str__(self) -> str:
        tail = f"; allowed: {self.allowed}" if self.allowed else ""
        return printable(f"{self.place}: {self.what}{tail}")


class ConfigErrors(ConfigError):
    """Several errors of one configuration; the attributes of ConfigError are those of the one to mend first.

    `str()` has one line for each of `errors`, at most MOST_SHOWN, and a last one that counts them and names the
    error to mend first, from which others may follow.
    """

    def __init__(self, errors: Sequence[ConfigError], first: ConfigError) -> None:
        super().__init__(source=first.source, line=first.line, what=first.what, allowed=first.allowed)
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return lines_of_errors([str(error) for error in self.errors], first=f"{self.place}: {self.what}")


def lines_of_errors(lines: Sequence[str], first: str) -> str:
    """At most MOST_SHOWN of `lines`, and a last line that counts all of them and names the one to mend first."""
    shown_here = map(printable, lines[:MOST_SHOWN])
    hidden = f", of which {MOST_SHOWN} are shown" if len(lines) > MOST_SHOWN else ""
    return "\n".join([*shown_here, f"{len(lines)} errors{hidden}; mend first: {printable(first)}"])


class OtherMechanism(ConfigError):
    """Failover of another kind: nothing else in the file matters then, so this error stands alone."""


def shown(word: str) -> str:
    """A word of the input as an error may repeat it: in backquotes, printable, and cut when it is long."""
    cut = word if len(word) <= _SHOWN else word[:_SHOWN] + "..."
    return f"`{printable(cut)}`"
